/**
 * A unified diff of two texts, without file names, equal byte for byte to the one that a Kubernetes server makes.
 *
 * Longest matching blocks are found as Python's difflib finds them. Lines that are frequent in a text of 200 lines or more
 * don't begin a match.
 * @see https://github.com/pmezard/go-difflib, v1.0.0
 */

const CONTEXT_LINES = 3;
const POPULAR_FROM_LINES = 200;

interface Block {
  readonly a: number;
  readonly b: number;
  readonly size: number;
}

/** A part of both texts: equal, or replaced where `isEqual` is false. Ends are exclusive. */
interface Change {
  readonly isEqual: boolean;
  readonly a: number;
  readonly aEnd: number;
  readonly b: number;
  readonly bEnd: number;
}

/** The lines that must change to make `b` of `a`, with three lines around; empty where the texts are equal. */
export function unifiedDiff(a: string, b: string): string {
  const before = a.split('\n');
  const after = b.split('\n');
  let text = '';
  for (const group of groupedChanges(before, after)) {
    const first = group[0];
    const last = group.at(-1);
    if (first === undefined || last === undefined) continue;
    text += `@@ -${rangeText(first.a, last.aEnd)} +${rangeText(first.b, last.bEnd)} @@\n`;
    for (const change of group) {
      const removed = before.slice(change.a, change.aEnd);
      if (change.isEqual) text += removed.map((line) => ` ${line}\n`).join('');
      else {
        text += removed.map((line) => `-${line}\n`).join('');
        text += after
          .slice(change.b, change.bEnd)
          .map((line) => `+${line}\n`)
          .join('');
      }
    }
  }
  return text;
}

function rangeText(start: number, end: number): string {
  const length = end - start;
  if (length === 1) return String(start + 1);
  return `${String(length === 0 ? start : start + 1)},${String(length)}`;
}

function groupedChanges(before: readonly string[], after: readonly string[]): Change[][] {
  const groups: Change[][] = [];
  let group: Change[] = [];
  for (const change of trimmedChanges(before, after)) {
    const { isEqual, a, aEnd, b, bEnd } = change;
    if (isEqual && aEnd - a > 2 * CONTEXT_LINES) {
      groups.push([...group, { isEqual, a, aEnd: a + CONTEXT_LINES, b, bEnd: b + CONTEXT_LINES }]);
      group = [{ isEqual, a: aEnd - CONTEXT_LINES, aEnd, b: bEnd - CONTEXT_LINES, bEnd }];
    } else group.push(change);
  }
  if (group.some((change) => !change.isEqual)) groups.push(group);
  return groups.filter((made) => made.some((change) => !change.isEqual));
}

/** Changes whose first and last equal lines are cut to the context. */
function trimmedChanges(before: readonly string[], after: readonly string[]): Change[] {
  const changes = changesBetween(before, after);
  const first = changes[0];
  if (first?.isEqual === true) {
    const cut = Math.max(first.aEnd - first.a - CONTEXT_LINES, 0);
    changes[0] = { ...first, a: first.a + cut, b: first.b + cut };
  }
  const last = changes.at(-1);
  if (last?.isEqual === true) {
    const cut = Math.max(last.aEnd - last.a - CONTEXT_LINES, 0);
    changes[changes.length - 1] = { ...last, aEnd: last.aEnd - cut, bEnd: last.bEnd - cut };
  }
  return changes;
}

function changesBetween(before: readonly string[], after: readonly string[]): Change[] {
  const changes: Change[] = [];
  let a = 0;
  let b = 0;
  for (const block of matchingBlocks(before, after)) {
    if (a < block.a || b < block.b) changes.push({ isEqual: false, a, aEnd: block.a, b, bEnd: block.b });
    a = block.a + block.size;
    b = block.b + block.size;
    if (block.size > 0) changes.push({ isEqual: true, a: block.a, aEnd: a, b: block.b, bEnd: b });
  }
  return changes;
}

function matchingBlocks(before: readonly string[], after: readonly string[]): Block[] {
  const found: Block[] = [];
  const positions = linePositions(after);
  const search = (aFrom: number, aTo: number, bFrom: number, bTo: number): void => {
    const block = longestMatch({ before, after, positions, aFrom, aTo, bFrom, bTo });
    if (block.size === 0) return;
    const { a, b, size } = block;
    if (aFrom < a && bFrom < b) search(aFrom, a, bFrom, b);
    found.push(block);
    if (a + size < aTo && b + size < bTo) search(a + size, aTo, b + size, bTo);
  };
  search(0, before.length, 0, after.length);
  return [...joinedBlocks(found), { a: before.length, b: after.length, size: 0 }];
}

function joinedBlocks(blocks: readonly Block[]): Block[] {
  const joined: Block[] = [];
  for (const block of blocks) {
    const last = joined.at(-1);
    if (last !== undefined && last.a + last.size === block.a && last.b + last.size === block.b) {
      joined[joined.length - 1] = { ...last, size: last.size + block.size };
    } else joined.push(block);
  }
  return joined;
}

function linePositions(lines: readonly string[]): Map<string, number[]> {
  const positions = new Map<string, number[]>();
  for (const [index, line] of lines.entries()) {
    const known = positions.get(line);
    if (known === undefined) positions.set(line, [index]);
    else known.push(index);
  }
  if (lines.length < POPULAR_FROM_LINES) return positions;
  const popular = Math.floor(lines.length / 100) + 1;
  for (const [line, known] of positions) if (known.length > popular) positions.delete(line);
  return positions;
}

interface Search {
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly positions: ReadonlyMap<string, readonly number[]>;
  readonly aFrom: number;
  readonly aTo: number;
  readonly bFrom: number;
  readonly bTo: number;
}

function longestMatch(search: Search): Block {
  const { before, after, positions, aFrom, aTo, bFrom, bTo } = search;
  let best: Block = { a: aFrom, b: bFrom, size: 0 };
  let lengths = new Map<number, number>();
  for (let a = aFrom; a < aTo; a += 1) {
    const next = new Map<number, number>();
    for (const b of positions.get(before[a] ?? '') ?? []) {
      if (b < bFrom) continue;
      if (b >= bTo) break;
      const size = (lengths.get(b - 1) ?? 0) + 1;
      next.set(b, size);
      if (size > best.size) best = { a: a - size + 1, b: b - size + 1, size };
    }
    lengths = next;
  }
  let { a, b, size } = best;
  while (a > aFrom && b > bFrom && before[a - 1] === after[b - 1]) {
    a -= 1;
    b -= 1;
    size += 1;
  }
  while (a + size < aTo && b + size < bTo && before[a + size] === after[b + size]) size += 1;
  return { a, b, size };
}
