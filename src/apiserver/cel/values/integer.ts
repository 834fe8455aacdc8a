/** Arithmetic of 64-bit integers, signed and unsigned, in which overflow is an error. */
import { CelError, Uint } from './value';

export type Int = number | bigint;

const MIN_INT = -(2n ** 63n);
const MAX_INT = 2n ** 63n - 1n;
const MAX_UINT = 2n ** 64n - 1n;

const INT_OVERFLOW = new CelError('integer overflow');
export const UINT_OVERFLOW = new CelError('unsigned integer overflow');
const DIVISION_BY_ZERO = new CelError('division by zero');
const MODULUS_BY_ZERO = new CelError('modulus by zero');

/** The one form of an integer: a number where that is exact. */
export function intOf(value: bigint): Int {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

/** The integer that a value of JSON is; undefined for a fraction, and for what is no number. */
export function findInt(value: unknown): Int | undefined {
  if (typeof value === 'bigint') return intOf(value);
  if (typeof value !== 'number' || !Number.isInteger(value)) return undefined;
  return Number.isSafeInteger(value) ? value : intOf(BigInt(value));
}

export function isInt64(value: bigint): boolean {
  return value >= MIN_INT && value <= MAX_INT;
}

function checkedInt(value: bigint): Int | CelError {
  return isInt64(value) ? intOf(value) : INT_OVERFLOW;
}

export function checkedUint(value: bigint): Uint | CelError {
  return value >= 0n && value <= MAX_UINT ? new Uint(value) : UINT_OVERFLOW;
}

export function addInts(a: Int, b: Int): Int | CelError {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return checkedInt(BigInt(a) + BigInt(b));
}

export function subtractInts(a: Int, b: Int): Int | CelError {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b;
    if (Number.isSafeInteger(difference)) return difference;
  }
  return checkedInt(BigInt(a) - BigInt(b));
}

export function multiplyInts(a: Int, b: Int): Int | CelError {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b;
    // Adding zero keeps -0 out.
    if (Number.isSafeInteger(product)) return product + 0;
  }
  return checkedInt(BigInt(a) * BigInt(b));
}

export function divideInts(a: Int, b: Int): Int | CelError {
  if (b === 0) return DIVISION_BY_ZERO;
  if (typeof a === 'number' && typeof b === 'number') return Math.trunc(a / b) + 0;
  return checkedInt(BigInt(a) / BigInt(b));
}

export function moduloInts(a: Int, b: Int): Int | CelError {
  if (b === 0) return MODULUS_BY_ZERO;
  if (typeof a === 'number' && typeof b === 'number') return (a % b) + 0;
  if (BigInt(a) === MIN_INT && b === -1) return INT_OVERFLOW;
  return intOf(BigInt(a) % BigInt(b));
}

export function negateInt(a: Int): Int | CelError {
  return typeof a === 'number' ? 0 - a : checkedInt(-a);
}

export function divideUints(a: Uint, b: Uint): Uint | CelError {
  return b.value === 0n ? DIVISION_BY_ZERO : new Uint(a.value / b.value);
}

export function moduloUints(a: Uint, b: Uint): Uint | CelError {
  return b.value === 0n ? MODULUS_BY_ZERO : new Uint(a.value % b.value);
}

/** The integer of a double, its fraction cut off. */
export function intOfDouble(value: number): Int | CelError {
  const whole = Number.isFinite(value) ? BigInt(Math.trunc(value)) : undefined;
  if (whole === undefined || value <= -(2 ** 63) || value >= 2 ** 63) return INT_OVERFLOW;
  return intOf(whole);
}

export function uintOfDouble(value: number): Uint | CelError {
  if (!Number.isFinite(value) || value < 0 || value >= 2 ** 64) return UINT_OVERFLOW;
  return new Uint(BigInt(Math.trunc(value)));
}
