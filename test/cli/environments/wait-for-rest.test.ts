import type { KubeObject } from '../../../src/api/object';
import { PROBLEM_LASTS_MS, waitForRest } from '../../../src/cli/environments/wait-for-rest';
import type { Clock } from '../../../src/ports/clock';
import { seenEnvironment } from '../environment-objects';

/** A clock whose every pause is over at once, so that waiting is a loop. */
function leapingClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    schedule: (delayMs, callback) => {
      now += delayMs;
      queueMicrotask(callback);
      return () => undefined;
    },
  };
}

const ready = seenEnvironment({ ready: ['True', 'Running'] });
const held = seenEnvironment({ ready: ['False', 'TemplateNotFound', 'There is none'] });

async function rest(
  states: (now: number) => readonly KubeObject[],
  settings: { readonly isQuiet?: (now: number) => boolean; readonly signal?: AbortSignal } = {},
): Promise<number> {
  const clock = leapingClock();
  await waitForRest({
    clock,
    signal: settings.signal ?? new AbortController().signal,
    timeoutMs: 10_000,
    objects: () => states(clock.now()),
    expected: 1,
    isQuiet: () => settings.isQuiet?.(clock.now()) ?? true,
  });
  return clock.now();
}

describe('waiting for rest', () => {
  it('ends at once where everything is as asked', async () => {
    expect(await rest(() => [ready])).toBe(0);
  });

  it('takes a problem for one only once it has lasted', async () => {
    expect(await rest(() => [held])).toBeGreaterThanOrEqual(PROBLEM_LASTS_MS);
    expect(await rest((now) => [now < 500 ? held : ready])).toBe(500);
  });

  it('starts again to count where the problem is another one', async () => {
    const other = seenEnvironment({ ready: ['False', 'Unschedulable', 'No node'] });
    expect(await rest((now) => [now < 1500 ? held : other])).toBeGreaterThanOrEqual(1500 + PROBLEM_LASTS_MS);
  });

  it('waits for objects that aren’t there yet and for a controller that has more to do', async () => {
    expect(await rest((now) => (now < 700 ? [] : [ready]))).toBe(700);
    expect(await rest(() => [ready], { isQuiet: (now) => now >= 300 })).toBe(300);
  });

  it('ends with TimedOut, naming what isn’t settled', async () => {
    const starting = seenEnvironment({ ready: ['False', 'Starting'] });
    await expect(rest(() => [starting])).rejects.toMatchObject({
      code: 'TimedOut',
      message: expect.stringContaining('not settled yet: Environment team-a/thesis (Starting)') as string,
    });
  });

  it('ends when it is interrupted', async () => {
    expect(await rest(() => [], { signal: AbortSignal.abort() })).toBe(0);
  });
});
