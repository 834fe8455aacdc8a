/**
 * All objects of all kinds that can be listed and watched, custom ones as they come, for controllers that deal with any kind:
 * their metadata, or the whole objects where others in this process keep these.
 */
import { type DiscoveredType, Discovery } from '../../adapters/kubernetes/discovery';
import type { KubeObject, ObjectName } from '../../api/object';
import { kindKey, type ResourceType } from '../../api/resource-type';
import { errorKeys } from '../error-keys';
import { Mirror } from '../mirror';
import type { SharedStores, StoreContext } from './shared-stores';
import { Store } from './store';

/** How often new kinds are looked for. A change of a CRD makes it at once. */
const REDISCOVER_MS = 5000;

/** Told of each change: `before` is undefined for what is new, `after` for what is gone, be it with its kind. */
export type MetadataListener = (
  type: DiscoveredType,
  before: KubeObject | undefined,
  after: KubeObject | undefined,
) => void;

/** Kinds that own nothing, are owned by nothing, and are counted by nobody. */
const IGNORED: ReadonlySet<string> = new Set(['Event', 'Event.events.k8s.io']);
const DEFINITION = 'CustomResourceDefinition.apiextensions.k8s.io';

interface Followed {
  readonly type: DiscoveredType;
  readonly store: Store;
  readonly stop: () => void;
}

export class FollowedKinds {
  readonly #context: StoreContext;
  readonly #stores: SharedStores;
  readonly #followed = new Map<string, Followed>();
  readonly #following = new Set<Promise<void>>();
  readonly #listeners: MetadataListener[] = [];
  readonly #stopping = new AbortController();
  #cancelRediscovery = (): void => undefined;
  #rediscovering: Promise<void> = Promise.resolve();
  #isStarted = false;

  /** `stores`: what others keep whole objects in, and needn't be kept here once more. */
  constructor(context: StoreContext, stores: SharedStores) {
    this.#context = context;
    this.#stores = stores;
  }

  listen(listener: MetadataListener): void {
    this.#listeners.push(listener);
  }

  /** Lists everything once. Throws what the cluster throws. */
  async start(): Promise<void> {
    await this.#rediscover();
    this.#isStarted = true;
    this.#schedule(REDISCOVER_MS);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#cancelRediscovery();
    await this.#rediscovering;
    for (const { stop } of this.#followed.values()) stop();
    await Promise.all([...this.#following]);
  }

  /** The type of a kind, by its kind and group, in the version that the server prefers. */
  find(key: string): ResourceType | undefined {
    return this.#followed.get(key)?.type;
  }

  /** The type with this plural and group. */
  findByPlural(plural: string, group: string): ResourceType | undefined {
    for (const { type } of this.#followed.values()) if (type.plural === plural && type.group === group) return type;
    return undefined;
  }

  /** The metadata of an object. */
  get(type: Pick<ResourceType, 'group' | 'kind'>, name: ObjectName): KubeObject | undefined {
    return this.#followed.get(kindKey(type))?.store.get(name);
  }

  /** The metadata of all objects of a kind in a namespace. */
  list(type: Pick<ResourceType, 'group' | 'kind'>, namespace: string): readonly KubeObject[] {
    return this.#followed.get(kindKey(type))?.store.inNamespace(namespace) ?? [];
  }

  /** Begins to follow kinds that have come, and forgets those that have gone. */
  async #rediscover(): Promise<void> {
    const types = await new Discovery(this.#context.cluster).all();
    const wanted = new Map<string, DiscoveredType>();
    for (const type of types) {
      const isFollowed = ['list', 'watch'].every((verb) => type.verbs.includes(verb));
      // The first version of a kind is the one that the server prefers.
      if (isFollowed && !IGNORED.has(kindKey(type)) && !wanted.has(kindKey(type))) wanted.set(kindKey(type), type);
    }
    for (const [key, followed] of this.#followed) {
      if (wanted.get(key)?.version === followed.type.version) continue;
      this.#followed.delete(key);
      followed.stop();
    }
    const added = [...wanted].filter(([key]) => !this.#followed.has(key));
    await Promise.all(added.map(([key, type]) => this.#follow(key, type)));
  }

  #schedule(delayMs: number): void {
    if (!this.#isStarted || this.#stopping.signal.aborted) return;
    this.#cancelRediscovery();
    this.#cancelRediscovery = this.#context.clock.schedule(delayMs, () => {
      this.#rediscovering = this.#rediscovering
        .then(() => this.#rediscover())
        .catch((error: unknown) => this.#context.log.debug('discovery failed', errorKeys(error)))
        .then(() => this.#schedule(REDISCOVER_MS));
    });
  }

  async #follow(key: string, type: DiscoveredType): Promise<void> {
    const shared = this.#stores.find(type);
    if (shared === undefined) await this.#mirror(key, type);
    else this.#share(key, type, shared);
  }

  #share(key: string, type: DiscoveredType, store: Store): void {
    let isOver = false;
    const stop = (): void => {
      isOver = true;
      for (const object of store.values()) this.#tell(type, object, undefined);
    };
    this.#followed.set(key, { type, store, stop });
    for (const object of store.values()) this.#tell(type, undefined, object);
    store.listen((before, after) => {
      if (!isOver) this.#tell(type, before, after);
    });
  }

  async #mirror(key: string, type: DiscoveredType): Promise<void> {
    const stopping = new AbortController();
    const mirror: Mirror = new Mirror({
      ...this.#context,
      type,
      metadataOnly: true,
      reduce: essentials,
      onChange: (before, after) => {
        if (stopping.signal.aborted) return;
        store.changed(before, after);
        this.#tell(type, before, after);
      },
    });
    const store = new Store(this.#context.cluster, type, mirror);
    const stop = (): void => {
      stopping.abort();
      for (const object of mirror.values()) this.#tell(type, object, undefined);
    };
    this.#followed.set(key, { type, store, stop });
    try {
      await mirror.fill();
    } catch (error) {
      // A kind that goes while it is listed isn't worth stopping for; `follow` tries again.
      this.#context.log.debug('list failed', { kind: key, ...errorKeys(error) });
    }
    const following = mirror.follow(stopping.signal).finally(() => this.#following.delete(following));
    this.#following.add(following);
  }

  #tell(...change: Parameters<MetadataListener>): void {
    for (const listen of this.#listeners) listen(...change);
    if (kindKey(change[0]) === DEFINITION) this.#schedule(0);
  }
}

/** Who an object is and whom it belongs to. There may be many objects: nothing else is kept. */
function essentials({ apiVersion, kind, metadata }: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion, ownerReferences, finalizers, deletionTimestamp } = metadata;
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...(ownerReferences === undefined ? {} : { ownerReferences }),
      ...(finalizers === undefined ? {} : { finalizers }),
      ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    },
  };
}
