/**
 * One look at one custom resource: plan, apply, prune, status. Level-based: it is told only which object, never what happened.
 *
 * Order within a look: what is reserved first, finalizer, inventory union, children by their gates, prune and shrink, what is given
 * back, external work, status. Each step leaves a state from which the next look goes on; a crash between any two writes loses and orphans nothing.
 * Looks at different objects run in parallel, at the same object never (the queue sees to it).
 */

import { canonicalJson, isJsonObject } from '../api/json';
import type { Label } from '../api/label';
import type { KubeObject } from '../api/object';
import { describeObject, referenceKey, referenceTo } from '../api/object';
import { kindKey, kindKeyOf, type ResourceType } from '../api/resource-type';
import { OWNER_UID_LABEL } from '../api/well-known';
import { AdrasteiaError, hasCode } from '../errors';
import { PlanInterruption } from '../plan/interruption';
import type { Kind, Planner } from '../plan/kind';
import type {
  Apply,
  Hold,
  Observed,
  Plan,
  Refusal,
  RenderedTree,
  StatusReport,
  Teardown,
  TeardownStep,
} from '../plan/plan';
import { DEFAULT_HANDLING } from '../plan/planned-object';
import type { Clock } from '../ports/clock';
import type { Cluster } from '../ports/cluster';
import type { Logger } from '../ports/logger';
import type { RuntimeMetrics } from '../ports/metrics';
import { type Child, Children } from './children';
import type { EventRecorder } from './event-recorder';
import type { ExternalWork } from './external-work';
import type { Informer } from './informer';
import { type InventoryEntry, type InventoryStore, surplus, union } from './inventory';
import { hasFinalizer, MetadataWriter } from './metadata-writer';
import { conflictOf, nameOf, type OwnershipIndex } from './ownership';
import { isPaused, pausedPlan } from './paused-plan';
import { type Caches, type ReadIndex, RecordingLookup } from './reads';
import { swapStatus } from './status-swap';
import { StatusWriter, withCondition } from './status-writer';

/** A kind that the runtime reconciles. */
export type RuntimeKind = Kind<RenderedTree> & {
  readonly planner: Planner<RenderedTree>;
  /** Present: only objects that carry it are looked at; the others are another controller's. Plans read them all the same. */
  readonly targetLabel?: Label;
};

export interface ReconcilerOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: RuntimeMetrics;
  readonly caches: Caches;
  readonly reads: ReadIndex;
  readonly ownership: OwnershipIndex;
  readonly inventory: InventoryStore;
  readonly external: ExternalWork;
  readonly events: EventRecorder;
  readonly informerOf: (kind: string) => Informer | undefined;
  readonly typeOf: (kind: string) => ResourceType | undefined;
}

/** When to look again: after `delayMs`, or not until something happens. */
export interface Outcome {
  readonly delayMs?: number;
}

/** What is remembered of an object between looks; all of it can be made again. */
interface Memory {
  /** What of the object the plan was made from. */
  seen: string;
  plan: Plan<RenderedTree>;
  wakeAt: number | undefined;
  children?: { readonly digest: string; readonly list: readonly Child[] };
}

/** Plans kept for objects that are likely to be looked at again soon. Others are planned afresh, which is cheap. */
const MEMORY_SIZE = 128;

export class Reconciler {
  private readonly memories = new Map<string, Memory>();
  private readonly children: Children;
  private readonly metadata: MetadataWriter;
  private readonly status: StatusWriter;

  constructor(private readonly options: ReconcilerOptions) {
    this.children = new Children(options);
    this.metadata = new MetadataWriter(options);
    this.status = new StatusWriter(options.cluster, options.clock);
  }

  /** Forgets the plan of an owner, because an answer that it was made from has changed. */
  invalidate(owner: string): void {
    this.memories.delete(owner);
  }

  /** Forgets all of an owner that is gone. */
  forget(owner: string, uid: string): void {
    this.memories.delete(owner);
    this.options.reads.forget(owner);
    this.status.forget(uid);
    this.options.events.forget(uid);
    this.options.external.forget(uid);
  }

  /** One look. Throws where it has to be repeated after a pause. */
  async reconcile(kind: RuntimeKind, owner: string, object: KubeObject | undefined): Promise<Outcome> {
    if (object === undefined) return {};
    const isDeleting = object.metadata.deletionTimestamp !== undefined;
    // Without our finalizer the garbage collector does it all.
    if (isDeleting && !hasFinalizer(object)) return {};
    const memory = await this.planOrExplain(kind, owner, object);
    if (memory instanceof PlanInterruption) return this.interrupted(kind, object, memory);
    const { plan } = memory;
    switch (plan.outcome) {
      case 'hold':
        return this.hold(kind, object, memory, plan);
      case 'teardown':
        return this.teardown(kind, object, plan);
      case 'apply':
        return this.apply(kind, object, memory, plan);
    }
  }

