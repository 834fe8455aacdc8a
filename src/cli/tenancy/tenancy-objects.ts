/**
 * Tenants and workspaces of our own API, as a cluster holds them. What lies under a type is of that type: the API server has checked it
 * against the schema, and filled in its defaults.
 */
import { TENANT, type TenantObject } from '../../../constructs/tenant';
import { WORKSPACE, type WorkspaceObject } from '../../../constructs/workspace';
import type { KubeObject } from '../../api/object';
import type { ResourceType } from '../../api/resource-type';
import { AdrasteiaError, hasCode } from '../../errors';
import type { Cluster } from '../../ports/cluster';
import { notFound } from '../cluster/targets';

export type { TenantObject, WorkspaceObject };
export const TENANT_TYPE = TENANT.type;
export const WORKSPACE_TYPE = WORKSPACE.type;

/** All tenants, by name. `KindUnknown` where the cluster serves none. */
export function listTenants(cluster: Cluster, labelSelector?: string): Promise<readonly TenantObject[]> {
  return listAll<TenantObject>(cluster, TENANT_TYPE, labelSelector);
}

/** All workspaces, by name. `KindUnknown` where the cluster serves none. */
export function listWorkspaces(cluster: Cluster, labelSelector?: string): Promise<readonly WorkspaceObject[]> {
  return listAll<WorkspaceObject>(cluster, WORKSPACE_TYPE, labelSelector);
}

/** A tenant. `ApiNotFound` where there is none of that name, `KindUnknown` where the cluster serves none. */
export function getTenant(cluster: Cluster, name: string): Promise<TenantObject> {
  return getOne<TenantObject>(cluster, TENANT_TYPE, name);
}

/** A workspace. `ApiNotFound` where there is none of that name, `KindUnknown` where the cluster serves none. */
export function getWorkspace(cluster: Cluster, name: string): Promise<WorkspaceObject> {
  return getOne<WorkspaceObject>(cluster, WORKSPACE_TYPE, name);
}

/** The error for a kind of tenancy that the cluster doesn't know. */
function notServed({ plural }: ResourceType): AdrasteiaError {
  return new AdrasteiaError(
    'KindUnknown',
    `the cluster serves no ${plural}: roll out the platform with --tenancy, or try "adra up"`,
  );
}

async function listAll<O extends KubeObject>(
  cluster: Cluster,
  type: ResourceType,
  labelSelector: string | undefined,
): Promise<readonly O[]> {
  try {
    const { items } = await cluster.list(type, labelSelector === undefined ? {} : { labelSelector });
    const sorted: readonly KubeObject[] = items.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
    return sorted as readonly O[];
  } catch (error) {
    throw hasCode(error, 'ApiNotFound') ? notServed(type) : error;
  }
}

async function getOne<O extends KubeObject>(cluster: Cluster, type: ResourceType, name: string): Promise<O> {
  let object: KubeObject | undefined;
  try {
    object = await cluster.get(type, { name });
  } catch (error) {
    throw hasCode(error, 'ApiNotFound') ? notServed(type) : error;
  }
  if (object === undefined) throw notFound(type, name, '');
  return object as O;
}
