/**
 * The members of a workspace, as an external system: entries in the specifications of other objects. Taking them out is the one
 * change that the controller makes of what somebody else has asked for; left in, they would be members of a later workspace of the
 * same name.
 *
 * Each change says what it takes for granted, so that it overwrites nothing: an entry that is no longer where it was seen is looked
 * for again. It ends once a look finds none, so a crash on the way is made up for by the next try.
 */
import { isJsonObject, type JsonValue } from '../../api/json';
import type { KubeObject } from '../../api/object';
import type { ResourceType } from '../../api/resource-type';
import { FIELD_MANAGER } from '../../api/well-known';
import { hasCode } from '../../errors';
import type { MembersRelease } from '../../plan/members-request';
import type { Cluster } from '../../ports/cluster';
import type { ExternalSystem } from '../../ports/external-system';

/** Changes at the same time. */
const IN_PARALLEL = 8;
/** Looks in one try; more would mean that somebody enters people as fast as they are taken out. */
const LOOKS = 4;

/** An entry, where it was seen. */
interface Entry {
  readonly tenant: string;
  readonly uid: string;
  readonly index: number;
}

export class Members implements ExternalSystem {
  constructor(private readonly options: { readonly cluster: Pick<Cluster, 'pages' | 'patch'> }) {}

  /** Takes a workspace's entries out of its tenants. Throws where some are left, after all others have been taken out. */
  async release(_key: string, spec?: JsonValue): Promise<void> {
    if (!isRelease(spec)) throw new Error('which entries are to be taken out is not said');
    let entries = await this.entriesOf(spec);
    for (let look = 1; entries.length > 0 && look < LOOKS; look++) {
      await this.takeOut(spec, entries);
      entries = await this.entriesOf(spec);
    }
    if (entries.length > 0) throw new Error(`${entries.length} tenants still name workspace ${spec.workspace}`);
  }

  refreshMs(): number {
    return 60_000;
  }

  /** One list, of which no more is kept than where the entries are. */
  private async entriesOf({ tenants, workspace }: MembersRelease): Promise<readonly Entry[]> {
    const entries: Entry[] = [];
    for await (const { items } of this.options.cluster.pages(tenants, {})) {
      for (const item of items) {
        const index = workspacesOf(item).indexOf(workspace);
        if (index >= 0) entries.push({ tenant: item.metadata.name, uid: item.metadata.uid ?? '', index });
      }
    }
    return entries;
  }

  private async takeOut({ tenants, workspace }: MembersRelease, entries: readonly Entry[]): Promise<void> {
    const queue = entries[Symbol.iterator]();
    const failures: unknown[] = [];
    const work = async (): Promise<void> => {
      for (const entry of queue) {
        try {
          await this.takeOutOne(tenants, workspace, entry);
        } catch (error) {
          failures.push(error);
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(IN_PARALLEL, entries.length) }, work));
    if (failures.length > 0) throw failures[0];
  }

  private async takeOutOne(tenants: ResourceType, workspace: string, { tenant, uid, index }: Entry): Promise<void> {
    const path = `/spec/workspaces/${index}`;
    try {
      await this.options.cluster.patch(
        tenants,
        { name: tenant },
        [
          { op: 'test', path: '/metadata/uid', value: uid },
          { op: 'test', path: `${path}/name`, value: workspace },
          { op: 'remove', path },
        ],
        { type: 'json', fieldManager: FIELD_MANAGER },
      );
    } catch (error) {
      // The tenant is gone, or its entries are others by now: the next look sees what is left.
      if (!hasCode(error, 'ApiNotFound', 'ApiInvalid', 'ApiConflict')) throw error;
    }
  }
}

/** Names of the workspaces that an object is entered in, in the order of the entries. */
function workspacesOf({ spec }: KubeObject): readonly unknown[] {
  const workspaces = isJsonObject(spec) ? spec['workspaces'] : undefined;
  return Array.isArray(workspaces) ? workspaces.map((entry) => (isJsonObject(entry) ? entry['name'] : undefined)) : [];
}

function isRelease(spec: unknown): spec is MembersRelease & JsonValue {
  return isJsonObject(spec) && typeof spec['workspace'] === 'string' && isJsonObject(spec['tenants']);
}
