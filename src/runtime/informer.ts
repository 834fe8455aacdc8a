/**
 * A cache of one kind, kept true by a list and a watch.
 *
 * Guarantees: an object never goes back to an older version; a relist (after 410, or at start) replaces what changed and
 * reports what vanished, and never empties the cache meanwhile; a watch that ends is resumed from the last version seen; one
 * that falls silent, bookmarks included, is cut and resumed; answers to our own writes are visible at once.
 *
 * Comes before: the reconciler, which is told of every change by `onChange`. Nothing here knows what a kind means.
 */

import type { KubeObject, ObjectMeta, ObjectName } from '../api/object';
import type { ResourceType } from '../api/resource-type';
import { kindKey } from '../api/resource-type';
import { AdrasteiaError, hasCode } from '../errors';
import type { Clock } from '../ports/clock';
import type { Cluster, Selection } from '../ports/cluster';
import type { Logger } from '../ports/logger';
import { ObjectStore } from './object-store';
import { ownedDigest } from './owned-fields';
import { Sharing } from './sharing';
import { Turns } from './turns';

/** An object as the cache keeps it. */
export interface CachedObject {
  /** Without managed fields; without spec and data where the informer keeps status only. */
  readonly object: KubeObject;
  /** Digest of what our field manager owns; see `owned-fields.ts`. */
  readonly owned: string | undefined;
}

/** The cache's state towards readers. Unavailable: the kind isn't served, or reading it is refused. */
export type InformerState = 'Starting' | 'Synced' | 'Unavailable';

export interface Change {
  readonly type: ResourceType;
  readonly before: CachedObject | undefined;
  readonly after: CachedObject | undefined;
  /** True for the answer to a write of ours, taken in before the watch brings it. */
  readonly isOwn: boolean;
}

export interface InformerOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Logger;
  readonly type: ResourceType;
  /** Only objects with these labels. */
  readonly labelSelector?: string;
  /** Only this namespace; of no effect for cluster-scoped kinds. */
  readonly namespace?: string;
  /** Keep only metadata and status. */
  readonly statusOnly: boolean;
  /** Whose turn it is to fetch a page of a list, so that not all kinds' pages are in memory at once. Default: always its own. */
  readonly pageTurns?: Turns;
  /** By which what many objects say alike is kept once. Default: among the objects of this cache. */
  readonly sharing?: Sharing;
  readonly onChange: (change: Change) => void;
  readonly onState: (state: InformerState) => void;
  /** Longest silence on a watch. Default 70 s: bookmarks come about every 60 s. */
  readonly silenceMs?: number;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

export class Informer {
  readonly type: ResourceType;
  private readonly options: InformerOptions;
  private readonly sharing: Sharing;
  private readonly pageTurns: Turns;
  private readonly store = new ObjectStore<CachedObject>();
  private readonly stop = new AbortController();
  private resourceVersion: string | undefined;
  private currentState: InformerState = 'Starting';
  private running: Promise<void> | undefined;
  private unavailableBecause = '';

  constructor(options: InformerOptions) {
    this.options = options;
    this.type = options.type;
    this.sharing = options.sharing ?? new Sharing();
    this.pageTurns = options.pageTurns ?? new Turns(1);
  }

  get state(): InformerState {
    return this.currentState;
  }

  /** Why the kind is unavailable; empty otherwise. */
  get reason(): string {
    return this.unavailableBecause;
  }

  get size(): number {
    return this.store.size;
  }

  get(name: ObjectName): CachedObject | undefined {
    return this.store.get(name);
  }

  /** Of one namespace, or of all. */
  values(namespace?: string): IterableIterator<CachedObject> {
    return this.store.values(namespace);
  }

  start(): void {
    this.running ??= this.run();
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.running;
  }

  /** Takes in the answer to a write of ours before the watch brings it. Gives what the cache holds then. */
  overlay(object: KubeObject): CachedObject | undefined {
    this.take(object, true);
    return this.get(object.metadata);
  }

