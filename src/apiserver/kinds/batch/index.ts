/** What the kinds of `batch` do beyond their schemas. */
import type { KindFacts } from '../kind-facts';
import { cronJobColumns, jobColumns } from './columns';
import { cronJobStrategy } from './cron-job';
import { jobStrategy } from './job';

export const batchKinds: Readonly<Record<string, KindFacts>> = {
  jobs: { strategy: jobStrategy, columns: jobColumns },
  cronjobs: { strategy: cronJobStrategy, columns: cronJobColumns },
};
