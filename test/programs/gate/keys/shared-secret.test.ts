/** The gate's own Secrets on the embedded API, with no more rights than the gate needs for them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectCluster } from '../../../../src/adapters/kubernetes/client';
import { systemClock } from '../../../../src/adapters/system-clock';
import type { Manifest } from '../../../../src/api/object';
import type { ResourceType } from '../../../../src/api/resource-type';
import { ApiServer } from '../../../../src/apiserver/api-server';
import { MemoryStorage } from '../../../../src/apiserver/storage/memory-storage';
import type { Cluster } from '../../../../src/ports/cluster';
import { SECRET, type SecretText, SharedSecret } from '../../../../src/programs/gate/keys/shared-secret';
import { silentLogger } from '../../../support/silent-logger';

const NAMESPACE = 'default';
const NAME = 'adrasteia-gate-keys';
const RBAC = 'rbac.authorization.k8s.io';
const ROLE: ResourceType = { group: RBAC, version: 'v1', kind: 'Role', plural: 'roles', namespaced: true };
const ROLE_BINDING: ResourceType = { ...ROLE, kind: 'RoleBinding', plural: 'rolebindings' };

let server: ApiServer;
let directory: string;
let admin: Cluster;
let gate: Cluster;

beforeAll(async () => {
  const tokens = new Map([['gate-token', { username: 'gate', groups: [] }]]);
  server = await ApiServer.start({ storage: new MemoryStorage(), clock: systemClock, log: silentLogger(), tokens });
  directory = mkdtempSync(join(tmpdir(), 'adrasteia-gate-'));
  admin = connectAs('admin', await server.adminKubeconfig());
  gate = connectAs('gate', {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server: server.url, 'certificate-authority-data': btoa(server.authority) } }],
    users: [{ name: 'gate', user: { token: 'gate-token' } }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'gate' } }],
    'current-context': 'c',
  });
  await admin.create(ROLE, {
    apiVersion: `${RBAC}/v1`,
    kind: 'Role',
    metadata: { namespace: NAMESPACE, name: 'gate' },
    rules: [
      { apiGroups: [''], resources: ['secrets'], resourceNames: [NAME], verbs: ['get', 'list', 'watch', 'update'] },
      { apiGroups: [''], resources: ['secrets'], verbs: ['create'] },
    ],
  });
  await admin.create(ROLE_BINDING, {
    apiVersion: `${RBAC}/v1`,
    kind: 'RoleBinding',
    metadata: { namespace: NAMESPACE, name: 'gate' },
    roleRef: { apiGroup: RBAC, kind: 'Role', name: 'gate' },
    subjects: [{ apiGroup: RBAC, kind: 'User', name: 'gate' }],
  });
});

afterAll(async () => {
  await Promise.all([admin.close(), gate.close()]);
  await server.stop();
  rmSync(directory, { recursive: true });
});

function connectAs(name: string, kubeconfig: unknown): Cluster {
  const path = join(directory, name);
  writeFileSync(path, JSON.stringify(kubeconfig), { mode: 0o600 });
  return connectCluster({ kubeconfig: path });
}

/** A shared Secret, and a way to wait for what it tells. */
function shared() {
  let latest: SecretText | undefined;
  let told = (): void => undefined;
  const secret = new SharedSecret({
    cluster: gate,
    clock: systemClock,
    log: silentLogger(),
    namespace: NAMESPACE,
    name: NAME,
    onChange: (data) => {
      latest = data;
      told();
    },
  });
  const until = async (holds: (data: SecretText | undefined) => boolean): Promise<void> => {
    while (!holds(latest)) await new Promise<void>((resolve) => (told = resolve));
  };
  return { secret, until };
}

describe('a Secret that replicas share', () => {
  it('holds what each of them wrote, however many write at once, and tells all who follow', async () => {
    const replicas = Array.from({ length: 4 }, shared);
    const stopping = new AbortController();
    const following = replicas.map(({ secret }) => secret.follow(stopping.signal));
    await Promise.all(
      replicas.map(({ secret }, index) => secret.change((data) => ({ ...data, [`k${index}`]: `värde ${index}` }))),
    );
    const whole = { k0: 'värde 0', k1: 'värde 1', k2: 'värde 2', k3: 'värde 3' };
    await Promise.all(
      replicas.map(({ until }) =>
        until((data) => JSON.stringify(Object.entries(data ?? {}).sort()) === JSON.stringify(Object.entries(whole))),
      ),
    );
    await admin.delete(SECRET, { namespace: NAMESPACE, name: NAME });
    await Promise.all(replicas.map(({ until }) => until((data) => data === undefined)));
    stopping.abort();
    await Promise.all(following);
    expect(replicas.map(({ secret }) => secret.isFollowed)).toEqual([false, false, false, false]);
  });

  it('needs no right to any other', async () => {
    await admin.create(SECRET, secretCalled('other'));
    await expect(gate.get(SECRET, { namespace: NAMESPACE, name: 'other' })).rejects.toMatchObject({
      code: 'ApiForbidden',
    });
    await expect(gate.list(SECRET, { namespace: NAMESPACE })).rejects.toMatchObject({ code: 'ApiForbidden' });
  });
});

function secretCalled(name: string): Manifest {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { namespace: NAMESPACE, name } };
}