  private async run(): Promise<void> {
    let pause = FIRST_PAUSE_MS;
    while (!this.isStopped()) {
      try {
        if (this.resourceVersion === undefined) await this.relist();
        // A watch begun now would never be told that all is over.
        if (this.isStopped()) return;
        pause = FIRST_PAUSE_MS;
        const startedAt = this.options.clock.now();
        await this.watchOnce();
        // A server that ends every watch at once is asked again at a walking pace.
        if (this.options.clock.now() - startedAt < FIRST_PAUSE_MS) await this.sleep(FIRST_PAUSE_MS);
      } catch (error) {
        if (this.isStopped()) return;
        if (hasCode(error, 'ApiExpired')) {
          this.resourceVersion = undefined;
          continue;
        }
        this.note(error);
        await this.sleep(pause * (0.5 + Math.random()));
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      }
    }
  }

  private isStopped(): boolean {
    return this.stop.signal.aborted;
  }

  private async relist(): Promise<void> {
    const { cluster, type } = this.options;
    const present = new ObjectStore<true>();
    let resourceVersion = '';
    const pages = cluster.pages(type, this.selection())[Symbol.asyncIterator]();
    const nextPage = async (): Promise<boolean> => {
      const page = await pages.next();
      if (page.done === true) return false;
      for (const object of page.value.items) {
        present.set(object.metadata, true);
        this.take(object);
      }
      resourceVersion = page.value.resourceVersion;
      return true;
    };
    while (await this.pageTurns.take(nextPage));
    for (const { object } of [...this.store.values()]) {
      const { metadata } = object;
      // An object that we wrote after the list was taken is newer than the list, not gone.
      if (present.get(metadata) === undefined && !isNewer(metadata.resourceVersion, resourceVersion))
        this.drop(metadata);
    }
    this.resourceVersion = resourceVersion;
    this.setState('Synced');
  }

  private async watchOnce(): Promise<void> {
    const { cluster, clock, type } = this.options;
    const silenceMs = this.options.silenceMs ?? 70_000;
    const abort = new AbortController();
    const cut = (): void => {
      abort.abort();
    };
    this.stop.signal.addEventListener('abort', cut, { once: true });
    let cancelWatchdog = clock.schedule(silenceMs, cut);
    try {
      const events = cluster.watch(type, {
        ...this.selection(),
        resourceVersion: this.resourceVersion ?? '0',
        timeoutSeconds: 300 + Math.floor(Math.random() * 300),
        signal: abort.signal,
      });
      for await (const event of events) {
        cancelWatchdog();
        cancelWatchdog = clock.schedule(silenceMs, cut);
        if (event.type === 'BOOKMARK') {
          this.resourceVersion = event.resourceVersion;
          continue;
        }
        this.resourceVersion = event.object.metadata.resourceVersion ?? this.resourceVersion;
        if (event.type === 'DELETED') this.dropVersion(event.object);
        else this.take(event.object);
      }
    } finally {
      cancelWatchdog();
      this.stop.signal.removeEventListener('abort', cut);
    }
  }

  private selection(): Selection {
    const { type, labelSelector, namespace } = this.options;
    return {
      ...(labelSelector === undefined ? {} : { labelSelector }),
      ...(namespace === undefined || !type.namespaced ? {} : { namespace }),
    };
  }

  private take(object: KubeObject, isOwn = false): void {
    const before = this.store.get(object.metadata);
    if (before !== undefined && !isNewer(object.metadata.resourceVersion, before.object.metadata.resourceVersion))
      return;
    const owned = ownedDigest(object);
    const after: CachedObject = { object: project(object, this.options.statusOnly, this.sharing), owned };
    this.store.set(after.object.metadata, after);
    this.options.onChange({ type: this.type, before, after, isOwn });
  }

  /** A deletion of an older object of the same name doesn't remove the newer one. */
  private dropVersion(object: KubeObject): void {
    const entry = this.store.get(object.metadata);
    if (entry === undefined) return;
    const sameObject = entry.object.metadata.uid === object.metadata.uid;
    if (sameObject || isNewer(object.metadata.resourceVersion, entry.object.metadata.resourceVersion))
      this.drop(object.metadata);
  }

