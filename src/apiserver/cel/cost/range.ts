/** Ranges of sizes and costs, in whole numbers that end at what 64 bits hold. */

export interface Range {
  readonly min: number;
  readonly max: number;
}

/** The largest number: whatever is larger counts as this. */
export const MAXIMUM = 2 ** 64;

export const ZERO: Range = { min: 0, max: 0 };
export const ONE: Range = { min: 1, max: 1 };
export const UNKNOWN: Range = { min: 0, max: MAXIMUM };

export function fixed(value: number): Range {
  return { min: value, max: value };
}

function bounded(value: number): number {
  return value > MAXIMUM ? MAXIMUM : value;
}

export function sum(...ranges: readonly Range[]): Range {
  let [min, max] = [0, 0];
  for (const range of ranges) [min, max] = [bounded(min + range.min), bounded(max + range.max)];
  return { min, max };
}

export function product(a: Range, b: Range): Range {
  return { min: bounded(a.min * b.min), max: bounded(a.max * b.max) };
}

/** So many times, rounded up. */
export function scaled(range: Range, factor: number): Range {
  return { min: bounded(Math.ceil(range.min * factor)), max: bounded(Math.ceil(range.max * factor)) };
}

/** What is in either. */
export function union(a: Range, b: Range): Range {
  return { min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) };
}
