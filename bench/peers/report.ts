/** What a run found: kept as JSON, printed as Markdown. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contestant } from './contestants';
import type { Figures } from './rounds';

export interface RunFacts {
  readonly startedAt: string;
  readonly endedAt: string;
  readonly machine: string;
  readonly server: string;
  readonly node: string;
  /** Load averages over a minute, one after each round and one at the end. */
  readonly load: readonly number[];
  readonly options: Readonly<Record<string, unknown>>;
}

/** By contestant: what each round measured, and what was measured once. */
export interface Findings {
  readonly rounds: Readonly<Record<string, readonly Figures[]>>;
  readonly once: Readonly<Record<string, Figures>>;
}

interface Column {
  readonly figure: string;
  readonly title: string;
  readonly digits: number;
  /** Also as a ratio to the raw limit of the same round. */
  readonly ratio?: boolean;
}

interface Section {
  readonly scenario: string;
  readonly title: string;
  readonly columns: readonly Column[];
}

const SECTIONS: readonly Section[] = [
  {
    scenario: 'S1',
    title: 'S1: one environment after another, create to last child',
    columns: [
      { figure: 'S1 p50 ms', title: 'p50, ms', digits: 0, ratio: true },
      { figure: 'S1 p95 ms', title: 'p95, ms', digits: 0 },
      { figure: 'start ms', title: 'process start to first environment, ms', digits: 0 },
    ],
  },
  {
    scenario: 'S2',
    title: 'S2: a burst',
    columns: [
      { figure: 'S2 environments/s', title: 'environments/s', digits: 1, ratio: true },
      { figure: 'S2 environments/s with status', title: 'with status', digits: 1, ratio: true },
      { figure: 'S2 CPU-ms', title: 'CPU-ms each', digits: 1 },
      { figure: 'S2 server CPU-ms', title: 'server CPU-ms each', digits: 0 },
      { figure: 'S2 writes', title: 'writes each', digits: 1 },
      { figure: 'S2 reads', title: 'reads each', digits: 1 },
      { figure: 'S2 foreign cores', title: 'cores that others used', digits: 1 },
    ],
  },
  {
    scenario: 'S3',
    title: 'S3: a change that touches one child',
    columns: [
      { figure: 'S3 p50 ms', title: 'p50, ms', digits: 0, ratio: true },
      { figure: 'S3 child writes', title: 'child writes', digits: 1 },
      { figure: 'S3 status writes', title: 'status writes', digits: 1 },
      { figure: 'S3 other writes', title: 'other writes', digits: 1 },
    ],
  },
  {
    scenario: 'S4',
    title: 'S4: drift, until all is mended',
    columns: [
      { figure: 'S4 ms', title: 'ms', digits: 0 },
      { figure: 'S4 writes', title: 'writes for each drifted', digits: 1 },
    ],
  },
  {
    scenario: 'S5',
    title: 'S5: all deleted, until all children but claims are gone',
    columns: [
      { figure: 'S5 ms', title: 'ms', digits: 0, ratio: true },
      { figure: 'S5 CPU-ms', title: 'CPU-ms each', digits: 1 },
      { figure: 'S5 writes', title: 'writes each', digits: 1 },
    ],
  },
  {
    scenario: 'S6',
    title: 'S6: killed and started again with all converged',
    columns: [
      { figure: 'S6 writes in all', title: 'writes in all', digits: 0 },
      { figure: 'S6 writes', title: 'writes an environment', digits: 1 },
      { figure: 'S6 reads in all', title: 'reads in all', digits: 0 },
      { figure: 'S6 CPU-ms', title: 'CPU-ms an environment', digits: 1 },
      { figure: 'S6 server CPU-ms', title: 'server CPU-ms an environment', digits: 1 },
    ],
  },
  {
    scenario: 'S7',
    title: 'S7: idle',
    columns: [
      { figure: 'S7 writes in all', title: 'writes in all', digits: 0 },
      { figure: 'S7 reads a minute', title: 'reads a minute', digits: 1 },
      { figure: 'S7 CPU-ms a minute', title: 'CPU-ms a minute', digits: 0 },
    ],
  },
  {
    scenario: 'S8',
    title: 'S8: a start with many environments',
    columns: [
      { figure: 'S8 MB', title: 'resident, MB', digits: 0 },
      { figure: 'S8 peak MB', title: 'peak, MB', digits: 0 },
      { figure: 'S8 settled after s', title: 'settled after, s', digits: 0 },
      { figure: 'S8 writes in all', title: 'writes', digits: 0 },
      { figure: 'S8 CPU-s', title: 'CPU-s', digits: 1 },
    ],
  },
  {
    scenario: 'S9',
    title: 'S9: a server whose answers take 20 ms longer',
    columns: [
      { figure: 'S9 p50 ms', title: 'p50, ms', digits: 0, ratio: true },
      { figure: 'S9 environments/s', title: 'environments/s', digits: 1, ratio: true },
    ],
  },
];

