/** What the kinds of `flowcontrol.apiserver.k8s.io` do beyond their schemas. */
import type { KindFacts } from '../kind-facts';
import { flowSchemaColumns, priorityLevelConfigurationColumns } from './columns';
import { flowSchemaStrategy } from './flow-schema';
import { priorityLevelConfigurationStrategy } from './priority-level-configuration';

export const flowcontrolKinds: Readonly<Record<string, KindFacts>> = {
  flowschemas: { strategy: flowSchemaStrategy, columns: flowSchemaColumns },
  prioritylevelconfigurations: {
    strategy: priorityLevelConfigurationStrategy,
    columns: priorityLevelConfigurationColumns,
  },
};
