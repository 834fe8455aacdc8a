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
import { digest } from '../api/json';
import { type Label, labelText } from '../api/label';
import type { AdrasteiaError } from '../errors';
import type { Clock } from '../ports/clock';
import type { Cluster } from '../ports/cluster';
import type { ExternalSystem } from '../ports/external-system';
import type { Logger } from '../ports/logger';
import { Runtime } from '../runtime/runtime';
import { QUOTA_WEBHOOK_NAME } from '../tenancy/quota-webhook';
import { ProbeServer } from './probe-server';
import type { QuotaWebhook, QuotaWebhookOptions } from './quota-webhook';
import { runtimeKinds } from './runtime-kinds';
import { tenancySystems } from './tenancy-systems';

/** Name of the Lease by which replicas agree on the one that works. */
export const LEASE_NAME = 'adrasteia-controller';

/** The Lease's name unless another one is asked for: controllers with different target labels never wait for each other. */
export function defaultLeaseName(targetLabel?: Label): string {
  return targetLabel === undefined ? LEASE_NAME : `${LEASE_NAME}-${digest(labelText(targetLabel)).slice(0, 8)}`;
}

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
  /** Of tenants and workspaces only those that carry it. Default: all. */
  readonly targetLabel?: Label;
  /** Tenants and workspaces are looked at again after this many milliseconds to twice as many. Default: an hour. */
  readonly resyncMs?: number;
  /** False: tenants and workspaces alone. Default true. */
  readonly environments?: boolean;
  /** Default: see `defaultLeaseName`. */
  readonly leaseName?: string;
  /** Default true. False: the only replica, working at once. */
  readonly leaderElection?: boolean;
  /** Looks in parallel. Default 16. */
  readonly workers?: number;
  /** Absent: no probes and no metrics are served. Port 0 takes any that is free. */
  readonly probes?: { readonly host: string; readonly healthPort: number; readonly metricsPort: number };
  /**
   * Present: environments that a quota has no room for are refused at admission, over HTTPS, where tenancy is served. `hosts` are the
   * names under which the API server calls; default: that of the Service `adrasteia-quota`. Absent: they are made, and wait.
   */
  readonly quotaWebhook?: { readonly host: string; readonly port: number; readonly hosts?: readonly string[] };
  /** Beside those of tenancy. */
  readonly systems?: Readonly<Record<string, ExternalSystem>>;
  /** Given to count requests; see `requested`. */
  readonly metrics?: PrometheusMetrics;
  /** Called when the process has to end, as when the lease is lost. */
  readonly onFatal: (error: AdrasteiaError) => void;
}

export class Controller {
  readonly runtime: Runtime;
  private readonly probes: ProbeServer;
  private readonly webhook: QuotaWebhook | undefined;
  private isFatal = false;

  constructor(private readonly options: ControllerOptions) {
    const metrics = options.metrics ?? new PrometheusMetrics();
    const systemNamespace = options.systemNamespace ?? 'adrasteia-system';
    this.runtime = new Runtime({
      cluster: options.cluster,
      clock: options.clock,
      log: options.log,
      metrics,
      kinds: runtimeKinds(servedKinds(options), options),
      systemNamespace,
      identity: `${hostname()}_${randomBytes(4).toString('hex')}`,
      systems: {
        ...(options.tenancy === true ? tenancySystems({ ...options, systemNamespace }) : {}),
        ...options.systems,
      },
      ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
      ...(options.workers === undefined ? {} : { workers: options.workers }),
      ...(options.leaderElection === false
        ? {}
        : { leaderElection: { name: options.leaseName ?? defaultLeaseName(options.targetLabel) } }),
      onFatal: (error) => {
        this.isFatal = true;
        options.onFatal(error);
      },
    });
    this.webhook =
      options.quotaWebhook === undefined
        ? undefined
        : quotaWebhook({
            cluster: options.cluster,
            clock: options.clock,
            log: options.log,
            namespace: systemNamespace,
            hosts: [`${QUOTA_WEBHOOK_NAME}.${systemNamespace}.svc`],
            ...options.quotaWebhook,
            preview: (object) => this.runtime.preview(object),
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
    // Nothing else waits for it: environments are looked after without it as well.
    await this.webhook?.start();
  }

  async stop(): Promise<void> {
    await this.webhook?.close();
    await this.runtime.stop();
    await this.probes.close();
  }
}

function servedKinds({ tenancy = false, environments = true }: ControllerOptions): typeof kinds {
  return kinds.filter(
    ({ isTenancy, withEnvironments }) =>
      (isTenancy !== true || tenancy) && ((isTenancy === true && withEnvironments !== true) || environments),
  );
}

/** What makes certificates is loaded only where somebody wants one. */
function quotaWebhook(options: QuotaWebhookOptions): QuotaWebhook {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- `import()` would need file extensions and a second module system
  const { QuotaWebhook: Webhook } = require('./quota-webhook') as { readonly QuotaWebhook: typeof QuotaWebhook };
  return new Webhook(options);
}
