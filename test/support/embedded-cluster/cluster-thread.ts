/**
 * The thread in which the embedded API and its controllers run: beside the tests, since one that waits for kubectl holds the
 * thread that it is on. Writes an administrator's kubeconfig to the path it is given, and says when it is there.
 */
import { writeFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { connectCluster } from '../../../src/adapters/kubernetes/client';
import { systemClock } from '../../../src/adapters/system-clock';
import { usedAmounts } from '../../../src/apiserver/admission/resource-quota/used-amounts';
import { ApiServer } from '../../../src/apiserver/api-server';
import { MemoryStorage } from '../../../src/apiserver/storage/memory-storage';
import { createLogger } from '../../../src/log';
import { ControllerManager } from '../../../src/programs/controller-manager/controller-manager';

/** What the thread is told. */
export interface ClusterThreadData {
  readonly kubeconfig: string;
}

/** What the thread says: once, when the cluster is ready. */
export type ClusterThreadMessage = 'ready';

async function startCluster({ kubeconfig }: ClusterThreadData): Promise<void> {
  const log = createLogger('error', process.stderr);
  const server = await ApiServer.start({ storage: new MemoryStorage(), clock: systemClock, log });
  writeFileSync(kubeconfig, JSON.stringify(await server.adminKubeconfig()), { mode: 0o600 });
  const controllers = new ControllerManager({
    cluster: connectCluster({ kubeconfig }),
    clock: systemClock,
    log,
    rootCertificate: server.authority,
    countQuota: (quota, { list, isServed, now }) => usedAmounts(quota, { reader: { list }, isServed, now }),
  });
  await controllers.start();
  parentPort?.postMessage('ready' satisfies ClusterThreadMessage);
}

void startCluster(workerData as ClusterThreadData);
