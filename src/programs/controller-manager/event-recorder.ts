/**
 * Events of the core group, as kube-controller-manager tells them: a repeat counts up the event that is there, many that differ
 * only in their message become one, and an object that has too much to say is cut off for a while.
 *
 * A failed write is logged and forgotten, since nothing may depend on an event.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
 */
import type { KubeObject } from '../../api/object';
import type { ResourceType } from '../../api/resource-type';
import { hasCode } from '../../errors';
import type { Clock } from '../../ports/clock';
import type { Cluster } from '../../ports/cluster';
import type { Logger } from '../../ports/logger';
import { errorKeys } from '../error-keys';
import { timestamp } from './timestamp';

const EVENT: ResourceType = { group: '', version: 'v1', kind: 'Event', plural: 'events', namespaced: true };

/** Events that one object may have in a row, and how fast the allowance comes back. */
const BURST = 25;
const REFILL_MS = 300_000;
/** From this many on, events of one reason become one. */
const SIMILAR_MAX = 10;
const SIMILAR_MS = 600_000;
const MESSAGE_MAX = 1024;
/** What is remembered of past events; the oldest is forgotten first. */
const REMEMBERED_MAX = 4096;

export interface Happening {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

interface Told {
  readonly name: string;
  readonly count: number;
}

export class EventRecorder {
  readonly #context: { readonly cluster: Cluster; readonly clock: Clock; readonly log: Logger };
  readonly #allowances = new Map<string, { tokens: number; at: number }>();
  readonly #similar = new Map<string, { readonly messages: Set<string>; at: number }>();
  readonly #told = new Map<string, Promise<Told | undefined>>();
  #last = 0n;

  constructor(context: { readonly cluster: Cluster; readonly clock: Clock; readonly log: Logger }) {
    this.#context = context;
  }

  /** Tells of something that happened to an object. The component is the controller's name. */
  record(component: string, about: KubeObject, happening: Happening): void {
    const subject = `${component} ${about.kind} ${about.metadata.uid ?? about.metadata.name}`;
    const message = happening.message.slice(0, MESSAGE_MAX);
    const kindOfEvent = `${subject} ${happening.type} ${happening.reason}`;
    const combined = this.#combinedMessage(kindOfEvent, message);
    if (!this.#take(subject)) return;
    const key = combined === undefined ? `${kindOfEvent} ${message}` : kindOfEvent;
    const event = { component, about, happening: { ...happening, message: combined ?? message } };
    const before = this.#told.get(key) ?? Promise.resolve(undefined);
    remember(
      this.#told,
      key,
      before.then((told) => this.#write(event, told)),
    );
  }

  /** The message of the one event that stands for many, where there are many. */
  #combinedMessage(key: string, message: string): string | undefined {
    const now = this.#context.clock.now();
    const known = this.#similar.get(key);
    const group = known === undefined || now - known.at > SIMILAR_MS ? { messages: new Set<string>(), at: now } : known;
    group.at = now;
    group.messages.add(message);
    remember(this.#similar, key, group);
    return group.messages.size >= SIMILAR_MAX ? `(combined from similar events): ${message}` : undefined;
  }

  async #write(
    { component, about, happening }: { component: string; about: KubeObject; happening: Happening },
    told: Told | undefined,
  ): Promise<Told | undefined> {
    const { cluster, clock, log } = this.#context;
    const now = clock.now();
    const { name, namespace, uid, resourceVersion } = about.metadata;
    const place = { namespace: namespace ?? 'default' };
    try {
      if (told !== undefined) {
        const count = told.count + 1;
        const patch = { count, lastTimestamp: timestamp(now), message: happening.message };
        const isThere = await this.#patch({ ...place, name: told.name }, patch);
        if (isThere) return { ...told, count };
      }
      const event = {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { ...place, name: `${name}.${this.#suffix(now)}` },
        involvedObject: {
          apiVersion: about.apiVersion,
          kind: about.kind,
          ...(namespace === undefined ? {} : { namespace }),
          name,
          uid,
          resourceVersion,
        },
        ...happening,
        source: { component },
        reportingComponent: component,
        reportingInstance: '',
        firstTimestamp: timestamp(now),
        lastTimestamp: timestamp(now),
        count: 1,
      };
      await cluster.create(EVENT, event);
      return { name: event.metadata.name, count: 1 };
    } catch (error) {
      log.debug('event not written', { kind: about.kind, namespace, name, ...errorKeys(error) });
      return undefined;
    }
  }

  async #patch(name: { readonly namespace: string; readonly name: string }, patch: object): Promise<boolean> {
    try {
      await this.#context.cluster.patch(EVENT, name, patch, { type: 'merge' });
      return true;
    } catch (error) {
      // Events are let go after an hour.
      if (hasCode(error, 'ApiNotFound')) return false;
      throw error;
    }
  }

  /** Nanoseconds, never the same twice. */
  #suffix(now: number): string {
    const nanos = BigInt(now) * 1_000_000n;
    this.#last = nanos > this.#last ? nanos : this.#last + 1n;
    return this.#last.toString(16);
  }

  #take(subject: string): boolean {
    const now = this.#context.clock.now();
    const bucket = this.#allowances.get(subject) ?? { tokens: BURST, at: now };
    const refilled = Math.floor((now - bucket.at) / REFILL_MS);
    if (refilled > 0) {
      bucket.tokens = Math.min(BURST, bucket.tokens + refilled);
      bucket.at += refilled * REFILL_MS;
    }
    remember(this.#allowances, subject, bucket);
    if (bucket.tokens === 0) return false;
    bucket.tokens -= 1;
    return true;
  }
}

function remember<V>(memory: Map<string, V>, key: string, value: V): void {
  memory.delete(key);
  memory.set(key, value);
  if (memory.size <= REMEMBERED_MAX) return;
  const [oldest] = memory.keys();
  if (oldest !== undefined) memory.delete(oldest);
}
