import fc from 'fast-check';
import { canonicalJson, jsonText, parseJson } from '../../../src/apiserver/json/json-text';

const LARGE = 9223372036854775807n;
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.boolean(),
    fc.constant(null),
    fc.maxSafeInteger(),
    fc.bigInt({ min: 2n ** 53n, max: LARGE }),
    fc.bigInt({ min: -LARGE - 1n, max: -(2n ** 53n) }),
    fc.array(tie('any')),
    fc.dictionary(fc.string(), tie('any')),
  ),
})).any;

describe('a JSON text', () => {
  it('is read as the value of which it was made, with all digits', () => {
    fc.assert(
      fc.property(value, fc.integer({ min: 0, max: 3 }), (whole, indent) => {
        expect(parseJson(jsonText(whole, indent))).toStrictEqual(parseJson(jsonText(whole)));
        expect(jsonText(parseJson(jsonText(whole)))).toBe(jsonText(whole));
      }),
    );
  });

  it('has the layout that JSON.stringify gives, also where an integer is long', () => {
    const whole = { b: [1, { c: LARGE }, [], {}], a: 'x', left: undefined, none: [undefined] };
    const small = { ...whole, b: [1, { c: 0 }, [], {}] };
    for (const indent of [0, 2]) {
      const expected = JSON.stringify(small, undefined, indent).replace(/("c": ?)0/, `$1${String(LARGE)}`);
      expect(jsonText(whole, indent)).toBe(expected);
    }
  });

  it('is canonical where keys are sorted, also where an integer is long', () => {
    expect(canonicalJson({ b: LARGE, a: { d: 1, c: undefined, b: [undefined] } })).toBe(
      '{"a":{"b":[null],"d":1},"b":9223372036854775807}',
    );
  });

  it('is read by the engine where no number is long', () => {
    const text = '{"digits":"9223372036854775807","fraction":0.1234567890123456789,"large":9223372036854775808}';
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });
});
