/** Objects as the API would hold them, and what a step makes of them, for the tests of the simulated node. */
import { isJsonObject } from '../../../src/api/json';
import type { Claim, StorageClass, Volume } from '../../../src/programs/simulated-node/claim';
import { SIMULATED_PROVISIONER } from '../../../src/programs/simulated-node/claim';
import type { Container, Pod } from '../../../src/programs/simulated-node/pod';
import type { Step } from '../../../src/programs/simulated-node/step';

export const NOW = '2026-01-01T00:00:00.000Z';
export const NODE_NAME = 'here';

export function container(name = 'app', change: Partial<Container> = {}): Container {
  return { name, image: 'registry.example.org/app:1', ...change };
}

export function pod(
  spec: Partial<Pod['spec']> = {},
  rest: { readonly metadata?: Partial<Pod['metadata']>; readonly status?: Pod['status'] } = {},
): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'thesis', namespace: 'team', uid: 'u1', ...rest.metadata },
    spec: { containers: [container()], restartPolicy: 'Always', schedulerName: 'default-scheduler', ...spec },
    ...(rest.status === undefined ? {} : { status: rest.status }),
  };
}

export function claim(spec: Partial<Claim['spec']> = {}, status: Claim['status'] = { phase: 'Pending' }): Claim {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data', namespace: 'team', uid: 'c1' },
    spec: {
      storageClassName: 'standard',
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '1Gi' } },
      ...spec,
    },
    status,
  };
}

export function storageClass(change: Partial<StorageClass> = {}): StorageClass {
  return {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'standard' },
    provisioner: SIMULATED_PROVISIONER,
    ...change,
  };
}

export function volume(
  spec: Partial<Volume['spec']> = {},
  phase = 'Bound',
  provisioner = SIMULATED_PROVISIONER,
): Volume {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'pvc-c1', uid: 'v1', annotations: { 'pv.kubernetes.io/provisioned-by': provisioner } },
    spec: { capacity: { storage: '1Gi' }, persistentVolumeReclaimPolicy: 'Delete', ...spec },
    status: { phase },
  };
}

/** The pod once the step is done. Only what changes a pod and leaves it there is known here. */
export function after(subject: Pod, { action }: Step): Pod {
  switch (action.verb) {
    case 'Bind':
      return {
        ...subject,
        metadata: { ...subject.metadata, annotations: { ...action.binding.metadata.annotations } },
        spec: { ...subject.spec, nodeName: NODE_NAME },
      };
    case 'PatchStatus':
      return { ...subject, status: { ...subject.status, ...action.status } };
    case 'Patch': {
      const { metadata = {} } = action.patch;
      const annotations = 'annotations' in metadata && isJsonObject(metadata.annotations) ? metadata.annotations : {};
      return { ...subject, metadata: { ...subject.metadata, annotations: annotations as Record<string, string> } };
    }
    default:
      throw new Error(`a ${action.verb} leaves no pod to look at`);
  }
}
