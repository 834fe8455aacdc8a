/**
 * The work queue: which object is looked at next.
 *
 * A key is queued at most once, however often it is asked for, and is never worked on twice at the same time: a request that
 * arrives meanwhile is kept and comes after. Among waiting keys the higher priority goes first; within a priority the
 * namespaces take turns, so that one with a thousand changes can't keep another waiting; within a namespace it is first come,
 * first served. A key that failed comes back after a pause that doubles.
 *
 * Comes after: informers and timers. Comes before: the reconciler's workers.
 */
import type { Clock } from '../ports/clock';
import { NO_METRICS, type RuntimeMetrics } from '../ports/metrics';

/** What somebody is waiting for, a change of something below, and what the runtime does by itself at start. */
export type Priority = 'User' | 'Child' | 'Background';

const ORDER: readonly Priority[] = ['User', 'Child', 'Background'];

export interface QueueKey {
  /** Unique. */
  readonly id: string;
  /** What takes turns; empty for cluster-scoped objects. */
  readonly namespace: string;
}

export interface QueueOptions {
  readonly clock: Clock;
  readonly metrics?: RuntimeMetrics;
  /** First pause after a failure. Default 50 ms. */
  readonly backoffMs?: number;
  /** Longest pause. Default 5 minutes. */
  readonly backoffLimitMs?: number;
}

interface Waiting {
  readonly key: QueueKey;
  priority: Priority;
  readonly since: number;
}

export class WorkQueue {
  private readonly clock: Clock;
  private readonly metrics: RuntimeMetrics;
  private readonly backoffMs: number;
  private readonly backoffLimitMs: number;
  /** Authoritative for what waits; the rings below only order it. */
  private readonly waiting = new Map<string, Waiting>();
  private readonly rings = new Map<Priority, NamespaceRing>(ORDER.map((priority) => [priority, new NamespaceRing()]));
  private readonly active = new Set<string>();
  /** Asked for while active. */
  private readonly again = new Map<string, Waiting>();
  private readonly failures = new Map<string, number>();
  private readonly timers = new Map<string, { readonly at: number; readonly cancel: () => void }>();
  private readonly takers: ((key: QueueKey | undefined) => void)[] = [];
  private closed = false;

  constructor(options: QueueOptions) {
    this.clock = options.clock;
    this.metrics = options.metrics ?? NO_METRICS;
    this.backoffMs = options.backoffMs ?? 50;
    this.backoffLimitMs = options.backoffLimitMs ?? 300_000;
  }

  /** Keys that wait now, those in a pause not counted. */
  get depth(): number {
    return this.waiting.size;
  }

  /** True when nothing waits, nothing is worked on and no pause runs. */
  get isIdle(): boolean {
    return this.waiting.size === 0 && this.active.size === 0 && this.again.size === 0 && this.timers.size === 0;
  }

  /** True when nothing waits and nothing is worked on; pauses may run. */
  get isDrained(): boolean {
    return this.waiting.size === 0 && this.active.size === 0 && this.again.size === 0;
  }

  /** Asks for a key. A key that already waits keeps its place, or moves to the higher priority. */
  add(key: QueueKey, priority: Priority): void {
    if (this.closed) return;
    this.metrics.queueAdded();
    if (this.active.has(key.id)) {
      const kept = this.again.get(key.id);
      if (kept === undefined) this.again.set(key.id, { key, priority, since: this.clock.now() });
      else if (isHigher(priority, kept.priority)) kept.priority = priority;
      return;
    }
    const present = this.waiting.get(key.id);
    if (present === undefined) {
      this.enqueue({ key, priority, since: this.clock.now() });
      return;
    }
    if (!isHigher(priority, present.priority)) return;
    this.rings.get(present.priority)?.remove(key);
    present.priority = priority;
    this.rings.get(priority)?.add(key);
  }

  /** Asks for a key after a pause. An earlier request for the same key stands; a later one gives way. */
  addAfter(key: QueueKey, delayMs: number, priority: Priority): void {
    if (this.closed) return;
    if (delayMs <= 0) {
      this.add(key, priority);
      return;
    }
    const at = this.clock.now() + delayMs;
    const timer = this.timers.get(key.id);
    if (timer !== undefined) {
      if (timer.at <= at) return;
      timer.cancel();
    }
    const cancel = this.clock.schedule(delayMs, () => {
      this.timers.delete(key.id);
      this.add(key, priority);
    });
    this.timers.set(key.id, { at, cancel });
  }

