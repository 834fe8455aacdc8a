/**
 * CrownLabs' workspaces as models. Its members are groups of the identity provider: `kubernetes:workspace-<name>:user` and
 * `:manager`, as its API servers are set up.
 */
import { describeProblems } from '../../api/problem';
import type { BindingModel } from '../../model/namespace-model';
import type { TenancyFrontEnd } from '../../model/tenancy-front-end';
import type { WorkspaceModel } from '../../model/workspace-model';
import { admissionOf } from '../../schema/admitted';
import { crownlabsLabel, dashed, managedBy } from './labels';
import { CROWNLABS_WORKSPACE } from './resource-types';
import { MANAGE_SHARED_VOLUMES, MANAGE_TEMPLATES, VIEW_TEMPLATES } from './roles';
import { type CrownlabsWorkspace, crownlabsWorkspaceSchema } from './workspace';

const admit = admissionOf<CrownlabsWorkspace>(crownlabsWorkspaceSchema);

/** The namespace of a workspace. */
function crownlabsWorkspaceNamespace(workspace: string): string {
  return `workspace-${dashed(workspace)}`;
}

export const crownlabsWorkspaceFrontEnd: TenancyFrontEnd<WorkspaceModel, CrownlabsWorkspace> = {
  type: CROWNLABS_WORKSPACE,
  roles: [VIEW_TEMPLATES, MANAGE_TEMPLATES, MANAGE_SHARED_VOLUMES],
  ownObjectVerbs: [],
  reads: [],
  mayLack: [],
  namespaces: (name) => [crownlabsWorkspaceNamespace(name)],
  translate(given) {
    const { problems, object } = admit(given);
    if (problems.length > 0) return { outcome: 'hold', reason: 'Invalid', message: describeProblems(problems) };
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
          ],
          networkPolicies: [],
        },
        clusterBindings: [],
      },
      notes: {},
      labels: { [crownlabsLabel('autoenroll')]: autoEnrolLabel(object.spec.autoEnroll) },
    };
  },
  status({ metadata: { name } }, report) {
    const namespace = crownlabsWorkspaceNamespace(name);
    return {
      namespace: { name: namespace, created: report.namespaces.includes(namespace) },
      ready: report.conditions.every(({ status }) => status === 'True'),
    };
  },
};

function autoEnrolLabel(autoEnroll: CrownlabsWorkspace['spec']['autoEnroll']): string {
  return autoEnroll === undefined || autoEnroll === '' ? 'disabled' : autoEnroll;
}
