/**
 * A copy of all objects of one kind, kept by a list and then a watch.
 *
 * A watch that ends is resumed where it was; one that is too old, or broke, begins with a new list after a pause. An object
 * never goes back to an older version, so that the answers to one's own writes can be taken in before the watch brings them.
 */
import type { KubeObject, ObjectName } from '../api/object';
import { kindKey, type ResourceType } from '../api/resource-type';
import { hasCode } from '../errors';
import type { Clock } from '../ports/clock';
import type { Cluster, Selection } from '../ports/cluster';
import type { Logger } from '../ports/logger';
import { errorKeys } from './error-keys';

/** Which kind is mirrored, and who is told of changes. */
export interface MirrorOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Logger;
  readonly type: ResourceType;
  /** Keep nothing but metadata. Default false. */
  readonly metadataOnly?: boolean;
  /** Which objects. Default: all of the kind. */
  readonly selection?: Pick<Selection, 'namespace' | 'labelSelector' | 'fieldSelector'>;
  /** What is kept of an object, which may be changed in place. Default: all of it. */
  readonly reduce?: (object: KubeObject) => KubeObject;
  /** Called after the copy changed; `after` is undefined where the object is gone. */
  readonly onChange: (before: KubeObject | undefined, after: KubeObject | undefined) => void;
}

const PAUSE_MS = 1000;
const WATCH_SECONDS = 240;
/** A watch that the server doesn't end in time is taken for dead. */
const WATCH_PATIENCE_MS = (WATCH_SECONDS + 15) * 1000;

/** The copy of one kind; empty until `fill` or `follow`. */
export class Mirror {
  readonly #options: MirrorOptions;
  readonly #objects = new Map<string, KubeObject>();
  readonly #selection: Selection;
  #resourceVersion: string | undefined;

  constructor(options: MirrorOptions) {
    this.#options = options;
    this.#selection = { ...options.selection, ...(options.metadataOnly === true ? { metadataOnly: true } : {}) };
  }

  /** True once everything was listed. */
  get isFilled(): boolean {
    return this.#resourceVersion !== undefined;
  }

  get(name: ObjectName): KubeObject | undefined {
    return this.#objects.get(keyOf(name));
  }

  values(): IterableIterator<KubeObject> {
    return this.#objects.values();
  }

  /** Fills the copy. Throws what the cluster throws. */
  async fill(): Promise<void> {
    const list = await this.#options.cluster.list(this.#options.type, this.#selection);
    const present = new Set(list.items.map(({ metadata }) => keyOf(metadata)));
    for (const object of list.items) this.take(object);
    for (const [key, object] of [...this.#objects]) {
      const isSinceTheList = isNewer(object.metadata.resourceVersion, list.resourceVersion);
      if (!present.has(key) && !isSinceTheList) this.drop(object.metadata);
    }
    this.#resourceVersion = list.resourceVersion;
  }

  /** Keeps the copy until the signal aborts. */
  async follow(signal: AbortSignal): Promise<void> {
    const { clock, log, type } = this.#options;
    const isOver = (): boolean => signal.aborted;
    while (!isOver()) {
      const startedAt = clock.now();
      try {
        if (this.#resourceVersion === undefined) await this.fill();
        await this.#watch(signal);
        // A server that ends every watch at once is asked again at a walking pace.
        if (clock.now() - startedAt < PAUSE_MS) await this.#pause(signal);
      } catch (error) {
        if (isOver()) return;
        this.#resourceVersion = undefined;
        if (hasCode(error, 'ApiExpired')) continue;
        log.warn('watch interrupted', { kind: kindKey(type), ...errorKeys(error) });
        await this.#pause(signal);
      }
    }
  }

  /** Takes in an object, unless a newer version of it is known. */
  take(object: KubeObject): void {
    const before = this.get(object.metadata);
    if (before !== undefined && !isNewer(object.metadata.resourceVersion, before.metadata.resourceVersion)) return;
    const kept = this.#options.reduce?.(object) ?? object;
    this.#objects.set(keyOf(kept.metadata), kept);
    this.#options.onChange(before, kept);
  }

  /** Takes out an object that is gone; a newer one that has its name by now stays. */
  drop(gone: ObjectName & { readonly uid?: string }): void {
    const before = this.get(gone);
    if (before === undefined || before.metadata.uid !== gone.uid) return;
    this.#objects.delete(keyOf(gone));
    this.#options.onChange(before, undefined);
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { cluster, clock, type } = this.#options;
    const ending = new AbortController();
    const end = (): void => ending.abort();
    signal.addEventListener('abort', end, { once: true });
    const cancel = clock.schedule(WATCH_PATIENCE_MS, end);
    try {
      const resourceVersion = this.#resourceVersion ?? '';
      const options = { ...this.#selection, resourceVersion, timeoutSeconds: WATCH_SECONDS, signal: ending.signal };
      for await (const event of cluster.watch(type, options)) {
        if (signal.aborted) return;
        if (event.type === 'BOOKMARK') {
          this.#resourceVersion = event.resourceVersion;
          continue;
        }
        this.#resourceVersion = event.object.metadata.resourceVersion;
        if (event.type === 'DELETED') this.drop(event.object.metadata);
        else this.take(event.object);
      }
    } finally {
      cancel();
      signal.removeEventListener('abort', end);
    }
  }

  #pause(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) {
        resolve();
        return;
      }
      const done = (): void => {
        cancel();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const cancel = this.#options.clock.schedule(PAUSE_MS, done);
      signal.addEventListener('abort', done, { once: true });
    });
  }
}

function keyOf({ namespace, name }: ObjectName): string {
  return `${namespace ?? ''}/${name}`;
}

/** Resource versions are ordered integers. @see KEP-5504, Comparable Resource Version */
function isNewer(a = '0', b = '0'): boolean {
  return a.length === b.length ? a > b : a.length > b.length;
}
