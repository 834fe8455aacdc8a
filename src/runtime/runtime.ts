/**
 * The controller's machinery, put together: caches, queue, workers and leader election around a set of kinds that it knows
 * only by the interface `Kind`.
 *
 * Order of a start: every cache lists its kind; when all are there (or known not to be served) the process is ready; when it
 * leads, the workers start, and look at every object once. A standby has the same warm caches and no workers.
 * A stop lets looks that are under way end, then gives the lease back.
 */

import type { JsonValue } from '../api/json';
import { hasLabel } from '../api/label';
import type { KubeObject } from '../api/object';
import { kindKey, kindKeyOf, type ResourceType } from '../api/resource-type';
import { OWNER_UID_LABEL, WORKLOAD_LABEL } from '../api/well-known';
import { AdrasteiaError } from '../errors';
import { PlanInterruption } from '../plan/interruption';
import type { Plan, RenderedTree } from '../plan/plan';
import type { Clock } from '../ports/clock';
import type { Cluster } from '../ports/cluster';
import type { ExternalSystem } from '../ports/external-system';
import type { Logger } from '../ports/logger';
import { NO_METRICS, type RuntimeMetrics } from '../ports/metrics';
import { EventRecorder } from './event-recorder';
import { ExternalWork } from './external-work';
import { isForeignChange } from './foreign-change';
import { type Change, Informer } from './informer';
import { INVENTORY, InventoryStore } from './inventory';
import { LeaderElection } from './lease';
import { OwnershipIndex } from './ownership';
import { type Priority, type QueueKey, WorkQueue } from './queue';
import { type ReadCache, ReadIndex } from './reads';
import { isQuiet, logKeys, Reconciler, RefusedError, type RuntimeKind } from './reconciler';
import { Resync } from './resync';
import { SECRET, SecretReader } from './secret-reader';
import { Sharing } from './sharing';
import { Turns } from './turns';

export interface RuntimeOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Logger;
  readonly kinds: readonly RuntimeKind[];
  readonly metrics?: RuntimeMetrics;
  /** By name, as plans call them. */
  readonly systems?: Readonly<Record<string, ExternalSystem>>;
  /** Absent: the whole cluster. Present: objects in this namespace only, with rights in it only; cluster-scoped ones are others' work. */
  readonly namespace?: string;
  /** Where leases, and inventories of cluster-scoped objects, are kept. */
  readonly systemNamespace: string;
  /** This process, unique. */
  readonly identity: string;
  /** Absent: works without a lease, as the only replica. */
  readonly leaderElection?: {
    readonly name: string;
    readonly durationMs?: number;
    readonly renewMs?: number;
    readonly retryMs?: number;
  };
  /** Looks in parallel. Default 16, which keeps a two-core API server busy. */
  readonly workers?: number;
  /** Called when the lease is lost: the process is to end and start again as standby. */
  readonly onFatal: (error: AdrasteiaError) => void;
}

/** Pages of lists in memory at a start. A second keeps the server busy; more would only set the size that the heap grows to. */
const PAGES_AT_A_TIME = 2;

/** All objects of a kind that isn't served here. */
const NOTHING: ReadCache = { get: () => undefined, values: () => [] };

/** Longest wait, at a stop, for looks that are under way. */
const GRACE_MS = 20_000;

export class Runtime {
  private readonly informers = new Map<string, Informer>();
  private readonly types = new Map<string, ResourceType>();
  private readonly notServed: ReadonlySet<string>;
  private readonly kinds: ReadonlyMap<string, RuntimeKind>;
  private readonly reads = new ReadIndex();
  private readonly ownership = new OwnershipIndex();
  private readonly owners = new Map<string, QueueKey>();
  private readonly sharing = new Sharing();
  private readonly pageTurns = new Turns(PAGES_AT_A_TIME);
  private readonly queue: WorkQueue;
  private readonly resync: Resync;
  private readonly secrets: SecretReader;
  private readonly external: ExternalWork;
  private readonly reconciler: Reconciler;
  private readonly election: LeaderElection | undefined;
  private readonly metrics: RuntimeMetrics;
  private readonly workers: Promise<void>[] = [];
  private readonly whenReady: Promise<void>;
  private resolveReady: () => void = () => undefined;
  private active = 0;
  private working = false;
  private stopping: Promise<void> | undefined;

