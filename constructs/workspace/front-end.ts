/**
 * Workspaces of our own API as models. Who is in one is said by its tenants, and each tenant's rights in it are made with the
 * tenant: a workspace with thousands of members isn't written anew for each of them.
 */
import type { TenancyFrontEnd } from '../../src/model/tenancy-front-end';
import type { WorkspaceModel } from '../../src/model/workspace-model';
import { admissionOf } from '../../src/schema/admitted';
import { admitWithTenancy } from '../../src/tenancy/admit-with-tenancy';
import { providerOf, workspaceRoles } from '../../src/tenancy/identity';
import { NAMESPACE_TYPE_LABEL, WORKSPACE_LABEL, workspaceNamespace } from '../../src/tenancy/names';
import { TENANT_ENROLLER, WORKSPACE_MANAGER, WORKSPACE_MEMBER } from '../../src/tenancy/roles';
import { TENANCY } from '../../src/tenancy/tenancy';
import { groupBindings, groupClusterBindings } from './groups';
import { WORKSPACE, type WorkspaceObject } from './schema';

const MANAGED_BY = { 'app.kubernetes.io/managed-by': 'adrasteia' };
const admit = admissionOf<WorkspaceObject>(WORKSPACE);

/** Workspaces of our own API. */
export const workspaceFrontEnd: TenancyFrontEnd<WorkspaceModel, WorkspaceObject> = {
  type: WORKSPACE.type,
  // Tenants bring their own rights with them; groups have theirs from here.
  roles: [WORKSPACE_MEMBER, WORKSPACE_MANAGER, TENANT_ENROLLER],
  ownObjectVerbs: [],
  reads: [TENANCY.type],
  mayLack: [TENANCY.type],
  namespaces: (name) => [workspaceNamespace(name)],
  identity: (name) => ({ roles: workspaceRoles(name, name).map((role) => role.name) }),
  translate(given, lookup) {
    const admitted = admitWithTenancy(admit(given), lookup);
    if (admitted.outcome === 'hold') return admitted;
    const { object, tenancy } = admitted;
    const { name } = object.metadata;
    const provider = providerOf(tenancy);
    const labels = { ...MANAGED_BY, [WORKSPACE_LABEL]: name };
    return {
      outcome: 'model',
      model: {
        name,
        labels,
        namespace: {
          name: workspaceNamespace(name),
          labels: {
            ...labels,
            [NAMESPACE_TYPE_LABEL]: 'workspace',
            // Nothing runs in it.
            'pod-security.kubernetes.io/enforce': 'restricted',
          },
          objectLabels: labels,
          // What is shared lies in it; pods belong to tenants.
          quota: { name: 'adrasteia', hard: { pods: '0' } },
          bindings: groupBindings(object.spec, tenancy),
          networkPolicies: [{ name: 'adrasteia', ingressFrom: [], egress: 'Internet' }],
        },
        clusterBindings: groupClusterBindings(name, object.spec, tenancy),
        ...(provider === undefined
          ? {}
          : { identity: { provider, roles: workspaceRoles(name, object.spec.displayName) } }),
      },
      notes: {},
    };
  },
  status: ({ metadata: { name, generation } }, report) => ({
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    ...(report.namespaces.includes(workspaceNamespace(name)) ? { namespace: workspaceNamespace(name) } : {}),
  }),
};
