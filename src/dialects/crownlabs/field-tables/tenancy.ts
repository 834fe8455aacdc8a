/** Tenant and Workspace: who may have environments, where, and how much. */
import { conditionRows, type FieldTable, ignored, later, mapped } from '../../field-table';

export const tenantFields: FieldTable = {
  crd: 'tenants.crownlabs.polito.it',
  kind: 'Tenant',
  rows: [
    mapped('spec.createPersonalWorkspace', 'tenant.namespaces[].bindings', 'crownlabs-manage-templates'),
    mapped('spec.createSandbox', 'tenant.namespaces'),
    mapped(
      'spec.email',
      'tenant.identity.account.user.email',
      'and the mail to it, where the Tenancy names a Keycloak',
    ),
    mapped('spec.firstName', 'labels', 'crownlabs.polito.it/first-name, as a label may hold it'),
    mapped('spec.lastLogin', 'tenant.namespaces', 'keeps the namespace, for as long as the Tenancy says (keepFor)'),
    mapped('spec.lastName', 'labels', 'crownlabs.polito.it/last-name, as a label may hold it'),
    ...(['cpu', 'memory', 'instances', 'disk', 'otherResources'] as const).map((member) =>
      mapped(`spec.personalWorkspace.${member}`, 'tenant.namespaces[].quota.hard', 'added to that of the workspaces'),
    ),
    later('spec.publicKeys[]', 'virtual machines', 'SSH keys of virtual machines and of the jump host'),
    mapped('spec.quota.cpu', 'tenant.namespaces[].quota.hard', 'limits.cpu and requests.cpu; not capped'),
    mapped('spec.quota.disk', 'tenant.namespaces[].quota.hard', 'requests.storage; zero means that none was asked for'),
    mapped('spec.quota.instances', 'tenant.namespaces[].quota.hard', 'count/instances.crownlabs.polito.it'),
    mapped('spec.quota.memory', 'tenant.namespaces[].quota.hard', 'limits.memory and requests.memory'),
    mapped('spec.quota.otherResources', 'tenant.namespaces[].quota.hard', 'under requests., as Kubernetes has it'),
    mapped('spec.workspaces[].name', 'tenant.namespaces[].quota', 'what the workspace gives; a label on the Tenant'),
    mapped(
      'spec.workspaces[].role',
      'labels',
      'crownlabs.polito.it/workspace-<name>; rights come from groups, which the account’s roles become',
    ),
    ...conditionRows('status.conditions[]', [
      'type',
      'status',
      'reason',
      'message',
      'lastTransitionTime',
      'observedGeneration',
    ]),
    mapped('status.failingWorkspaces[]', 'notes', 'workspaces that are not there, or take no candidates'),
    mapped('status.keycloak.userConfirmed', 'report.identity.account', 'true where the Tenancy names no Keycloak'),
    mapped(
      'status.keycloak.userCreated.created',
      'report.identity.account',
      'false where the Tenancy names no Keycloak',
    ),
    mapped('status.keycloak.userCreated.name', 'report.identity.account.id'),
    mapped('status.keycloak.userSynchronized', 'report.identity.isSynced', 'false where the Tenancy names no Keycloak'),
    mapped('status.personalNamespace.created', 'report.namespaces'),
    mapped('status.personalNamespace.name', 'report.namespaces'),
    ...(['namespace', 'claimName', 'volumeName', 'server', 'path', 'driver'] as const).map((member) =>
      mapped(
        `status.personalStorage.${member}`,
        'tenant.personalStorage',
        'of our own: the volume that is mounted by mydrive-info',
      ),
    ),
    mapped('status.personalWorkspaceCreated', 'notes', 'true while the namespace is there'),
    mapped('status.quota.cpu', 'notes'),
    mapped('status.quota.disk', 'notes'),
    mapped('status.quota.instances', 'notes'),
    mapped('status.quota.memory', 'notes'),
    mapped('status.quota.otherResources', 'notes'),
    mapped('status.ready', 'report.conditions'),
    mapped('status.sandboxNamespace.created', 'report.namespaces'),
    mapped('status.sandboxNamespace.name', 'report.namespaces'),
    ignored(
      'status.subscriptions',
      'states of systems that are no longer subscribed to; status.keycloak says what is left of them',
    ),
  ],
};

export const workspaceFields: FieldTable = {
  crd: 'workspaces.crownlabs.polito.it',
  kind: 'Workspace',
  rows: [
    mapped('spec.autoEnroll', 'labels', 'crownlabs.polito.it/autoenroll; and whether a candidate counts'),
    mapped(
      'spec.prettyName',
      'workspace.identity.roles',
      'descriptions of its roles, where the Tenancy names a Keycloak',
    ),
    mapped('spec.quota.cpu', 'tenant.namespaces[].quota.hard', 'of each member'),
    mapped('spec.quota.disk', 'tenant.namespaces[].quota.hard', 'of each member'),
    mapped('spec.quota.instances', 'tenant.namespaces[].quota.hard', 'of each member'),
    mapped('spec.quota.memory', 'tenant.namespaces[].quota.hard', 'of each member'),
    mapped('spec.quota.otherResources', 'tenant.namespaces[].quota.hard', 'of each member'),
    ...conditionRows('status.conditions[]', [
      'type',
      'status',
      'reason',
      'message',
      'lastTransitionTime',
      'observedGeneration',
    ]),
    mapped('status.namespace.created', 'report.namespaces'),
    mapped('status.namespace.name', 'report.namespaces'),
    mapped('status.ready', 'report.conditions'),
    mapped('status.subscription', 'report.identity.isSynced', 'the key `keycloak`, where the Tenancy names one'),
  ],
};
