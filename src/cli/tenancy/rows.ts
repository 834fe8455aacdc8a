/** Tenants and workspaces as lists show them, and as the items of their JSON. */
import type { Quota } from '../../tenancy/quota';
import type { TenantObject, WorkspaceObject } from './tenancy-objects';
import { type TenancyState, tenancyState } from './tenancy-state';

/** What has become of one entry of a tenant. */
export interface EntryRow {
  readonly name: string;
  readonly role: string;
  /** Enrolled, Candidate or Unknown, as the controller has it; Pending where it hasn't looked yet. */
  readonly state: string;
  readonly message: string;
}

export interface TenantRow extends TenancyState {
  readonly name: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  /** True: it may not sign in. */
  readonly suspended: boolean;
  readonly namespaces: readonly string[];
  readonly workspaces: readonly EntryRow[];
}

/** Somebody in a workspace. */
export interface MemberRow {
  readonly name: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly role: string;
  readonly state: string;
}

export interface WorkspaceRow extends TenancyState {
  readonly name: string;
  readonly displayName: string;
  readonly enrolment: string;
  readonly quota: Quota;
  /** Groups of the identity provider whose people have rights in it. */
  readonly groups: WorkspaceObject['spec']['groups'];
  readonly namespaces: readonly string[];
  readonly members: readonly MemberRow[];
}

/** The row of a tenant. */
export function tenantRow(tenant: TenantObject): TenantRow {
  const { metadata, spec, status = {} } = tenant;
  const { firstName, lastName, email, suspended } = spec;
  return {
    name: metadata.name,
    firstName,
    lastName,
    email,
    suspended,
    ...tenancyState(tenant),
    namespaces: [status.namespace, status.sandboxNamespace].filter((name) => name !== undefined),
    workspaces: entriesOf(tenant),
  };
}

/** The row of a workspace, with those of all tenants that are in it or want to be. */
export function workspaceRow(workspace: WorkspaceObject, tenants: readonly TenantObject[]): WorkspaceRow {
  const { metadata, spec, status = {} } = workspace;
  return {
    name: metadata.name,
    displayName: spec.displayName,
    enrolment: spec.enrolment,
    ...tenancyState(workspace),
    quota: spec.quota ?? {},
    groups: spec.groups,
    namespaces: status.namespace === undefined ? [] : [status.namespace],
    members: tenants.flatMap((tenant) =>
      entriesOf(tenant)
        .filter(({ name }) => name === metadata.name)
        .map(({ role, state }) => ({
          name: tenant.metadata.name,
          firstName: tenant.spec.firstName,
          lastName: tenant.spec.lastName,
          role,
          state,
        })),
    ),
  };
}

/** What the controller says of each entry, base workspaces included, and the entries that it hasn't seen. */
function entriesOf({ metadata, spec, status = {} }: TenantObject): readonly EntryRow[] {
  const seen = status.workspaces ?? [];
  const isCurrent = status.observedGeneration === metadata.generation;
  const entered = new Set(spec.workspaces.map(({ name }) => name));
  const known = new Set(seen.map(({ name }) => name));
  return [
    // One that was taken out since isn't shown; one that nobody entered is there by the Tenancy.
    ...seen
      .filter(({ name }) => isCurrent || entered.has(name))
      .map(({ name, role = '', state, message = '' }) => ({ name, role, state, message })),
    ...spec.workspaces
      .filter(({ name }) => !known.has(name))
      .map(({ name, role }) => ({ name, role, state: 'Pending', message: 'No controller has looked at it yet' })),
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
}
