/**
 * CrownLabs' workspaces as models. Its members are groups of the identity provider: `kubernetes:workspace-<name>:user` and
 * `:manager`, as its API servers are set up.
 */
import type { BindingModel } from '../../model/namespace-model';
import type { TenancyFrontEnd } from '../../model/tenancy-front-end';
import type { WorkspaceModel } from '../../model/workspace-model';
import { admissionOf } from '../../schema/admitted';
import { admitWithTenancy } from '../../tenancy/admit-with-tenancy';
import { providerOf, workspaceRoles } from '../../tenancy/identity';
import { TENANCY } from '../../tenancy/tenancy';
import { crownlabsLabel, dashed, managedBy } from './labels';
import { CROWNLABS_WORKSPACE } from './resource-types';
import {
  ENROL_TENANTS,
  ENTER_WORKSPACE,
  MANAGE_SHARED_VOLUMES,
  MANAGE_TEMPLATES,
  MANAGE_TENANTS,
  VIEW_TEMPLATES,
} from './roles';
import { type CrownlabsWorkspace, crownlabsWorkspaceSchema } from './workspace';

const admit = admissionOf<CrownlabsWorkspace>(crownlabsWorkspaceSchema);

/** Whoever is signed in; admission asks besides that the Tenant is their own. */
const ENTRANCE: BindingModel = {
  name: ENTER_WORKSPACE.name,
  clusterRole: ENTER_WORKSPACE.name,
  subject: { kind: 'Group', name: 'system:authenticated' },
};

/** The namespace of a workspace. */
function crownlabsWorkspaceNamespace(workspace: string): string {
  return `workspace-${dashed(workspace)}`;
}

export const crownlabsWorkspaceFrontEnd: TenancyFrontEnd<WorkspaceModel, CrownlabsWorkspace> = {
  type: CROWNLABS_WORKSPACE,
  roles: [VIEW_TEMPLATES, MANAGE_TEMPLATES, MANAGE_SHARED_VOLUMES, MANAGE_TENANTS, ENROL_TENANTS, ENTER_WORKSPACE],
  ownObjectVerbs: [],
  reads: [TENANCY.type],
  mayLack: [TENANCY.type],
  namespaces: (name) => [crownlabsWorkspaceNamespace(name)],
  identity: (name) => ({ roles: workspaceRoles(name, name).map((role) => role.name) }),
  translate(given, lookup) {
    const admitted = admitWithTenancy(admit(given), lookup);
    if (admitted.outcome === 'hold') return admitted;
    const { object, tenancy } = admitted;
    const provider = providerOf(tenancy);
    const { name } = object.metadata;
    const labels = managedBy('workspace');
    const bound = (clusterRole: string, role: 'user' | 'manager'): BindingModel => ({
      name: clusterRole,
      clusterRole,
      subject: { kind: 'Group', name: `kubernetes:workspace-${name}:${role}` },
    });
    return {
      outcome: 'model',
      model: {
        name,
        labels,
        namespace: {
          name: crownlabsWorkspaceNamespace(name),
          labels: { ...labels, [crownlabsLabel('type')]: 'workspace' },
          objectLabels: labels,
          bindings: [
            bound(VIEW_TEMPLATES.name, 'user'),
            bound(MANAGE_TEMPLATES.name, 'manager'),
            bound(MANAGE_SHARED_VOLUMES.name, 'manager'),
            bound(ENROL_TENANTS.name, 'manager'),
            ...(object.spec.autoEnroll === 'immediate' ? [ENTRANCE] : []),
          ],
          networkPolicies: [],
        },
        clusterBindings: [{ ...bound(MANAGE_TENANTS.name, 'manager'), name: `${MANAGE_TENANTS.name}-${dashed(name)}` }],
        ...(provider === undefined
          ? {}
          : { identity: { provider, roles: workspaceRoles(name, object.spec.prettyName) } }),
      },
      notes: {},
      labels: { [crownlabsLabel('autoenroll')]: autoEnrolLabel(object.spec.autoEnroll) },
    };
  },
  status({ metadata: { name } }, report) {
    const namespace = crownlabsWorkspaceNamespace(name);
    return {
      namespace: { name: namespace, created: report.namespaces.includes(namespace) },
      ...(report.identity === undefined
        ? {}
        : { subscription: { keycloak: report.identity.isSynced ? 'Ok' : 'Failed' } }),
      ready: report.conditions.some(({ type, status }) => type === 'Ready' && status === 'True'),
    };
  },
};

function autoEnrolLabel(autoEnroll: CrownlabsWorkspace['spec']['autoEnroll']): string {
  return autoEnroll === undefined || autoEnroll === '' ? 'disabled' : autoEnroll;
}