  /** A plan that throws is a fault of ours: the object says so, what runs goes on running, and other objects are served. */
  private async planOrExplain(
    kind: RuntimeKind,
    owner: string,
    object: KubeObject,
  ): Promise<Memory | PlanInterruption> {
    try {
      return this.planFor(kind, owner, object);
    } catch (error) {
      const code = error instanceof AdrasteiaError ? ` (${error.code})` : '';
      await this.addCondition(kind, object, {
        type: 'Ready',
        status: 'Unknown',
        reason: 'PlanFailed',
        message: `The plan of this object failed${code}; the controller's log says why`,
      });
      throw error;
    }
  }

  private planFor(kind: RuntimeKind, owner: string, object: KubeObject): Memory | PlanInterruption {
    const { generation, labels, annotations, deletionTimestamp, finalizers, uid } = object.metadata;
    const seen = canonicalJson([uid, generation ?? object.spec, labels, annotations, deletionTimestamp, finalizers]);
    const known = this.memories.get(owner);
    const isDue = known?.wakeAt !== undefined && known.wakeAt <= this.options.clock.now();
    if (known?.seen === seen && !isDue) return known;
    const lookup = this.lookupFor(kind);
    try {
      const plan = isPaused(object) ? pausedPlan(kind.planner, object, lookup) : kind.planner.plan(object, lookup);
      const wakeAt = lookup.reads.instants.length === 0 ? undefined : Math.min(...lookup.reads.instants);
      const memory: Memory = { seen, plan, wakeAt };
      this.remember(owner, memory);
      return memory;
    } catch (error) {
      if (error instanceof PlanInterruption) return error;
      throw error;
    } finally {
      // Also after an interruption: the answer that was missing wakes the plan.
      this.options.reads.record(owner, lookup.reads);
    }
  }

  /** What the plan of an object would be, by what the caches hold now. Nothing is done, and nothing is remembered. */
  preview(kind: RuntimeKind, object: KubeObject): Plan<RenderedTree> | PlanInterruption {
    try {
      return kind.planner.plan(object, this.lookupFor(kind));
    } catch (error) {
      if (error instanceof PlanInterruption) return error;
      throw error;
    }
  }

  private lookupFor({ planner }: RuntimeKind): RecordingLookup {
    const declared = [...planner.reads, ...(planner.readsIfServed ?? [])];
    return new RecordingLookup(this.options.caches, declared, this.options.clock.now());
  }

  private remember(owner: string, memory: Memory): void {
    this.memories.delete(owner);
    this.memories.set(owner, memory);
    if (this.memories.size > MEMORY_SIZE) {
      const oldest = this.memories.keys().next().value;
      if (oldest !== undefined) this.memories.delete(oldest);
    }
  }

  private async hold(kind: RuntimeKind, object: KubeObject, memory: Memory, plan: Hold): Promise<Outcome> {
    const updates = (plan.updates ?? []).map((manifest) => ({
      manifest,
      dependsOn: [],
      readyWhen: [],
      handling: DEFAULT_HANDLING,
    }));
    const children = this.children.summarise(updates, object);
    const { refusals, complete } = await this.children.apply(children, object, () => updates);
    const outcome = await this.report(kind, object, plan.status(this.observe(object, refusals)), memory.wakeAt);
    if (!complete) throw new RefusedError(outcome);
    return outcome;
  }

