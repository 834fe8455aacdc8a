/** Jobs, and what is counted of their pods. Pure. */
import type { KubeObject } from '../../../api/object';
import type { LabelSelector } from '../label-selector';
import type { Pod, PodTemplate } from '../pods/pod';
import { timestamp } from '../timestamp';

export interface JobCondition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly lastProbeTime?: string;
  readonly lastTransitionTime?: string;
  readonly reason?: string;
  readonly message?: string;
}

export interface JobStatus {
  readonly startTime?: string;
  readonly completionTime?: string;
  readonly active?: number;
  readonly ready?: number;
  readonly terminating?: number;
  readonly succeeded?: number;
  readonly failed?: number;
  readonly completedIndexes?: string;
  readonly conditions?: readonly JobCondition[];
  readonly uncountedTerminatedPods?: { readonly succeeded?: readonly string[]; readonly failed?: readonly string[] };
}

export interface Job extends KubeObject {
  readonly spec: {
    readonly parallelism?: number;
    readonly completions?: number;
    readonly completionMode?: string;
    readonly backoffLimit?: number;
    readonly activeDeadlineSeconds?: number;
    readonly ttlSecondsAfterFinished?: number;
    readonly suspend?: boolean;
    readonly managedBy?: string;
    readonly podReplacementPolicy?: string;
    readonly podFailurePolicy?: unknown;
    readonly selector?: LabelSelector;
    readonly template: PodTemplate;
  };
  readonly status?: JobStatus;
}

/** Holds a pod until it is counted. */
export const TRACKING_FINALIZER = 'batch.kubernetes.io/job-tracking';
export const INDEX_ANNOTATION = 'batch.kubernetes.io/job-completion-index';
const OUR_NAME = 'kubernetes.io/job-controller';

export function isIndexed({ spec }: Job): boolean {
  return spec.completionMode === 'Indexed';
}

export function isSuspended({ spec }: Job): boolean {
  return spec.suspend === true;
}

export function isOthers({ spec }: Job): boolean {
  return spec.managedBy !== undefined && spec.managedBy !== OUR_NAME;
}

/** The condition by which a job is over; undefined where it isn't. */
export function finishedCondition({ status }: Job): JobCondition | undefined {
  return status?.conditions?.find(
    ({ type, status: is }) => (type === 'Complete' || type === 'Failed') && is === 'True',
  );
}

export function isTracked({ metadata }: Pod): boolean {
  return metadata.finalizers?.includes(TRACKING_FINALIZER) === true;
}

/** The number of an indexed job's pod; undefined where it has none. */
export function indexOf({ metadata }: Pod): number | undefined {
  const text = metadata.annotations?.[INDEX_ANNOTATION] ?? '';
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

/** True for a pod that won't succeed any more; one that is on its way out only where it may be replaced already. */
export function hasFailed({ metadata, status }: Pod, job: Job): boolean {
  if (status?.phase === 'Failed') return true;
  if (replacesOnlyFailed(job)) return false;
  return metadata.deletionTimestamp !== undefined && status?.phase !== 'Succeeded';
}

/** True where a pod is replaced only once it is over. */
export function replacesOnlyFailed({ spec }: Job): boolean {
  return spec.podReplacementPolicy === 'Failed' || spec.podFailurePolicy !== undefined;
}

export function jobCondition(
  condition: Pick<JobCondition, 'type' | 'status' | 'reason' | 'message'>,
  now: number,
): JobCondition {
  return { ...condition, lastProbeTime: timestamp(now), lastTransitionTime: timestamp(now) };
}

/** The conditions with this one in its place; a False one that wasn't there isn't added. */
export function withJobCondition(
  conditions: readonly JobCondition[],
  condition: JobCondition,
): readonly JobCondition[] {
  const before = conditions.find(({ type }) => type === condition.type);
  if (before === undefined) return condition.status === 'False' ? conditions : [...conditions, condition];
  const isSame =
    before.status === condition.status && before.reason === condition.reason && before.message === condition.message;
  return isSame ? conditions : conditions.map((known) => (known === before ? condition : known));
}