  constructor(private readonly options: RuntimeOptions) {
    const { cluster, clock, log, systemNamespace, identity } = options;
    this.metrics = options.metrics ?? NO_METRICS;
    this.kinds = new Map(
      options.kinds
        .filter(({ type }) => options.namespace === undefined || type.namespaced)
        .map((kind) => [kindKey(kind.type), kind]),
    );
    this.queue = new WorkQueue({ clock, metrics: this.metrics });
    this.whenReady = new Promise((resolve) => {
      this.resolveReady = resolve;
    });
    this.resync = new Resync({
      clock,
      onDue: (key) => {
        this.reconciler.invalidate(key.id);
        this.queue.add(key, 'Background');
      },
    });
    this.makeInformers();
    this.notServed = new Set(
      [...this.kinds.values()]
        .flatMap(({ planner }) => planner.readsIfServed ?? [])
        .map(kindKey)
        .filter((kind) => !this.informers.has(kind)),
    );
    this.secrets = new SecretReader({
      cluster,
      clock,
      onChange: (name) => {
        this.replan(this.reads.concernedBySecret(name));
      },
      isWanted: (name) => this.reads.hasSecretReader(name),
    });
    this.external = new ExternalWork({
      systems: options.systems ?? {},
      clock,
      log,
      onObserved: (source, query) => {
        this.replan(this.reads.concernedByObservation(source, query));
      },
      isObserved: (source, query) => this.reads.hasObserver(source, query),
    });
    const informerOf = (kind: string): Informer | undefined => this.informers.get(kind);
    this.reconciler = new Reconciler({
      cluster,
      clock,
      log,
      metrics: this.metrics,
      reads: this.reads,
      ownership: this.ownership,
      external: this.external,
      inventory: new InventoryStore(cluster, this.informer(INVENTORY), systemNamespace),
      events: new EventRecorder({ cluster, clock, log, instance: identity, systemNamespace }),
      caches: {
        find: (type) => this.find(type),
        secret: (name) => this.secrets.find(name),
        observe: (source: string, query: JsonValue) => this.external.observe(source, query),
      },
      informerOf,
      typeOf: (kind) => this.types.get(kind),
    });
    this.election =
      options.leaderElection === undefined
        ? undefined
        : new LeaderElection({
            cluster,
            clock,
            log,
            namespace: systemNamespace,
            identity,
            ...options.leaderElection,
            onLead: () => {
              this.lead();
            },
            onLost: () => {
              this.working = false;
              this.queue.close();
              options.onFatal(
                new AdrasteiaError(
                  'LeaseLost',
                  `lease ${systemNamespace}/${options.leaderElection?.name ?? ''} was lost: the process ends and starts again as standby`,
                ),
              );
            },
          });
  }

  /** Starts the caches and, once they are there, the workers. Returns at once; `ready` tells when the caches are there. */
  start(): void {
    for (const informer of this.informers.values()) informer.start();
    void this.whenReady.then(() => {
      if (this.stopping !== undefined) return;
      if (this.election === undefined) this.lead();
      else this.election.start();
    });
  }

  /** Resolves when every cache is there, or known not to be served. */
  ready(): Promise<void> {
    return this.whenReady;
  }

  get isReady(): boolean {
    return [...this.informers.values()].every(({ state }) => state !== 'Starting');
  }

  get isLeading(): boolean {
    return this.working;
  }

  /** True when nothing is waiting or being looked at; pauses may run. */
  get isDrained(): boolean {
    return this.working && this.queue.isDrained;
  }

  /** What the plan of an object would be, by what the caches hold now; undefined where its kind isn't looked after here. */
  preview(object: KubeObject): Plan<RenderedTree> | PlanInterruption | undefined {
    const kind = this.kinds.get(kindKeyOf(object));
    return kind === undefined ? undefined : this.reconciler.preview(kind, object);
  }

  /** Ends workers, caches and the lease, in this order. Safe to call twice. */
  stop(): Promise<void> {
    this.stopping ??= this.stopOnce();
    return this.stopping;
  }

