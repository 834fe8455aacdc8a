/**
 * Names and labels of what tenancy makes. They are made from names alone, so that whoever knows a tenant knows its namespace.
 */

/** Label on a tenant's namespaces, and on what is made for it elsewhere: the tenant's name. */
export const TENANT_LABEL = 'adrasteia.dev/tenant';

/** Label on a workspace's namespace: the workspace's name. */
export const WORKSPACE_LABEL = 'adrasteia.dev/workspace';

/** Label on namespaces: what they are for. */
export const NAMESPACE_TYPE_LABEL = 'adrasteia.dev/namespace-type';

/** Annotation: `"true"` lets the deletion of a Tenant or Workspace delete the volumes in its namespaces, that of a SharedVolume its volume. */
export const DELETE_VOLUMES_ANNOTATION = 'adrasteia.dev/delete-volumes';

const TENANT_PREFIX = 'tenant-';
const WORKSPACE_PREFIX = 'workspace-';

/** The namespace in which a tenant has its environments. */
export function tenantNamespace(tenant: string): string {
  return `${TENANT_PREFIX}${tenant}`;
}

/** The tenant whose namespace would be called so; undefined where no tenant's is. That it is the tenant's is said by its status alone. */
export function tenantNamedBy(namespace: string): string | undefined {
  return namespace.startsWith(TENANT_PREFIX) ? namespace.slice(TENANT_PREFIX.length) : undefined;
}

/** The namespace in which a tenant may make what it likes. */
export function sandboxNamespace(tenant: string): string {
  return `sandbox-${tenant}`;
}

/** The namespace that holds what a workspace shares. */
export function workspaceNamespace(workspace: string): string {
  return `${WORKSPACE_PREFIX}${workspace}`;
}

/** The workspace whose namespace would be called so; undefined where no workspace's is. That it is the workspace's is said by its status alone. */
export function workspaceNamedBy(namespace: string): string | undefined {
  return namespace.startsWith(WORKSPACE_PREFIX) ? namespace.slice(WORKSPACE_PREFIX.length) : undefined;
}

/** The Secret in a tenant's namespace by which environments mount its personal storage: `server` and `path` of a share. */
export const PERSONAL_STORAGE_SECRET = 'adrasteia-personal-storage';

/** The claim of a tenant's personal storage. */
export function personalClaim(tenant: string): string {
  return tenant;
}
