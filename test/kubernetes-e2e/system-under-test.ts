/** What the specs are run against: a control plane, real or embedded, with a simulated node. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectCluster } from '../../src/adapters/kubernetes/client';
import { systemClock } from '../../src/adapters/system-clock';
import { usedAmounts } from '../../src/apiserver/admission/resource-quota/used-amounts';
import { ApiServer } from '../../src/apiserver/api-server';
import { MemoryStorage } from '../../src/apiserver/storage/memory-storage';
import type { Logger } from '../../src/ports/logger';
import { ControllerManager } from '../../src/programs/controller-manager/controller-manager';
import { SimulatedNode } from '../../src/programs/simulated-node/simulated-node';
import type { Note } from '../cluster/binaries';
import { startThrowAwayCluster } from '../cluster/throw-away';

export interface SystemUnderTest {
  /** The administrator's. */
  readonly kubeconfig: string;
  stop(): Promise<void>;
}

export interface StartProps {
  /** For files that only this run needs. */
  readonly directory: string;
  readonly log: Logger;
  readonly note: Note;
}

/** kube-apiserver, etcd and kube-controller-manager; they go with this process. */
export async function startReal({ log, note }: StartProps): Promise<SystemUnderTest> {
  const kubeconfig = await startThrowAwayCluster(note);
  const node = await startNode(kubeconfig, log);
  return { kubeconfig, stop: () => node.stop() };
}

/** The embedded API and its controllers, in this process. */
export async function startEmbedded({ directory, log }: StartProps): Promise<SystemUnderTest> {
  const server = await ApiServer.start({ storage: new MemoryStorage(), clock: systemClock, log });
  const kubeconfig = join(directory, 'kubeconfig');
  writeFileSync(kubeconfig, JSON.stringify(await server.adminKubeconfig()), { mode: 0o600 });
  const cluster = connectCluster({ kubeconfig });
  const manager = new ControllerManager({
    cluster,
    clock: systemClock,
    log,
    rootCertificate: server.authority,
    countQuota: (quota, { list, isServed, now }) => usedAmounts(quota, { reader: { list }, isServed, now }),
  });
  await manager.start();
  const node = await startNode(kubeconfig, log);
  return {
    kubeconfig,
    stop: async () => {
      await node.stop();
      await manager.stop();
      await cluster.close();
      await server.stop();
    },
  };
}

async function startNode(kubeconfig: string, log: Logger): Promise<SimulatedNode> {
  const node = new SimulatedNode({ cluster: connectCluster({ kubeconfig }), clock: systemClock, log });
  await node.start();
  return node;
}
