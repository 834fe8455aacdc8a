import fc from 'fast-check';
import { applyOrder, type Orderable } from '../../src/synth/apply-order';

/** Items that depend on items with smaller numbers only, so that there is no cycle. */
const acyclic = fc
  .array(
    fc.tuple(fc.constantFrom('Secret', 'Service', 'StatefulSet', 'Widget'), fc.array(fc.nat(20), { maxLength: 4 })),
    { maxLength: 12 },
  )
  .map((rows) =>
    rows.map(([kind, numbers], index): Orderable => {
      const dependsOn = numbers.filter((number) => number < index).map((number) => `item-${number}`);
      return { key: `item-${index}`, kind, dependsOn };
    }),
  );

describe('apply order', () => {
  test('holds every item once, after all that it depends on', () => {
    fc.assert(
      fc.property(acyclic, (items) => {
        const keys = applyOrder(items).map(({ key }) => key);
        expect([...keys].sort()).toEqual(items.map(({ key }) => key).sort());
        for (const { key, dependsOn } of items) {
          for (const dependency of dependsOn) expect(keys.indexOf(dependency)).toBeLessThan(keys.indexOf(key));
        }
      }),
    );
  });

  test("doesn't depend on the order of the input", () => {
    fc.assert(
      fc.property(
        acyclic.chain((items) => fc.tuple(fc.constant(items), fc.shuffledSubarray(items, { minLength: items.length }))),
        ([items, shuffled]) => {
          expect(applyOrder(shuffled)).toEqual(applyOrder(items));
        },
      ),
    );
  });

  test('ignores dependencies on what is not there', () => {
    const item = { key: 'a', kind: 'Secret', dependsOn: ['gone'] };
    expect(applyOrder([item])).toEqual([item]);
  });
});
