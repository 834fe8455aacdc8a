/**
 * Makes jobs by the clock, and forgets old ones.
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/
 */
import type { ObjectName } from '../../../api/object';
import { hasCode } from '../../../errors';
import type { ControllerContext } from '../controller-context';
import { failureOf } from '../failure';
import { finishedCondition, type Job } from '../job/job';
import { KeyedController } from '../keyed-controller';
import { controllerOf, controllerReference } from '../ownership';
import { refusalMessage, saysNamespaceIsTerminating } from '../refusal';
import { CRON_JOB, JOB } from '../resource-types';
import { isSemanticallyEqual } from '../semantic-equality';
import type { SharedStores } from '../shared-stores';
import type { Store } from '../store';
import { timestamp } from '../timestamp';
import {
  type CronJob,
  type CronJobStatus,
  dueStart,
  jobManifest,
  jobName,
  jobReference,
  nextStartIn,
} from './cron-job';
import { isTimeZone, parseSchedule, type Schedule } from './schedule';

export class CronJobController extends KeyedController {
  readonly #cronJobs: Store<CronJob>;
  readonly #jobs: Store<Job>;

  constructor(context: ControllerContext, stores: SharedStores) {
    super(context, 'cronjob-controller');
    this.#cronJobs = stores.of<CronJob>(CRON_JOB, (_before, after) => {
      if (after !== undefined) this.enqueue(after.metadata);
    });
    this.#jobs = stores.of<Job>(JOB, (before, after) => {
      for (const job of [before, after]) {
        const controller = job === undefined ? undefined : controllerOf(job.metadata);
        if (controller?.kind !== 'CronJob') continue;
        this.enqueue({ namespace: job?.metadata.namespace ?? '', name: controller.name });
      }
    });
  }

  protected async reconcile(name: ObjectName): Promise<number | undefined> {
    const cronJob = this.#cronJobs.get(name);
    if (cronJob === undefined) return undefined;
    const status = await this.#looked(cronJob);
    const { status: next, again, failure } = await this.#start({ ...cronJob, status });
    const cleaned = await this.#forget(cronJob, next);
    if (!isSemanticallyEqual(cronJob.status, cleaned)) {
      await this.#cronJobs.replace({ ...cronJob, status: cleaned }, 'status');
    }
    if (failure !== undefined) throw failure;
    return again;
  }

  /** The status once it says what became of the jobs. */
  async #looked(cronJob: CronJob): Promise<CronJobStatus> {
    const jobs = this.#jobs.controlledBy(cronJob.metadata.uid ?? '');
    let { active = [], lastSuccessfulTime } = cronJob.status ?? {};
    for (const job of jobs) {
      const { name, uid } = job.metadata;
      const isKnown = active.some((reference) => reference.uid === uid);
      const finished = finishedCondition(job);
      if (finished === undefined) {
        if (!isKnown)
          this.#tell(
            cronJob,
            'Warning',
            'UnexpectedJob',
            `Saw a job that the controller did not create or forgot: ${name}`,
          );
        continue;
      }
      if (isKnown) {
        active = active.filter((reference) => reference.uid !== uid);
        this.#tell(cronJob, 'Normal', 'SawCompletedJob', `Saw completed job: ${name}, condition: ${finished.type}`);
      }
      const { completionTime } = job.status ?? {};
      const isLater = completionTime !== undefined && completionTime > (lastSuccessfulTime ?? '');
      if (finished.type === 'Complete' && isLater) lastSuccessfulTime = completionTime;
    }
    for (const reference of active) {
      if (jobs.some(({ metadata }) => metadata.uid === reference.uid)) continue;
      const live = await this.#jobs.refresh({
        namespace: cronJob.metadata.namespace ?? '',
        name: reference.name,
        ...(reference.uid === undefined ? {} : { uid: reference.uid }),
      });
      if (live !== undefined) continue;
      active = active.filter((other) => other !== reference);
      this.#tell(cronJob, 'Normal', 'MissingJob', `Active job went missing: ${reference.name}`);
    }
    return { ...cronJob.status, active, ...(lastSuccessfulTime === undefined ? {} : { lastSuccessfulTime }) };
  }

  /** Makes the job that is due, if any. */
  async #start(cronJob: CronJob): Promise<{
    readonly status: CronJobStatus;
    readonly again?: number | undefined;
    readonly failure?: Error | undefined;
  }> {
    const { status = {} } = cronJob;
    const schedule = this.#scheduleOf(cronJob);
    if (schedule === undefined) return { status };
    const now = this.context.clock.now();
    const again = nextStartIn(cronJob, schedule, now);
    const { time, hasMissedMany } = dueStart(cronJob, schedule, now);
    if (time === undefined) return { status, again };
    if (hasMissedMany) {
      const message = 'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew';
      this.#tell(cronJob, 'Warning', 'TooManyMissedTimes', message);
    }
    const { active = [], lastScheduleTime } = status;
    const isStarted =
      active.some(({ name }) => name === jobName(cronJob, time)) || lastScheduleTime === timestamp(time);
    const { startingDeadlineSeconds, concurrencyPolicy } = cronJob.spec;
    if (startingDeadlineSeconds !== undefined && time + startingDeadlineSeconds * 1000 < now) {
      const text = new Date(time).toUTCString().replace('GMT', '+0000');
      this.#tell(cronJob, 'Warning', 'MissSchedule', `Missed scheduled time to start a job: ${text}`);
      return { status, again };
    }
    if (isStarted) return { status, again };
    if (concurrencyPolicy === 'Forbid' && active.length > 0) {
      const message = 'Not starting job because prior execution is running and concurrency policy is Forbid';
      this.#tell(cronJob, 'Normal', 'JobAlreadyActive', message);
      return { status, again };
    }
    let next: CronJobStatus = status;
    const failure = await failureOf(async () => {
      if (concurrencyPolicy === 'Replace') for (const { name } of active) await this.#delete(cronJob, name);
      const left = concurrencyPolicy === 'Replace' ? [] : active;
      const job = await this.#create(cronJob, time);
      if (job === undefined) next = { ...status, active: left };
      else next = { ...status, active: [...left, jobReference(job)], lastScheduleTime: timestamp(time) };
    });
    return { status: next, failure, again: nextStartIn({ ...cronJob, status: next }, schedule, now) };
  }

  #scheduleOf(cronJob: CronJob): Schedule | undefined {
    const { timeZone, suspend, schedule } = cronJob.spec;
    if (cronJob.metadata.deletionTimestamp !== undefined) return undefined;
    if (timeZone !== undefined && !isTimeZone(timeZone)) {
      this.#tell(
        cronJob,
        'Warning',
        'UnknownTimeZone',
        `invalid timeZone: "${timeZone}": unknown time zone ${timeZone}`,
      );
      return undefined;
    }
    if (suspend === true) return undefined;
    const parsed = parseSchedule(schedule, timeZone);
    if (parsed === undefined) {
      this.#tell(
        cronJob,
        'Warning',
        'UnparseableSchedule',
        `unparseable schedule: "${schedule}" : it is no cron schedule`,
      );
    }
    return parsed;
  }

  /** Undefined where the name is another's, or the job is known already. */
  async #create(cronJob: CronJob, time: number): Promise<Job | undefined> {
    const manifest = jobManifest(cronJob, time, controllerReference(CRON_JOB, cronJob));
    try {
      const job = await this.#jobs.create(manifest);
      this.#tell(cronJob, 'Normal', 'SuccessfulCreate', `Created job ${job.metadata.name}`);
      return job;
    } catch (error) {
      if (hasCode(error, 'ApiAlreadyExists')) {
        const present = await this.#jobs.refresh(manifest.metadata);
        const isOurs = present !== undefined && controllerOf(present.metadata)?.uid === cronJob.metadata.uid;
        const isListed = cronJob.status?.active?.some(({ uid }) => uid === present?.metadata.uid) === true;
        return isOurs && !isListed ? present : undefined;
      }
      if (!saysNamespaceIsTerminating(error)) {
        this.#tell(cronJob, 'Warning', 'FailedCreate', `Error creating job: ${refusalMessage(error)}`);
      }
      throw error;
    }
  }

  /** Deletes the oldest finished jobs beyond the limits. */
  async #forget(cronJob: CronJob, status: CronJobStatus): Promise<CronJobStatus> {
    const { successfulJobsHistoryLimit, failedJobsHistoryLimit } = cronJob.spec;
    const deleted = new Set<string>();
    for (const [type, limit] of [
      ['Complete', successfulJobsHistoryLimit],
      ['Failed', failedJobsHistoryLimit],
    ] as const) {
      if (limit === undefined) continue;
      const jobs = this.#jobs
        .controlledBy(cronJob.metadata.uid ?? '')
        .filter((job) => finishedCondition(job)?.type === type && job.metadata.deletionTimestamp === undefined)
        .sort(byStart);
      for (const { metadata } of jobs.slice(0, Math.max(0, jobs.length - limit))) {
        await this.#delete(cronJob, metadata.name);
        deleted.add(metadata.name);
      }
    }
    if (deleted.size === 0) return status;
    return { ...status, active: (status.active ?? []).filter(({ name }) => !deleted.has(name)) };
  }

  async #delete(cronJob: CronJob, name: string): Promise<void> {
    const job = this.#jobs.get({ namespace: cronJob.metadata.namespace ?? '', name });
    if (job === undefined) return;
    try {
      await this.#jobs.delete(job);
      this.#tell(cronJob, 'Normal', 'SuccessfulDelete', `Deleted job ${name}`);
    } catch (error) {
      this.#tell(cronJob, 'Warning', 'FailedDelete', `Deleted job: ${refusalMessage(error)}`);
      throw error;
    }
  }

  #tell(cronJob: CronJob, type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.context.events.record('cronjob-controller', cronJob, { type, reason, message });
  }
}

function byStart(a: Job, b: Job): number {
  const order = (a.status?.startTime ?? '~').localeCompare(b.status?.startTime ?? '~');
  return order || (a.metadata.name < b.metadata.name ? -1 : 1);
}
