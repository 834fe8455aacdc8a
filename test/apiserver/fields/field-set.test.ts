import fc from 'fast-check';
import type { JsonObject } from '../../../src/api/json';
import {
  difference,
  equalSets,
  type FieldPath,
  type FieldSet,
  fieldSetOf,
  hasPath,
  intersection,
  NO_FIELDS,
  pathsOf,
  pathText,
  recursiveDifference,
  union,
} from '../../../src/apiserver/fields/field-set';
import { decodeFields, encodeFields } from '../../../src/apiserver/fields/fields-v1';
import {
  canonicalElement,
  elementText,
  fieldElement,
  keyElement,
  sortedElements,
  valueElement,
} from '../../../src/apiserver/fields/path-element';

const element = fc.oneof(
  fc.constantFrom('a', 'b', '__proto__', 'constructor').map(fieldElement),
  fc.constantFrom('x', 'y', 3, 20, true).map(valueElement),
  fc.tuple(fc.constantFrom(80, 443), fc.constantFrom('TCP', 'UDP')).map(([port, protocol]) =>
    keyElement([
      ['port', port],
      ['protocol', protocol],
    ]),
  ),
  fc.nat(3).map((index) => `i:${index}`),
);
const path: fc.Arbitrary<FieldPath> = fc.array(element, { minLength: 1, maxLength: 4 });
const set: fc.Arbitrary<FieldSet> = fc.array(path, { maxLength: 8 }).map(fieldSetOf);

/** The paths of a set as texts, each once. */
function texts(fields: FieldSet): Set<string> {
  return new Set(pathsOf(fields).map((found) => found.join('/')));
}

describe('sets of fields', () => {
  test('a set holds the paths it is made of and no others', () => {
    fc.assert(
      fc.property(fc.array(path), path, (paths, other) => {
        const fields = fieldSetOf(paths);
        expect(texts(fields)).toEqual(new Set(paths.map((found) => found.join('/'))));
        expect(hasPath(fields, other)).toBe(texts(fields).has(other.join('/')));
      }),
    );
  });

  test('union, intersection and difference are those of the paths', () => {
    fc.assert(
      fc.property(set, set, (left, right) => {
        const [leftTexts, rightTexts] = [texts(left), texts(right)];
        expect(texts(union(left, right))).toEqual(new Set([...leftTexts, ...rightTexts]));
        expect(texts(intersection(left, right))).toEqual(
          new Set([...leftTexts].filter((text) => rightTexts.has(text))),
        );
        expect(texts(difference(left, right))).toEqual(new Set([...leftTexts].filter((text) => !rightTexts.has(text))));
      }),
    );
  });

  test('a recursive difference takes what is below a field with it', () => {
    fc.assert(
      fc.property(set, set, (left, right) => {
        const taken = pathsOf(right);
        const kept = pathsOf(left).filter(
          (found) => !taken.some((prefix) => prefix.every((step, index) => found[index] === step)),
        );
        expect(texts(recursiveDifference(left, right))).toEqual(new Set(kept.map((found) => found.join('/'))));
      }),
    );
  });

  test('what stays the same is the very same set', () => {
    fc.assert(
      fc.property(set, (fields) => {
        expect(union(fields, fields)).toBe(fields);
        expect(union(fields, NO_FIELDS)).toBe(fields);
        expect(union(fields, fieldSetOf(pathsOf(fields)))).toBe(fields);
        expect(difference(fields, NO_FIELDS)).toBe(fields);
        expect(difference(fields, fields).size).toBe(0);
      }),
    );
  });

  test('a set that is written and read is the same, whoever reads it', () => {
    fc.assert(
      fc.property(set, (fields) => {
        const written = JSON.parse(JSON.stringify(encodeFields(fields))) as JsonObject;
        expect(equalSets(decodeFields(written, 'server'), fields)).toBe(true);
        expect(equalSets(decodeFields(written, 'client'), fields)).toBe(true);
        expect(Object.getPrototypeOf(written)).toBe(Object.prototype);
      }),
    );
  });

  test('a field with others below it is marked by a dot', () => {
    const fields = fieldSetOf([['f:a'], ['f:a', 'f:b'], ['f:c', 'f:d']]);
    expect(JSON.stringify(encodeFields(fields))).toBe('{"f:a":{".":{},"f:b":{}},"f:c":{"f:d":{}}}');
  });

  test('conflicts are listed level by level', () => {
    const fields = fieldSetOf([
      ['f:spec', 'f:template', 'f:x'],
      ['f:spec', 'f:replicas'],
      ['f:spec', 'f:a', 'f:b'],
    ]);
    expect(pathsOf(fields).map(pathText)).toEqual(['.spec.replicas', '.spec.a.b', '.spec.template.x']);
  });
});

describe('path elements', () => {
  test.each<[string, string | undefined, string]>([
    ['k:{ "protocol":"TCP", "port":80 }', 'k:{"port":80,"protocol":"TCP"}', 'keys are sorted and without space'],
    ['k:{"port":80.0}', 'k:{"port":80}', 'a number has one form'],
    ['v: "x"', 'v:"x"', 'values are without space'],
    ['v:"<&>"', 'v:"\\u003c\\u0026\\u003e"', 'what HTML reads is escaped'],
    ['i:+03', 'i:3', 'an index is a number'],
    ['f:a b', 'f:a b', 'a name is what it is'],
    ['z:what', undefined, 'a later version may know it'],
  ])('%s is read as %s, because %s', (text, expected, _) => {
    expect(canonicalElement(text)).toBe(expected);
  });

  test.each(['', 'f', 'name', 'v:{', 'k:[1]', 'k:"x"', 'i:x'])('%j is no element', (text) => {
    expect(() => canonicalElement(text)).toThrow();
  });

  test('text is escaped as Go escapes it', () => {
    expect(valueElement('\b\f\n\\b"')).toBe('v:"\\u0008\\u000c\\n\\\\b\\""');
  });

  test('members come before keys, keys before values, and numbers are in their own order', () => {
    const elements = [
      'v:"a"',
      'v:10',
      'v:9',
      'k:{"port":443}',
      'k:{"port":80}',
      'k:{"name":"z"}',
      'f:b',
      'f:a',
      'i:10',
      'i:9',
    ];
    expect(sortedElements(elements)).toEqual([
      'f:a',
      'f:b',
      'k:{"name":"z"}',
      'k:{"port":80}',
      'k:{"port":443}',
      'v:9',
      'v:10',
      'v:"a"',
      'i:9',
      'i:10',
    ]);
  });

  test('elements are told as the real server tells them', () => {
    const elements = ['f:a', 'k:{"port":1000000,"protocol":"TCP"}', 'v:"x"', 'v:1.5', 'v:true', 'i:3'];
    expect(elements.map((found) => elementText(found, 'float64'))).toEqual([
      '.a',
      '[port=1e+06,protocol="TCP"]',
      '[="x"]',
      '[=1.5]',
      '[=true]',
      '[3]',
    ]);
    expect(elementText('k:{"port":1000000}', 'int64')).toBe('[port=1000000]');
  });
});