const LIMIT = 'raw';

/** Writes the run to a file named after its start, and gives the path. */
export function keepResults(directory: string, facts: RunFacts, findings: Findings): string {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, `${facts.startedAt.replace(/[:.]/g, '-')}.json`);
  writeFileSync(file, `${JSON.stringify({ ...facts, ...findings }, undefined, 1)}\n`);
  return file;
}

/** A table for each scenario that was measured: medians, in brackets least and most; ratios are medians of each round's. */
export function markdown(contestants: readonly Contestant[], findings: Findings): string {
  return SECTIONS.flatMap(({ scenario, title, columns }) => {
    const rows = contestants.flatMap((contestant) => row(contestant, columns, findings) ?? []);
    if (rows.every(({ figures }) => !figures.some((name) => name.startsWith(scenario)))) return [];
    const heads = columns.flatMap((column) => [column.title, ...(column.ratio === true ? ['÷ raw'] : [])]);
    return [
      `**${title}**`,
      '',
      `| |${heads.map((head) => ` ${head} |`).join('')}`,
      `|---|${heads.map(() => '---|').join('')}`,
    ]
      .concat(
        rows.map(({ cells, contestant }) => `| ${contestant.title} |${cells.map((cell) => ` ${cell} |`).join('')}`),
      )
      .concat('');
  }).join('\n');
}

function row(contestant: Contestant, columns: readonly Column[], { rounds, once }: Findings) {
  const measured = [...(rounds[contestant.name] ?? []), once[contestant.name] ?? {}];
  const figures = columns
    .map(({ figure }) => figure)
    .filter((figure) => measured.some((each) => each[figure] !== undefined));
  if (figures.length === 0) return undefined;
  const cells = columns.flatMap(({ figure, digits, ratio }) => [
    summary(
      measured.flatMap((each) => each[figure] ?? []),
      digits,
    ),
    ...(ratio === true ? [summary(ratios(rounds, contestant.name, figure), 2)] : []),
  ]);
  return { contestant, figures, cells };
}

function ratios(rounds: Findings['rounds'], name: string, figure: string): readonly number[] {
  return (rounds[name] ?? []).flatMap((each, round) => {
    const limit = rounds[LIMIT]?.[round]?.[figure];
    const value = each[figure];
    return limit === undefined || value === undefined ? [] : [value / limit];
  });
}

function summary(values: readonly number[], digits: number): string {
  if (values.length === 0) return '';
  const sorted = [...values].sort((a, b) => a - b);
  const shown = (value: number | undefined): string => (value ?? Number.NaN).toFixed(digits);
  const middle = shown(sorted[Math.floor((sorted.length - 1) / 2)]);
  if (shown(sorted[0]) === shown(sorted.at(-1))) return middle;
  return `${middle} (${shown(sorted[0])}–${shown(sorted.at(-1))})`;
}
