import { Resync } from '../../src/runtime/resync';
import { FakeClock } from '../support/fake-clock';

const PAUSE = { afterMs: 1_000, withinMs: 1_000 };
const key = (id: string) => ({ id, namespace: '' });

function watched(): { resync: Resync; clock: FakeClock; due: { readonly id: string; readonly at: number }[] } {
  const clock = new FakeClock(0);
  const due: { id: string; at: number }[] = [];
  const resync = new Resync({ clock, onDue: ({ id }) => due.push({ id, at: clock.now() }) });
  return { resync, clock, due };
}

describe('Resync', () => {
  test('each object comes once, in its own time, and all of them spread over the whole span', () => {
    const { resync, clock, due } = watched();
    const ids = Array.from({ length: 400 }, (_, index) => `tenant-${index}`);
    for (const id of ids) resync.later(key(id), `uid-${id}`, PAUSE);
    clock.advance(999);
    expect(due).toEqual([]);
    clock.advance(1_001);
    expect(due.map(({ id }) => id).sort()).toEqual([...ids].sort());
    const tenths = new Map<number, number>();
    for (const { at } of due)
      tenths.set(Math.floor((at - 1_000) / 100), (tenths.get(Math.floor((at - 1_000) / 100)) ?? 0) + 1);
    expect([...tenths.keys()].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(Math.max(...tenths.values())).toBeLessThan(80);
  });

  test('the same UID has the same pause', () => {
    const { resync, clock, due } = watched();
    resync.later(key('a'), 'uid', PAUSE);
    resync.later(key('b'), 'uid', PAUSE);
    clock.advance(2_000);
    expect(due[0]?.at).toBe(due[1]?.at);
  });

  test('the pause begins anew with each look', () => {
    const { resync, clock, due } = watched();
    resync.later(key('a'), 'uid', PAUSE);
    clock.advance(900);
    resync.later(key('a'), 'uid', PAUSE);
    clock.advance(999);
    expect(due).toEqual([]);
    clock.advance(1_001);
    expect(due).toHaveLength(1);
  });

  test('what is gone doesn’t come back, and nothing does after the end', () => {
    const { resync, clock, due } = watched();
    resync.later(key('a'), 'uid', PAUSE);
    resync.forget(key('a'));
    resync.later(key('b'), 'uid', PAUSE);
    resync.close();
    resync.later(key('c'), 'uid', PAUSE);
    clock.advance(10_000);
    expect(due).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});
