/** Runs the specs: the program is built on first use, its words go to a file, and its report is read. */
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { binaryPath, ensureBinaries, type Note, TESTS } from '../cluster/binaries';
import { type GinkgoSuite, type RunSpec, specsOf } from './ginkgo-report';
import { SKIPPED_SPECS, skipExpression } from './skipped-specs';

export interface RunOptions {
  readonly kubeconfig: string;
  /** Where `e2e.log` and `e2e.json` go. */
  readonly directory: string;
  /** Of the specs that aren't left out, those whose names this expression (in Go's syntax) finds. Default: all. */
  readonly focus?: string;
  readonly note: Note;
}

/** The specs that ran. Throws where the program gave no report. */
export async function runSpecs({ kubeconfig, directory, focus = '', note }: RunOptions): Promise<readonly RunSpec[]> {
  await ensureBinaries(note, [TESTS, 'kubectl']);
  const [report, log] = [join(directory, 'e2e.json'), join(directory, 'e2e.log')];
  note(`running; see ${log}`);
  await runProgram(log, [
    `--kubeconfig=${kubeconfig}`,
    '--provider=skeleton',
    `--kubectl-path=${binaryPath('kubectl')}`,
    '--allowed-not-ready-nodes=-1',
    '--kube-api-content-type=application/json',
    '--ginkgo.no-color',
    '--ginkgo.timeout=3h',
    `--ginkgo.focus=\\[sig-api-machinery\\].*(${focus})`,
    `--ginkgo.skip=${skipExpression(SKIPPED_SPECS)}`,
    `--ginkgo.json-report=${report}`,
  ]);
  return specsOf(JSON.parse(readFileSync(report, 'utf8')) as readonly GinkgoSuite[]);
}

/** Whether specs failed is read from the report. */
function runProgram(log: string, args: readonly string[]): Promise<void> {
  const output = openSync(log, 'w');
  return new Promise((resolve, reject) => {
    // Where kubectl can keep nothing, it asks anew what kinds there are.
    const env = { ...process.env, KUBECACHEDIR: '/dev/null' };
    const child = spawn(binaryPath(TESTS), args, { stdio: ['ignore', output, output], env });
    const pass = (signal: NodeJS.Signals): void => {
      child.kill(signal);
    };
    process.once('SIGINT', pass).once('SIGTERM', pass);
    child.once('error', reject);
    child.once('exit', () => {
      closeSync(output);
      process.removeListener('SIGINT', pass).removeListener('SIGTERM', pass);
      resolve();
    });
  });
}
