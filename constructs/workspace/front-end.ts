/**
 * Workspaces of our own API as models. Who is in one is said by its tenants, and each tenant's rights in it are made with the
 * tenant: a workspace with thousands of members isn't written anew for each of them.
 */
import { describeProblems } from '../../src/api/problem';
import type { TenancyFrontEnd } from '../../src/model/tenancy-front-end';
import type { WorkspaceModel } from '../../src/model/workspace-model';
import { admissionOf } from '../../src/schema/admitted';
import { NAMESPACE_TYPE_LABEL, WORKSPACE_LABEL, workspaceNamespace } from '../../src/tenancy/names';
import { WORKSPACE, type WorkspaceObject } from './schema';

const MANAGED_BY = { 'app.kubernetes.io/managed-by': 'adrasteia' };
const admit = admissionOf<WorkspaceObject>(WORKSPACE);

/** Workspaces of our own API. */
export const workspaceFrontEnd: TenancyFrontEnd<WorkspaceModel, WorkspaceObject> = {
  type: WORKSPACE.type,
  // Tenants bring the rights of their members with them.
  roles: [],
  ownObjectVerbs: [],
  reads: [],
  mayLack: [],
  namespaces: (name) => [workspaceNamespace(name)],
  translate(given) {
    const { problems, object } = admit(given);
    if (problems.length > 0) return { outcome: 'hold', reason: 'Invalid', message: describeProblems(problems) };
    const { name } = object.metadata;
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
          bindings: [],
          networkPolicies: [{ name: 'adrasteia', ingressFrom: [], egress: 'Internet' }],
        },
        clusterBindings: [],
      },
      notes: {},
    };
  },
  status: ({ metadata: { name, generation } }, report) => ({
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    ...(report.namespaces.includes(workspaceNamespace(name)) ? { namespace: workspaceNamespace(name) } : {}),
  }),
};