  private async apply(
    kind: RuntimeKind,
    object: KubeObject,
    memory: Memory,
    plan: Apply<RenderedTree>,
  ): Promise<Outcome> {
    const { inventory, external, metrics, clock } = this.options;
    if (plan.swap?.when === 'Before') {
      await swapStatus(plan.swap, this.options);
      // The answer, or somebody else's change that was quicker, wakes the plan.
      return {};
    }
    if (plan.finalize === true && !hasFinalizer(object)) await this.metadata.addFinalizer(kind.type, object);
    if (plan.labels !== undefined) await this.metadata.label(kind.type, object, plan.labels);
    let rendered: ReturnType<RenderedTree['objects']> | undefined;
    const render = (): ReturnType<RenderedTree['objects']> => {
      if (rendered === undefined) {
        const startedAt = performance.now();
        rendered = plan.tree.objects();
        metrics.rendered(kind.type.kind, (performance.now() - startedAt) / 1000);
      }
      return rendered;
    };
    if (memory.children?.digest !== plan.tree.digest)
      memory.children = { digest: plan.tree.digest, list: this.children.summarise(render(), object) };
    const children = memory.children.list;
    const desired = children.map(entryOf);
    const recorded = inventory.read(object);
    const isNew = surplus(desired, recorded.entries).length > 0;
    if (isNew && (await inventory.write(object, { ...recorded, entries: union(recorded.entries, desired) })))
      metrics.written('Inventory.adrasteia.dev', 'apply');
    const { refusals, complete, ready } = await this.children.apply(children, object, render);
    if (complete) await this.prune(object, desired);
    if (ready && plan.swap !== undefined) await swapStatus(plan.swap, this.options);
    const refreshMs = await external.run(object, plan, inventory);
    const report = plan.status(this.observe(object, refusals));
    const wakeAt = earliest(memory.wakeAt, refreshMs === undefined ? undefined : clock.now() + refreshMs);
    const outcome = await this.report(kind, object, report, wakeAt);
    const isStuck = [...refusals.values()].some(({ reason }) => reason !== 'Waiting');
    // What was refused is tried again in growing pauses: quota may be freed, a foreign object removed, and neither tells us.
    if (isStuck) throw new RefusedError(outcome);
    return outcome;
  }

  /** Deletes what the inventory names and the plan no longer wants, then shrinks the inventory. */
  private async prune(object: KubeObject, desired: readonly InventoryEntry[]): Promise<void> {
    const { inventory, metrics } = this.options;
    const recorded = inventory.read(object);
    const unwanted = surplus(recorded.entries, desired);
    if (unwanted.length === 0) return;
    await Promise.all(unwanted.filter((entry) => entry.keep !== true).map((entry) => this.deleteEntry(object, entry)));
    if (await inventory.write(object, { ...inventory.read(object), entries: desired }))
      metrics.written('Inventory.adrasteia.dev', 'apply');
  }

  /**
   * Asks for the deletion of an object of ours. True once it is gone, was never ours, or is to be kept. In a teardown it
   * counts as gone only when what is below it is gone too.
   */
  private async deleteEntry(
    owner: KubeObject,
    entry: InventoryEntry,
    teardown?: { readonly step?: TeardownStep },
  ): Promise<boolean> {
    const { cluster, informerOf, typeOf, metrics } = this.options;
    const type = typeOf(kindKeyOf(entry));
    if (type === undefined) return true;
    const cached = informerOf(kindKey(type))?.get(entry)?.object;
    const live = cached ?? (await cluster.get(type, nameOf(entry)));
    if (live === undefined || conflictOf(live, owner, { adopt: false }) !== undefined) return true;
    if (entry.keep === true && !isReleased(live, teardown?.step)) return true;
    if (live.metadata.deletionTimestamp === undefined) {
      try {
        await cluster.delete(type, nameOf(entry), {
          propagation: teardown === undefined ? 'Background' : 'Foreground',
          ...(live.metadata.uid === undefined ? {} : { uid: live.metadata.uid }),
        });
        metrics.written(kindKey(type), 'delete');
      } catch (error) {
        // Another object of that name is there by now, and isn't ours to delete.
        if (!hasCode(error, 'ApiConflict')) throw error;
      }
    }
    return false;
  }

  private async teardown(kind: RuntimeKind, object: KubeObject, plan: Teardown): Promise<Outcome> {
    const { inventory, external } = this.options;
    // What can't be taken back now holds up nothing but the end.
    const pauseMs = await external.release(object, plan.release ?? [], inventory);
    const entries = union(this.ownedBy(object, plan.steps), inventory.read(object).entries);
    const rest = new Set(entries.filter((entry) => entry.keep !== true).map((entry) => referenceKey(entry)));
    for (const step of plan.steps) {
      const due = entries.filter((entry) => step.kinds.includes(kindKeyOf(entry)) && mayDelete(entry, step));
      for (const entry of due) rest.delete(referenceKey(entry));
      const gone = await Promise.all(due.map((entry) => this.deleteEntry(object, entry, { step })));
      if (gone.includes(false)) return this.waitForDeletion(kind, object, plan);
    }
    const gone = await Promise.all(
      entries.filter((entry) => rest.has(referenceKey(entry))).map((entry) => this.deleteEntry(object, entry, {})),
    );
    if (gone.includes(false)) return this.waitForDeletion(kind, object, plan);
    const isWaiting = (await external.releaseRecorded(object, inventory)) !== undefined;
    if (pauseMs !== undefined || isWaiting) return this.waitForDeletion(kind, object, plan);
    await this.metadata.removeFinalizer(kind.type, object);
    return {};
  }

