/**
 * Templates of workspaces, used from the namespaces of tenants who are in them.
 *
 * Whose a namespace is and who is in a workspace is read from the statuses of Tenant and Workspace, which the controller alone
 * writes. What a namespace is called and what its labels say proves nothing.
 */
import type { Lookup } from '../../src/plan/lookup';
import { tenantNamedBy, workspaceNamedBy } from '../../src/tenancy/names';
import { TENANT, type TenantObject } from '../tenant';
import { WORKSPACE, type WorkspaceObject } from '../workspace';
import type { EnvironmentObject } from './schema';

const FIELD = 'spec.templateRef.namespace';

/** The tenant whose namespace it is; undefined where it is nobody's, or the tenant is being deleted. */
export function tenantWithNamespace(namespace: string, lookup: Lookup): TenantObject | undefined {
  const name = tenantNamedBy(namespace);
  if (name === undefined) return undefined;
  const answer = lookup.get<TenantObject>(TENANT.type, { name });
  if (!answer.found) return undefined;
  const { metadata, status } = answer.object;
  return metadata.deletionTimestamp === undefined && status?.namespace === namespace ? answer.object : undefined;
}

/** Why an environment may not use templates of another namespace, with the field and the remedy; undefined where it may. */
export function templateRefusal(
  { metadata: { namespace: home = '' } }: EnvironmentObject,
  namespace: string,
  lookup: Lookup,
): string | undefined {
  const tenant = tenantWithNamespace(home, lookup);
  if (tenant === undefined)
    return `${FIELD}: only environments in the namespace of a tenant use templates of another namespace, and "${home}" is no tenant's: name a template of this namespace, or a ClusterEnvironmentTemplate`;
  const workspace = workspaceWithNamespace(namespace, lookup);
  if (workspace === undefined)
    return `${FIELD}: "${namespace}" is not the namespace of a workspace: name that of a workspace that tenant ${tenant.metadata.name} is in`;
  const { name } = workspace.metadata;
  const state = tenant.status?.workspaces?.find((entry) => entry.name === name)?.state;
  if (state === 'Enrolled') return undefined;
  return state === 'Candidate'
    ? `${FIELD}: tenant ${tenant.metadata.name} is a candidate for workspace ${name}: a manager of the workspace has to agree first`
    : `${FIELD}: tenant ${tenant.metadata.name} is not in workspace ${name}: ask a manager of the workspace, or name another template`;
}

function workspaceWithNamespace(namespace: string, lookup: Lookup): WorkspaceObject | undefined {
  const name = workspaceNamedBy(namespace);
  if (name === undefined) return undefined;
  const answer = lookup.get<WorkspaceObject>(WORKSPACE.type, { name });
  if (!answer.found) return undefined;
  const { metadata, status } = answer.object;
  return metadata.deletionTimestamp === undefined && status?.namespace === namespace ? answer.object : undefined;
}
