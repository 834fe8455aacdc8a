import type { KubeObject } from '../../../../src/api/object';
import { PROVISIONER, type Step, stepsFor } from './volume';

const PLACE = { node: 'node-1', directory: '/volumes' };

const CLASS: KubeObject = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'standard' },
  provisioner: PROVISIONER,
  reclaimPolicy: 'Delete',
  volumeBindingMode: 'WaitForFirstConsumer',
};

function claim(spec: object = {}, annotations: Readonly<Record<string, string>> = SELECTED): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'home', namespace: 'team-a', uid: 'u1', annotations },
    spec: {
      storageClassName: 'standard',
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '2Gi' } },
      ...spec,
    },
    status: { capacity: { storage: '1Gi' } },
  };
}

const SELECTED = { 'volume.kubernetes.io/selected-node': 'node-1' };

function volume(spec: object = {}, phase = 'Bound', provisionedBy = PROVISIONER): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'pvc-u1', annotations: { 'pv.kubernetes.io/provisioned-by': provisionedBy } },
    spec: { capacity: { storage: '1Gi' }, persistentVolumeReclaimPolicy: 'Delete', ...spec },
    status: { phase },
  };
}

function steps(claims: readonly KubeObject[], volumes: readonly KubeObject[], classes = [CLASS]): readonly Step[] {
  return stepsFor({ claims, volumes, classes }, PLACE);
}

const words = (all: readonly Step[]): readonly string[] => all.map((step) => step.do);

describe('a claim', () => {
  it('whose pod was given to the node gets a local volume there, reserved for it', () => {
    const [step] = steps([claim()], []);
    expect(step).toEqual({
      do: 'provide',
      folder: '/volumes/pvc-u1',
      volume: {
        apiVersion: 'v1',
        kind: 'PersistentVolume',
        metadata: { name: 'pvc-u1', annotations: { 'pv.kubernetes.io/provisioned-by': PROVISIONER } },
        spec: {
          capacity: { storage: '2Gi' },
          accessModes: ['ReadWriteOnce'],
          volumeMode: 'Filesystem',
          storageClassName: 'standard',
          persistentVolumeReclaimPolicy: 'Delete',
          claimRef: {
            apiVersion: 'v1',
            kind: 'PersistentVolumeClaim',
            namespace: 'team-a',
            name: 'home',
            uid: 'u1',
          },
          local: { path: '/volumes/pvc-u1' },
          nodeAffinity: {
            required: {
              nodeSelectorTerms: [
                { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['node-1'] }] },
              ],
            },
          },
        },
      },
    });
  });

  it.each([
    { claims: [claim({}, {})], because: 'its pod has no node yet' },
    { claims: [claim({}, { 'volume.kubernetes.io/selected-node': 'node-2' })], because: 'its pod is elsewhere' },
    { claims: [claim({ storageClassName: 'other' })], because: 'its class is unknown' },
    { claims: [claim({ volumeMode: 'Block' })], because: 'a folder is no block device' },
    { claims: [claim({ selector: { matchLabels: {} } })], because: 'it chooses among volumes that are there' },
    { claims: [claim({ dataSource: { kind: 'VolumeSnapshot', name: 's' } })], because: 'it wants a copy' },
    { claims: [claim({ volumeName: 'theirs' })], because: 'it names a volume that is not there yet' },
  ])('gets no volume where $because', ({ claims }) => {
    expect(steps(claims, [])).toEqual([]);
  });

  it('gets no volume of somebody else’s class', () => {
    expect(steps([claim()], [], [{ ...CLASS, provisioner: 'other' }])).toEqual([]);
  });

  it('gets a volume at once where its class does not wait', () => {
    expect(words(steps([claim({}, {})], [], [{ ...CLASS, volumeBindingMode: 'Immediate' }]))).toEqual(['provide']);
  });

  it('has its volume while that waits to be bound', () => {
    expect(steps([claim()], [volume({}, 'Available')])).toEqual([]);
  });

  it('that asks for more than it has is expanded', () => {
    expect(steps([claim({ volumeName: 'pvc-u1' })], [volume()])).toEqual([
      { do: 'expand', volume: 'pvc-u1', claim: { namespace: 'team-a', name: 'home' }, size: '2Gi' },
    ]);
  });

  it('is left alone where it has all it asks for, or its volume is not of this provisioner', () => {
    const bound = { volumeName: 'pvc-u1' };
    const satisfied = { ...claim(bound), status: { capacity: { storage: '2048Mi' } } };
    expect(steps([satisfied], [volume({ capacity: { storage: '2Gi' } })])).toEqual([]);
    expect(steps([claim(bound)], [volume({}, 'Bound', 'other')])).toEqual([]);
  });
});

describe('a volume', () => {
  it('that was released goes with its folder, wherever it says that it lies', () => {
    expect(steps([], [volume({ local: { path: '/etc' } }, 'Released')])).toEqual([
      { do: 'reclaim', volume: 'pvc-u1', folder: '/volumes/pvc-u1' },
    ]);
  });

  it.each([
    { volumes: [volume({ persistentVolumeReclaimPolicy: 'Retain' }, 'Released')], because: 'it is to be retained' },
    { volumes: [volume({}, 'Bound')], because: 'it is in use' },
    { volumes: [volume({}, 'Released', 'other')], because: 'somebody else made it' },
  ])('stays where $because', ({ volumes }) => {
    expect(steps([], volumes)).toEqual([]);
  });
});
