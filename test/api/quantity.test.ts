import fc from 'fast-check';
import {
  canonicalQuantity,
  canonicalResourceAmount,
  compareQuantities,
  isQuantity,
  parseQuantity,
} from '../../src/api/quantity';

describe('the canonical text of a quantity is the one that an API server stores', () => {
  test.each([
    ['0', '0'],
    ['0Gi', '0'],
    ['1000m', '1'],
    ['1500m', '1500m'],
    ['0.5', '500m'],
    ['.5', '500m'],
    ['1.5', '1500m'],
    ['1000', '1k'],
    ['1500000', '1500k'],
    ['1024', '1024'],
    ['1024Mi', '1Gi'],
    ['1536Mi', '1536Mi'],
    ['1.5Gi', '1536Mi'],
    ['0.9Gi', '966367641600m'],
    ['0.5Ki', '512'],
    ['1025Ki', '1025Ki'],
    ['2048Ei', '9223372036854775807'],
    ['1e2', '100'],
    ['12e1', '120'],
    ['100e1', '1e3'],
    ['1e-1', '100e-3'],
    ['1e3', '1e3'],
    ['0.1n', '1n'],
    ['100n', '100n'],
    ['10000P', '10E'],
    ['1000E', '1e21'],
    ['00005', '5'],
    ['-1500m', '-1500m'],
  ])('%s is %s', (text, expected) => {
    expect(canonicalQuantity(text)).toBe(expected);
  });

  test('an amount of a resource is kept to the thousandth, rounded up', () => {
    expect(canonicalResourceAmount('0.1m')).toBe('1m');
    expect(canonicalResourceAmount('3.3333333333Gi')).toBe('3579139413298m');
    expect(canonicalResourceAmount('1024Mi')).toBe('1Gi');
    expect(canonicalResourceAmount(2)).toBe('2');
  });
});

describe('what is no quantity is refused', () => {
  test.each([
    '',
    'abc',
    '1gi',
    '1K',
    '1KiB',
    '1 Gi',
    '--1',
    '1e',
    '.',
    '+',
    '1,5',
    '1e3.5',
    '1e1000',
    '1e-1000',
    'NaN',
    'Infinity',
    '1'.repeat(1_500_000),
  ])('%j', (text) => {
    expect(isQuantity(text)).toBe(false);
    expect(() => parseQuantity(text)).toThrow(expect.objectContaining({ code: 'QuantityInvalid' }) as Error);
  });
});

describe('quantities keep their value and their order', () => {
  const SUFFIXES = {
    n: 1n,
    u: 10n ** 3n,
    m: 10n ** 6n,
    '': 10n ** 9n,
    k: 10n ** 12n,
    M: 10n ** 15n,
    Ki: 1024n * 10n ** 9n,
    Mi: 1024n ** 2n * 10n ** 9n,
    Gi: 1024n ** 3n * 10n ** 9n,
  };
  const quantity = fc.record({
    value: fc.integer({ min: -1e9, max: 1e9 }),
    suffix: fc.constantFrom(...(Object.keys(SUFFIXES) as (keyof typeof SUFFIXES)[])),
  });

  test('the canonical text has the same value, and is its own canonical text', () => {
    fc.assert(
      fc.property(quantity, ({ value, suffix }) => {
        const canonical = canonicalQuantity(`${value}${suffix}`);
        expect(parseQuantity(canonical).nanos).toBe(BigInt(value) * SUFFIXES[suffix]);
        expect(canonicalQuantity(canonical)).toBe(canonical);
      }),
    );
  });

  test('comparing follows the value, whatever the suffix', () => {
    fc.assert(
      fc.property(quantity, quantity, (a, b) => {
        const difference = BigInt(a.value) * SUFFIXES[a.suffix] - BigInt(b.value) * SUFFIXES[b.suffix];
        expect(compareQuantities(`${a.value}${a.suffix}`, `${b.value}${b.suffix}`)).toBe(
          difference < 0n ? -1 : difference > 0n ? 1 : 0,
        );
      }),
    );
  });

  test('fractions round away from zero at the nano', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1e6 }), fc.stringMatching(/^[0-9]{1,20}$/), (whole, fraction) => {
        const exact = BigInt(`${whole}${fraction}`);
        const divisor = 10n ** BigInt(fraction.length);
        expect(parseQuantity(`${whole}.${fraction}`).nanos).toBe((exact * 10n ** 9n + divisor - 1n) / divisor);
      }),
    );
  });
});
