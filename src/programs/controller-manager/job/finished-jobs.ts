/**
 * Deletes jobs that have been finished for as long as they asked.
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/ttlafterfinished/
 */
import type { ObjectName } from '../../../api/object';
import { hasCode } from '../../../errors';
import type { ControllerContext } from '../controller-context';
import { KeyedController } from '../keyed-controller';
import { JOB } from '../resource-types';
import type { SharedStores } from '../shared-stores';
import type { Store } from '../store';
import { finishedCondition, type Job } from './job';

export class FinishedJobs extends KeyedController {
  readonly #jobs: Store<Job>;

  constructor(context: ControllerContext, stores: SharedStores) {
    super(context, 'ttl-after-finished-controller');
    this.#jobs = stores.of<Job>(JOB, (_before, after) => {
      if (after !== undefined && expiryOf(after) !== undefined) this.enqueue(after.metadata);
    });
  }

  protected async reconcile(name: ObjectName): Promise<number | undefined> {
    const job = this.#jobs.get(name);
    const expiry = job === undefined ? undefined : expiryOf(job);
    if (job === undefined || expiry === undefined || job.metadata.deletionTimestamp !== undefined) return undefined;
    const left = expiry - this.context.clock.now();
    if (left > 0) return left;
    const { resourceVersion } = job.metadata;
    try {
      await this.#jobs.delete(job, {
        propagation: 'Foreground',
        // Its time to live may have been prolonged meanwhile.
        ...(resourceVersion === undefined ? {} : { resourceVersion }),
      });
    } catch (error) {
      if (!hasCode(error, 'ApiNotFound')) throw error;
    }
    return undefined;
  }
}

function expiryOf(job: Job): number | undefined {
  const { ttlSecondsAfterFinished } = job.spec;
  const finishedAt = finishedCondition(job)?.lastTransitionTime;
  if (ttlSecondsAfterFinished === undefined || finishedAt === undefined) return undefined;
  return Date.parse(finishedAt) + ttlSecondsAfterFinished * 1000;
}
