/**
 * The runtime's figures in Prometheus' format, under controller-runtime's names.
 * @see https://github.com/kubernetes-sigs/controller-runtime/tree/main/pkg/internal/controller/metrics
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { RuntimeMetrics } from '../../ports/metrics';

/** The name under which the one queue is reported. */
const QUEUE = 'adrasteia';

const SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export class PrometheusMetrics implements RuntimeMetrics {
  private readonly registry = new Registry();
  private readonly reconciles = this.counter('controller_runtime_reconcile_total', 'Looks at objects, by outcome', [
    'controller',
    'result',
  ]);
  private readonly errors = this.counter('controller_runtime_reconcile_errors_total', 'Looks that failed', [
    'controller',
  ]);
  private readonly durations = this.histogram('controller_runtime_reconcile_time_seconds', 'Length of a look', [
    'controller',
  ]);
  private readonly workers = this.gauge('controller_runtime_active_workers', 'Looks under way', ['controller']);
  private readonly depth = this.gauge('workqueue_depth', 'Keys that wait', ['name']);
  private readonly adds = this.counter('workqueue_adds_total', 'Requests for keys', ['name']);
  private readonly waits = this.histogram('workqueue_queue_duration_seconds', 'Time a key waits', ['name']);
  private readonly work = this.histogram('workqueue_work_duration_seconds', 'Time from taking a key to being done', [
    'name',
  ]);
  private readonly retries = this.counter('workqueue_retries_total', 'Requests after a failure', ['name']);
  private readonly renders = this.histogram('adrasteia_render_time_seconds', 'Time to render a construct tree', [
    'controller',
  ]);
  private readonly writes = this.counter('adrasteia_writes_total', 'Writes to the Kubernetes API', ['kind', 'verb']);
  private readonly leader = this.gauge('leader_election_master_status', '1 while this process leads', ['name']);
  private readonly requests = this.counter('rest_client_requests_total', 'Requests to the Kubernetes API', [
    'method',
    'code',
  ]);

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  reconciled(controller: string, result: 'success' | 'error' | 'requeue' | 'requeue_after', seconds: number): void {
    this.reconciles.inc({ controller, result });
    if (result === 'error') this.errors.inc({ controller });
    this.durations.observe({ controller }, seconds);
    this.work.observe({ name: QUEUE }, seconds);
  }

  activeWorkers(controller: string, count: number): void {
    this.workers.set({ controller }, count);
  }

  queueDepth(depth: number): void {
    this.depth.set({ name: QUEUE }, depth);
  }

  queueAdded(): void {
    this.adds.inc({ name: QUEUE });
  }

  queueWaited(seconds: number): void {
    this.waits.observe({ name: QUEUE }, seconds);
  }

  queueRetried(): void {
    this.retries.inc({ name: QUEUE });
  }

  rendered(controller: string, seconds: number): void {
    this.renders.observe({ controller }, seconds);
  }

  written(kind: string, verb: string): void {
    this.writes.inc({ kind, verb });
  }

  leading(isLeader: boolean): void {
    this.leader.set({ name: QUEUE }, isLeader ? 1 : 0);
  }

  /** Counts a request; `code` is the HTTP status, or `<error>` where none came back. */
  requested(method: string, code: string): void {
    this.requests.inc({ method, code });
  }

  /** The page that Prometheus scrapes. */
  async page(): Promise<{ readonly contentType: string; readonly body: string }> {
    return { contentType: this.registry.contentType, body: await this.registry.metrics() };
  }

  private counter<L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  private gauge<L extends string>(name: string, help: string, labelNames: readonly L[]): Gauge<L> {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }

  private histogram<L extends string>(name: string, help: string, labelNames: readonly L[]): Histogram<L> {
    return new Histogram({ name, help, labelNames, buckets: SECONDS, registers: [this.registry] });
  }
}
