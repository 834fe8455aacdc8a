/** Tenants on an API server: their namespaces, who may do what in them, and what a deletion leaves. */
import { CLAIM, ROLE_BINDING } from '../../../constructs/parts/resource-types';
import type { Manifest } from '../../../src/api/object';
import { valueAt } from '../../../src/api/object';
import { anyEnvironment } from '../../support/engine';
import { type Attempt, Person } from './person';
import {
  environmentOf,
  isReady,
  KINDS,
  NAMESPACE,
  of,
  person,
  readyReason,
  SERVICE_ACCOUNT,
  TENANCY,
  TENANT,
  TenancyScene,
  tenantPath,
  WORKSPACE,
} from './scene';

jest.setTimeout(120_000);

let scene: TenancyScene;
let ada: string;
let grace: string;
let tea: string;
beforeEach(async () => {
  scene = await TenancyScene.make();
  [ada, grace, tea] = ['ada', 'grace', 'tea'].map((base) => scene.name(base)) as [string, string, string];
});
afterEach(async () => {
  await scene.close();
});

const environments = (tenant: string): Attempt => ({
  method: 'GET',
  path: `/apis/adrasteia.dev/v1alpha1/namespaces/tenant-${tenant}/environments`,
});
const templates = (workspace: string, method: 'GET' | 'DELETE'): Attempt => ({
  method,
  path: `/apis/adrasteia.dev/v1alpha1/namespaces/workspace-${workspace}/environmenttemplates${method === 'GET' ? '' : '/any'}`,
});

describe('a tenant', () => {
  test('is ready with a namespace in which it alone has environments', async () => {
    await scene.tenants(person(ada), person(grace));
    const live = await scene.harness.cluster.get(TENANT, { name: ada });
    expect(live?.status).toMatchObject({ namespace: `tenant-${ada}`, user: ada });
    const user = scene.user(ada);
    await scene.untilJudged('ada has rights', user, environmentOf(`tenant-${ada}`, ada), 'Yes');
    expect(await scene.judge(user, environmentOf(`tenant-${grace}`, grace))).toBe('RefusedByRbac');
    expect(await scene.judge(user, environments(grace))).toBe('RefusedByRbac');
  });

  test('comes into a workspace by its entry, as what the entry says, and out of it without', async () => {
    await scene.apply(WORKSPACE, of('Workspace', tea, { displayName: 'Tea' }));
    const user = scene.user(ada);
    // A template that isn't there: who may delete it is told so.
    const edits = async (): Promise<boolean> => (await user.ask(templates(tea, 'DELETE'))).status === 404;
    const become = async (...workspaces: readonly object[]): Promise<void> => {
      await scene.apply(TENANT, person(ada, { workspaces }));
    };
    await become({ name: tea, role: 'Manager' });
    await scene.untilHolds('ada edits templates', edits);
    await become({ name: tea, role: 'Member' });
    await scene.untilHolds('ada no longer edits templates', async () => !(await edits()));
    await scene.untilJudged('ada reads templates', user, templates(tea, 'GET'), 'Yes');
    await become();
    await scene.untilJudged('ada is out', user, templates(tea, 'GET'), 'RefusedByRbac');
    expect((await scene.harness.cluster.list(ROLE_BINDING, { namespace: `workspace-${tea}` })).items).toEqual([]);
  });

  test('keeps its personal storage when it is deleted, and finds it again under the same name', async () => {
    const { harness } = scene;
    await scene.apply(TENANCY, of('Tenancy', 'default', { personalStorage: { namespace: harness.namespace } }));
    await scene.tenants(person(ada));
    const claim = await harness.until(CLAIM, ada, 'is there', () => true);
    await scene.remove(TENANT, ada);
    expect((await harness.get(CLAIM, ada))?.metadata.uid).toBe(claim.metadata.uid);
    await scene.tenants(person(ada));
    const again = await harness.cluster.get(TENANT, { name: ada });
    expect(again?.status).toMatchObject({ personalStorage: { namespace: harness.namespace, claimName: ada } });
    expect((await harness.get(CLAIM, ada))?.metadata.uid).toBe(claim.metadata.uid);
  });

  test('isn’t deleted with volumes in its namespaces, however it is deleted, unless it says so', async () => {
    const { cluster } = scene.harness;
    await scene.tenants(person(ada));
    const namespace = `tenant-${ada}`;
    await cluster.create(CLAIM, {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'thesis', namespace },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    });
    await cluster.delete(TENANT, { name: ada }, { propagation: 'Foreground' });
    await scene.until(TENANT, ada, 'says what is left', (object) => readyReason(object) === 'VolumesLeft');
    expect((await cluster.get(NAMESPACE, { name: namespace }))?.metadata.deletionTimestamp).toBeUndefined();
    expect(await cluster.get(CLAIM, { name: 'thesis', namespace })).toBeDefined();
    await cluster.delete(CLAIM, { name: 'thesis', namespace });
    await scene.gone(TENANT, ada);
    await scene.gone(NAMESPACE, namespace);
  });

  test('doesn’t take a namespace that somebody else has made', async () => {
    const { cluster } = scene.harness;
    const name = `tenant-${ada}`;
    await cluster.create(NAMESPACE, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    await scene.apply(TENANT, person(ada));
    await scene.until(TENANT, ada, 'says so', (object) => readyReason(object) === 'NameConflict');
    expect(await scene.judge(scene.user(ada), environments(ada))).toBe('RefusedByRbac');
    await scene.remove(TENANT, ada);
    expect((await cluster.get(NAMESPACE, { name }))?.metadata.deletionTimestamp).toBeUndefined();
    await cluster.delete(NAMESPACE, { name });
  });

  test('is written once, and not again by a controller that starts anew', async () => {
    await scene.tenants(person(ada));
    await scene.running.drained();
    await scene.running.stop();
    const next = await scene.harness.start(KINDS, { everywhere: true });
    await next.drained();
    expect(next.cluster.writes).toEqual([]);
  });

  test('is the user that its token says, under the prefix that the Tenancy names', async () => {
    const { harness } = scene;
    const { namespace } = harness;
    await scene.apply(TENANCY, of('Tenancy', 'default', { users: { prefix: `system:serviceaccount:${namespace}:` } }));
    await scene.tenants(person(ada));
    await harness.apply(SERVICE_ACCOUNT, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: ada, namespace },
    });
    const { status } = await harness.cluster.create(
      {
        group: '',
        version: 'v1',
        kind: 'TokenRequest',
        plural: `serviceaccounts/${ada}/token`,
        namespaced: true,
      },
      {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        metadata: { namespace, name: ada },
        spec: { expirationSeconds: 3600 },
      },
    );
    const token = valueAt(status, ['token']);
    if (typeof token !== 'string') throw new Error('no token');
    const user = scene.known(Person.as({ ...harness.cluster.connection, user: { token } }));
    await scene.untilJudged('ada sees herself', user, { method: 'GET', path: tenantPath(ada) }, 'Yes');
    // The user that has the tenant's bare name is somebody else.
    expect(await scene.judge(scene.user(ada), { method: 'GET', path: tenantPath(ada) })).toBe('RefusedByRbac');
  });
});

