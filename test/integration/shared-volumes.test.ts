/** Shared volumes on an API server: who makes one, who mounts it, and what its deletion leaves. */

import { CLAIM, PERSISTENT_VOLUME, STATEFUL_SET } from '../../constructs/parts/resource-types';
import type { KubeObject, Manifest } from '../../src/api/object';
import { valueAt } from '../../src/api/object';
import { anyEnvironment, anyTemplate, typeOf } from '../support/engine';
import { eventually } from '../support/eventually';
import type { Person } from './tenancy/person';
import { ENVIRONMENT, isReady, of, person, TEMPLATE, TENANCY, TenancyScene, WORKSPACE } from './tenancy/scene';

jest.setTimeout(120_000);

const SHARED_VOLUME = typeOf('SharedVolume');
const SHARE = { server: 'nfs.example.org', path: '/exports/lectures' };

let scene: TenancyScene;
let ada: string;
let emmy: string;
let grace: string;
let tea: string;
let shared: string;
beforeEach(async () => {
  scene = await TenancyScene.make();
  [ada, emmy, grace, tea] = ['ada', 'emmy', 'grace', 'tea'].map((base) => scene.name(base)) as [
    string,
    string,
    string,
    string,
  ];
  shared = `workspace-${tea}`;
  await scene.apply(TENANCY, of('Tenancy', 'default', { sharedVolumes: { driver: 'nfs.csi.k8s.io' } }));
  await scene.apply(WORKSPACE, of('Workspace', tea, { displayName: 'Tea', enrolment: 'Approval' }));
  await scene.until(WORKSPACE, tea, 'is ready', isReady);
  await scene.tenants(
    person(ada, { workspaces: [{ name: tea, role: 'Member' }] }),
    person(emmy, { workspaces: [{ name: tea, role: 'Manager' }] }),
    person(grace, { workspaces: [{ name: tea, role: 'Candidate' }] }),
  );
});
afterEach(async () => {
  await scene.close();
});

/** A volume that the claim is bound to; nobody provisions volumes of its class. */
async function volume(source: object): Promise<string> {
  const name = scene.name('volume');
  await scene.apply(PERSISTENT_VOLUME, {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name },
    spec: {
      capacity: { storage: '1Gi' },
      accessModes: ['ReadWriteMany'],
      persistentVolumeReclaimPolicy: 'Retain',
      storageClassName: shared,
      ...source,
    },
  });
  return name;
}
const collection = (): string => `/apis/adrasteia.dev/v1alpha1/namespaces/${shared}/sharedvolumes`;
const lectures = (): Manifest => ({
  apiVersion: 'adrasteia.dev/v1alpha1',
  kind: 'SharedVolume',
  metadata: { name: 'lectures', namespace: shared },
  spec: { displayName: 'Lectures', size: '1Gi', storageClassName: shared },
});
const madeBy = async (who: Person): Promise<number> =>
  (await who.ask({ method: 'POST', path: collection(), body: lectures(), isMeant: true })).status;
const removedBy = async (who: Person): Promise<number> =>
  (await who.ask({ method: 'DELETE', path: `${collection()}/lectures`, isMeant: true })).status;
const live = (): Promise<KubeObject | undefined> =>
  scene.harness.cluster.get(SHARED_VOLUME, { name: 'lectures', namespace: shared });
const says = (reason: string): Promise<KubeObject> =>
  eventually(`the shared volume is ${reason}`, async () => {
    const object = await live();
    return valueAt(object, ['status', 'conditions', 0, 'reason']) === reason ? object : undefined;
  });
const isGone = (): Promise<unknown> =>
  eventually('the shared volume is gone', async () => (await live()) === undefined);
const claim = (): Promise<KubeObject | undefined> =>
  scene.harness.cluster.get(CLAIM, { name: 'lectures', namespace: shared });

