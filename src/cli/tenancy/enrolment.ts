/**
 * One entry of one tenant, put in or taken out. Only that entry is sent, by its place and with a test that it is still there, so that
 * other changes of the tenant, such as each of its status, are neither overwritten nor in the way.
 */
import { isDeepStrictEqual } from 'node:util';
import { AdrasteiaError, hasCode } from '../../errors';
import type { Cluster } from '../../ports/cluster';
import { TENANCY_NAME } from '../../tenancy/tenancy';
import { CLI_FIELD_MANAGER } from '../manifests/send';
import { getTenant, TENANT_TYPE, type TenantObject } from './tenancy-objects';

export type Role = TenantObject['spec']['workspaces'][number]['role'];

/** What an entry is to become; without a role it goes. */
export interface EntryChange {
  readonly tenant: string;
  readonly workspace: string;
  readonly role?: Role;
}

/** One operation of a JSON patch (RFC 6902). */
interface Operation {
  readonly op: 'add' | 'replace' | 'remove' | 'test';
  readonly path: string;
  readonly value?: unknown;
}

/** How often a change is made again from a newer version of the tenant. */
const TRIES = 5;

/** The tenant with its entry as asked for, and whether anything had to be sent. Throws what the API refuses. */
export async function changeEntry(
  cluster: Cluster,
  change: EntryChange,
  { dryRun }: { readonly dryRun: boolean },
): Promise<{ readonly tenant: TenantObject; readonly changed: boolean }> {
  let before: readonly Operation[] = [];
  let refusal: AdrasteiaError | undefined;
  for (let tried = 1; ; tried++) {
    const tenant = await getTenant(cluster, change.tenant);
    const operations = entryOperations(tenant, change);
    if (operations.length === 0) return { tenant, changed: false };
    if (refusal !== undefined && isDeepStrictEqual(operations, before)) throw refusal;
    before = operations;
    try {
      const answer = await cluster.patch(TENANT_TYPE, { name: change.tenant }, operations, {
        type: 'json',
        fieldManager: CLI_FIELD_MANAGER,
        dryRun,
      });
      return { tenant: answer as TenantObject, changed: true };
    } catch (error) {
      if (!hasCode(error, 'ApiConflict', 'ApiInvalid') || tried === TRIES) throw error;
      // Where another change was the reason, something else is to be sent now.
      refusal = hasCode(error, 'ApiInvalid') ? error : undefined;
    }
  }
}

/**
 * The operations that make the change; none where the entry is as it is to be. `ObjectInvalid` where a tenant is to leave a workspace
 * that it is in without an entry.
 */
export function entryOperations(
  { metadata, spec, status }: TenantObject,
  { tenant, workspace, role }: EntryChange,
): readonly Operation[] {
  const index = spec.workspaces.findIndex(({ name }) => name === workspace);
  const present = spec.workspaces[index];
  const path = `/spec/workspaces/${index}`;
  // Another entry may have come to its place; a second one of its name is refused by the schema.
  const isInPlace: Operation = { op: 'test', path: `${path}/name`, value: workspace };
  if (role === undefined) {
    if (present !== undefined) return [isInPlace, { op: 'remove', path }];
    const isBase =
      status?.observedGeneration === metadata.generation &&
      status?.workspaces?.some(({ name }) => name === workspace) === true;
    if (!isBase) return [];
    throw new AdrasteiaError(
      'ObjectInvalid',
      `Tenant ${tenant}: spec.workspaces: it is in workspace ${workspace} as every tenant is: take it out of spec.baseWorkspaces of Tenancy ${TENANCY_NAME}`,
    );
  }
  if (present?.role === role) return [];
  return present === undefined
    ? [{ op: 'add', path: '/spec/workspaces/-', value: { name: workspace, role } }]
    : [isInPlace, { op: 'replace', path: `${path}/role`, value: role }];
}
