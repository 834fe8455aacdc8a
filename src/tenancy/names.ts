/**
 * Names and labels of what tenancy makes. They are made from names alone, so that whoever knows a tenant knows its namespace.
 */

/** Label on a tenant's namespaces, and on what is made for it elsewhere: the tenant's name. */
export const TENANT_LABEL = 'adrasteia.dev/tenant';

/** Label on a workspace's namespace: the workspace's name. */
export const WORKSPACE_LABEL = 'adrasteia.dev/workspace';

/** Label on namespaces: what they are for. */
export const NAMESPACE_TYPE_LABEL = 'adrasteia.dev/namespace-type';

/** Annotation on a Tenant or Workspace: `"true"` lets its deletion delete the volumes in its namespaces. */
export const DELETE_VOLUMES_ANNOTATION = 'adrasteia.dev/delete-volumes';

/** The namespace in which a tenant has its environments. */
export function tenantNamespace(tenant: string): string {
  return `tenant-${tenant}`;
}

/** The namespace in which a tenant may make what it likes. */
export function sandboxNamespace(tenant: string): string {
  return `sandbox-${tenant}`;
}

/** The namespace that holds what a workspace shares. */
export function workspaceNamespace(workspace: string): string {
  return `workspace-${workspace}`;
}

/** The claim of a tenant's personal storage. */
export function personalClaim(tenant: string): string {
  return tenant;
}