  private async stopOnce(): Promise<void> {
    this.working = false;
    this.queue.close();
    this.resync.close();
    let cancel: () => void = () => undefined;
    const grace = new Promise<void>((resolve) => {
      cancel = this.options.clock.schedule(GRACE_MS, resolve);
    });
    await Promise.race([Promise.all(this.workers), grace]);
    cancel();
    // At once, while our credentials still hold: those of a pod that is deleted don't for long.
    await this.election?.stop();
    this.secrets.close();
    this.external.close();
    await Promise.all([...this.informers.values()].map((informer) => informer.close()));
  }

  /** One cache for each kind: whole where it is read or reconciled, only what is ours where it is applied or observed. */
  private makeInformers(): void {
    const kinds = [...this.kinds.values()];
    const planners = kinds.map(({ planner }) => planner);
    const whole = [INVENTORY, ...kinds.map(({ type }) => type), ...planners.flatMap(({ reads }) => reads)];
    // Secrets that aren't ours are fetched by name, never listed.
    for (const type of whole) if (kindKey(type) !== kindKey(SECRET)) this.addInformer(type, { statusOnly: false });
    for (const type of planners.flatMap(({ applies }) => applies))
      this.addInformer(type, { statusOnly: true, labelSelector: OWNER_UID_LABEL });
    for (const type of planners.flatMap(({ observes }) => observes))
      this.addInformer(type, { statusOnly: true, labelSelector: WORKLOAD_LABEL });
  }

  private addInformer(
    type: ResourceType,
    scope: { readonly statusOnly: boolean; readonly labelSelector?: string },
  ): void {
    const kind = kindKey(type);
    if (this.informers.has(kind)) return;
    const { cluster, clock, log, namespace } = this.options;
    this.types.set(kind, type);
    this.informers.set(
      kind,
      new Informer({
        cluster,
        clock,
        log,
        type,
        ...scope,
        sharing: this.sharing,
        pageTurns: this.pageTurns,
        ...(namespace === undefined ? {} : { namespace }),
        onChange: (change) => {
          this.changed(kind, change);
        },
        onState: () => {
          if (this.isReady) this.resolveReady();
          this.replan(this.reads.concernedByKind(type));
        },
      }),
    );
  }

  private informer(type: ResourceType): Informer {
    const informer = this.informers.get(kindKey(type));
    if (informer === undefined) throw new AdrasteiaError('KindUnknown', `no cache for ${kindKey(type)}`);
    return informer;
  }

  private find(type: ResourceType): ReadCache | PlanInterruption {
    const informer = this.informers.get(kindKey(type));
    if (informer === undefined && this.notServed.has(kindKey(type))) return NOTHING;
    if (informer === undefined || kindKey(type) === kindKey(SECRET))
      return new PlanInterruption('Unavailable', `${kindKey(type)} is not read from a cache`);
    switch (informer.state) {
      case 'Starting':
        return new PlanInterruption('Suspended', `${kindKey(type)} is being listed`);
      case 'Unavailable':
        return new PlanInterruption('Unavailable', `${kindKey(type)} cannot be read: ${informer.reason}`);
      case 'Synced':
        return { get: (name) => informer.get(name)?.object, values: (namespace) => objectsOf(informer, namespace) };
    }
  }

  private changed(kind: string, change: Change): void {
    if (this.kinds.has(kind)) this.primaryChanged(change);
    for (const uid of this.ownership.take(change)) {
      const owner = this.owners.get(uid);
      // After a write of our own the look that made it goes on to the status by itself.
      if (owner !== undefined && !change.isOwn) this.queue.add(owner, this.priority('Child'));
    }
    this.replan(this.reads.concernedBy(change));
  }

  private primaryChanged(change: Change): void {
    const object = change.after?.object ?? change.before?.object;
    if (object === undefined) return;
    const key = queueKey(object);
    const uid = object.metadata.uid ?? '';
    if (change.after === undefined || !this.isTarget(change.after.object)) {
      this.letGo(key, uid);
      return;
    }
    this.owners.set(uid, key);
    if (isForeignChange(change)) this.queue.add(key, this.priority('User'));
  }

  /** Whether an object is this controller's to look at. */
  private isTarget(object: KubeObject): boolean {
    const label = this.kinds.get(kindKeyOf(object))?.targetLabel;
    return label === undefined || hasLabel(object.metadata, label);
  }

