/** Brings changes to those who subscribed, each change once, in the order of revisions. */
import type { EventSink, Revision, StorageEvent } from './storage';

interface Subscription {
  readonly prefix: string;
  readonly sink: EventSink;
  /** What was delivered, or lies before the subscription. */
  delivered: Revision;
  isOpen: boolean;
}

/**
 * The open subscriptions of a storage.
 *
 * All deliveries pass through one queue: a sink that changes the storage or subscribes has returned before anything more is
 * delivered to anyone.
 */
export class Subscriptions {
  readonly #byPrefix = new Map<string, Set<Subscription>>();
  readonly #queue: { readonly events: readonly StorageEvent[]; readonly to?: Subscription }[] = [];
  #isDelivering = false;

  /**
   * Delivers `missed` to the sink, and from then on what comes after them. `after`: the revision up to which everything is
   * known to the sink once `missed` is delivered.
   */
  open(prefix: string, after: Revision, missed: readonly StorageEvent[], sink: EventSink): () => void {
    const subscription: Subscription = { prefix, sink, delivered: after, isOpen: true };
    const others = this.#byPrefix.get(prefix);
    if (others === undefined) this.#byPrefix.set(prefix, new Set([subscription]));
    else others.add(subscription);
    if (missed.length > 0) this.#enqueue({ events: missed, to: subscription });
    return () => {
      this.#close(subscription);
    };
  }

  /** Delivers new changes, which are in the order of their revisions. */
  publish(events: readonly StorageEvent[]): void {
    if (events.length > 0 && this.#byPrefix.size > 0) this.#enqueue({ events });
  }

  closeAll(): void {
    for (const group of [...this.#byPrefix.values()]) for (const subscription of [...group]) this.#close(subscription);
  }

  #close(subscription: Subscription): void {
    subscription.isOpen = false;
    const group = this.#byPrefix.get(subscription.prefix);
    group?.delete(subscription);
    if (group?.size === 0) this.#byPrefix.delete(subscription.prefix);
  }

  #enqueue(delivery: { readonly events: readonly StorageEvent[]; readonly to?: Subscription }): void {
    this.#queue.push(delivery);
    if (this.#isDelivering) return;
    this.#isDelivering = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
        if (next.to === undefined) this.#broadcast(next.events);
        else deliver(next.to, next.events);
      }
    } finally {
      this.#isDelivering = false;
    }
  }

  #broadcast(events: readonly StorageEvent[]): void {
    // Subscriptions may be opened and closed meanwhile; new ones know these events already.
    for (const [prefix, group] of this.#byPrefix) {
      const matching = events.filter(({ key }) => key.startsWith(prefix));
      if (matching.length === 0) continue;
      const first = matching[0]?.revision ?? 0;
      for (const subscription of group) {
        const fresh =
          first > subscription.delivered
            ? matching
            : matching.filter(({ revision }) => revision > subscription.delivered);
        deliver(subscription, fresh);
      }
    }
  }
}

function deliver(subscription: Subscription, events: readonly StorageEvent[]): void {
  if (!subscription.isOpen || events.length === 0) return;
  subscription.delivered = Math.max(subscription.delivered, events.at(-1)?.revision ?? 0);
  try {
    subscription.sink(events);
  } catch (error) {
    // A sink must not throw. The others get their events all the same, and the mistake is not swallowed.
    queueMicrotask(() => {
      throw error;
    });
  }
}
