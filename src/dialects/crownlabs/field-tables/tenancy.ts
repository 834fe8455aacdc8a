/** Tenant and Workspace: who may have environments, where, and how much. */
import { type FieldTable, ignored, later } from '../../field-table';

export const tenantFields: FieldTable = {
  crd: 'tenants.crownlabs.polito.it',
  kind: 'Tenant',
  rows: [
    later('spec.createPersonalWorkspace', 'tenancy'),
    later('spec.createSandbox', 'tenancy'),
    later('spec.email', 'tenancy'),
    later('spec.firstName', 'tenancy'),
    later('spec.lastLogin', 'tenancy', 'keeps the namespace alive'),
    later('spec.lastName', 'tenancy'),
    later('spec.publicKeys[]', 'tenancy', 'SSH keys of virtual machines and of the jump host'),
    later('spec.quota.cpu', 'tenancy'),
    later('spec.quota.instances', 'tenancy'),
    later('spec.quota.memory', 'tenancy'),
    later('spec.workspaces[].name', 'tenancy'),
    later('spec.workspaces[].role', 'tenancy'),
    later('status.failingWorkspaces[]', 'tenancy'),
    later('status.keycloak.userConfirmed', 'tenancy'),
    later('status.keycloak.userCreated.created', 'tenancy'),
    later('status.keycloak.userCreated.name', 'tenancy'),
    later('status.keycloak.userSynchronized', 'tenancy'),
    later('status.personalNamespace.created', 'tenancy'),
    later('status.personalNamespace.name', 'tenancy'),
    later('status.personalWorkspaceCreated', 'tenancy'),
    later('status.quota.cpu', 'tenancy'),
    later('status.quota.instances', 'tenancy'),
    later('status.quota.memory', 'tenancy'),
    later('status.ready', 'tenancy'),
    later('status.sandboxNamespace.created', 'tenancy'),
    later('status.sandboxNamespace.name', 'tenancy'),
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
    later('spec.autoEnroll', 'tenancy'),
    later('spec.prettyName', 'tenancy'),
    later('spec.quota.cpu', 'tenancy'),
    later('spec.quota.instances', 'tenancy'),
    later('spec.quota.memory', 'tenancy'),
    later('status.namespace.created', 'tenancy'),
    later('status.namespace.name', 'tenancy'),
    later('status.ready', 'tenancy'),
    later('status.subscription', 'tenancy', 'the key `keycloak`'),
  ],
};
