/** Values and times in the words of Go; the texts on the right are what Go prints. */
import { goFloat, goJson, goQuoted } from '../../../src/apiserver/schema/go-text';
import { parseTime } from '../../../src/apiserver/schema/go-time';

describe('a value is written as Go writes it', () => {
  it.each([
    [1.5, '1.5'],
    [123_456, '123456'],
    [1_000_000, '1e+06'],
    [2_000_000.5, '2.0000005e+06'],
    [999_999.5, '999999.5'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [-1_000_000, '-1e+06'],
    [1e21, '1e+21'],
    [0, '0'],
  ])('the number %d is %s', (value, text) => {
    expect(goFloat(value)).toBe(text);
  });

  it('a text keeps its letters, and escapes what can not be printed', () => {
    expect(goQuoted('é"\\\n\t\u0001\u0007\u007f')).toBe('"é\\"\\\\\\n\\t\\x01\\a\\x7f"');
  });

  it('JSON has its members in order, and no markup', () => {
    expect(goJson({ b: '<&>', a: [1, null] })).toBe('{"a":[1,null],"b":"\\u003c\\u0026\\u003e"}');
  });
});

describe('a time is read as Go reads it', () => {
  it.each([
    ['2020-01-01T00:00:00Z', '2020-01-01T00:00:00.000Z'],
    ['2020-01-01T01:00:00+01:00', '2020-01-01T00:00:00.000Z'],
    ['2020-02-29T00:00:00.5Z', '2020-02-29T00:00:00.500Z'],
  ])('%s is %s', (text, instant) => {
    expect(parseTime(text).toISOString()).toBe(instant);
  });

  it.each([
    ['x', 'parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"'],
    ['2020-13-01T00:00:00Z', 'parsing time "2020-13-01T00:00:00Z": month out of range'],
    ['2021-02-29T00:00:00Z', 'parsing time "2021-02-29T00:00:00Z": day out of range'],
    [
      '2020-01-01T00:00:00',
      'parsing time "2020-01-01T00:00:00" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "Z07:00"',
    ],
    ['2020-01-01T00:00:00Zx', 'parsing time "2020-01-01T00:00:00Zx": extra text: "x"'],
  ])('%s is refused', (text, message) => {
    expect(() => parseTime(text)).toThrow(message);
  });
});
