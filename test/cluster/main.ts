/**
 * `npm run cluster`: a real Kubernetes control plane, without nodes, to develop and test against.
 *
 * Each command is a file of its own. Progress goes to stderr, data to stdout.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultClusterDirectory } from './directories';
import { down } from './down';
import { kubeconfig } from './kubeconfig';
import { ClusterProblem } from './problem';
import { run } from './run';
import { status } from './status';
import { up } from './up';

const USAGE = `Usage: npm run cluster -- COMMAND

  up [--fsync]         start the cluster, or say that it is up; prints the path of its kubeconfig
  down                 end the cluster and remove all that it holds
  status               print what runs; exit code 1 where the cluster is not up
  kubeconfig           print the path of the kubeconfig
  run -- COMMAND…      run a command with KUBECONFIG set to a fresh cluster that is gone afterwards

  --scratch DIR        a cluster of its own in this directory (default: $ADRA_CLUSTER_DIR, else one per user)
  --fsync              let etcd wait for the disk
`;

function note(line: string): void {
  process.stderr.write(`cluster: ${line}\n`);
}

/** Does what the words ask for and gives the exit code. */
async function main(words: readonly string[]): Promise<number> {
  const [command, ...rest] = words;
  if (command === 'run') return run(rest[0] === '--' ? rest.slice(1) : rest, note);
  const { scratch, fsync } = parseOptions(rest);
  const directory = scratch === undefined ? defaultClusterDirectory() : resolve(scratch);
  switch (command) {
    case 'up':
      await up(directory, { fsync }, note);
      return 0;
    case 'down':
      down(directory, note);
      return 0;
    case 'status':
      return (await status(directory)) ? 0 : 1;
    case 'kubeconfig':
      kubeconfig(directory);
      return 0;
    case 'help':
    case '--help':
    case '-h':
      process.stdout.write(USAGE);
      return 0;
    default:
      throw new ClusterProblem(`there is no command "${command ?? ''}"\n${USAGE}`);
  }
}

function parseOptions(args: string[]): { readonly scratch?: string; readonly fsync: boolean } {
  try {
    const { values } = parseArgs({
      args,
      options: { scratch: { type: 'string' }, fsync: { type: 'boolean', default: false } },
    });
    return { fsync: values.fsync, ...(values.scratch === undefined ? {} : { scratch: values.scratch }) };
  } catch (error) {
    throw new ClusterProblem(`${(error as Error).message}\n${USAGE}`);
  }
}

async function start(): Promise<void> {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof ClusterProblem)) throw error;
    note(error.message);
    process.exitCode = 1;
  }
}

void start();
