import { stringify } from 'yaml';
import { serverUrl } from './api-server';
import { kubeconfigPath } from './credentials';
import { isRunning } from './processes';
import { findRecord } from './record';
import { isUp } from './start-cluster';

/** Prints, as YAML, what runs. Gives true where the cluster is up. */
export async function status(directory: string): Promise<boolean> {
  const record = findRecord(directory);
  if (record === undefined) {
    process.stdout.write(stringify({ up: false, directory }));
    return false;
  }
  const isReady = await isUp(directory, record);
  process.stdout.write(
    stringify({
      up: isReady,
      version: record.version,
      server: serverUrl(record),
      port: record.port,
      fsync: record.fsync,
      directory,
      kubeconfig: kubeconfigPath(directory),
      ...(record.node === undefined
        ? {}
        : {
            registry: record.node.registry,
            nodeAddress: record.node.network?.nodeAddress,
            range: record.node.network?.range,
          }),
      processes: record.processes.map((process_) => ({
        name: process_.name,
        pid: process_.pid,
        running: isRunning(process_),
      })),
    }),
  );
  return isReady;
}
