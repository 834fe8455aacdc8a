/** The part of a page that shows results, between two marks. */
import type { SkippedSpecs } from './skipped-specs';
import type { SpecResult } from './spec-result';

const BEGIN = '<!-- kubernetes-e2e -->';
const END = '<!-- /kubernetes-e2e -->';

export interface Results {
  readonly real: readonly SpecResult[];
  readonly embedded: readonly SpecResult[];
  readonly skipped: readonly SkippedSpecs[];
}

/** The page with the tables between its marks. Throws where it has no marks. */
export function withResults(page: string, results: Results): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`the page has no "${BEGIN}" with an "${END}" after it: add both`);
  return `${page.slice(0, begin)}${BEGIN}\n\n${resultTables(results)}\n${page.slice(end)}`;
}

/** How many passed, a row for each spec, and what was left out. */
function resultTables({ real, embedded, skipped }: Results): string {
  const [realByName, embeddedByName] = [byName(real), byName(embedded)];
  const names = [...new Set([...realByName.keys(), ...embeddedByName.keys()])].sort();
  const rows = names.map(
    (name) => `| ${cell(name)} | ${shown(realByName.get(name))} | ${shown(embeddedByName.get(name))} |`,
  );
  const left = skipped.map(({ pattern, because }) => `| \`${cell(pattern)}\` | ${cell(because)} |`);
  return [
    `Of ${String(names.length)} specs, ${passed(real)} pass against kube-apiserver and ${passed(embedded)} against the embedded API.`,
    '',
    '| spec | kube-apiserver | embedded |',
    '|---|---|---|',
    ...rows,
    '',
    'Left out:',
    '',
    '| specs | because |',
    '|---|---|',
    ...left,
    '',
  ].join('\n');
}

function byName(results: readonly SpecResult[]): ReadonlyMap<string, SpecResult> {
  return new Map(results.map((result) => [result.name, result]));
}

function passed(results: readonly SpecResult[]): string {
  return String(results.filter(({ state }) => state === 'passed').length);
}

function shown(result: SpecResult | undefined): string {
  return result === undefined ? 'not run' : `${result.state} (${String(result.seconds)} s)`;
}

/** Text that can't end a cell. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
