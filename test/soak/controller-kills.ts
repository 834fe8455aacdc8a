/**
 * The controller's pods, killed again and again, and how long it takes each time until another one holds the lease.
 */
import { performance } from 'node:perf_hooks';
import { CONTROLLER_LEASE, PLATFORM_NAMESPACE } from '../../constructs/platform';
import { systemClock } from '../../src/adapters/system-clock';
import { valueAt } from '../../src/api/object';
import type { Cluster } from '../../src/ports/cluster';
import { Informer } from '../../src/runtime/informer';
import { LEASE } from '../../src/runtime/lease';
import { controllerPods, killPods } from '../support/node/controller-pods';
import { silentLogger } from '../support/silent-logger';

/** One kill, and what came of it. */
export interface Takeover {
  /** How many of the controller's pods were deleted at once. */
  readonly killed: number;
  /** From the deletion's answer to the lease of another holder; undefined where none came before the next kill. */
  readonly takeoverMs: number | undefined;
}

/** Kills controller pods by force: no grace, so nothing is given back. */
export class ControllerKills {
  readonly takeovers: Takeover[] = [];
  private open: { readonly killed: number; readonly holder: string; readonly at: number } | undefined;
  private holder = '';
  private duration = 0;
  private readonly lease: Informer;

  constructor(private readonly cluster: Cluster) {
    this.lease = new Informer({
      cluster,
      clock: systemClock,
      log: silentLogger(),
      type: LEASE,
      namespace: PLATFORM_NAMESPACE,
      statusOnly: false,
      onChange: ({ after }) => {
        if (after?.object.metadata.name !== CONTROLLER_LEASE) return;
        const holder = valueAt(after.object, ['spec', 'holderIdentity']);
        this.holder = typeof holder === 'string' ? holder : '';
        this.duration = Number(valueAt(after.object, ['spec', 'leaseDurationSeconds']) ?? 0);
        this.held();
      },
      onState: () => undefined,
    });
  }

  start(): void {
    this.lease.start();
  }

  /** Who holds the lease now; empty while it isn't known. */
  get currentHolder(): string {
    return this.holder;
  }

  /** As the lease says, in seconds. */
  get leaseSeconds(): number {
    return this.duration;
  }

  /** Kills the pod that holds the lease, or every pod of the controller. */
  async kill(which: 'leader' | 'all'): Promise<void> {
    this.settle();
    const alive = await controllerPods(this.cluster);
    const holder = this.holder;
    const victims = which === 'all' ? alive : alive.filter(({ metadata }) => holder.startsWith(metadata.name));
    await killPods(this.cluster, victims);
    if (victims.length > 0) this.open = { killed: victims.length, holder, at: performance.now() };
  }

  async close(): Promise<void> {
    this.settle();
    await this.lease.close();
  }

  private held(): void {
    if (this.open === undefined || this.holder === '' || this.holder === this.open.holder) return;
    this.takeovers.push({ killed: this.open.killed, takeoverMs: performance.now() - this.open.at });
    this.open = undefined;
  }

  private settle(): void {
    if (this.open === undefined) return;
    this.takeovers.push({ killed: this.open.killed, takeoverMs: undefined });
    this.open = undefined;
  }
}
