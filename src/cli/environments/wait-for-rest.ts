/**
 * Waiting until environments have come to rest.
 */
import { describeObject, type KubeObject } from '../../api/object';
import { AdrasteiaError } from '../../errors';
import type { Clock } from '../../ports/clock';
import { pause } from '../cluster/wait-until';
import { environmentRow } from './environment-row';
import { isAsAsked, isSettled } from './settled';

export interface RestOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** The environments as they are now; those that are awaited and aren't there yet are missing. */
  readonly objects: () => readonly KubeObject[];
  /** How many there are to be. */
  readonly expected: number;
  /** False while whoever writes their status has more to do. */
  readonly isQuiet: () => boolean;
}

/**
 * How long a problem has to last before it counts: right after objects are applied, a template may not have been seen yet, or a
 * pod not have found its node.
 */
export const PROBLEM_LASTS_MS = 2000;
const PACE_MS = 100;

/** Resolves when all have come to rest, or the signal aborts. `TimedOut`, naming those that haven't, where it takes too long. */
export async function waitForRest({
  clock,
  signal,
  timeoutMs,
  objects,
  expected,
  isQuiet,
}: RestOptions): Promise<void> {
  const end = clock.now() + timeoutMs;
  const problems = new Problems();
  while (!signal.aborted) {
    const current = objects();
    const moving = current.filter((object) => !problems.isAtRest(object, clock.now()));
    if (moving.length === 0 && current.length >= expected && isQuiet()) return;
    if (clock.now() >= end) throw notAtRest(moving, timeoutMs);
    await pause(PACE_MS, { clock, signal });
  }
}

/** Since when each environment has shown the same problem. */
class Problems {
  private readonly seen = new Map<string, { readonly reason: string; readonly since: number }>();

  isAtRest(object: KubeObject, now: number): boolean {
    if (!isSettled(object)) return false;
    if (isAsAsked(object)) return true;
    const key = describeObject(object);
    const { reason } = environmentRow(object);
    const before = this.seen.get(key);
    const since = before?.reason === reason ? before.since : now;
    this.seen.set(key, { reason, since });
    return now - since >= PROBLEM_LASTS_MS;
  }
}

function notAtRest(moving: readonly KubeObject[], timeoutMs: number): AdrasteiaError {
  const names = moving.map((object) => `${describeObject(object)} (${environmentRow(object).reason})`);
  const what = names.length === 0 ? 'the controller is still at work' : `not settled yet: ${names.join(', ')}`;
  return new AdrasteiaError(
    'TimedOut',
    `waited for ${Math.round(timeoutMs / 1000)} s: ${what}: look with adra describe, or wait longer by --timeout`,
  );
}
