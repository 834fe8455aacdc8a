/**
 * The inventory: what has been made for a custom resource, written down before it is made.
 *
 * One `Inventory` object for each owner, named by the owner's UID. Order for every change: *union* (what is there and what
 * is to come) is written first; then objects are applied; only when all of them are, what is no longer wanted is pruned; then
 * the inventory *shrinks*. A crash at any point leaves an inventory that names at least all that exists, so nothing is
 * orphaned; and since entries hold only references, a change that makes no new object writes none.
 */
import { canonicalJson, isJsonObject } from '../api/json';
import type { KubeObject, Manifest, ObjectReference } from '../api/object';
import { referenceKey } from '../api/object';
import type { ResourceType } from '../api/resource-type';
import { API_GROUP, API_VERSION, FIELD_MANAGER } from '../api/well-known';
import type { Cluster } from '../ports/cluster';
import type { Informer } from './informer';
import { type Owner, ownerWord } from './ownership';

export const INVENTORY: ResourceType = {
  group: API_GROUP,
  version: API_VERSION,
  kind: 'Inventory',
  plural: 'inventories',
  namespaced: true,
};

export interface InventoryEntry extends ObjectReference {
  /** True: it holds data; pruning forgets it and deletes nothing. */
  readonly keep?: boolean;
}

/** An external thing that was asked for, by the name of its system. */
export interface ExternalEntry {
  readonly system: string;
  readonly key: string;
}

export interface InventoryContent {
  readonly entries: readonly InventoryEntry[];
  readonly external: readonly ExternalEntry[];
  /** Keys of one-shots that were done, or begun. */
  readonly ledger: readonly string[];
}

const EMPTY_INVENTORY: InventoryContent = { entries: [], external: [], ledger: [] };

/** What is there and what is to come. */
export function union(
  recorded: readonly InventoryEntry[],
  desired: readonly InventoryEntry[],
): readonly InventoryEntry[] {
  const entries = new Map(recorded.map((entry) => [referenceKey(entry), entry]));
  for (const entry of desired) entries.set(referenceKey(entry), entry);
  return sorted([...entries.values()]);
}

/** What is recorded and no longer wanted. */
export function surplus(
  recorded: readonly InventoryEntry[],
  desired: readonly InventoryEntry[],
): readonly InventoryEntry[] {
  const wanted = new Set(desired.map((entry) => referenceKey(entry)));
  return recorded.filter((entry) => !wanted.has(referenceKey(entry)));
}

function sorted(entries: readonly InventoryEntry[]): readonly InventoryEntry[] {
  const keyed = entries.map((entry) => ({ key: referenceKey(entry), entry }));
  // What comes from the server was sorted before it was written.
  if (keyed.every(({ key }, index) => index === 0 || (keyed[index - 1]?.key ?? '') < key)) return entries;
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ entry }) => entry);
}

/** Reads and writes inventories. */
export class InventoryStore {
  constructor(
    private readonly cluster: Cluster,
    private readonly informer: Informer,
    /** Where inventories of cluster-scoped owners are kept. */
    private readonly systemNamespace: string,
  ) {}

  read(owner: Owner): InventoryContent {
    const object = this.informer.get({ namespace: this.namespaceOf(owner), name: owner.metadata.uid ?? '' });
    return object === undefined ? EMPTY_INVENTORY : contentOf(object.object);
  }

  /** Writes an inventory, unless it says the same already. True where a write was made. */
  async write(owner: Owner, content: InventoryContent): Promise<boolean> {
    const next: InventoryContent = { ...content, entries: sorted(content.entries) };
    if (canonicalJson(next) === canonicalJson(this.read(owner))) return false;
    const manifest: Manifest = {
      apiVersion: `${API_GROUP}/${API_VERSION}`,
      kind: INVENTORY.kind,
      metadata: {
        name: owner.metadata.uid ?? '',
        namespace: this.namespaceOf(owner),
        ownerReferences: [
          {
            apiVersion: owner.apiVersion,
            kind: owner.kind,
            name: owner.metadata.name,
            uid: owner.metadata.uid ?? '',
            controller: true,
          },
        ],
      },
      spec: {
        owner: ownerWord(owner),
        entries: next.entries,
        ...(next.external.length === 0 ? {} : { external: next.external }),
        ...(next.ledger.length === 0 ? {} : { ledger: next.ledger }),
      },
    };
    this.informer.overlay(await this.cluster.apply(INVENTORY, manifest, { fieldManager: FIELD_MANAGER, force: true }));
    return true;
  }

  private namespaceOf(owner: Owner): string {
    return owner.metadata.namespace ?? this.systemNamespace;
  }
}

function contentOf(object: KubeObject): InventoryContent {
  const spec = isJsonObject(object.spec) ? object.spec : {};
  return {
    entries: sorted(list(spec['entries']).filter(isEntry)),
    external: list(spec['external']).filter(isExternalEntry),
    ledger: list(spec['ledger']).filter((key) => typeof key === 'string'),
  };
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isEntry(value: unknown): value is InventoryEntry {
  return (
    isJsonObject(value) &&
    typeof value['apiVersion'] === 'string' &&
    typeof value['kind'] === 'string' &&
    typeof value['name'] === 'string'
  );
}

function isExternalEntry(value: unknown): value is ExternalEntry {
  return isJsonObject(value) && typeof value['system'] === 'string' && typeof value['key'] === 'string';
}
