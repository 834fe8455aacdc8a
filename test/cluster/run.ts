import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { dirname } from 'node:path';
import type { Note } from './binaries';
import { ClusterProblem } from './problem';
import { startThrowAwayCluster } from './throw-away';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs a command against a fresh cluster, by KUBECONFIG and ADRA_TEST_KUBECONFIG (and ADRA_TEST_NODE_CLUSTER, its directory,
 * where it has a node), and gives its exit code; 128 and the
 * signal's number where a signal ended it, as shells do. Signals are passed on to the command; the cluster goes when this
 * process exits, however the command ended.
 */
export async function run(
  command: readonly string[],
  { node }: { readonly node: boolean },
  note: Note,
): Promise<number> {
  const [program, ...args] = command;
  if (program === undefined) throw new ClusterProblem('run needs a command: npm run cluster -- run -- COMMAND');
  let onSignal = (signal: NodeJS.Signals): void => process.exit(exitCodeOf(signal));
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      onSignal(signal);
    });
  }
  const kubeconfig = await startThrowAwayCluster(note, { node });
  const child = spawn(program, args, {
    stdio: 'inherit',
    env: {
      ...process.env,
      KUBECONFIG: kubeconfig,
      ADRA_TEST_KUBECONFIG: kubeconfig,
      ...(node ? { ADRA_TEST_NODE_CLUSTER: dirname(kubeconfig) } : {}),
    },
  });
  onSignal = (signal) => {
    // A terminal sends Ctrl-C to the command by itself; twice would mean "stop cleaning up" to many programs.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  return new Promise((resolve, reject) => {
    child.once('error', (error) => {
      reject(new ClusterProblem(`"${program}" cannot be run: ${error.message}`));
    });
    child.once('exit', (code, signal) => {
      resolve(code ?? (signal === null ? 1 : exitCodeOf(signal)));
    });
  });
}

function exitCodeOf(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}
