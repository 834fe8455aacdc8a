/** One store for each kind, however many controllers read it. */
import type { KubeObject, ManagedFields } from '../../api/object';
import { kindKey, type ResourceType } from '../../api/resource-type';
import type { Clock } from '../../ports/clock';
import type { Cluster } from '../../ports/cluster';
import type { Logger } from '../../ports/logger';
import { Mirror } from '../mirror';
import { type ChangeListener, Store } from './store';

/** What the stores read from. */
export interface StoreContext {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Logger;
}

export class SharedStores {
  readonly #context: StoreContext;
  readonly #stores = new Map<string, { readonly mirror: Mirror; readonly store: Store }>();
  readonly #stopping: AbortController[] = [];
  #following: Promise<unknown> = Promise.resolve();

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** The store of a kind; to be asked for before `start`. The listener is called for every object that is found or changes. */
  of<T extends KubeObject = KubeObject>(type: ResourceType, listener?: ChangeListener<T>): Store<T> {
    const key = kindKey(type);
    let entry = this.#stores.get(key);
    if (entry === undefined) {
      const mirror = new Mirror({
        ...this.#context,
        type,
        reduce: withoutManagedFields,
        onChange: (before, after) => store.changed(before, after),
      });
      const store = new Store(this.#context.cluster, type, mirror);
      entry = { mirror, store };
      this.#stores.set(key, entry);
    }
    const store = entry.store as unknown as Store<T>;
    if (listener !== undefined) store.listen(listener);
    return store;
  }

  /** The store of a kind in this version, where somebody has asked for it. */
  find(type: ResourceType): Store | undefined {
    const store = this.#stores.get(kindKey(type))?.store;
    return store?.type.version === type.version ? store : undefined;
  }

  /** Lists every kind, and follows it. Throws what the cluster throws while listing. */
  async start(): Promise<void> {
    const mirrors = [...this.#stores.values()].map(({ mirror }) => mirror);
    await Promise.all(mirrors.map((mirror) => mirror.fill()));
    this.#following = Promise.all(mirrors.map((mirror) => this.#follow(mirror)));
  }

  async stop(): Promise<void> {
    for (const stopping of this.#stopping) stopping.abort();
    await this.#following;
  }

  #follow(mirror: Mirror): Promise<void> {
    const stopping = new AbortController();
    this.#stopping.push(stopping);
    return mirror.follow(stopping.signal);
  }
}

/** Takes out a third of an object that no controller reads; what is written without them keeps those that the API has. */
function withoutManagedFields(object: KubeObject): KubeObject {
  delete (object.metadata as { managedFields?: readonly ManagedFields[] }).managedFields;
  return object;
}
