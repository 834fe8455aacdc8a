import { endStates, steps } from './schedule';

describe('the soak’s schedule', () => {
  it('makes every environment before anything else happens to it', () => {
    const seen = new Set<string>();
    for (const { name, action } of steps(200, 600_000)) {
      if (!seen.has(name)) expect({ name, action }).toEqual({ name, action: 'create' });
      seen.add(name);
    }
    expect(seen.size).toBe(200);
  });

  it('ends with environments that run, that are stopped, and that are gone', () => {
    const ends = endStates(200);
    expect(new Set(ends.map(({ exists, running }) => `${exists} ${running}`))).toEqual(
      new Set(['true true', 'true false', 'false false']),
    );
  });

  it('allows one pod for each time that one had to be made', () => {
    const [untouched, resized, stopped, restarted, , anew, renamed] = endStates(7).map(({ mostPods }) => mostPods);
    expect({ untouched, resized, stopped, restarted, anew, renamed }).toEqual({
      untouched: 1,
      resized: 2,
      stopped: 1,
      restarted: 2,
      anew: 2,
      renamed: 1,
    });
  });
});
