/** Indexes of an indexed job's pods, as texts: `0-3,5,7-9`. */

/** A text of indexes that was read, or what is wrong with it. */
export type IndexesReading = { readonly total: number } | { readonly problem: string };

interface Interval {
  readonly first: number;
  readonly last: number;
}

/** How many indexes a text names, all below `completions`. */
export function readIndexes(text: string, completions: number): IndexesReading {
  if (text === '') return { total: 0 };
  let total = 0;
  let previous: number | undefined;
  for (const part of text.split(',')) {
    const interval = readInterval(part, completions);
    if (typeof interval === 'string') return { problem: interval };
    const { first, last } = interval;
    if (previous !== undefined && previous >= first) return { problem: notIncreasing(previous, first) };
    total += last - first + 1;
    previous = last;
  }
  return { total };
}

function notIncreasing(previous: number, current: number): string {
  return `non-increasing order, previous: ${String(previous)}, current: ${String(current)}`;
}

/** The interval, or what is wrong with it. */
function readInterval(text: string, completions: number): Interval | string {
  const parts = text.split('-');
  if (parts.length > 2) {
    return `the fragment ${JSON.stringify(text)} violates the requirement that an index interval can have at most two parts separated by '-'`;
  }
  const limits: number[] = [];
  for (const part of parts) {
    if (!/^[+-]?[0-9]+$/.test(part)) return `cannot convert string to integer for index: ${JSON.stringify(part)}`;
    if (Number(part) >= completions) return `too large index: ${JSON.stringify(part)}`;
    limits.push(Number(part));
  }
  const [first = 0, last = first] = limits;
  return parts.length > 1 && first >= last ? notIncreasing(first, last) : { first, last };
}

/** The first index that both texts name; undefined where there is none. Parts that cannot be read are passed over. */
export function findSharedIndex(a: string, b: string, completions: number): number | undefined {
  const intervalsOf = (text: string) =>
    text
      .split(',')
      .map((part) => readInterval(part, completions))
      .filter((interval) => typeof interval !== 'string');
  const others = intervalsOf(b);
  for (const one of intervalsOf(a)) {
    const other = others.find(({ first, last }) => one.first <= last && first <= one.last);
    if (other !== undefined) return Math.max(one.first, other.first);
  }
  return undefined;
}
