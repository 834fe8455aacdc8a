import { Volumes } from '../../../src/adapters/volumes/volumes';
import type { JsonObject } from '../../../src/api/json';

const seen = (spec: JsonObject | undefined): Promise<unknown> =>
  new Volumes({
    cluster: {
      get: (_type, { name }) =>
        Promise.resolve(
          spec === undefined ? undefined : { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name }, spec },
        ),
    },
  }).observe({ name: 'pv' });
const csi = (volumeAttributes: JsonObject): JsonObject => ({
  csi: { driver: 'nfs.example.org', volumeHandle: 'handle', volumeAttributes },
});

test.each([
  ['nfs', { nfs: { server: 'nfs.example.org', path: '/exports' } }, { server: 'nfs.example.org', path: '/exports' }],
  [
    'Rook’s driver',
    csi({ server: 'rook-nfs', clusterID: 'storage', share: '/drive' }),
    { server: 'rook-nfs.storage', path: '/drive' },
  ],
  [
    'csi-driver-nfs',
    csi({ server: '10.0.0.5', share: '/exports/', subdir: 'pvc-1' }),
    { server: '10.0.0.5', path: '/exports/pvc-1' },
  ],
])('a share of %s is known by server and path', async (_, spec, share) => {
  expect(await seen(spec)).toEqual(share);
});

test('what is no share is said to be none, and nothing more is told of it', async () => {
  expect(await seen({ hostPath: { path: '/data' } })).toEqual({});
  expect(await seen(csi({ pool: 'fast' }))).toEqual({});
  expect(await seen(csi({ server: 'nfs.example.org' }))).toEqual({});
});

test('a volume that isn’t there is told from one that is no share', async () => {
  expect(await seen(undefined)).toBeNull();
});
