/** How long a job waits before it replaces failed pods: ten seconds, twice as long after each further failure. */
import type { Pod } from '../pods/pod';

const FIRST_MS = 10_000;
const LONGEST_MS = 600_000;

interface Failures {
  /** Since the last success. */
  readonly count: number;
  readonly lastAt: number;
}

export class PodBackoff {
  readonly #failures = new Map<string, Failures>();

  /** Takes in pods that have ended since the last time, and gives the milliseconds until a pod may be made. */
  pauseAfter(
    uid: string,
    ended: { readonly succeeded: readonly Pod[]; readonly failed: readonly Pod[] },
    now: number,
  ): number {
    let { count, lastAt } = this.#failures.get(uid) ?? { count: 0, lastAt: 0 };
    const lastSuccess = Math.max(0, ...ended.succeeded.map((pod) => endOf(pod, now)));
    if (ended.succeeded.length > 0) count = 0;
    for (const end of ended.failed.map((pod) => endOf(pod, now))) {
      if (end < lastSuccess) continue;
      count += 1;
      lastAt = Math.max(lastAt, end);
    }
    this.#failures.set(uid, { count, lastAt });
    if (count === 0) return 0;
    return Math.max(0, lastAt + Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(count - 1, 10)) - now);
  }

  forget(uid: string): void {
    this.#failures.delete(uid);
  }
}

/** When the last of its containers ended; else when it was deleted; else now. */
function endOf({ metadata, status }: Pod, now: number): number {
  const ends = (status?.containerStatuses ?? [])
    .map(({ state }) => Date.parse(state?.terminated?.finishedAt ?? ''))
    .filter((end) => !Number.isNaN(end));
  if (ends.length > 0) return Math.max(...ends);
  return metadata.deletionTimestamp === undefined ? now : Math.min(now, Date.parse(metadata.deletionTimestamp));
}
