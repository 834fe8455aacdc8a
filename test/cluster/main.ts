/**
 * `npm run cluster`: a real Kubernetes, as a control plane alone or with a node, to develop and test against.
 *
 * Each command is a file of its own. Progress goes to stderr, data to stdout.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultClusterDirectory } from './directories';
import { down } from './down';
import { kubeconfig } from './kubeconfig';
import { prepare } from './prepare';
import { ClusterProblem } from './problem';
import { run } from './run';
import { status } from './status';
import { up } from './up';

const USAGE = `Usage: npm run cluster -- COMMAND

  up [--node]          start the cluster, or say that it is up; prints the path of its kubeconfig
  down                 end the cluster and remove all that it holds
  status               print what runs; exit code 1 where the cluster is not up
  kubeconfig           print the path of the kubeconfig
  run [--node] -- COMMAND…
                       run a command with KUBECONFIG set to a fresh cluster that is gone afterwards
  prepare              install (by apt-get, as root) and build all that a node needs

  --node               with a node that runs pods, and a registry for their images

  --scratch DIR        a cluster of its own in this directory (default: $ADRA_CLUSTER_DIR, else one per user)
  --fsync              (up) let etcd wait for the disk
`;

function note(line: string): void {
  process.stderr.write(`cluster: ${line}\n`);
}

/** Does what the words ask for and gives the exit code. */
async function main(words: readonly string[]): Promise<number> {
  const [command, ...rest] = words;
  if (command === 'run') {
    const end = rest.indexOf('--');
    const { node } = parseOptions(end < 0 ? [] : rest.slice(0, end));
    return run(rest.slice(end + 1), { node }, note);
  }
  const { scratch, fsync, node } = parseOptions(rest);
  const directory = scratch === undefined ? defaultClusterDirectory() : resolve(scratch);
  switch (command) {
    case 'up':
      await up(directory, { fsync, node }, note);
      return 0;
    case 'down':
      down(directory, note);
      return 0;
    case 'status':
      return (await status(directory)) ? 0 : 1;
    case 'kubeconfig':
      kubeconfig(directory);
      return 0;
    case 'prepare':
      await prepare(note);
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

interface Options {
  readonly scratch?: string;
  readonly fsync: boolean;
  readonly node: boolean;
}

function parseOptions(args: string[]): Options {
  try {
    const { values } = parseArgs({
      args,
      options: {
        scratch: { type: 'string' },
        fsync: { type: 'boolean', default: false },
        node: { type: 'boolean', default: false },
      },
    });
    const { scratch, fsync, node } = values;
    return { fsync, node, ...(scratch === undefined ? {} : { scratch }) };
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
