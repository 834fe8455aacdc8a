import { serverUrl } from './api-server';
import type { Note } from './binaries';
import { kubeconfigPath } from './credentials';
import { demandPrerequisites } from './node/prerequisites';
import { endCluster, findRecord, whileStarting } from './record';
import { isUp, startCluster } from './start-cluster';

/** What `up` is asked for. */
export interface UpOptions {
  readonly fsync: boolean;
  /** Whether a cluster without a node isn't enough. */
  readonly node: boolean;
}

/** Starts the cluster of a directory, or says that it is up already. Prints the path of its kubeconfig. */
export async function up(directory: string, options: UpOptions, note: Note): Promise<void> {
  const before = findRecord(directory);
  const isEnough = before !== undefined && (before.node !== undefined || !options.node);
  if (isEnough && (await isUp(directory, before))) {
    note(`already up: Kubernetes ${before.version} at ${serverUrl(before)}`);
  } else {
    // Before anything is made.
    if (options.node) demandPrerequisites();
    if (isEnough) note('the cluster is not wholly up: starting it again on its data');
    await whileStarting(directory, () => start(directory, options, note));
  }
  process.stdout.write(`${kubeconfigPath(directory)}\n`);
}

async function start(directory: string, { fsync, node }: UpOptions, note: Note): Promise<void> {
  const interrupted = (): void => {
    const record = findRecord(directory);
    if (record !== undefined) endCluster(record);
    process.exit(1);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.once(signal, interrupted);
  const record = await startCluster({ directory, fsync, ...(node ? { node } : {}), note });
  for (const signal of signals) process.off(signal, interrupted);
  note(`up: Kubernetes ${record.version} at ${serverUrl(record)}`);
  if (record.node?.registry !== undefined) note(`images are pushed to ${record.node.registry}, by HTTP`);
}
