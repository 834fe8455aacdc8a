/**
 * Tables as kubectl prints them: columns as wide as their widest cell, three spaces between, nothing at the end of a line.
 */
import { oneLine } from '../one-line';

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
  /** Adds colour; it must not change the width that is seen. Default: none. */
  readonly paint?: (cell: string, row: Row) => string;
}

const GAP = 3;

/** The lines of a table, title line first. Control characters in cells become spaces, so that no cell breaks its line. */
export function tableLines<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  { width = Number.POSITIVE_INFINITY } = {},
): readonly string[] {
  const cells = rows.map((row) => columns.map(({ cell }) => oneLine(cell(row))));
  const widths = columns.map(({ title }, index) =>
    Math.max(lengthOf(title), ...cells.map((line) => lengthOf(line[index] ?? ''))),
  );
  const line = (texts: readonly string[], row?: Row): string => {
    let room = width;
    return texts
      .map((text, index) => {
        const shown = cut(text, room);
        const wide = widths[index] ?? 0;
        const isLast = texts.slice(index + 1).every((after) => after === '');
        const pad = isLast ? 0 : Math.max(0, Math.min(room - lengthOf(shown), wide - lengthOf(shown) + GAP));
        room -= lengthOf(shown) + pad;
        const paint = columns[index]?.paint;
        const painted = paint === undefined || row === undefined || shown === '' ? shown : paint(shown, row);
        return `${painted}${' '.repeat(pad)}`;
      })
      .join('')
      .trimEnd();
  };
  return [line(columns.map(({ title }) => title)), ...rows.map((row, index) => line(cells[index] ?? [], row))];
}

/** Counted in characters, not in UTF-16 units. */
function lengthOf(text: string): number {
  return Array.from(text).length;
}

function cut(text: string, room: number): string {
  if (lengthOf(text) <= room) return text;
  return room <= 0
    ? ''
    : `${Array.from(text)
        .slice(0, room - 1)
        .join('')}…`;
}
