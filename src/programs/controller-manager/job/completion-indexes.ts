/** Numbers of an indexed job's pods as the job tells them: `0-3,5`. Pure. */

/** The numbers below `completions` that a text says. */
export function parseIndexes(text: string | undefined, completions: number): ReadonlySet<number> {
  const indexes = new Set<number>();
  for (const part of (text ?? '').split(',')) {
    const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(part) ?? [];
    if (first === undefined || last === undefined) continue;
    for (let index = Number(first); index <= Number(last) && index < completions; index += 1) indexes.add(index);
  }
  return indexes;
}

/** The text that says these numbers, two in a row as `0,1`. */
export function indexesText(indexes: ReadonlySet<number>): string {
  const sorted = [...indexes].sort((a, b) => a - b);
  const parts: string[] = [];
  for (let start = 0; start < sorted.length; ) {
    let end = start;
    while (sorted[end + 1] === (sorted[end] ?? 0) + 1) end += 1;
    const [first = 0, last = 0] = [sorted[start], sorted[end]];
    if (end === start) parts.push(String(first));
    else parts.push(end === start + 1 ? `${String(first)},${String(last)}` : `${String(first)}-${String(last)}`);
    start = end + 1;
  }
  return parts.join(',');
}

/** The lowest numbers that are neither done nor taken. */
export function pendingIndexes(
  count: number,
  completions: number,
  ...taken: readonly ReadonlySet<number>[]
): readonly number[] {
  const pending: number[] = [];
  for (let index = 0; index < completions && pending.length < count; index += 1) {
    if (!taken.some((indexes) => indexes.has(index))) pending.push(index);
  }
  return pending;
}
