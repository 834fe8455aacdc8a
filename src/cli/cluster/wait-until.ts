/**
 * Waiting for objects: a look at once, and then at a steady pace. For commands that end soon; whoever follows for long uses
 * `FollowedEnvironments`.
 */
import { AdrasteiaError } from '../../errors';
import type { Clock } from '../../ports/clock';

export interface Waiting {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** Between looks. Default 500 ms. */
  readonly paceMs?: number;
}

/**
 * Looks until `look` answers undefined; until then it answers what is missing. `TimedOut`, with that answer, where it takes
 * longer than allowed or the signal aborts.
 */
export async function waitUntil(
  look: () => Promise<string | undefined>,
  { clock, signal, timeoutMs, paceMs = 500 }: Waiting,
): Promise<void> {
  const end = clock.now() + timeoutMs;
  for (;;) {
    const missing = await look();
    if (missing === undefined) return;
    const left = end - clock.now();
    if (left <= 0 || signal.aborted)
      throw new AdrasteiaError('TimedOut', `waited for ${Math.round(timeoutMs / 1000)} s: ${missing}`);
    await pause(Math.min(paceMs, left), { clock, signal });
  }
}

/** Resolves after a time, or as soon as the signal aborts. */
export function pause(milliseconds: number, { clock, signal }: Pick<Waiting, 'clock' | 'signal'>): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const end = (): void => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.schedule(milliseconds, end);
    signal.addEventListener('abort', end, { once: true });
  });
}
