/** Personal storage on an API server: its namespace, how it is mounted, and that it outlives its tenant. */
import { CLAIM, SECRET, STATEFUL_SET } from '../../constructs/parts/resource-types';
import { isJsonObject } from '../../src/api/json';
import type { KubeObject, Manifest } from '../../src/api/object';
import { valueAt } from '../../src/api/object';
import type { ResourceType } from '../../src/api/resource-type';
import { anyEnvironment, anyTemplate, engineCrds, engineKinds, typeOf } from '../support/engine';
import { eventually } from '../support/eventually';
import { Harness, type Running } from '../support/harness';
import { shipRoles } from '../support/shipped-roles';
import { TenancyObjects } from '../support/tenancy-objects';

jest.setTimeout(120_000);

const ENVIRONMENT = typeOf('Environment');
const TEMPLATE = typeOf('EnvironmentTemplate');
const TENANT = typeOf('Tenant');
const TENANCY = typeOf('Tenancy');
const CROWNLABS_TENANT = typeOf('Tenant', 'crownlabs.polito.it');
const cluster = (kind: string, plural: string): ResourceType => ({
  group: '',
  version: 'v1',
  kind,
  plural,
  namespaced: false,
});
const NAMESPACE = cluster('Namespace', 'namespaces');
const VOLUME = cluster('PersistentVolume', 'persistentvolumes');
const KINDS = engineKinds();

let harness: Harness;
let running: Running;
let objects: TenancyObjects;
let ada: string;
let personal: string;
const volumes: string[] = [];
beforeEach(async () => {
  harness = await Harness.make(engineCrds());
  objects = new TenancyObjects(harness);
  ada = `ada-${harness.namespace}`;
  personal = `personal-${harness.namespace}`;
  await shipRoles(harness.cluster);
  running = await harness.start(KINDS, { everywhere: true });
  // Nobody provisions volumes of this class: each is made by hand.
  await objects.put(TENANCY, 'default', { personalStorage: { namespace: personal, storageClassName: personal } });
});
afterEach(async () => {
  await objects.clear();
  await harness.cluster.delete(NAMESPACE, { name: personal });
  for (const name of volumes.splice(0)) await harness.cluster.delete(VOLUME, { name });
  await harness.close();
});

const person = (spec: object = {}, type = TENANT): Promise<void> =>
  objects.put(type, ada, { firstName: 'A', lastName: 'Person', email: 'ada@example.org', ...spec });

/** A volume that the claim of the test's tenant is bound to. */
async function volume(source: object): Promise<string> {
  const name = `volume-${harness.namespace}`;
  volumes.push(name);
  await harness.apply(VOLUME, {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name },
    spec: {
      capacity: { storage: '1Gi' },
      accessModes: ['ReadWriteMany'],
      persistentVolumeReclaimPolicy: 'Retain',
      storageClassName: personal,
      ...source,
    },
  });
  return name;
}
const storageReason = (object: KubeObject | undefined): unknown => {
  const conditions = valueAt(object, ['status', 'conditions']);
  const found = Array.isArray(conditions)
    ? conditions.filter(isJsonObject).find(({ type }) => type === 'PersonalStorage')
    : undefined;
  return valueAt(found, ['reason']);
};
const says = (reason: string, type = TENANT): Promise<KubeObject> =>
  eventually(`personal storage is ${reason}`, async () => {
    const live = await harness.cluster.get(type, { name: ada });
    return live !== undefined && storageReason(live) === reason ? live : undefined;
  });
const secretData = async (name: string): Promise<unknown> => {
  const secret = await harness.cluster.get(SECRET, { name, namespace: `tenant-${ada}` });
  const data = secret?.['data'] as Readonly<Record<string, string>> | undefined;
  return data === undefined
    ? undefined
    : Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));
};

