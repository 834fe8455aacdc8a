import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { canonicalJson, digest } from '../../src/api/json';

describe('the canonical text of a value', () => {
  test('reads as the value does', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('writes every text as JSON does, lone surrogates and controls too', () => {
    for (const text of ['', 'plain', 'a"b', 'a\\b', '\u0000', '\n', '\u007f', '\u2028', 'é', '😀', '\ud800', '\udfff'])
      expect(canonicalJson({ [text]: text })).toBe(JSON.stringify({ [text]: text }));
  });

  test('has members by name and none that is undefined, and null for what a list lacks', () => {
    expect(canonicalJson({ b: 1, a: [undefined, { d: undefined, c: '' }], e: undefined })).toBe(
      '{"a":[null,{"c":""}],"b":1}',
    );
    expect(canonicalJson(undefined)).toBe('null');
  });
});

test('a digest is the beginning of the SHA-256 of the canonical text', () => {
  const expected = createHash('sha256').update('{"a":"ä"}').digest('hex').slice(0, 16);
  expect(digest({ a: 'ä' })).toBe(expected);
});
