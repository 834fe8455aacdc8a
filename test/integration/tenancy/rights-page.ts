/** The matrix of rights as a section of a page. */
import type { Judgement } from './judgement';
import { COLUMNS } from './rights-rows';

const BEGIN = '<!-- rights: written by what the API server answers (test/integration/tenancy), not by hand -->';
const END = '<!-- end of rights -->';

/** A row as it was answered; a cell is undefined where the question has no meaning. */
export interface AnsweredRow {
  readonly what: string;
  readonly cells: readonly (Judgement | undefined)[];
}

export interface AnsweredSection {
  readonly title: string;
  readonly rows: readonly AnsweredRow[];
}

/** The part of the page between the marks. Throws where they are missing. */
export function rightsOf(page: string): string {
  const [begin, end] = bounds(page);
  return page.slice(begin, end).trim();
}

/** The page with other text between the marks. */
export function withRights(page: string, text: string): string {
  const [begin, end] = bounds(page);
  return `${page.slice(0, begin)}\n\n${text.trim()}\n\n${page.slice(end)}`;
}

function bounds(page: string): readonly [number, number] {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`the page has no "${BEGIN}" with "${END}" after it`);
  return [begin + BEGIN.length, end];
}

/** A table for each section; rows that are answered alike are one. */
export function rightsTables(sections: readonly AnsweredSection[]): string {
  return sections
    .map(({ title, rows }) => {
      const width = COLUMNS.filter((_, index) => rows.some(({ cells }) => cells[index] !== undefined));
      const shown = COLUMNS.map((column) => width.includes(column));
      const lines = merged(rows).map(({ what, cells }) => [
        what,
        ...cells.filter((_, index) => shown[index] === true).map(cellText),
      ]);
      return [
        `### ${title}\n`,
        line(['', ...width]),
        line(['---', ...width.map(() => '---')]),
        ...lines.map(line),
      ].join('\n');
    })
    .join('\n\n');
}

function merged(rows: readonly AnsweredRow[]): readonly AnsweredRow[] {
  const groups = new Map<string, AnsweredRow[]>();
  for (const row of rows) {
    const key = JSON.stringify(row.cells.map((cell) => cell ?? null));
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].map((group) => ({
    what: group.map(({ what }) => what).join('; '),
    cells: group[0]?.cells ?? [],
  }));
}

function cellText(cell: Judgement | undefined): string {
  switch (cell) {
    case 'Yes':
      return '**yes**';
    case 'RefusedByRbac':
      return 'no';
    case 'RefusedByAdmission':
      return 'no¹';
    case undefined:
      return '';
  }
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
