/** KodeTemplate and KodeClusterTemplate, which have one spec. */
import { type FieldRow, type FieldTable, ignored, later, mapped } from '../../field-table';
import { entryRows } from './entry-point';
import { initPluginRows } from './init-plugin-rows';

const timer =
  'no release acted on it; the condition SpecHonoured names it. 600 and 28800 may have been filled in by an earlier CRD';

const proxyRows = (path: string, note: string): readonly FieldRow[] =>
  ['kind', 'name', 'namespace'].map((member) => mapped(`${path}.${member}`, 'model.access', note));

const never = (member: string) => ignored(`status.conditions[].${member}`, 'written by no release');

const rows: readonly FieldRow[] = [
  mapped('spec.type', 'model.workloads[].app.env[]', 'which variables the app is told its port, user and workspace by'),
  mapped('spec.image', 'model.workloads[].app.image'),
  mapped('spec.port', 'layout.service.port', "the app's own port too, where no proxy is asked for"),
  mapped('spec.command[]', 'model.workloads[].app.command[]'),
  mapped('spec.args[]', 'model.workloads[].app.args[]'),
  mapped('spec.envs[]', 'model.workloads[].app.env[]', {
    subtree: 'core/v1 EnvVar',
    note: 'after those of the type, over which they win; CODE_SERVER_HOST: 127.0.0.1 says that code-server listens there alone',
  }),
  mapped('spec.envFrom[]', 'model.workloads[].app.envFrom[]', { subtree: 'core/v1 EnvFromSource' }),
  mapped('spec.tz', 'model.workloads[].app.env[]', 'TZ'),
  mapped('spec.puid', 'model.workloads[].app.env[]', 'PUID'),
  mapped('spec.pgid', 'model.workloads[].app.env[]', 'PGID'),
  mapped('spec.defaultHome', 'model.workloads[].app.mounts[].mountPath'),
  mapped(
    'spec.defaultWorkspace',
    'model.workloads[].app.env[]',
    'in DEFAULT_WORKSPACE, and in WORKSPACE of init plugins',
  ),
  mapped('spec.allowPrivileged', 'model.security.level', "whether a Kode's `privileged` counts"),
  ...initPluginRows('spec.initPlugins[]'),
  ...proxyRows('spec.envoyProxyRef', 'asks for a proxy'),
  ...proxyRows('spec.envoyConfigRef', 'a later name of envoyProxyRef'),
  ...entryRows('spec.entryPointSpec'),
  later('spec.inactiveAfterSeconds', 'lifecycle and idle culling', timer),
  later('spec.recycleAfterSeconds', 'lifecycle and idle culling', timer),
  ...['type', 'status', 'reason', 'message', 'observedGeneration', 'lastTransitionTime', 'lastUpdateTime'].map(never),
];

export const kodeTemplateFields: FieldTable = { crd: 'kodetemplates.kode.jacero.io', kind: 'KodeTemplate', rows };
export const kodeClusterTemplateFields: FieldTable = {
  crd: 'kodeclustertemplates.kode.jacero.io',
  kind: 'KodeClusterTemplate',
  rows,
};
