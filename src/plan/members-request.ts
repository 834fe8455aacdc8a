/**
 * What plans ask of the external system `members`: that nobody is entered any more in a workspace that is being deleted. Plain
 * data, agreed between the planners of workspaces and the adapter.
 */
import type { ResourceType } from '../api/resource-type';
import type { Ensure } from './plan';

/** Name of the external system. */
export const MEMBERS = 'members';

/** Which entries are to go: those of a workspace, in the `spec.workspaces` of all objects of a type. */
export interface MembersRelease {
  readonly tenants: ResourceType;
  readonly workspace: string;
}

/** That the entries of a workspace are taken out of its tenants. */
export function membersRelease({ tenants, workspace }: MembersRelease): Ensure {
  return { system: MEMBERS, key: workspace, spec: { tenants: { ...tenants }, workspace }, keep: true };
}
