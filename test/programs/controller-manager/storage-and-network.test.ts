import type { EndpointSlice } from '../../../src/programs/controller-manager/endpoints/endpoint-slices';
import type { EndpointSubset } from '../../../src/programs/controller-manager/endpoints/endpoint-subsets';
import type { Pod } from '../../../src/programs/controller-manager/pods/pod';
import {
  CLAIM,
  ENDPOINT_SLICE,
  ENDPOINTS,
  NODE,
  POD,
  SERVICE,
  STORAGE_CLASS,
  VOLUME,
} from '../../../src/programs/controller-manager/resource-types';
import type { Claim, Volume } from '../../../src/programs/controller-manager/volumes/volume';
import { template, withManager } from './running-manager';

const CLAIM_NAME = { namespace: 'team', name: 'data' };

function claim(change: object = {}) {
  return {
    metadata: { name: 'data' },
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '2Gi' } },
      storageClassName: '',
      ...change,
    },
    status: { phase: 'Pending' },
  };
}

function volume(name: string, storage: string, change: object = {}) {
  return {
    metadata: { name },
    spec: { accessModes: ['ReadWriteOnce'], capacity: { storage }, persistentVolumeReclaimPolicy: 'Retain', ...change },
    status: { phase: 'Pending' },
  };
}

describe('a claim', () => {
  it('gets the smallest volume that is large enough, and both say so', async () => {
    await withManager(async ({ cluster, create }) => {
      await create(VOLUME, volume('small', '1Gi'));
      await create(VOLUME, volume('large', '9Gi'));
      await create(VOLUME, volume('right', '2Gi'));
      await create(CLAIM, claim());
      const bound = cluster.find<Claim>(CLAIM, CLAIM_NAME);
      expect(bound?.spec.volumeName).toBe('right');
      expect(bound?.status).toMatchObject({ phase: 'Bound', capacity: { storage: '2Gi' } });
      const phases = cluster
        .all<Volume>(VOLUME)
        .map(({ metadata, status }) => `${metadata.name} ${status?.phase ?? ''}`);
      expect(phases.sort()).toEqual(['large Available', 'right Bound', 'small Available']);
    });
  });

  it('waits, and takes a volume that comes later', async () => {
    await withManager(async ({ cluster, create, told }) => {
      await create(CLAIM, claim());
      expect(told('PersistentVolumeClaim')).toEqual([
        'FailedBinding: no persistent volumes available for this claim and no storage class is set',
      ]);
      await create(VOLUME, volume('late', '2Gi'));
      expect(cluster.find<Claim>(CLAIM, CLAIM_NAME)?.status?.phase).toBe('Bound');
    });
  });

  it('is left to the provisioner of its class, and bound to what that makes for it', async () => {
    await withManager(async ({ cluster, create }) => {
      await create(STORAGE_CLASS, { metadata: { name: 'fast' }, provisioner: 'example.com/disks' });
      const made = await create(CLAIM, claim({ storageClassName: 'fast' }));
      const { annotations } = cluster.find(CLAIM, CLAIM_NAME)?.metadata ?? {};
      expect(annotations?.['volume.kubernetes.io/storage-provisioner']).toBe('example.com/disks');
      const claimRef = { ...CLAIM_NAME, uid: made.metadata.uid };
      await create(VOLUME, volume('made', '2Gi', { storageClassName: 'fast', claimRef }));
      expect(cluster.find<Claim>(CLAIM, CLAIM_NAME)?.status?.phase).toBe('Bound');
    });
  });

  it('is lost when its volume is gone', async () => {
    await withManager(async ({ cluster, create, settled, told }) => {
      await create(VOLUME, volume('right', '2Gi'));
      await create(CLAIM, claim());
      await cluster.patch(VOLUME, { name: 'right' }, { metadata: { finalizers: [] } }, { type: 'merge' });
      await cluster.delete(VOLUME, { name: 'right' });
      await cluster
        .patch(VOLUME, { name: 'right' }, { metadata: { finalizers: [] } }, { type: 'merge' })
        .catch(() => undefined);
      await settled();
      expect(cluster.find<Claim>(CLAIM, CLAIM_NAME)?.status?.phase).toBe('Lost');
      expect(told('PersistentVolumeClaim').at(-1)).toMatch(/^ClaimLost: /);
    });
  });

  it('is held while a pod uses it, and its volume is released after it', async () => {
    await withManager(async ({ cluster, create, settled }) => {
      await create(VOLUME, volume('right', '2Gi'));
      await create(CLAIM, claim());
      const volumes = [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }];
      const pod = await create(POD, {
        metadata: { name: 'user' },
        spec: { containers: [], volumes, nodeName: 'node' },
      });
      await cluster.delete(CLAIM, CLAIM_NAME);
      await settled();
      expect(cluster.all(CLAIM)).toHaveLength(1);
      cluster.letGo(pod);
      await settled();
      expect(cluster.all(CLAIM)).toEqual([]);
      expect(cluster.find<Volume>(VOLUME, { name: 'right' })?.status?.phase).toBe('Released');
    });
  });
});