test('lies in a namespace that is made for it and that the Tenancy doesn’t take with it', async () => {
  await objects.ready(TENANCY, 'default');
  const made = await harness.cluster.get(NAMESPACE, { name: personal });
  expect(made?.metadata.labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'restricted' });
  await harness.cluster.delete(TENANCY, { name: 'default' }, { propagation: 'Foreground' });
  await eventually(
    'the Tenancy is gone',
    async () => (await harness.cluster.get(TENANCY, { name: 'default' })) === undefined,
  );
  await running.drained();
  const left = await harness.cluster.get(NAMESPACE, { name: personal });
  expect(left?.metadata.deletionTimestamp).toBeUndefined();
  await objects.put(TENANCY, 'default', { personalStorage: { namespace: personal, storageClassName: personal } });
  const again = await objects.ready(TENANCY, 'default');
  expect(valueAt(again, ['status', 'conditions', 0, 'message'])).toBe('Everything is as planned');
});

test('is mounted by a Secret in the tenant’s namespace, and comes back with a tenant of the same name', async () => {
  await person();
  await says('Pending');
  expect(await secretData('adrasteia-personal-storage')).toBeUndefined();
  const volumeName = await volume({ nfs: { server: 'nfs.example.org', path: '/exports/ada' } });
  const live = await says('Mountable');
  expect(valueAt(live, ['status', 'personalStorage'])).toMatchObject({ volumeName, phase: 'Bound' });
  const mounted = { server: 'nfs.example.org', path: '/exports/ada' };
  await eventually('the Secret is there', () => secretData('adrasteia-personal-storage'));
  expect(await secretData('adrasteia-personal-storage')).toEqual(mounted);
  const claim = await harness.cluster.get(CLAIM, { name: ada, namespace: personal });

  await objects.remove(TENANT, ada);
  expect((await harness.cluster.get(CLAIM, { name: ada, namespace: personal }))?.metadata.uid).toBe(
    claim?.metadata.uid,
  );
  await person();
  await says('Mountable');
  await eventually('the Secret is there again', () => secretData('adrasteia-personal-storage'));
  expect(await secretData('adrasteia-personal-storage')).toEqual(mounted);
  expect((await harness.cluster.get(CLAIM, { name: ada, namespace: personal }))?.metadata.uid).toBe(
    claim?.metadata.uid,
  );
});

test('is mounted by an environment whose template says where', async () => {
  await objects.put(TENANCY, 'default', {
    personalStorage: { namespace: personal, storageClassName: personal, driver: 'nfs.csi.k8s.io' },
  });
  await person({ quota: {} });
  await volume({ nfs: { server: 'nfs.example.org', path: '/exports/ada' } });
  const home = `tenant-${ada}`;
  const inHome = (manifest: Manifest): Manifest => ({
    ...manifest,
    metadata: { ...manifest.metadata, namespace: home },
  });
  await says('Mountable');
  await harness.apply(TEMPLATE, inHome(anyTemplate({ personalStorage: { mountPath: '/home/dev/drive' } })));
  await harness.apply(ENVIRONMENT, inHome(anyEnvironment('thesis', { owner: { kind: 'Tenant', name: ada } })));
  const made = await eventually('it is made', () =>
    harness.cluster.get(STATEFUL_SET, { name: 'thesis', namespace: home }),
  );
  expect(valueAt(made, ['spec', 'template', 'spec', 'volumes'])).toContainEqual({
    name: 'personal-storage',
    csi: { driver: 'nfs.csi.k8s.io', volumeAttributes: { server: 'nfs.example.org', share: '/exports/ada' } },
  });
});

test('that can be mounted through its claim alone is said to be so', async () => {
  await person();
  await volume({ csi: { driver: 'disk.example.org', volumeHandle: 'disk-1' } });
  await says('NotShareable');
  await running.drained();
  expect(await secretData('adrasteia-personal-storage')).toBeUndefined();
});

test('is known to CrownLabs’ instances under their own name', async () => {
  await person({}, CROWNLABS_TENANT);
  await volume({
    csi: {
      driver: 'rook-nfs.example.org',
      volumeHandle: 'share-1',
      volumeAttributes: { server: 'rook-nfs', clusterID: 'storage', share: '/drive' },
    },
  });
  await says('Mountable', CROWNLABS_TENANT);
  await eventually('the Secret is there', () => secretData('mydrive-info'));
  expect(await secretData('mydrive-info')).toEqual({ 'server-name': 'rook-nfs.storage', path: '/drive' });
});
