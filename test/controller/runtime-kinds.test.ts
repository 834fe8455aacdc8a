import { kinds } from '../../constructs/kinds';
import { runtimeKinds } from '../../src/controller/runtime-kinds';

const MINUTE_MS = 60_000;

test('kinds that are looked at again though nothing has changed are so after the time that is asked for, and no others are', () => {
  const pauses = new Map(
    runtimeKinds(kinds, { resyncMs: MINUTE_MS }).map(({ type, planner }) => [type, planner.resync] as const),
  );
  const again = kinds.filter(({ planner }) => planner?.resync !== undefined).map(({ type }) => type);
  expect(again.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['Tenant', 'Workspace']));
  for (const [type, pause] of pauses)
    expect(pause).toEqual(again.includes(type) ? { afterMs: MINUTE_MS, withinMs: MINUTE_MS } : undefined);
});
