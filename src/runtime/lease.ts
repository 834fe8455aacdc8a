/**
 * Leader election by a Lease: one replica works, the others stand by with warm caches.
 *
 * The holder renews every `retryMs`; when it hasn't managed to for `renewMs` it stops working before the lease can be taken at
 * `durationMs`. Time is counted from when this process *saw* the record change, so clocks of different machines don't matter.
 * A graceful stop releases the lease, and the next replica takes over at its next look. One that is killed is followed
 * `durationMs` after its last renewal was seen, which is at most `retryMs` late: within 12 s as the defaults are.
 * @see https://kubernetes.io/docs/concepts/architecture/leases/
 */

import { canonicalJson, isJsonObject } from '../api/json';
import type { KubeObject, Manifest } from '../api/object';
import type { ResourceType } from '../api/resource-type';
import { hasCode } from '../errors';
import type { Clock } from '../ports/clock';
import type { Cluster } from '../ports/cluster';
import type { Logger } from '../ports/logger';

export const LEASE: ResourceType = {
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  namespaced: true,
};

export interface LeaderElectionOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Logger;
  readonly namespace: string;
  readonly name: string;
  /** This process, unique. */
  readonly identity: string;
  /** Default 10 s. */
  readonly durationMs?: number;
  /** Default 7 s. */
  readonly renewMs?: number;
  /** Default 2 s. */
  readonly retryMs?: number;
  readonly onLead: () => void;
  /** The lease is no longer ours; work must have stopped when this returns. */
  readonly onLost: () => void;
}

export class LeaderElection {
  private readonly durationMs: number;
  private readonly renewMs: number;
  private readonly retryMs: number;
  private leading = false;
  private stopped = false;
  private lastRenewed = 0;
  private seen: { readonly record: string; readonly at: number } | undefined;
  private cancel: () => void = () => undefined;
  private round: Promise<void> = Promise.resolve();

  constructor(private readonly options: LeaderElectionOptions) {
    this.durationMs = options.durationMs ?? 10_000;
    this.renewMs = options.renewMs ?? 7_000;
    this.retryMs = options.retryMs ?? 2_000;
  }

  get isLeading(): boolean {
    return this.leading;
  }

  start(): void {
    this.tick();
  }

  /** Stops taking part, and releases the lease if it is held. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.cancel();
    await this.round;
    if (!this.leading) return;
    this.leading = false;
    try {
      const live = await this.read();
      if (live !== undefined && holderOf(live) === this.options.identity)
        await this.options.cluster.replace(LEASE, this.record(live, true));
    } catch (error) {
      this.options.log.warn('lease not released', { name: this.options.name, reason: text(error) });
    }
  }

  private tick(): void {
    this.round = this.tryOnce().finally(() => {
      if (this.stopped) return;
      this.cancel = this.options.clock.schedule(this.pause(), () => {
        this.tick();
      });
    });
  }

  /** Until the next look, which comes no later than the holder's deadline, or the moment at which a follower may take over. */
  private pause(): number {
    const next = this.leading ? this.lastRenewed + this.renewMs : (this.seen?.at ?? 0) + this.durationMs;
    const left = next - this.options.clock.now();
    return left > 0 ? Math.min(this.retryMs, left) : this.retryMs;
  }

  private async tryOnce(): Promise<void> {
    const { clock, cluster, log, identity } = this.options;
    const askedAt = clock.now();
    // A renewal that hangs must not outlive the lease: the deadline is watched apart from the request.
    const cancelDeadline = this.leading
      ? clock.schedule(Math.max(0, this.lastRenewed + this.renewMs - askedAt), () => {
          this.lose('the lease could not be renewed in time');
        })
      : (): void => undefined;
    try {
      const live = await this.read();
      if (live === undefined) {
        await cluster.create(LEASE, this.record(undefined, false));
        this.won(askedAt);
        return;
      }
      const record = canonicalJson(live.spec ?? {});
      // After the read: however long that took, the record is at least as old, and the lease is never taken too early.
      if (this.seen?.record !== record) this.seen = { record, at: clock.now() };
      const holder = holderOf(live);
      if (holder !== '' && holder !== identity && clock.now() < this.seen.at + this.durationMs) {
        if (this.leading) this.lose(`the lease is held by ${holder}`);
        return;
      }
      await cluster.replace(LEASE, this.record(live, false));
      this.won(askedAt);
    } catch (error) {
      // Somebody else was quicker; the next look tells who.
      if (!hasCode(error, 'ApiConflict', 'ApiAlreadyExists'))
        log.warn('lease not renewed', { name: this.options.name, reason: text(error) });
    } finally {
      cancelDeadline();
    }
    if (this.leading && clock.now() >= this.lastRenewed + this.renewMs)
      this.lose('the lease could not be renewed in time');
  }

  private won(askedAt: number): void {
    this.lastRenewed = askedAt;
    if (this.leading || this.stopped) return;
    this.leading = true;
    this.options.log.info('leading', { name: this.options.name });
    this.options.onLead();
  }

  private lose(reason: string): void {
    if (!this.leading) return;
    this.leading = false;
    this.options.log.error('no longer leading', { name: this.options.name, reason });
    this.options.onLost();
  }

  private read(): Promise<KubeObject | undefined> {
    return this.options.cluster.get(LEASE, { namespace: this.options.namespace, name: this.options.name });
  }

  private record(live: KubeObject | undefined, release: boolean): Manifest {
    const { namespace, name, identity, clock } = this.options;
    const spec = isJsonObject(live?.spec) ? live.spec : {};
    const now = new Date(clock.now()).toISOString().replace('Z', '000Z');
    const isOurs = spec['holderIdentity'] === identity;
    const transitions = typeof spec['leaseTransitions'] === 'number' ? spec['leaseTransitions'] : 0;
    return {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: {
        namespace,
        name,
        ...(live?.metadata.resourceVersion === undefined ? {} : { resourceVersion: live.metadata.resourceVersion }),
      },
      spec: {
        holderIdentity: release ? '' : identity,
        leaseDurationSeconds: release ? 1 : Math.ceil(this.durationMs / 1000),
        acquireTime: isOurs ? spec['acquireTime'] : now,
        renewTime: now,
        leaseTransitions: isOurs || live === undefined ? transitions : transitions + 1,
      },
    };
  }
}

function holderOf(lease: KubeObject): string {
  const spec = isJsonObject(lease.spec) ? lease.spec : {};
  return typeof spec['holderIdentity'] === 'string' ? spec['holderIdentity'] : '';
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