test('whoever may make templates of its own makes them in its own namespace, and nowhere else', async () => {
  await scene.tenants(person(ada, { personalTemplates: true }), person(grace));
  const user = scene.user(ada);
  const at = (namespace: string): Attempt => ({
    method: 'DELETE',
    path: `/apis/adrasteia.dev/v1alpha1/namespaces/${namespace}/environmenttemplates/any`,
  });
  await scene.untilHolds('ada edits her templates', async () => (await user.ask(at(`tenant-${ada}`))).status === 404);
  expect(await scene.judge(user, at(`tenant-${grace}`))).toBe('RefusedByRbac');
  expect(await scene.judge(scene.user(grace), at(`tenant-${grace}`))).toBe('RefusedByRbac');
});

test('environments in a tenant’s namespace are the tenant’s, whoever makes them', async () => {
  await scene.installAdmission();
  await scene.tenants(person(ada));
  const namespace = `tenant-${ada}`;
  const user = scene.user(ada);
  const admin = scene.known(Person.as(scene.harness.cluster.connection));
  await scene.untilJudged('ada has rights', user, environmentOf(namespace, ada), 'Yes');
  const owned = (owner: object): Attempt => {
    const environment: Manifest = anyEnvironment('thesis', { owner });
    const body = { ...environment, metadata: { ...environment.metadata, namespace } };
    return { ...environmentOf(namespace, ada), body };
  };
  for (const who of [user, admin]) {
    expect(await scene.judge(who, owned({ kind: 'Tenant', name: grace }))).toBe('RefusedByAdmission');
    expect(await scene.judge(who, owned({ kind: 'User', name: ada }))).toBe('RefusedByAdmission');
    expect(await scene.judge(who, owned({ kind: 'Tenant', name: ada }))).toBe('Yes');
  }
  // Elsewhere anybody's may be.
  const path = environmentOf(scene.harness.namespace, grace);
  expect(await scene.judge(admin, path)).toBe('Yes');
});

test('a workspace takes its members’ rights with it', async () => {
  await scene.apply(WORKSPACE, of('Workspace', tea, { displayName: 'Tea', quota: { cpu: '2' } }));
  await scene.apply(TENANT, person(ada, { workspaces: [{ name: tea, role: 'Member' }], quota: undefined }));
  const user = scene.user(ada);
  await scene.untilJudged('ada reads templates', user, templates(tea, 'GET'), 'Yes');
  await scene.until(
    TENANT,
    ada,
    'has what the workspace gives',
    (object) => isReady(object) && valueAt(object, ['status', 'quota', 'cpu']) === '2',
  );
  await scene.remove(WORKSPACE, tea);
  await scene.gone(NAMESPACE, `workspace-${tea}`);
  await scene.until(TENANT, ada, 'has lost it', (object) => valueAt(object, ['status', 'quota', 'cpu']) === '0');
  await scene.untilJudged('ada reads them no more', user, templates(tea, 'GET'), 'RefusedByRbac');
});
