/**
 * The controller as a process: kinds, runtime, metrics and probes put together around one cluster.
 *
 * `start` returns once it is listening; the caches fill and, without or with the lease, the work begins by itself. `stop` lets
 * looks that are under way end and gives the lease back.
 */

import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { kinds } from '../../constructs/kinds';
import { PrometheusMetrics } from '../adapters/prometheus/runtime-metrics';
import type { AdrasteiaError } from '../errors';
import type { Clock } from '../ports/clock';
import type { Cluster } from '../ports/cluster';
import type { ExternalSystem } from '../ports/external-system';
import type { Logger } from '../ports/logger';
import { Runtime } from '../runtime/runtime';
import { ProbeServer } from './probe-server';
import { runtimeKinds } from './runtime-kinds';

/** Name of the Lease by which replicas agree on the one that works. */
export const LEASE_NAME = 'adrasteia-controller';

export interface ControllerOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Logger;
  /** Where the controller's own Lease is kept. Default `adrasteia-system`. */
  readonly systemNamespace?: string;
  /** Only this namespace's objects. Default all. */
  readonly namespace?: string;
  /** True: tenants and workspaces too. Default false. */
  readonly tenancy?: boolean;
  /** Default true. False: the only replica, working at once. */
  readonly leaderElection?: boolean;
  /** Looks in parallel. Default 16. */
  readonly workers?: number;
  /** Absent: no probes and no metrics are served. Port 0 takes any that is free. */
  readonly probes?: { readonly host: string; readonly healthPort: number; readonly metricsPort: number };
  readonly systems?: Readonly<Record<string, ExternalSystem>>;
  /** Given to count requests; see `requested`. */
  readonly metrics?: PrometheusMetrics;
  /** Called when the process has to end, as when the lease is lost. */
  readonly onFatal: (error: AdrasteiaError) => void;
}

export class Controller {
  readonly runtime: Runtime;
  private readonly probes: ProbeServer;
  private isFatal = false;

  constructor(private readonly options: ControllerOptions) {
    const metrics = options.metrics ?? new PrometheusMetrics();
    this.runtime = new Runtime({
      cluster: options.cluster,
      clock: options.clock,
      log: options.log,
      metrics,
      kinds: runtimeKinds(options.tenancy === true ? kinds : kinds.filter(({ isTenancy }) => isTenancy !== true)),
      systemNamespace: options.systemNamespace ?? 'adrasteia-system',
      identity: `${hostname()}_${randomBytes(4).toString('hex')}`,
      ...(options.systems === undefined ? {} : { systems: options.systems }),
      ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
      ...(options.workers === undefined ? {} : { workers: options.workers }),
      ...(options.leaderElection === false ? {} : { leaderElection: { name: LEASE_NAME } }),
      onFatal: (error) => {
        this.isFatal = true;
        options.onFatal(error);
      },
    });
    this.probes = new ProbeServer({
      isHealthy: () => !this.isFatal,
      isReady: () => this.runtime.isReady,
      metrics: () => metrics.page(),
    });
  }

  async start(): Promise<void> {
    const { probes } = this.options;
    if (probes !== undefined) {
      await this.probes.listen(probes.healthPort, probes.host, ['/healthz', '/readyz']);
      await this.probes.listen(probes.metricsPort, probes.host, ['/metrics']);
    }
    this.runtime.start();
  }

  async stop(): Promise<void> {
    await this.runtime.stop();
    await this.probes.close();
  }
}
