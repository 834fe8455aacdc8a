/** What becomes of every field of kode-operator's kinds, over the releases that served v1alpha1. */
import type { FieldTable } from '../../field-table';
import { entryPointFields } from './entry-point';
import { envoyProxyClusterConfigFields, envoyProxyConfigFields } from './envoy-proxy-config';
import { kodeFields } from './kode';
import { kodeClusterTemplateFields, kodeTemplateFields } from './kode-template';

export const kodeFieldTables: readonly FieldTable[] = [
  kodeFields,
  kodeTemplateFields,
  kodeClusterTemplateFields,
  envoyProxyConfigFields,
  envoyProxyClusterConfigFields,
  entryPointFields,
];
