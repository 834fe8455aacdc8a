import fc from 'fast-check';
import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from '../../src/api/json';
import { mergePatch } from '../../src/runtime/merge-patch';

/** RFC 7386, section 2, as the API server does it. */
function applied(target: JsonValue | undefined, patch: JsonValue): JsonValue {
  if (!isJsonObject(patch)) return patch;
  const result = new Map(Object.entries(isJsonObject(target) ? target : {}));
  for (const [name, value] of Object.entries(patch)) {
    if (value === null || value === undefined) result.delete(name);
    else result.set(name, applied(result.get(name), value));
  }
  return Object.fromEntries(result);
}

/** JSON without null members, which a merge patch can't write. */
const value: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue; object: JsonObject }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.integer(),
    fc.string(),
    fc.boolean(),
    fc.array(fc.integer(), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), tie('value'), { maxKeys: 4 }),
})).object;

describe('mergePatch', () => {
  test('is undefined where nothing differs', () => {
    expect(mergePatch({ a: 1, b: { c: [1, 2] } }, { b: { c: [1, 2] }, a: 1 })).toBeUndefined();
  });

  test('names only what differs, and removes with null', () => {
    expect(mergePatch({ a: 1, b: { c: 1, d: 2 }, e: 3 }, { a: 1, b: { c: 1, d: 4 } })).toEqual({
      b: { d: 4 },
      e: null,
    });
  });

  test('makes the second object out of the first, for any two', () => {
    fc.assert(
      fc.property(value, value, (before, after) => {
        const patch = mergePatch(before as JsonObject, after as JsonObject);
        expect(canonicalJson(applied(before, patch ?? {}))).toBe(canonicalJson(after));
      }),
    );
  });
});
