import fc from 'fast-check';
import { parseDuration } from '../../src/api/duration';

describe('durations', () => {
  test.each([
    ['90s', 90_000],
    ['2h', 7_200_000],
    ['1h30m', 5_400_000],
    ['30d', 2_592_000_000],
    ['1d2h3m4s', 93_784_000],
    ['0s', 0],
    ['007m', 420_000],
  ])('%s is %d ms', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });

  test.each([
    '',
    '5',
    'h',
    '1.5h',
    '-1h',
    '1 h',
    '30m1h',
    '1h1h',
    '1ms',
    '1w',
    '1H',
    ' 1h',
    '1h ',
    '1h\n',
    `${'9'.repeat(10)}d`,
    'x'.repeat(100_000),
  ])('%j is none', (text) => {
    expect(() => parseDuration(text)).toThrow(expect.objectContaining({ code: 'DurationInvalid' }) as Error);
  });

  test('a duration is the sum of its parts', () => {
    const count = fc.option(fc.nat({ max: 1e6 }), { nil: undefined });
    fc.assert(
      fc.property(count, count, count, fc.nat({ max: 1e6 }), (days, hours, minutes, seconds) => {
        const part = (value: number | undefined, unit: string): string =>
          value === undefined ? '' : `${value}${unit}`;
        const text = `${part(days, 'd')}${part(hours, 'h')}${part(minutes, 'm')}${seconds}s`;
        expect(parseDuration(text)).toBe(
          (((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60_000 + seconds * 1000,
        );
      }),
    );
  });
});
