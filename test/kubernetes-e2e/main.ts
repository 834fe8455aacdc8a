/**
 * Kubernetes' own end-to-end tests of the API, `[sig-api-machinery]`, against a real control plane and the embedded one.
 *
 *     run real|embedded [--focus RE]   runs the specs, and keeps what came of them in test/kubernetes-e2e/results
 *     table                            writes what is kept into docs/embedded-api.md
 *
 * Run from the root of the checkout, after `npm run build`. A whole run takes half an hour.
 */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createLogger } from '../../src/log';
import { withResults } from './result-table';
import { runSpecs } from './run-specs';
import { SKIPPED_SPECS } from './skipped-specs';
import { mergedResults, readResults, writeResults } from './spec-result';
import { startEmbedded, startReal } from './system-under-test';

const USAGE = 'kubernetes-e2e: run real|embedded [--focus RE] | table';
const RESULTS = join('test', 'kubernetes-e2e', 'results');
const PAGE = join('docs', 'embedded-api.md');
const SYSTEMS = { real: startReal, embedded: startEmbedded };

type System = keyof typeof SYSTEMS;

function note(line: string): void {
  process.stderr.write(`kubernetes-e2e: ${line}\n`);
}

function resultsFile(system: System): string {
  return join(RESULTS, `${system}.jsonl`);
}

/** Runs, keeps, and gives the exit code: 1 where a spec failed. */
async function run(system: System, focus: string | undefined): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'adrasteia-kubernetes-e2e-'));
  const log = createLogger('warn', process.stderr);
  const { kubeconfig, stop } = await SYSTEMS[system]({ directory, log, note });
  const specs = await runSpecs({ kubeconfig, directory, note, ...(focus === undefined ? {} : { focus }) });
  await stop();
  mkdirSync(RESULTS, { recursive: true });
  const results = specs.map(({ name, state, seconds }) => ({ name, state, seconds }));
  writeResults(resultsFile(system), mergedResults(readResults(resultsFile(system)), results));
  const failed = specs.filter(({ state }) => state !== 'passed');
  for (const { name, state, message = '' } of failed) process.stdout.write(`${state}: ${name}\n  ${message}\n`);
  process.stdout.write(`${String(specs.length - failed.length)} of ${String(specs.length)} passed\n`);
  return failed.length === 0 ? 0 : 1;
}

function writeTable(): void {
  const [real, embedded] = [readResults(resultsFile('real')), readResults(resultsFile('embedded'))];
  writeFileSync(PAGE, withResults(readFileSync(PAGE, 'utf8'), { real, embedded, skipped: SKIPPED_SPECS }));
}

async function main(words: string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args: words,
    options: { focus: { type: 'string' } },
    allowPositionals: true,
  });
  const [verb, system] = positionals;
  if (verb === 'table') {
    writeTable();
    return 0;
  }
  if (verb !== 'run' || (system !== 'real' && system !== 'embedded')) throw new Error(USAGE);
  return run(system, values.focus);
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
