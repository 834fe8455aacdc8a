/**
 * Integers of 64 bits that a double doesn't hold.
 *
 * The API's integers have 64 bits; a JavaScript number is exact up to 2^53. An integer beyond that, as far as it fits into 64
 * bits, is a `bigint` at run time. Types say nothing of it: they call it a number, so that nothing but what looks into numbers
 * has to know. What doesn't fit into 64 bits, and what is written with a point or an exponent, is a double, as in a Go server.
 */
const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

/** The integer where a value is one that a double doesn't hold. */
export function findLargeInt(value: unknown): bigint | undefined {
  return typeof value === 'bigint' ? value : undefined;
}

/** Whether a value is an integer: one of 64 bits, or a whole double of any size. */
export function isWholeNumber(value: unknown): boolean {
  return typeof value === 'bigint' || Number.isInteger(value);
}

/** Whether a value is a number, however it is held. */
export function isNumeric(value: unknown): boolean {
  return typeof value === 'bigint' || typeof value === 'number';
}

/** The nearest double of a number; undefined for what is none. */
export function findDouble(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'bigint' ? Number(value) : undefined;
}

/** An integer as values hold it; beyond 64 bits it is the nearest double. */
export function integerValue(exact: bigint): number {
  const near = Number(exact);
  const isDouble = Number.isSafeInteger(near) || exact > INT64_MAX || exact < INT64_MIN;
  return isDouble ? near : (exact as unknown as number);
}
