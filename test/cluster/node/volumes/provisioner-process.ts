/**
 * The process that provides volumes: it watches claims, volumes and classes, and does what `volume.ts` says, one step after
 * another. A step that fails is tried again after a pause; what a killed process left half is found again by looking.
 *
 * Its arguments: kubeconfig, name of the node, folder of the volumes.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { connectCluster } from '../../../../src/adapters/kubernetes/client';
import { systemClock } from '../../../../src/adapters/system-clock';
import type { KubeObject } from '../../../../src/api/object';
import type { ResourceType } from '../../../../src/api/resource-type';
import { hasCode } from '../../../../src/errors';
import { createLogger } from '../../../../src/log';
import type { Cluster } from '../../../../src/ports/cluster';
import { Informer } from '../../../../src/runtime/informer';
import { type Place, type Step, stepsFor } from './volume';

const CLAIMS: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'PersistentVolumeClaim',
  plural: 'persistentvolumeclaims',
  namespaced: true,
};
const VOLUMES: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'PersistentVolume',
  plural: 'persistentvolumes',
  namespaced: false,
};
const CLASSES: ResourceType = {
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'StorageClass',
  plural: 'storageclasses',
  namespaced: false,
};

const PAUSE_AFTER_FAILURE_MS = 1000;

function provideVolumes(cluster: Cluster, place: Place): void {
  const log = createLogger('info', process.stderr);
  let isWorking = false;
  let isChanged = false;
  const onChange = (): void => {
    isChanged = true;
    if (!isWorking) void work();
  };
  const informers = [CLAIMS, VOLUMES, CLASSES].map(
    (type) => new Informer({ cluster, clock: systemClock, log, type, statusOnly: false, onChange, onState: onChange }),
  );
  const [claims, volumes, classes] = informers.map((informer) => (): readonly KubeObject[] => {
    return [...informer.values()].map(({ object }) => object);
  });

  const work = async (): Promise<void> => {
    isWorking = true;
    while (isChanged && informers.every(({ state }) => state === 'Synced')) {
      isChanged = false;
      const storage = { claims: claims?.() ?? [], volumes: volumes?.() ?? [], classes: classes?.() ?? [] };
      for (const step of stepsFor(storage, place)) {
        try {
          await take(cluster, step);
          const volume = step.do === 'provide' ? step.volume.metadata.name : step.volume;
          log.info('step taken', { step: step.do, volume });
        } catch (error) {
          log.warn('step failed', { step: step.do, error: String(error) });
          setTimeout(onChange, PAUSE_AFTER_FAILURE_MS);
        }
      }
    }
    isWorking = false;
  };
  for (const informer of informers) informer.start();
}

async function take(cluster: Cluster, step: Step): Promise<void> {
  switch (step.do) {
    case 'provide':
      // As a new file system is: root's, until the kubelet gives it to a pod's group.
      mkdirSync(dirname(step.folder), { recursive: true, mode: 0o711 });
      mkdirSync(step.folder, { recursive: true, mode: 0o755 });
      try {
        await cluster.create(VOLUMES, step.volume);
      } catch (error) {
        // The cache was behind.
        if (!hasCode(error, 'ApiAlreadyExists')) throw error;
      }
      return;
    case 'reclaim':
      rmSync(step.folder, { recursive: true, force: true });
      await cluster.delete(VOLUMES, { name: step.volume });
      return;
    case 'expand': {
      const capacity = { storage: step.size };
      await cluster.patch(VOLUMES, { name: step.volume }, { spec: { capacity } }, { type: 'merge' });
      const status = { capacity, conditions: null };
      await cluster.patch(CLAIMS, step.claim, { status }, { type: 'merge', subresource: 'status' });
    }
  }
}

const [kubeconfig, node, directory] = process.argv.slice(2);
if (kubeconfig === undefined || node === undefined || directory === undefined)
  throw new Error('usage: provisioner-process KUBECONFIG NODE DIRECTORY');
provideVolumes(connectCluster({ kubeconfig }), { node, directory });