  private drop(name: ObjectName): void {
    const before = this.store.get(name);
    this.store.delete(name);
    this.options.onChange({ type: this.type, before, after: undefined, isOwn: false });
  }

  private note(error: unknown): void {
    const { log, type } = this.options;
    const code = error instanceof AdrasteiaError ? error.code : undefined;
    const reason = error instanceof Error ? error.message : String(error);
    // Before the first list there is nothing to answer from; afterwards the cache, if aged, is the better answer.
    if (hasCode(error, 'ApiNotFound', 'ApiForbidden') && this.currentState !== 'Synced') {
      this.unavailableBecause = reason;
      this.setState('Unavailable');
    }
    log.warn('watch interrupted', { kind: kindKey(type), code, reason });
  }

  private setState(state: InformerState): void {
    if (state === 'Synced') this.unavailableBecause = '';
    if (this.currentState === state) return;
    this.currentState = state;
    this.options.onState(state);
  }

  private sleep(ms: number): Promise<void> {
    if (this.stop.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.options.clock.schedule(ms, finish);
      const signal = this.stop.signal;
      function finish(): void {
        signal.removeEventListener('abort', finish);
        cancel();
        resolve();
      }
      signal.addEventListener('abort', finish, { once: true });
    });
  }
}

/**
 * True where version `a` is later than `b`. Resource versions are ordered integers.
 * @see KEP-5504, Comparable Resource Version
 */
export function isNewer(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) return true;
  return a.length === b.length ? a > b : a.length > b.length;
}

/** What kubectl keeps of an earlier apply: as large as the object, and nobody's business here. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** All of an object but managed fields, or only its metadata and status. The object is fresh, and changed in place where that does. */
function project(object: KubeObject, statusOnly: boolean, sharing: Sharing): KubeObject {
  if (!statusOnly) {
    const { managedFields: _managedFields, ...rest } = object.metadata;
    const kept = { ...object, metadata: { ...rest, ...annotationsOf(object.metadata) } };
    sharing.textsWithin(kept);
    return kept;
  }
  const { apiVersion, kind, status } = object;
  const known = {
    apiVersion: sharing.text(apiVersion),
    kind: sharing.text(kind),
    metadata: compactMetadata(object.metadata, sharing),
  };
  return typeof status === 'object' && status !== null ? { ...known, status: sharing.structure(status) } : known;
}

/** The members of metadata that are known here, in an object that has room for exactly these. */
function compactMetadata(metadata: ObjectMeta, sharing: Sharing): ObjectMeta {
  const { namespace, uid, labels, finalizers, ownerReferences, creationTimestamp } = metadata;
  const { annotations } = annotationsOf(metadata);
  return {
    name: sharing.text(metadata.name),
    namespace: namespace === undefined ? undefined : sharing.text(namespace),
    uid: uid === undefined ? undefined : sharing.text(uid),
    resourceVersion: metadata.resourceVersion,
    generation: metadata.generation,
    creationTimestamp: creationTimestamp === undefined ? undefined : sharing.text(creationTimestamp),
    deletionTimestamp: metadata.deletionTimestamp,
    labels: labels === undefined ? undefined : sharing.structure(labels),
    annotations: annotations === undefined ? undefined : sharing.structure(annotations),
    finalizers: finalizers === undefined ? undefined : sharing.structure(finalizers),
    ownerReferences: ownerReferences === undefined ? undefined : sharing.structure(ownerReferences),
  };
}

function annotationsOf({ annotations }: ObjectMeta): Pick<ObjectMeta, 'annotations'> {
  if (annotations?.[LAST_APPLIED] === undefined) return annotations === undefined ? {} : { annotations };
  return { annotations: Object.fromEntries(Object.entries(annotations).filter(([name]) => name !== LAST_APPLIED)) };
}
