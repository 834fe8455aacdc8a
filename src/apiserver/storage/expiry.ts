/** Takes out what is only kept for a while, as kube-apiserver has etcd do it with Events. */
import type { Clock } from '../../ports/clock';
import type { Logger } from '../../ports/logger';
import type { Revision, Storage, StoredRecord } from './storage';

/** kube-apiserver's `--event-ttl` where nobody sets it. */
const KEPT_MS = 60 * 60_000;
/** How exact that is: what is kept is kept up to so much longer. */
const STEP_MS = 5 * 60_000;
const PAGE = 500;

export interface ExpiryOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** The beginning of the keys of what expires. */
  readonly prefix: string;
  /** What watchers see last of a record that expires. */
  readonly lastText: (record: StoredRecord, revision: Revision) => string;
}

/**
 * Every five minutes, takes out what wasn't written for an hour. Time counts from when this began: nothing that is older is
 * taken out sooner. The returned function ends it.
 */
export function expirePeriodically(storage: Storage, { clock, log, prefix, lastText }: ExpiryOptions): () => void {
  /** The newest revisions at past times, oldest first. */
  const seen: { readonly at: number; readonly revision: Revision }[] = [
    { at: clock.now(), revision: storage.revision },
  ];
  let cancel = (): void => undefined;
  const expire = async (until: Revision): Promise<void> => {
    let startKey: string | undefined;
    do {
      const page = storage.list({ prefix, limit: PAGE, ...(startKey === undefined ? {} : { startKey }) });
      const expired = page.records.filter(({ modRevision }) => modRevision <= until);
      await Promise.all(
        expired.map((record) => {
          const text = (revision: Revision): string => lastText(record, revision);
          // Somebody who writes it meanwhile keeps it.
          return storage.commit({ key: record.key, ifRevision: record.modRevision, text, delete: true });
        }),
      );
      startKey = page.nextKey;
    } while (startKey !== undefined);
  };
  const schedule = (): void => {
    cancel = clock.schedule(STEP_MS, () => {
      let until: Revision | undefined;
      while (seen[0] !== undefined && seen[0].at <= clock.now() - KEPT_MS) until = seen.shift()?.revision;
      seen.push({ at: clock.now(), revision: storage.revision });
      if (until !== undefined) {
        expire(until).catch((error: unknown) => {
          log.warn('events not expired', { error });
        });
      }
      schedule();
    });
  };
  schedule();
  return () => {
    cancel();
  };
}
