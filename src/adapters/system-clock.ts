/**
 * The time of this machine.
 */
import type { Clock } from '../ports/clock';

/** The longest delay that Node's timers take; longer ones would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * A `Clock` over `Date.now` and `setTimeout`.
 *
 * A scheduled callback keeps the process alive until it ran or was cancelled: while the API is unreachable, the pause
 * before the next try may be all that a controller has left, and it must not end silently there. Who is done, cancels.
 */
export const systemClock: Clock = {
  now: () => Date.now(),
  schedule: (delayMs, callback) => {
    let timer: NodeJS.Timeout | undefined;
    const wait = (remainingMs: number): void => {
      const step = Math.min(remainingMs, LONGEST_TIMER_MS);
      timer = setTimeout(() => {
        if (remainingMs > step) wait(remainingMs - step);
        else callback();
      }, step);
    };
    wait(Math.max(delayMs, 0));
    return () => {
      clearTimeout(timer);
    };
  },
};
