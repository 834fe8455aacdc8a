/**
 * A cluster that needs nothing but Node: the embedded API and its controllers, in a thread of this process, with an
 * administrator's kubeconfig in a directory of its own. It ends with the process, and the directory goes with it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ClusterThreadData } from './cluster-thread';

/** Starts a fresh cluster and gives the path of its kubeconfig. A caller that handles signals ends by `process.exit`. */
export async function startEmbeddedCluster(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'adrasteia-embedded-'));
  process.once('exit', () => {
    rmSync(directory, { recursive: true, force: true });
  });
  const kubeconfig = join(directory, 'kubeconfig');
  const thread = new Worker(join(__dirname, 'cluster-thread.ts'), {
    execArgv: ['--require', join(__dirname, 'typescript-hook.js')],
    workerData: { kubeconfig } satisfies ClusterThreadData,
  });
  await new Promise<void>((resolve, reject) => {
    thread.once('message', () => {
      resolve();
    });
    thread.once('error', reject);
  });
  // The process ends when its own work is done; a cluster that fails before that fails it.
  thread.removeAllListeners('error');
  thread.unref();
  return kubeconfig;
}
