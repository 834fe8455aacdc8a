/**
 * Kubernetes Events, for what happened: never for what is. A failed write is logged and forgotten, since nothing may depend on
 * an Event; an object that has too much to say is cut off for a while.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
 */
import { randomBytes } from 'node:crypto';
import type { KubeObject } from '../api/object';
import type { ResourceType } from '../api/resource-type';
import type { Happening } from '../plan/plan';
import type { Clock } from '../ports/clock';
import type { Cluster } from '../ports/cluster';
import type { Logger } from '../ports/logger';

const EVENT: ResourceType = {
  group: 'events.k8s.io',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  namespaced: true,
};

/** Events that one object may have in a row, and how fast the allowance comes back. */
const BURST = 20;
const REFILL_MS = 30_000;
const NOTE_MAX = 1_024;

export class EventRecorder {
  private readonly allowance = new Map<string, { tokens: number; at: number }>();

  constructor(
    private readonly options: {
      readonly cluster: Cluster;
      readonly clock: Clock;
      readonly log: Logger;
      readonly instance: string;
      readonly systemNamespace: string;
    },
  ) {}

  record(about: KubeObject, happening: Happening): void {
    if (!this.take(about.metadata.uid ?? '')) return;
    const { cluster, clock, log, instance, systemNamespace } = this.options;
    const { name, namespace, uid, resourceVersion } = about.metadata;
    const event = {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: {
        name: `${name.slice(0, 200)}.${randomBytes(8).toString('hex')}`,
        namespace: namespace ?? systemNamespace,
      },
      eventTime: new Date(clock.now()).toISOString().replace('Z', '000Z'),
      reportingController: 'adrasteia.dev/controller',
      reportingInstance: instance.slice(0, 128),
      action: happening.reason,
      reason: happening.reason,
      type: happening.type,
      note: happening.message.slice(0, NOTE_MAX),
      regarding: {
        apiVersion: about.apiVersion,
        kind: about.kind,
        name,
        ...(namespace === undefined ? {} : { namespace }),
        uid,
        resourceVersion,
      },
    };
    cluster.create(EVENT, event).catch((error: unknown) => {
      log.debug('event not written', {
        kind: about.kind,
        namespace,
        name,
        reason: error instanceof Error ? error.message : String(error),
      });
    });
  }

  forget(uid: string): void {
    this.allowance.delete(uid);
  }

  private take(uid: string): boolean {
    const now = this.options.clock.now();
    const bucket = this.allowance.get(uid) ?? { tokens: BURST, at: now };
    const refilled = Math.floor((now - bucket.at) / REFILL_MS);
    if (refilled > 0) {
      bucket.tokens = Math.min(BURST, bucket.tokens + refilled);
      bucket.at += refilled * REFILL_MS;
    }
    this.allowance.set(uid, bucket);
    if (bucket.tokens === 0) return false;
    bucket.tokens -= 1;
    return true;
  }
}