  /** Asks for a key again after its pause: the first one at the first failure in a row, then twice as long each time. */
  addFailed(key: QueueKey, atLeastMs = 0): void {
    const failures = this.failures.get(key.id) ?? 0;
    this.failures.set(key.id, failures + 1);
    this.metrics.queueRetried();
    this.addAfter(
      key,
      Math.max(atLeastMs, Math.min(this.backoffMs * 2 ** Math.min(failures, 30), this.backoffLimitMs)),
      'Background',
    );
  }

  /** Ends a row of failures. */
  succeeded(key: QueueKey): void {
    this.failures.delete(key.id);
  }

  /** Forgets pauses and failures of a key whose object is gone. */
  forget(key: QueueKey): void {
    this.failures.delete(key.id);
    this.timers.get(key.id)?.cancel();
    this.timers.delete(key.id);
  }

  /** The next key, as soon as there is one; undefined once the queue is closed. Its worker calls `done` after. */
  take(): Promise<QueueKey | undefined> {
    const next = this.next();
    if (next !== undefined) return Promise.resolve(next);
    if (this.closed) return Promise.resolve(undefined);
    return new Promise((resolve) => this.takers.push(resolve));
  }

  /** Ends the work on a key; if it was asked for meanwhile it waits again. */
  done(key: QueueKey): void {
    this.active.delete(key.id);
    const again = this.again.get(key.id);
    if (again === undefined) return;
    this.again.delete(key.id);
    if (!this.closed) this.enqueue(again);
  }

  /** Gives out nothing more and cancels every pause; work that is under way is not disturbed. */
  close(): void {
    this.closed = true;
    for (const { cancel } of this.timers.values()) cancel();
    this.timers.clear();
    this.waiting.clear();
    this.again.clear();
    for (const ring of this.rings.values()) ring.clear();
    for (const taker of this.takers.splice(0)) taker(undefined);
  }

  private enqueue(item: Waiting): void {
    this.waiting.set(item.key.id, item);
    this.rings.get(item.priority)?.add(item.key);
    this.metrics.queueDepth(this.waiting.size);
    const taker = this.takers.shift();
    if (taker !== undefined) taker(this.next());
  }

  private next(): QueueKey | undefined {
    for (const priority of ORDER) {
      const key = this.rings.get(priority)?.shift();
      if (key === undefined) continue;
      const item = this.waiting.get(key.id);
      this.waiting.delete(key.id);
      this.active.add(key.id);
      this.metrics.queueDepth(this.waiting.size);
      if (item !== undefined) this.metrics.queueWaited((this.clock.now() - item.since) / 1000);
      return key;
    }
    return undefined;
  }
}

function isHigher(a: Priority, b: Priority): boolean {
  return ORDER.indexOf(a) < ORDER.indexOf(b);
}

/** Keys of one priority: namespaces take turns. Both maps keep the order of insertion, which is the order of service. */
class NamespaceRing {
  private readonly namespaces = new Map<string, Map<string, QueueKey>>();

  add(key: QueueKey): void {
    const keys = this.namespaces.get(key.namespace);
    if (keys === undefined) this.namespaces.set(key.namespace, new Map([[key.id, key]]));
    else keys.set(key.id, key);
  }

  remove(key: QueueKey): void {
    const keys = this.namespaces.get(key.namespace);
    keys?.delete(key.id);
    if (keys?.size === 0) this.namespaces.delete(key.namespace);
  }

  shift(): QueueKey | undefined {
    for (const [namespace, keys] of this.namespaces) {
      for (const key of keys.values()) {
        keys.delete(key.id);
        // The namespace goes to the end of the line.
        this.namespaces.delete(namespace);
        if (keys.size > 0) this.namespaces.set(namespace, keys);
        return key;
      }
    }
    return undefined;
  }

  clear(): void {
    this.namespaces.clear();
  }
}
