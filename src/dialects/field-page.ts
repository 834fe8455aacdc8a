/**
 * Field tables as a section of a Markdown page. The rest of the page is written by hand; a test keeps section and tables in step.
 */
import { CAPABILITIES, type FieldRow, type FieldTable } from './field-table';

const BEGIN = '<!-- field tables: written from src/dialects, not by hand -->';
const END = '<!-- end of field tables -->';

/** The page with its field-table section written anew; a page without one gets it at the end. */
export function withFieldTables(page: string, tables: readonly FieldTable[]): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  const section = `${BEGIN}\n\n${fieldTablesSection(tables)}\n${END}`;
  if (begin < 0 || end < begin) return `${page.trimEnd()}\n\n${section}\n`;
  return `${page.slice(0, begin)}${section}${page.slice(end + END.length)}`;
}

/** The tables, one heading each, and what they wait for. */
export function fieldTablesSection(tables: readonly FieldTable[]): string {
  const rows = tables.flatMap((table) => table.rows);
  const awaited = [...new Set(rows.flatMap((row) => (row.disposition === 'later' ? [row.capability] : [])))].sort();
  return [
    ...tables.map(tableText),
    ...(awaited.length === 0
      ? []
      : ['### What is awaited\n', ...awaited.map((name) => `- **${name}**: ${CAPABILITIES[name]}`), '']),
  ].join('\n');
}

function tableText(table: FieldTable): string {
  const group = table.crd.slice(table.crd.indexOf('.') + 1);
  const cells = table.rows.map(
    (row) => [`\`${row.path}\`${row.subtree === undefined ? '' : ` (${row.subtree})`}`, cell(row)] as const,
  );
  return [
    `### ${table.kind} (${group})\n`,
    `${counts(table.rows)}\n`,
    ...aligned(['field', 'what becomes of it'], cells),
    '',
  ].join('\n');
}

/** A table with its columns padded, as formatters of Markdown leave it. */
function aligned(head: readonly [string, string], rows: readonly (readonly [string, string])[]): readonly string[] {
  const lines = [head, ...rows];
  const widths = [0, 1].map((column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)];
}

function counts(rows: readonly FieldRow[]): string {
  return (['mapped', 'later', 'ignored'] as const)
    .map((disposition) => `${disposition} ${rows.filter((row) => row.disposition === disposition).length}`)
    .join(', ');
}

function cell(row: FieldRow): string {
  switch (row.disposition) {
    case 'mapped':
      return escaped(`\`${row.target}\`${after(row.note)}`);
    case 'ignored':
      return escaped(`ignored: ${row.reason}`);
    case 'later':
      return escaped(`later: **${row.capability}**${after(row.note)}`);
  }
}

function after(note: string | undefined): string {
  return note === undefined ? '' : `; ${note}`;
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|');
}
