/** EntryPoint. */
import { type FieldRow, type FieldTable, ignored, mapped } from '../../field-table';

const perKode =
  'written by the last release of v1alpha1 only; entry points are read, and each Kode says in kodeUrl, lastError and its condition Reachable what became of its own';

/** Rows of the fields that an EntryPoint and a template’s `entryPointSpec` share, below `path`. */
export function entryRows(path: string): readonly FieldRow[] {
  return [
    mapped(`${path}.api`, 'model.entry', 'an Ingress or an HTTPRoute for each Kode'),
    mapped(
      `${path}.routingType`,
      'model.entry.host',
      'domain: `<kode>--<namespace>.<domain>`; path: the host of url, below `<path>/<namespace>/<kode>`',
    ),
    mapped(`${path}.url`, 'model.entry.host', 'the path goes before `<namespace>/<kode>`; https asks for TLS'),
    ignored(
      `${path}.gatewaySpec.gatewayClassName`,
      'a class names no Gateway; routes go to the Gateway `<name of this object>-gateway`, or the one that the annotation `adrasteia.dev/gateway` names',
    ),
  ];
}

export const entryPointFields: FieldTable = {
  crd: 'entrypoints.kode.jacero.io',
  kind: 'EntryPoint',
  rows: [
    ...entryRows('spec'),
    mapped('spec.apiType', 'model.entry', 'an earlier name of api'),
    mapped('spec.type', 'model.entry.host', 'an earlier name of routingType'),
    ignored('status', 'an object without members in the first release'),
    ...['phase', 'lastError', 'lastErrorTime'].map((member) => ignored(`status.${member}`, perKode)),
    ...['type', 'status', 'reason', 'message', 'observedGeneration', 'lastTransitionTime', 'lastUpdateTime'].map(
      (member) => ignored(`status.conditions[].${member}`, perKode),
    ),
  ],
};
