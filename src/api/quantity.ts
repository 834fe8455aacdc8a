/**
 * Kubernetes quantities, exact: a value is a whole number of nanos (10⁻⁹), the finest that Kubernetes keeps.
 *
 * Text and format follow `resource.Quantity` of apimachinery. An API server stores a few other texts as they are sent (`+5`,
 * `1E3`); the canonical one it always leaves alone, so that what is applied is what is stored.
 * @see https://github.com/kubernetes/apimachinery/blob/v0.34.1/pkg/api/resource/quantity.go
 */
import { AdrasteiaError } from '../errors';

/** How a quantity is written: powers of 1024, powers of 1000, or an exponent. */
export type QuantityFormat = 'BinarySI' | 'DecimalSI' | 'DecimalExponent';

export interface Quantity {
  /** 10⁻⁹ each. */
  readonly nanos: bigint;
  readonly format: QuantityFormat;
}

const NANO_DIGITS = 9;
const NANOS_PER_MILLI = 10n ** 6n;
/** No quantity is written with a larger exponent, and none is read: it would only cost memory. */
const EXPONENT_MAX = 99;
/** Binary quantities are capped here, as Kubernetes does it: 2⁶³−1. */
const BINARY_MAX_NANOS = (2n ** 63n - 1n) * 10n ** 9n;
const TEXT_MAX = 128;

const GRAMMAR = /^([+-]?)([0-9]*)(?:\.([0-9]*))?(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]|[eE][+-]?[0-9]+)?$/;

const BINARY_EXPONENTS: Readonly<Record<string, bigint>> = { Ki: 10n, Mi: 20n, Gi: 30n, Ti: 40n, Pi: 50n, Ei: 60n };
const DECIMAL_EXPONENTS: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};

/**
 * The quantity that a text or an integer says. What is finer than a nano is rounded away from zero.
 * @throws QuantityInvalid for anything else.
 */
export function parseQuantity(text: string | number): Quantity {
  const quantity = findQuantity(text);
  if (quantity === undefined) throw invalid(String(text));
  return quantity;
}

/** True for a text or an integer that is a quantity. */
export function isQuantity(text: string | number): boolean {
  return findQuantity(text) !== undefined;
}

function findQuantity(text: string | number): Quantity | undefined {
  const written = String(text);
  const match = written.length > TEXT_MAX ? null : GRAMMAR.exec(written);
  const [, sign = '', whole = '', fraction = '', suffix = ''] = match ?? [];
  if (match === null || whole + fraction === '') return undefined;

  const digits = BigInt(whole + fraction);
  const binary = BINARY_EXPONENTS[suffix];
  const magnitude =
    binary === undefined
      ? decimalNanos(digits, fraction.length, suffix)
      : binaryNanos(digits << binary, fraction.length);
  if (magnitude === undefined) return undefined;
  const isTiny = magnitude > 0n && magnitude < 10n ** 9n;
  return { nanos: sign === '-' ? -magnitude : magnitude, format: formatOf(binary !== undefined && !isTiny, suffix) };
}

/** Less than zero, zero or more than zero, as the first is less than, equal to or more than the second. */
export function compareQuantities(a: string | number, b: string | number): number {
  const difference = parseQuantity(a).nanos - parseQuantity(b).nanos;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The canonical text of the sum, in the format of the first. */
export function addQuantities(a: string | number, b: string | number): string {
  const { nanos, format } = parseQuantity(a);
  return formatQuantity({ nanos: nanos + parseQuantity(b).nanos, format });
}

/**
 * The text that an API server stores for a quantity: `1000m` is `1`, `0.5` is `500m`, `1024Mi` is `1Gi`.
 * @throws QuantityInvalid for what is no quantity.
 */
export function canonicalQuantity(text: string | number): string {
  return formatQuantity(parseQuantity(text));
}

/**
 * The text that an API server stores for an amount of a resource (requests, limits, the size of a claim): as any quantity,
 * with what is finer than a thousandth rounded up.
 * @throws QuantityInvalid for what is no quantity.
 */
export function canonicalResourceAmount(text: string | number): string {
  const { nanos, format } = parseQuantity(text);
  const millis = roundedUp(nanos < 0n ? -nanos : nanos, NANOS_PER_MILLI);
  return formatQuantity({ nanos: (nanos < 0n ? -millis : millis) * NANOS_PER_MILLI, format });
}

/** A quantity's canonical text: no fraction, the largest suffix that leaves a whole number. */
function formatQuantity({ nanos, format }: Quantity): string {
  if (nanos === 0n) return '0';
  const units = nanos / 10n ** 9n;
  const isWhole = units * 10n ** 9n === nanos;
  const isSmall = units > -1024n && units < 1024n;
  if (format === 'BinarySI' && isWhole && !isSmall) return binaryText(units);
  return decimalText(nanos, format === 'DecimalExponent');
}

function formatOf(isBinary: boolean, suffix: string): QuantityFormat {
  if (isBinary) return 'BinarySI';
  return /^[eE]./.test(suffix) ? 'DecimalExponent' : 'DecimalSI';
}

function decimalNanos(digits: bigint, fractionDigits: number, suffix: string): bigint | undefined {
  const exponent = DECIMAL_EXPONENTS[suffix] ?? Number(suffix.slice(1));
  if (Math.abs(exponent) > EXPONENT_MAX) return undefined;
  const shift = exponent + NANO_DIGITS - fractionDigits;
  return shift >= 0 ? digits * 10n ** BigInt(shift) : roundedUp(digits, 10n ** BigInt(-shift));
}

function binaryNanos(digits: bigint, fractionDigits: number): bigint {
  const nanos = roundedUp(digits * 10n ** BigInt(NANO_DIGITS), 10n ** BigInt(fractionDigits));
  return nanos > BINARY_MAX_NANOS ? BINARY_MAX_NANOS : nanos;
}

function roundedUp(value: bigint, divisor: bigint): bigint {
  return (value + divisor - 1n) / divisor;
}

function binaryText(units: bigint): string {
  let value = units;
  let power = 0;
  const suffixes = ['', ...Object.keys(BINARY_EXPONENTS)];
  while (value % 1024n === 0n && power < suffixes.length - 1) {
    value /= 1024n;
    power += 1;
  }
  return `${value}${suffixes[power] ?? ''}`;
}

function decimalText(nanos: bigint, withExponent: boolean): string {
  let value = nanos;
  let exponent = -NANO_DIGITS;
  while (value % 1000n === 0n) {
    value /= 1000n;
    exponent += 3;
  }
  if (exponent === 0) return `${value}`;
  const suffix = withExponent
    ? undefined
    : Object.entries(DECIMAL_EXPONENTS).find(([, power]) => power === exponent)?.[0];
  // Beyond E there is no suffix, and only the exponent keeps the value.
  return `${value}${suffix ?? `e${exponent}`}`;
}

function invalid(written: string): AdrasteiaError {
  const shown = JSON.stringify(written.length > 40 ? `${written.slice(0, 40)}…` : written);
  return new AdrasteiaError(
    'QuantityInvalid',
    `Quantity ${shown} cannot be read: it is not a number with a suffix that Kubernetes has; write such as 500m, 2 or 20Gi`,
  );
}
