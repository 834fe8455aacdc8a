import fc from 'fast-check';
import { SortedKeys } from '../../../src/apiserver/storage/sorted-keys';

describe('sorted keys', () => {
  it('agree with a sorted list after any insertions and deletions, over many short lists', () => {
    // Few digits, so that keys meet; many of them, so that lists are split and joined.
    const key = fc.integer({ min: 0, max: 4000 }).map((number) => `/${String(number % 7)}/${String(number)}`);
    const step = fc.record({ key, isDeletion: fc.boolean() });
    fc.assert(
      fc.property(
        fc.uniqueArray(key, { minLength: 0, maxLength: 3000, size: 'max' }),
        fc.array(step, { maxLength: 3000, size: 'max' }),
        fc.constantFrom('', '/', '/3/', '/3/1', '/9', '0'),
        (initial, steps, prefix) => {
          const start = [...initial].sort().map((itsKey) => ({ key: itsKey, round: 0 }));
          const keys = SortedKeys.fromSorted(start);
          const model = new Map(start.map((item) => [item.key, item]));
          for (const [round, { key: itsKey, isDeletion }] of steps.entries()) {
            if (isDeletion) {
              keys.delete(itsKey);
              model.delete(itsKey);
            } else {
              keys.set({ key: itsKey, round });
              model.set(itsKey, { key: itsKey, round });
            }
          }
          const sorted = [...model.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
          expect(keys.size).toBe(sorted.length);
          expect(keys.slice(0, keys.size)).toEqual(sorted);
          const from = sorted.filter((item) => item.key < prefix).length;
          const matching = sorted.filter((item) => item.key.startsWith(prefix));
          expect(keys.rank(prefix)).toBe(from);
          expect(keys.rankAfter(prefix)).toBe(from + matching.length);
          expect(keys.slice(from + 1, from + 5)).toEqual(sorted.slice(from + 1, from + 5));
          for (const { key: itsKey } of steps) expect(keys.find(itsKey)).toEqual(model.get(itsKey));
        },
      ),
      { numRuns: 15 },
    );
  }, 60_000);
});
