/** Forgets old history as time goes, as kube-apiserver has etcd do it. */
import type { Clock } from '../../ports/clock';
import type { Logger } from '../../ports/logger';
import type { Storage } from './storage';

/** kube-apiserver's `--etcd-compaction-interval` where nobody sets it. */
const INTERVAL_MS = 5 * 60_000;

export interface CompactionOptions {
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Every five minutes, forgets what was history five minutes before: what is younger can always be listed and watched from.
 * The returned function ends it.
 */
export function compactPeriodically(storage: Storage, { clock, log }: CompactionOptions): () => void {
  let seen = storage.revision;
  let cancel = (): void => undefined;
  const schedule = (): void => {
    cancel = clock.schedule(INTERVAL_MS, () => {
      storage.compact(seen).catch((error: unknown) => {
        log.warn('history not compacted', { error });
      });
      seen = storage.revision;
      schedule();
    });
  };
  schedule();
  return () => {
    cancel();
  };
}
