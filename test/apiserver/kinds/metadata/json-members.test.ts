/** When two values mean the same. */
import type { JsonValue } from '../../../../src/api/json';
import { addQuantities, isSameValue, shownMap } from '../../../../src/apiserver/kinds/json-members';

const PAIRS: readonly (readonly [JsonValue, JsonValue, boolean, string])[] = [
  [{ a: [] }, {}, true, 'an absent list is an empty one'],
  [{ a: {} }, {}, false, 'an empty object is there'],
  [{ limits: { cpu: '1000m' } }, { limits: { cpu: '1' } }, true, 'amounts are compared, not texts'],
  [{ requests: { storage: '1024Mi' } }, { requests: { storage: '1Gi' } }, true, 'units are'],
  [{ limits: [{ type: 'Pod' }] }, { limits: [{ type: 'Container' }] }, false, 'a list of that name holds no amounts'],
  [{ a: '1000m' }, { a: '1' }, false, 'other texts are compared as they are'],
  [{ a: 1, b: 2 }, { b: 2, a: 1 }, true, 'members have no order'],
  [[1, 2], [2, 1], false, 'items have'],
];

test.each(PAIRS)('%j and %j: %s, since %s', (a, b, expected) => {
  expect(isSameValue(a, b)).toBe(expected);
  expect(isSameValue(b, a)).toBe(expected);
});

test('quantities are added in the format of the first', () => {
  expect(addQuantities('1Gi', '512Mi')).toBe('1536Mi');
  expect(addQuantities('100m', '0.5')).toBe('600m');
});

test('a map is shown in the order of its keys, and nothing as null', () => {
  expect(JSON.stringify(shownMap({ b: '2', a: '1' }))).toBe('{"a":"1","b":"2"}');
  expect(shownMap({})).toBeNull();
});
