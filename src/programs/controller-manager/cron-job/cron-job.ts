/** CronJobs, and when they are due. Pure. */
import type { KubeObject, Manifest, ObjectMeta, OwnerReference } from '../../../api/object';
import type { Job } from '../job/job';
import type { Schedule } from './schedule';
import { zonedText } from './schedule';

export interface JobReference {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
}

export interface CronJobStatus {
  readonly active?: readonly JobReference[];
  readonly lastScheduleTime?: string;
  readonly lastSuccessfulTime?: string;
}

export interface CronJob extends KubeObject {
  readonly spec: {
    readonly schedule: string;
    readonly timeZone?: string;
    readonly suspend?: boolean;
    readonly concurrencyPolicy?: string;
    readonly startingDeadlineSeconds?: number;
    readonly successfulJobsHistoryLimit?: number;
    readonly failedJobsHistoryLimit?: number;
    readonly jobTemplate: { readonly metadata?: Partial<ObjectMeta>; readonly spec: Job['spec'] };
  };
  readonly status?: CronJobStatus;
}

const SCHEDULED_ANNOTATION = 'batch.kubernetes.io/cronjob-scheduled-timestamp';
/** More than so many starts that were missed are told of. */
const MISSED_MAX = 100;
/** After the minute has begun by every clock. */
const DELTA_MS = 100;

export interface Due {
  /** The last start that was missed; undefined where none was. */
  readonly time: number | undefined;
  readonly hasMissedMany: boolean;
}

/** The start that is due. With `deadline`, one that is past its starting deadline isn't looked for. */
export function dueStart(cronJob: CronJob, schedule: Schedule, now: number, { deadline = true } = {}): Due {
  const { startingDeadlineSeconds } = cronJob.spec;
  let earliest = earliestOf(cronJob);
  if (deadline && startingDeadlineSeconds !== undefined) {
    earliest = Math.max(earliest, now - startingDeadlineSeconds * 1000);
  }
  const first = schedule.next(earliest);
  if (first === undefined || first > now) return { time: undefined, hasMissedMany: false };
  const second = schedule.next(first);
  if (second === undefined || second > now) return { time: first, hasMissedMany: false };
  const between = Math.max(1000, second - first);
  const missed = Math.floor((now - first) / between) + 1;
  let time: number | undefined;
  for (
    let next = schedule.next(first + (missed - 2) * between);
    next !== undefined && next <= now;
    next = schedule.next(next)
  ) {
    time = next;
  }
  return { time, hasMissedMany: missed > MISSED_MAX };
}

/** Milliseconds until the next start. */
export function nextStartIn(cronJob: CronJob, schedule: Schedule, now: number): number | undefined {
  const { time } = dueStart(cronJob, schedule, now, { deadline: false });
  const next = schedule.next(time ?? Math.max(earliestOf(cronJob), now));
  return next === undefined ? undefined : next + DELTA_MS - now;
}

/** The job of a start. */
export function jobManifest(cronJob: CronJob, time: number, owner: OwnerReference): Manifest {
  const { metadata, spec } = cronJob.spec.jobTemplate;
  const annotations = {
    ...metadata?.annotations,
    [SCHEDULED_ANNOTATION]: zonedText(time, cronJob.spec.timeZone ?? 'UTC'),
  };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: jobName(cronJob, time),
      namespace: cronJob.metadata.namespace ?? '',
      ...(metadata?.labels === undefined ? {} : { labels: metadata.labels }),
      annotations,
      ownerReferences: [owner],
    },
    spec,
  };
}

/** How a CronJob's status names one of its jobs. */
export function jobReference({ metadata }: Job): JobReference {
  const { name, namespace, uid, resourceVersion } = metadata;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(uid === undefined ? {} : { uid }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  };
}

/** The name of the job of a start: one for each minute. */
export function jobName({ metadata }: CronJob, time: number): string {
  return `${metadata.name}-${String(Math.floor(time / 60_000))}`;
}

function earliestOf({ metadata, status }: CronJob): number {
  return Date.parse(status?.lastScheduleTime ?? metadata.creationTimestamp ?? '');
}