const thesis = (tenant: string): Promise<KubeObject> => {
  const manifest = anyEnvironment('thesis', {
    templateRef: { kind: 'EnvironmentTemplate', name: 'any', namespace: shared },
    owner: { kind: 'Tenant', name: tenant },
  });
  const metadata = { ...manifest.metadata, namespace: `tenant-${tenant}` };
  return scene.harness.apply(ENVIRONMENT, { ...manifest, metadata });
};
const podOf = async (tenant: string): Promise<unknown> => {
  const made = await scene.harness.cluster.get(STATEFUL_SET, { name: 'thesis', namespace: `tenant-${tenant}` });
  return valueAt(made, ['spec', 'template', 'spec']);
};
const blocked = (tenant: string): Promise<unknown> =>
  eventually(`${tenant} is told why`, async () => {
    const object = await scene.harness.cluster.get(ENVIRONMENT, { name: 'thesis', namespace: `tenant-${tenant}` });
    return valueAt(object, ['status', 'blockedBy', 'reason']);
  });
const template = async (): Promise<void> => {
  const manifest = anyTemplate({ sharedVolumes: [{ name: 'lectures', mountPath: '/lectures' }] });
  await scene.harness.apply(TEMPLATE, { ...manifest, metadata: { ...manifest.metadata, namespace: shared } });
};

test('is made by a manager, and mounted read-only by members and by nobody else; its data outlives it', async () => {
  expect(await madeBy(scene.user(ada))).toBe(403);
  const manager = scene.user(emmy);
  await eventually('a manager makes it', async () => (await madeBy(manager)) === 201);
  await says('Pending');
  await template();
  for (const tenant of [ada, grace]) await thesis(tenant);
  expect(await blocked(ada)).toBe('ReferenceNotFound');
  expect(await blocked(grace)).toBe('ReferenceNotPermitted');

  const volumeName = await volume({ nfs: SHARE });
  const ready = await says('Ready');
  expect(ready.status).toMatchObject({
    phase: 'Bound',
    claimName: 'lectures',
    volumeName,
    ...SHARE,
    driver: 'nfs.csi.k8s.io',
  });
  const pod = await eventually('a member’s environment is made', () => podOf(ada));
  expect(valueAt(pod, ['volumes'])).toContainEqual({
    name: 'shared-lectures',
    csi: {
      driver: 'nfs.csi.k8s.io',
      readOnly: true,
      volumeAttributes: { server: SHARE.server, share: SHARE.path },
    },
  });
  expect(valueAt(pod, ['containers', 0, 'volumeMounts'])).toContainEqual({
    name: 'shared-lectures',
    mountPath: '/lectures',
    readOnly: true,
  });
  await scene.running.drained();
  expect(await podOf(grace)).toBeUndefined();

  const { uid } = (await claim())?.metadata ?? {};
  expect(await removedBy(scene.user(ada))).toBe(403);
  expect(await removedBy(manager)).toBe(200);
  await isGone();
  await eventually('the member is told', async () => (await blocked(ada)) === 'ReferenceNotFound');
  await scene.running.drained();
  expect(await podOf(ada)).toEqual(pod);
  expect((await claim())?.metadata).toMatchObject({ uid });
  expect((await claim())?.metadata.deletionTimestamp).toBeUndefined();

  expect(await madeBy(manager)).toBe(201);
  await says('Ready');
  expect((await claim())?.metadata.uid).toBe(uid);
});

test('goes with its data where it says so, and only then', async () => {
  const manager = scene.user(emmy);
  await eventually('a manager makes it', async () => (await madeBy(manager)) === 201);
  await volume({ csi: { driver: 'disk.example.org', volumeHandle: 'disk-1' } });
  await says('NotShareable');
  const annotated = await manager.ask({
    method: 'PATCH',
    path: `${collection()}/lectures`,
    body: { metadata: { annotations: { 'adrasteia.dev/delete-volumes': 'true' } } },
    isMeant: true,
  });
  expect(annotated.status).toBe(200);
  expect(await removedBy(manager)).toBe(200);
  await isGone();
  expect(await claim()).toBeUndefined();
});
