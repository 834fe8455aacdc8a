/**
 * Runs jobs: keeps as many pods active as are wanted until enough have succeeded, or too many have failed.
 *
 * No pod is lost and none is counted twice: a pod that has ended is noted in the status, then let go by its finalizer, then
 * counted. Each step may be the last before this process ends.
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/job/
 */
import type { ObjectName } from '../../../api/object';
import { hasCode } from '../../../errors';
import type { ControllerContext } from '../controller-context';
import { claimDependents } from '../dependents';
import { failureOf } from '../failure';
import { KeyedController } from '../keyed-controller';
import { isSelected } from '../label-selector';
import { controllerOf } from '../ownership';
import { isActive, isReady, type Pod } from '../pods/pod';
import { PodControl } from '../pods/pod-control';
import { departureOrder } from '../pods/pod-ranking';
import { JOB, POD } from '../resource-types';
import { isSemanticallyEqual } from '../semantic-equality';
import type { SharedStores } from '../shared-stores';
import type { Store } from '../store';
import { timestamp } from '../timestamp';
import { pendingIndexes } from './completion-indexes';
import {
  finishedCondition,
  indexOf,
  isIndexed,
  isOthers,
  isSuspended,
  isTracked,
  type Job,
  type JobCondition,
  type JobStatus,
  jobCondition,
  replacesOnlyFailed,
  TRACKING_FINALIZER,
  withJobCondition,
} from './job';
import { jobPod } from './job-pods';
import { completedIndexes, deadlineIn, decidedOutcome, isDone, jobTally, type Tally, wantedActive } from './job-tally';
import { PodBackoff } from './pod-backoff';

const COMPONENT = 'job-controller';
/** Pods that are made or deleted at most in one go. */
const BURST = 500;

/** How things stand after pods were made and deleted. */
interface Standing {
  readonly active: number;
  readonly ready: number;
  readonly terminating: number;
}

export class JobController extends KeyedController {
  readonly #jobs: Store<Job>;
  readonly #pods: Store<Pod>;
  readonly #control: PodControl;
  readonly #backoff = new PodBackoff();

