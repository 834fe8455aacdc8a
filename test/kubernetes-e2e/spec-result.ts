/** What came of specs, as short as it can be kept: one line of JSON for each. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

export interface SpecResult {
  /** With the names of what it stands in, without `[sig-api-machinery]`. */
  readonly name: string;
  /** Ginkgo's word: `passed`, `failed`, `timedout`, … */
  readonly state: string;
  readonly seconds: number;
}

/** Kept results, by name; none where there is no file. */
export function readResults(file: string): readonly SpecResult[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as SpecResult);
}

export function writeResults(file: string, results: readonly SpecResult[]): void {
  writeFileSync(file, results.map((result) => `${JSON.stringify(result)}\n`).join(''));
}

/** The kept results with those of a new run in their place, in the order of names. */
export function mergedResults(kept: readonly SpecResult[], run: readonly SpecResult[]): readonly SpecResult[] {
  const byName = new Map([...kept, ...run].map((result) => [result.name, result]));
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
