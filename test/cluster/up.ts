import type { Note } from './binaries';
import { isUp, serverUrl, startControlPlane } from './control-plane';
import { kubeconfigPath } from './credentials';
import { endProcesses } from './processes';
import { findRecord, whileStarting } from './record';

/** Starts the cluster of a directory, or says that it is up already. Prints the path of its kubeconfig. */
export async function up(directory: string, options: { readonly fsync: boolean }, note: Note): Promise<void> {
  const before = findRecord(directory);
  if (before !== undefined && (await isUp(directory, before))) {
    note(`already up: Kubernetes ${before.version} at ${serverUrl(before)}`);
  } else {
    if (before !== undefined) note('the cluster is not wholly up: starting it again on its data');
    await whileStarting(directory, () => start(directory, options.fsync, note));
  }
  process.stdout.write(`${kubeconfigPath(directory)}\n`);
}

async function start(directory: string, fsync: boolean, note: Note): Promise<void> {
  const interrupted = (): void => {
    endProcesses(findRecord(directory)?.processes ?? []);
    process.exit(1);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.once(signal, interrupted);
  const record = await startControlPlane({ directory, fsync, note });
  for (const signal of signals) process.off(signal, interrupted);
  note(`up: Kubernetes ${record.version} at ${serverUrl(record)}`);
}
