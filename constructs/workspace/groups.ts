/**
 * Groups of the identity provider that are members or managers of a workspace, beside the tenants that name it: where the provider
 * says who is in which group, nobody's account has to be managed.
 */
import { digest } from '../../src/api/json';
import type { BindingModel } from '../../src/model/namespace-model';
import { TENANT_ENROLLER, WORKSPACE_MANAGER, WORKSPACE_MEMBER } from '../../src/tenancy/roles';
import type { TenancySpec } from '../../src/tenancy/tenancy';
import type { WorkspaceSpec } from './schema';

/** The rights of groups in the workspace's namespace. */
export function groupBindings({ groups }: WorkspaceSpec, tenancy: TenancySpec): readonly BindingModel[] {
  return [
    ...groups.members.map((group) => groupBinding(WORKSPACE_MEMBER.name, prefixed(group, tenancy))),
    ...groups.managers.map((group) => groupBinding(WORKSPACE_MANAGER.name, prefixed(group, tenancy))),
  ];
}

/** What managers may do in the whole cluster: find people, and change entries as far as admission lets them. */
export function groupClusterBindings(
  workspace: string,
  { groups }: WorkspaceSpec,
  tenancy: TenancySpec,
): readonly BindingModel[] {
  return groups.managers.map((name) => {
    const binding = groupBinding(TENANT_ENROLLER.name, prefixed(name, tenancy));
    return { ...binding, name: `${TENANT_ENROLLER.name}-workspace-${workspace}-${digest(binding.subject.name)}` };
  });
}

function prefixed(group: string, { users }: TenancySpec): string {
  return `${users.groupPrefix}${group}`;
}

/** Groups may be called anything, and names of bindings may not. */
function groupBinding(clusterRole: string, group: string): BindingModel {
  return { name: `${clusterRole}-${digest(group)}`, clusterRole, subject: { kind: 'Group', name: group } };
}