  /** Forgets an object that is gone, or another controller's by now. In the cluster nothing is touched. */
  private letGo(key: QueueKey, uid: string): void {
    this.owners.delete(uid);
    this.queue.forget(key);
    this.resync.forget(key);
    this.reconciler.forget(key.id, uid);
  }

  private replan(owners: readonly string[]): void {
    for (const id of owners) {
      this.reconciler.invalidate(id);
      this.queue.add(keyOf(id), this.priority('User'));
    }
  }

  /** Until the workers run, everything is the start's own work. */
  private priority(priority: Priority): Priority {
    return this.working ? priority : 'Background';
  }

  private lead(): void {
    if (this.working || this.stopping !== undefined) return;
    this.working = true;
    this.metrics.leading(true);
    for (let index = 0; index < (this.options.workers ?? 16); index++) this.workers.push(this.work());
  }

  private async work(): Promise<void> {
    for (;;) {
      const key = await this.queue.take();
      if (key === undefined) return;
      await this.look(key);
      this.queue.done(key);
    }
  }

  private async look(key: QueueKey): Promise<void> {
    const { kindName, name } = parseKey(key.id);
    const kind = this.kinds.get(kindName);
    if (kind === undefined) return;
    const object = this.informer(kind.type).get(name)?.object;
    // It was asked for before it lost the label, or by a look that was under way then.
    if (object !== undefined && !this.isTarget(object)) {
      this.letGo(key, object.metadata.uid ?? '');
      return;
    }
    const startedAt = performance.now();
    const count = (result: 'success' | 'error' | 'requeue' | 'requeue_after'): void => {
      this.metrics.reconciled(kind.type.kind, result, (performance.now() - startedAt) / 1000);
    };
    this.active += 1;
    this.metrics.activeWorkers(kind.type.kind, this.active);
    try {
      const { delayMs } = await this.reconciler.reconcile(kind, key.id, object);
      this.queue.succeeded(key);
      if (delayMs !== undefined) this.queue.addAfter(key, delayMs, 'Child');
      count(delayMs === undefined ? 'success' : 'requeue_after');
    } catch (error) {
      this.failed(key, object, error, count);
    } finally {
      const { resync } = kind.planner;
      if (object !== undefined && resync !== undefined) this.resync.later(key, object.metadata.uid ?? '', resync);
      this.active -= 1;
      this.metrics.activeWorkers(kind.type.kind, this.active);
    }
  }

  private failed(
    key: QueueKey,
    object: KubeObject | undefined,
    error: unknown,
    count: (result: 'error' | 'requeue') => void,
  ): void {
    if (error instanceof RefusedError) {
      this.queue.addFailed(key);
      if (error.outcome.delayMs !== undefined) this.queue.addAfter(key, error.outcome.delayMs, 'Child');
      count('requeue');
      return;
    }
    const retryAfterMs = error instanceof AdrasteiaError ? (error.retryAfterMs ?? 0) : 0;
    this.queue.addFailed(key, retryAfterMs);
    if (isQuiet(error)) {
      count('requeue');
      return;
    }
    count('error');
    this.options.log.error('reconcile failed', {
      ...(object === undefined ? { object: key.id } : logKeys(object)),
      ...(error instanceof AdrasteiaError ? { code: error.code } : {}),
      reason: error instanceof Error ? error.message : String(error),
      ...(error instanceof AdrasteiaError ? {} : { stack: error instanceof Error ? error.stack : undefined }),
    });
  }
}

function* objectsOf(informer: Informer, namespace: string | undefined): IterableIterator<KubeObject> {
  for (const { object } of informer.values(namespace)) yield object;
}

/** The queue's word for an object: `Kind.group/namespace/name`. */
function queueKey(object: KubeObject): QueueKey {
  const namespace = object.metadata.namespace ?? '';
  return { id: `${kindKeyOf(object)}/${namespace}/${object.metadata.name}`, namespace };
}

function keyOf(id: string): QueueKey {
  return { id, namespace: id.split('/')[1] ?? '' };
}

function parseKey(id: string): {
  readonly kindName: string;
  readonly name: { readonly name: string; readonly namespace?: string };
} {
  const [kindName = '', namespace = '', name = ''] = id.split('/');
  return { kindName, name: namespace === '' ? { name } : { name, namespace } };
}