  constructor(context: ControllerContext, stores: SharedStores) {
    super(context, COMPONENT);
    this.#jobs = stores.of<Job>(JOB, (before, after) => {
      if (after === undefined && before !== undefined) this.#backoff.forget(before.metadata.uid ?? '');
      this.enqueue((after ?? before)?.metadata ?? { name: '' });
    });
    this.#pods = stores.of<Pod>(POD, (before, after) => this.#podChanged(before, after));
    this.#control = new PodControl({ pods: this.#pods, events: context.events, component: COMPONENT });
  }

  protected async reconcile(name: ObjectName): Promise<number | undefined> {
    const job = this.#jobs.get(name);
    await this.#releaseOrphans(name, job);
    if (job === undefined || isOthers(job)) return undefined;
    if (finishedCondition(job) !== undefined) {
      this.#backoff.forget(job.metadata.uid ?? '');
      return undefined;
    }
    const pods = await claimDependents({
      owner: job,
      owners: this.#jobs as unknown as Store,
      dependents: this.#pods,
      isSelected: ({ metadata }) => isSelected(metadata.labels, job.spec.selector),
    });
    return this.#advance(job, pods);
  }

  async #advance(job: Job, pods: readonly Pod[]): Promise<number | undefined> {
    const now = this.context.clock.now();
    const tally = jobTally(job, pods);
    const pause = this.#backoff.pauseAfter(
      job.metadata.uid ?? '',
      { succeeded: tally.newSucceeded, failed: tally.newFailed },
      now,
    );
    const started = startedJob(job, now);
    let outcome = decidedOutcome(started, tally, pods, now);
    let standing: Standing = { active: tally.active.length, ready: tally.ready, terminating: tally.terminating };
    let failure: Error | undefined;
    let conditions = started.status?.conditions ?? [];
    if (outcome !== undefined) standing = await this.#deleteAll(started, tally.active, standing);
    else if (job.metadata.deletionTimestamp === undefined) {
      failure = await failureOf(async () => {
        standing = await this.#manage(started, tally, { standing, mayCreate: pause === 0 });
      });
      if (failure !== undefined) {
        const active = this.#pods.controlledBy(job.metadata.uid ?? '').filter(isActive);
        standing = { ...standing, active: active.length };
      }
      if (failure === undefined && isDone(started, tally, standing.active)) {
        const message = 'Reached expected number of succeeded pods';
        outcome = jobCondition(
          { type: 'SuccessCriteriaMet', status: 'True', reason: 'CompletionsReached', message },
          now,
        );
      } else conditions = this.#withSuspension(started, conditions, now);
    }
    if (outcome !== undefined) conditions = withJobCondition(conditions, outcome);
    const isResumed = conditions !== started.status?.conditions && !isSuspended(job) && wasSuspended(job);
    const status = {
      ...started.status,
      ...standing,
      ...(isResumed ? { startTime: timestamp(now) } : {}),
      ...(conditions.length === 0 ? {} : { conditions }),
    };
    const noted = await this.#note({ ...started, status }, { pods, tally, outcome });
    if (outcome !== undefined) await this.#finish(noted, outcome);
    if (failure !== undefined) throw failure;
    if (outcome !== undefined) return undefined;
    const waits = [pause, deadlineIn(noted, now) ?? 0].filter((wait) => wait > 0);
    return waits.length === 0 ? undefined : Math.min(...waits);
  }

  /** Makes or deletes pods until as many are active as are wanted. */
  async #manage(
    job: Job,
    tally: Tally,
    { standing, mayCreate }: { readonly standing: Standing; readonly mayCreate: boolean },
  ): Promise<Standing> {
    const { active } = tally;
    const wanted = wantedActive(job, tally);
    const surplus = this.#surplus(job, active, wanted).slice(0, BURST);
    if (surplus.length > 0) return this.#deleteAll(job, surplus, standing, { untracked: true });
    const leaving = replacesOnlyFailed(job) ? tally.terminating : 0;
    const missing = Math.min(wanted - active.length - leaving, BURST);
    if (missing <= 0 || !mayCreate) return standing;
    if (!isIndexed(job)) {
      await this.#control.createMany(
        job,
        Array.from({ length: missing }, () => jobPod(job, undefined)),
      );
      return { ...standing, active: active.length + missing };
    }
    const taken = new Set(active.map(indexOf).filter((index) => index !== undefined));
    const indexes = pendingIndexes(missing, job.spec.completions ?? 0, tally.succeededIndexes, taken);
    await this.#control.createMany(
      job,
      indexes.map((index) => jobPod(job, index)),
    );
    return { ...standing, active: active.length + indexes.length };
  }

  /** Second pods of a number go first. */
  #surplus(job: Job, active: readonly Pod[], wanted: number): readonly Pod[] {
    const now = this.context.clock.now();
    const sorted = departureOrder(active, () => 0, now);
    if (!isIndexed(job)) return sorted.slice(0, Math.max(0, active.length - wanted));
    const kept = new Set<number>();
    const doubles: Pod[] = [];
    // What does most is kept.
    const singles = [...sorted].reverse().filter((pod) => {
      const index = indexOf(pod);
      const isDouble = index === undefined || index >= (job.spec.completions ?? 0) || kept.has(index);
      if (isDouble) doubles.push(pod);
      else kept.add(index);
      return !isDouble;
    });
    return [...doubles, ...singles.reverse().slice(0, Math.max(0, singles.length - wanted))];
  }

  async #deleteAll(job: Job, pods: readonly Pod[], standing: Standing, { untracked = false } = {}): Promise<Standing> {
    await Promise.all(
      pods.map(async (pod) => {
        // Pods that are deleted for want of need don't count as failed.
        if (untracked) await this.#letGo(pod);
        await this.#control.delete(job, pod);
      }),
    );
    return {
      active: standing.active - pods.length,
      ready: standing.ready - pods.filter(isReady).length,
      terminating: standing.terminating + pods.length,
    };
  }

  /** Notes the pods that have ended, lets them go, and counts them. */
  async #note(
    job: Job,
    {
      pods,
      tally,
      outcome,
    }: { readonly pods: readonly Pod[]; readonly tally: Tally; readonly outcome: JobCondition | undefined },
  ): Promise<Job> {
    const before = job.status?.uncountedTerminatedPods ?? {};
    const uids = (of: readonly Pod[]): readonly string[] => of.map(({ metadata }) => metadata.uid ?? '');
    const isEnding = outcome !== undefined || job.metadata.deletionTimestamp !== undefined;
    const ended = new Set([
      ...uids(tally.newSucceeded),
      ...uids(tally.newFailed),
      ...(before.succeeded ?? []),
      ...(before.failed ?? []),
    ]);
    // A job that fails takes with it the pods that hadn't ended.
    const abandoned =
      outcome?.type === 'FailureTarget'
        ? tally.active.filter((pod) => isTracked(pod) && !ended.has(pod.metadata.uid ?? ''))
        : [];
    const uncounted = {
      succeeded: [...(before.succeeded ?? []), ...(isIndexed(job) ? [] : uids(tally.newSucceeded))],
      failed: [...(before.failed ?? []), ...uids(tally.newFailed), ...uids(abandoned)],
    };
    const noted = await this.#write(job, this.#counted({ ...job.status, ...indexesOf(job, tally) }, uncounted, pods));
    const leaving = pods.filter((pod) => isTracked(pod) && (isEnding || ended.has(pod.metadata.uid ?? '')));
    await Promise.all(leaving.map((pod) => this.#letGo(pod)));
    return this.#write(noted, this.#counted(noted.status ?? {}, noted.status?.uncountedTerminatedPods ?? {}, pods));
  }

  /** Of noted pods, those that aren't held any more are counted. */
  #counted(
    status: JobStatus,
    uncounted: { readonly succeeded?: readonly string[]; readonly failed?: readonly string[] },
    pods: readonly Pod[],
  ): JobStatus {
    const held = new Set<string>();
    for (const { metadata } of pods) {
      const now = this.#pods.get(metadata);
      if (now !== undefined && now.metadata.uid === metadata.uid && isTracked(now)) held.add(metadata.uid ?? '');
    }
    const split = (uids: readonly string[] = []): readonly [held: readonly string[], counted: number] => {
      const rest = uids.filter((uid) => held.has(uid));
      return [rest, uids.length - rest.length];
    };
    const [succeeded, moreSucceeded] = split(uncounted.succeeded);
    const [failed, moreFailed] = split(uncounted.failed);
    const counts = {
      active: status.active ?? 0,
      succeeded: (status.succeeded ?? 0) + moreSucceeded,
      failed: (status.failed ?? 0) + moreFailed,
    };
    const { active: _active, succeeded: _succeeded, failed: _failed, ...rest } = status;
    return {
      ...rest,
      ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
      uncountedTerminatedPods: {
        ...(succeeded.length === 0 ? {} : { succeeded }),
        ...(failed.length === 0 ? {} : { failed }),
      },
    };
  }

  /** Calls the job finished, once no pod is uncounted or on its way out. */
  async #finish(job: Job, outcome: JobCondition): Promise<void> {
    const { status = {} } = job;
    const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
    if (succeeded.length + failed.length > 0 || (status.terminating ?? 0) > 0) return;
    const isSuccess = outcome.type === 'SuccessCriteriaMet';
    const now = this.context.clock.now();
    const { reason, message } = outcome;
    const type = isSuccess ? 'Complete' : 'Failed';
    const condition = jobCondition(
      {
        type,
        status: 'True',
        ...(reason === undefined ? {} : { reason }),
        ...(message === undefined ? {} : { message }),
      },
      now,
    );
    const finished = await this.#write(job, {
      ...status,
      conditions: withJobCondition(status.conditions ?? [], condition),
      ...(isSuccess ? { completionTime: timestamp(now) } : {}),
    });
    if (isSuccess) this.#tell(finished, 'Normal', 'Completed', 'Job completed');
    else this.#tell(finished, 'Warning', reason ?? '', message ?? '');
  }

  #withSuspension(job: Job, conditions: readonly JobCondition[], now: number): readonly JobCondition[] {
    const condition = isSuspended(job)
      ? jobCondition({ type: 'Suspended', status: 'True', reason: 'JobSuspended', message: 'Job suspended' }, now)
      : jobCondition({ type: 'Suspended', status: 'False', reason: 'JobResumed', message: 'Job resumed' }, now);
    const next = withJobCondition(conditions, condition);
    if (next === conditions) return conditions;
    if (isSuspended(job)) this.#tell(job, 'Normal', 'Suspended', 'Job suspended');
    else this.#tell(job, 'Normal', 'Resumed', 'Job resumed');
    return next;
  }

  async #write(job: Job, status: JobStatus): Promise<Job> {
    // What was said before may be less than the job that is at hand says.
    const told = this.#jobs.get(job.metadata);
    if (told?.metadata.uid === job.metadata.uid && isSemanticallyEqual(told?.status, status)) return { ...job, status };
    return this.#jobs.replace({ ...job, status }, 'status');
  }

  async #letGo(pod: Pod): Promise<void> {
    const current = this.#pods.get(pod.metadata);
    if (current?.metadata.uid !== pod.metadata.uid || current === undefined || !isTracked(current)) return;
    const { finalizers = [], resourceVersion } = current.metadata;
    const left = finalizers.filter((finalizer) => finalizer !== TRACKING_FINALIZER);
    try {
      await this.#pods.patch(current, { metadata: { resourceVersion, finalizers: left } });
    } catch (error) {
      if (!hasCode(error, 'ApiNotFound')) throw error;
      await this.#pods.refresh(current.metadata);
    }
  }

  /** Pods that nobody counts any more aren't held. */
  async #releaseOrphans({ namespace = '', name }: ObjectName, job: Job | undefined): Promise<void> {
    const isOver = job === undefined || finishedCondition(job) !== undefined;
    for (const pod of this.#pods.inNamespace(namespace)) {
      if (!isTracked(pod)) continue;
      const controller = controllerOf(pod.metadata);
      const isOfName = controller?.kind === 'Job' && controller.name === name;
      if (isOfName && (isOver || controller.uid !== job.metadata.uid)) await this.#letGo(pod);
    }
  }

  #podChanged(before: Pod | undefined, after: Pod | undefined): void {
    for (const pod of [before, after]) {
      const controller = pod === undefined ? undefined : controllerOf(pod.metadata);
      if (pod === undefined || controller?.kind !== 'Job') continue;
      this.enqueue({ namespace: pod.metadata.namespace ?? '', name: controller.name });
    }
    if (after === undefined || controllerOf(after.metadata) !== undefined) return;
    for (const job of this.#jobs.inNamespace(after.metadata.namespace ?? '')) {
      if (isSelected(after.metadata.labels, job.spec.selector)) this.enqueue(job.metadata);
    }
  }

  #tell(job: Job, type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.context.events.record(COMPONENT, job, { type, reason, message });
  }
}

/** The job as one that has started, unless it is suspended. */
function startedJob(job: Job, now: number): Job {
  if (job.status?.startTime !== undefined || isSuspended(job)) return job;
  return { ...job, status: { ...job.status, startTime: timestamp(now) } };
}

function wasSuspended({ status }: Job): boolean {
  return status?.conditions?.some(({ type, status: is }) => type === 'Suspended' && is === 'True') === true;
}

function indexesOf(job: Job, tally: Tally): JobStatus {
  if (!isIndexed(job)) return {};
  const text = completedIndexes(tally);
  return { succeeded: tally.succeededIndexes.size, ...(text === '' ? {} : { completedIndexes: text }) };
}
