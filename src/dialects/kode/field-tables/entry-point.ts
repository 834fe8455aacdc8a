/** EntryPoint. */
import { type FieldTable, ignored, later } from '../../field-table';

const earlier = 'written by the last release of v1alpha1 only; nothing is reported until entry points are acted on';

export const entryPointFields: FieldTable = {
  crd: 'entrypoints.kode.jacero.io',
  kind: 'EntryPoint',
  rows: [
    later('spec.api', 'entry points'),
    later('spec.apiType', 'entry points', 'an earlier name of api'),
    later('spec.routingType', 'entry points'),
    later('spec.type', 'entry points', 'an earlier name of routingType'),
    later('spec.url', 'entry points'),
    later('spec.gatewaySpec.gatewayClassName', 'entry points'),
    ignored('status', 'an object without members in the first release'),
    ...['phase', 'lastError', 'lastErrorTime'].map((member) => ignored(`status.${member}`, earlier)),
    ...['type', 'status', 'reason', 'message', 'observedGeneration', 'lastTransitionTime', 'lastUpdateTime'].map(
      (member) => ignored(`status.conditions[].${member}`, earlier),
    ),
  ],
};
