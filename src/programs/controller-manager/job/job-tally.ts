/** What a job's pods have come to, and what follows for the job. Pure. */
import { isActive, isReady, type Pod } from '../pods/pod';
import { indexesText, parseIndexes } from './completion-indexes';
import {
  hasFailed,
  indexOf,
  isIndexed,
  isSuspended,
  isTracked,
  type Job,
  type JobCondition,
  jobCondition,
} from './job';

export interface Tally {
  readonly active: readonly Pod[];
  readonly ready: number;
  readonly terminating: number;
  /** Tracked pods that have ended and aren't noted in the status yet. */
  readonly newSucceeded: readonly Pod[];
  readonly newFailed: readonly Pod[];
  /** All there have been, noted or not. */
  readonly succeeded: number;
  readonly failed: number;
  /** Of an indexed job. */
  readonly succeededIndexes: ReadonlySet<number>;
}

/** Counts the pods of a job: those that it has noted, and those that have ended since. */
export function jobTally(job: Job, pods: readonly Pod[]): Tally {
  const { status = {} } = job;
  const uncounted = status.uncountedTerminatedPods ?? {};
  const noted = new Set([...(uncounted.succeeded ?? []), ...(uncounted.failed ?? [])]);
  const { completions = 0 } = job.spec;
  const isCounted = (pod: Pod): boolean => {
    if (!isTracked(pod) || noted.has(pod.metadata.uid ?? '')) return false;
    const index = indexOf(pod);
    return !isIndexed(job) || (index !== undefined && index < completions);
  };
  const newSucceeded = pods.filter((pod) => isCounted(pod) && pod.status?.phase === 'Succeeded');
  const newFailed = pods.filter((pod) => isCounted(pod) && hasFailed(pod, job));
  const succeededIndexes = new Set(parseIndexes(status.completedIndexes, completions));
  for (const pod of newSucceeded) succeededIndexes.add(indexOf(pod) ?? 0);
  const active = pods.filter(isActive);
  return {
    active,
    ready: active.filter(isReady).length,
    terminating: pods.filter(isLeaving).length,
    newSucceeded,
    newFailed,
    succeeded: isIndexed(job)
      ? succeededIndexes.size
      : (status.succeeded ?? 0) + (uncounted.succeeded ?? []).length + newSucceeded.length,
    failed: (status.failed ?? 0) + (uncounted.failed ?? []).length + newFailed.length,
    succeededIndexes,
  };
}

/** True for a pod that is on its way out and hasn't ended. */
function isLeaving({ metadata, status }: Pod): boolean {
  return metadata.deletionTimestamp !== undefined && status?.phase !== 'Succeeded' && status?.phase !== 'Failed';
}

/** What decides that the job is to end before its pods are done; undefined where nothing does. */
export function decidedOutcome(job: Job, tally: Tally, pods: readonly Pod[], now: number): JobCondition | undefined {
  const said = job.status?.conditions?.find(
    ({ type, status }) => (type === 'SuccessCriteriaMet' || type === 'FailureTarget') && status === 'True',
  );
  if (said !== undefined) return said;
  const failure = (reason: string, message: string): JobCondition =>
    jobCondition({ type: 'FailureTarget', status: 'True', reason, message }, now);
  const { backoffLimit = 6 } = job.spec;
  if (tally.failed > backoffLimit || hasRestartedTooOften(job, pods)) {
    return failure('BackoffLimitExceeded', 'Job has reached the specified backoff limit');
  }
  const left = deadlineIn(job, now);
  if (left !== undefined && left <= 0) {
    return failure('DeadlineExceeded', 'Job was active longer than specified deadline');
  }
  return undefined;
}

/** Milliseconds until the job has been active for too long; undefined where it may be so for ever. */
export function deadlineIn(job: Job, now: number): number | undefined {
  const { activeDeadlineSeconds } = job.spec;
  const { startTime } = job.status ?? {};
  if (activeDeadlineSeconds === undefined || startTime === undefined || isSuspended(job)) return undefined;
  return Date.parse(startTime) + activeDeadlineSeconds * 1000 - now;
}

/** How many pods are to be active. */
export function wantedActive(job: Job, tally: Tally): number {
  const { parallelism = 1, completions } = job.spec;
  if (isSuspended(job)) return 0;
  if (completions === undefined) return tally.succeeded > 0 ? tally.active.length : parallelism;
  return Math.max(0, Math.min(parallelism, completions - tally.succeeded));
}

/** True where enough pods have succeeded and none is active. */
export function isDone(job: Job, tally: Tally, active: number): boolean {
  const { completions } = job.spec;
  if (active > 0) return false;
  return completions === undefined ? tally.succeeded > 0 : tally.succeeded >= completions;
}

/** The numbers of an indexed job that succeeded, as its status tells them. */
export function completedIndexes(tally: Tally): string {
  return indexesText(tally.succeededIndexes);
}

/** Pods that restart in place count by their restarts. */
function hasRestartedTooOften({ spec }: Job, pods: readonly Pod[]): boolean {
  if (spec.template.spec.restartPolicy !== 'OnFailure') return false;
  let restarts = 0;
  for (const { status } of pods) {
    if (status?.phase !== 'Running' && status?.phase !== 'Pending') continue;
    const statuses = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
    for (const { restartCount = 0 } of statuses) restarts += restartCount;
  }
  const { backoffLimit = 6 } = spec;
  return backoffLimit === 0 ? restarts > 0 : restarts >= backoffLimit;
}