  /**
   * What carries the owner's mark, of the kinds that the steps name. A deletion in the foreground lets the garbage collector take
   * the inventory before the teardown has begun.
   */
  private ownedBy({ metadata: { uid = '' } }: KubeObject, steps: readonly TeardownStep[]): readonly InventoryEntry[] {
    return steps.flatMap((step) =>
      step.kinds
        .flatMap((kind) => this.options.ownership.descendants(uid, kind))
        .filter(({ metadata }) => metadata.labels?.[OWNER_UID_LABEL] === uid)
        .map((object) => ({
          ...referenceTo(object),
          ...(step.includingKept === true || step.keptWithAnnotation !== undefined ? { keep: true } : {}),
        })),
    );
  }

  private async waitForDeletion(kind: RuntimeKind, object: KubeObject, plan: Teardown): Promise<Outcome> {
    // Deletions of children are seen by watch; the pause is for those whose kind isn't watched.
    return this.report(kind, object, plan.status(this.observe(object, new Map())), this.options.clock.now() + 5_000);
  }

  private observe(object: KubeObject, refusals: ReadonlyMap<string, Refusal>): Observed {
    const { informerOf, ownership, external } = this.options;
    const uid = object.metadata.uid ?? '';
    return {
      child: (reference) => {
        const live = informerOf(kindKeyOf(reference))?.get(reference)?.object;
        return live === undefined || conflictOf(live, object, { adopt: false }) !== undefined ? undefined : live;
      },
      descendants: (type) => ownership.descendants(uid, kindKey(type)),
      refusals,
      ensured: external.states(uid),
      previous: isJsonObject(object.status) ? object.status : {},
    };
  }

  private async report(
    kind: RuntimeKind,
    object: KubeObject,
    report: StatusReport,
    wakeAt: number | undefined,
  ): Promise<Outcome> {
    const { clock, informerOf, events, metrics } = this.options;
    const outcome = await this.status.write(kind, object, report);
    if (outcome.outcome === 'Written') {
      metrics.written(kindKey(kind.type), 'status');
      informerOf(kindKey(kind.type))?.overlay(outcome.object);
      for (const happening of report.happened ?? []) events.record(object, happening);
    }
    const deferred = outcome.outcome === 'Deferred' ? clock.now() + outcome.delayMs : undefined;
    const at = earliest(wakeAt, deferred);
    return at === undefined ? {} : { delayMs: Math.max(1, at - clock.now()) };
  }

  private async interrupted(kind: RuntimeKind, object: KubeObject, interruption: PlanInterruption): Promise<Outcome> {
    // Suspended: the answer is on its way, and wakes the plan.
    if (interruption.state === 'Suspended') return {};
    return this.addCondition(kind, object, {
      type: 'Ready',
      status: 'Unknown',
      reason: 'ReadUnavailable',
      message: interruption.message,
    });
  }

  /** One condition set beside what the status says otherwise: for findings of the runtime itself. */
  private addCondition(
    kind: RuntimeKind,
    object: KubeObject,
    condition: StatusReport['conditions'][number],
  ): Promise<Outcome> {
    return this.report(kind, object, withCondition(object, condition), undefined);
  }
}

/** Something was refused; status says so, and the look is repeated after a pause. */
export class RefusedError extends Error {
  constructor(readonly outcome: Outcome) {
    super('objects were refused');
    this.name = 'RefusedError';
  }
}

/** True for errors that are repeated without being reported: somebody else was quicker. */
export function isQuiet(error: unknown): boolean {
  return error instanceof AdrasteiaError && error.retry === 'Now';
}

/** Whether a step is about an entry; for what holds data, its own annotation has the last word. */
function mayDelete(entry: InventoryEntry, step: TeardownStep): boolean {
  return entry.keep !== true || step.includingKept === true || step.keptWithAnnotation !== undefined;
}

function isReleased(live: KubeObject, step: TeardownStep | undefined): boolean {
  if (step?.includingKept === true) return true;
  const annotation = step?.keptWithAnnotation;
  return annotation !== undefined && live.metadata.annotations?.[annotation.name] === annotation.value;
}

function entryOf(child: Child): InventoryEntry {
  const { type, name, namespace, planned } = child;
  return {
    apiVersion: type.group === '' ? type.version : `${type.group}/${type.version}`,
    kind: type.kind,
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(planned.handling.prune === 'Keep' ? { keep: true } : {}),
  };
}

function earliest(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined) return b;
  return b === undefined ? a : Math.min(a, b);
}

/** How an object is named in logs. */
export function logKeys(object: KubeObject): Readonly<Record<string, unknown>> {
  const { namespace, name, uid } = object.metadata;
  return { object: describeObject(object), kind: object.kind, namespace, name, uid };
}
