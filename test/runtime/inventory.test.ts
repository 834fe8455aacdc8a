import fc from 'fast-check';
import { referenceKey } from '../../src/api/object';
import { type InventoryEntry, surplus, union } from '../../src/runtime/inventory';

const entry = fc.record({
  apiVersion: fc.constantFrom('v1', 'apps/v1'),
  kind: fc.constantFrom('Service', 'StatefulSet'),
  namespace: fc.constantFrom('a', 'b'),
  name: fc.constantFrom('x', 'y', 'z'),
}) as fc.Arbitrary<InventoryEntry>;
const entries = fc.array(entry, { maxLength: 12 });
const keys = (list: readonly InventoryEntry[]): string[] => [...new Set(list.map((item) => referenceKey(item)))].sort();

describe('the inventory', () => {
  test('a union names everything that is there and everything that is to come, once', () => {
    fc.assert(
      fc.property(entries, entries, (recorded, desired) => {
        const all = union(recorded, desired);
        expect(all.map((item) => referenceKey(item))).toEqual(keys([...recorded, ...desired]));
      }),
    );
  });

  test('pruning never touches what is wanted', () => {
    fc.assert(
      fc.property(entries, entries, (recorded, desired) => {
        const unwanted = keys(surplus(recorded, desired));
        for (const key of keys(desired)) expect(unwanted).not.toContain(key);
        expect(
          keys([
            ...surplus(recorded, desired),
            ...desired.filter((item) => keys(recorded).includes(referenceKey(item))),
          ]),
        ).toEqual(keys(recorded));
      }),
    );
  });

  test('a version of an API is not part of an identity', () => {
    const beta: InventoryEntry = { apiVersion: 'apps/v1beta1', kind: 'StatefulSet', namespace: 'a', name: 'x' };
    const stable: InventoryEntry = { ...beta, apiVersion: 'apps/v1' };
    expect(surplus([beta], [stable])).toEqual([]);
    expect(union([beta], [stable])).toEqual([stable]);
  });
});