describe('a service', () => {
  const spec = {
    selector: { app: 'web' },
    clusterIP: '10.96.0.9',
    ipFamilies: ['IPv4'],
    ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 'web' }],
  };
  const pod = {
    ...template({ app: 'web' }),
    spec: { containers: [{ name: 'app', ports: [{ name: 'web', containerPort: 8080, protocol: 'TCP' }] }] },
  };

  it('leads to its pods as they become ready, and no more when they go', async () => {
    await withManager(async ({ cluster, create, settled }) => {
      await create(NODE, { metadata: { name: 'node' } });
      await create(SERVICE, { metadata: { name: 'web' }, spec });
      const made = await create(POD, { metadata: { name: 'a', labels: { app: 'web' } }, spec: pod.spec });
      const endpoints = (): readonly EndpointSubset[] =>
        (cluster.all(ENDPOINTS)[0]?.['subsets'] ?? []) as readonly EndpointSubset[];
      const slice = (): EndpointSlice | undefined => cluster.all<EndpointSlice>(ENDPOINT_SLICE)[0];
      expect(endpoints()).toEqual([]);
      expect(slice()).toMatchObject({ addressType: 'IPv4', endpoints: [], ports: [] });

      cluster.run(made, { ready: false });
      await settled();
      expect(endpoints()).toMatchObject([
        { notReadyAddresses: [{ ip: '10.0.0.1' }], ports: [{ name: 'http', port: 8080 }] },
      ]);
      expect(slice()?.endpoints).toMatchObject([{ conditions: { ready: false, serving: false, terminating: false } }]);

      cluster.run(made);
      await settled();
      expect(endpoints()).toMatchObject([{ addresses: [{ ip: '10.0.0.1', targetRef: { kind: 'Pod', name: 'a' } }] }]);
      expect(slice()?.endpoints).toMatchObject([{ conditions: { ready: true, serving: true, terminating: false } }]);
      expect(cluster.all(ENDPOINT_SLICE)).toHaveLength(1);

      await cluster.delete(POD, made.metadata);
      await settled();
      expect(endpoints()).toEqual([]);
      expect(slice()?.endpoints).toMatchObject([{ conditions: { ready: false, serving: true, terminating: true } }]);
    });
  });

  it('takes its Endpoints with it', async () => {
    await withManager(async ({ cluster, create, settled }) => {
      await create(SERVICE, { metadata: { name: 'web' }, spec });
      expect(cluster.all(ENDPOINTS)).toHaveLength(1);
      await cluster.delete(SERVICE, { namespace: 'team', name: 'web' });
      await settled();
      expect(cluster.all(ENDPOINTS)).toEqual([]);
      expect(cluster.all(ENDPOINT_SLICE)).toEqual([]);
    });
  });

  it('without a selector has Endpoints that are somebody else’s', async () => {
    await withManager(async ({ cluster, create }) => {
      await create(SERVICE, { metadata: { name: 'web' }, spec: { ...spec, selector: undefined } });
      expect(cluster.all<Pod>(ENDPOINTS)).toEqual([]);
    });
  });
});
