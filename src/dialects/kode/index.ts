/**
 * kode-operator's API, `kode.jacero.io/v1alpha1`, as a front end: its kinds, the translation of a Kode, and what `adra apply`
 * corrects in files written for it.
 */
import type { FrontEnd } from '../../model/front-end';
import type { KindSchema } from '../../schema/kind-schema';
import { entryPointSchema } from './entry-point';
import { envoyProxyClusterConfigSchema, envoyProxyConfigSchema } from './envoy-proxy-config';
import { kodeFrontEnd } from './front-end';
import { kodeSchema } from './kode';
import { kodeClusterTemplateSchema, kodeTemplateSchema } from './kode-template';

export { kodeCorrections } from './corrections';
export { kodeFrontEnd } from './front-end';

/** A kind of a dialect: its schema, and a front end where an object of it is an environment. */
export interface DialectKind {
  readonly schema: KindSchema;
  /** Absent: the kind is only read by others. */
  readonly frontEnd?: FrontEnd;
}

/** The kinds of the dialect. */
export const kodeKinds: readonly DialectKind[] = [
  { schema: kodeSchema, frontEnd: kodeFrontEnd },
  { schema: kodeTemplateSchema },
  { schema: kodeClusterTemplateSchema },
  { schema: envoyProxyConfigSchema },
  { schema: envoyProxyClusterConfigSchema },
  { schema: entryPointSchema },
];
