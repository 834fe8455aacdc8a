/** CrownLabs' tenants and workspaces on an API server. */
import { type KubeObject, valueAt } from '../../../src/api/object';
import type { Person } from './person';
import { CROWNLABS_TENANT, CROWNLABS_WORKSPACE, crownlabsTenant, NAMESPACE, TenancyScene } from './scene';

jest.setTimeout(120_000);

let scene: TenancyScene;
beforeEach(async () => {
  scene = await TenancyScene.make();
});
afterEach(async () => {
  await scene.close();
});

test('are made under the names that their clients know, and the tenant is labelled with what it is in', async () => {
  const [john, tea] = [scene.name('john'), scene.name('tea')];
  const sandbox = `sandbox-${john}`;
  const isLabelled = ({ metadata }: KubeObject): boolean =>
    metadata.labels?.[`crownlabs.polito.it/workspace-${tea}`] === 'manager';
  await scene.apply(CROWNLABS_WORKSPACE, {
    apiVersion: 'crownlabs.polito.it/v1alpha1',
    kind: 'Workspace',
    metadata: { name: tea },
    spec: { prettyName: 'Tea', quota: { cpu: 2, memory: '4Gi', instances: 2 } },
  });
  await scene.apply(
    CROWNLABS_TENANT,
    crownlabsTenant(john, { createSandbox: true, workspaces: [{ name: tea, role: 'manager' }] }),
  );
  const live = await scene.until(
    CROWNLABS_TENANT,
    john,
    'is ready, with the quota of its workspace',
    (object) =>
      valueAt(object, ['status', 'ready']) === true &&
      valueAt(object, ['status', 'quota', 'instances']) === 2 &&
      isLabelled(object),
  );
  expect(live.status).toMatchObject({
    personalNamespace: { name: `tenant-${john}`, created: true },
    sandboxNamespace: { name: sandbox, created: true },
    quota: { cpu: '2', memory: '4Gi', instances: 2 },
  });
  const path = `/apis/crownlabs.polito.it/v1alpha2/namespaces/workspace-${tea}/templates`;
  const member = scene.user(scene.name('member'), [`kubernetes:workspace-${tea}:user`]);
  // Templates aren't served yet: who may see them is told so.
  await scene.untilHolds(
    'members read templates',
    async () => (await member.ask({ method: 'GET', path })).status === 404,
  );
  expect(await scene.judge(scene.user(scene.name('stranger')), { method: 'GET', path })).toBe('RefusedByRbac');
  await scene.apply(CROWNLABS_TENANT, crownlabsTenant(john, { createSandbox: false, workspaces: [] }));
  await scene.gone(NAMESPACE, sandbox);
  await scene.until(CROWNLABS_TENANT, john, 'is no longer labelled', (object) => !isLabelled(object));
  await scene.remove(CROWNLABS_TENANT, john);
  await scene.gone(NAMESPACE, `tenant-${john}`);
});

describe('who is in one of CrownLabs’ workspaces', () => {
  const WORKSPACES = { closed: '', asking: 'withApproval', open: 'immediate' } as const;
  const pathOf = (tenant: string): string => `/apis/crownlabs.polito.it/v1alpha2/tenants/${tenant}`;

  /** What becomes of a try to be entered so, without a change. */
  const entering = async (who: Person, tenant: string, ...entries: readonly (readonly [string, string])[]) => {
    const workspaces = entries.map(([name, role]) => ({ name: scene.name(name), role }));
    return scene.judge(who, { method: 'PATCH', path: pathOf(tenant), body: { spec: { workspaces } } });
  };
  let john: string;
  beforeEach(async () => {
    await scene.installAdmission();
    john = scene.name('john');
    for (const [name, autoEnroll] of Object.entries(WORKSPACES))
      await scene.apply(CROWNLABS_WORKSPACE, {
        apiVersion: 'crownlabs.polito.it/v1alpha1',
        kind: 'Workspace',
        metadata: { name: scene.name(name) },
        spec: { prettyName: name, autoEnroll, quota: { cpu: 2, memory: '4Gi', instances: 2 } },
      });
    await scene.apply(CROWNLABS_TENANT, crownlabsTenant(john));
  });

  test('is for the tenant to say as far as the workspace takes everybody', async () => {
    const himself = scene.user(john);
    await scene.untilHolds(
      'he enters the open one as a user',
      async () => (await entering(himself, john, ['open', 'user'])) === 'Yes',
    );
    for (const name of Object.keys(WORKSPACES)) {
      expect([name, await entering(himself, john, [name, 'candidate'])]).toEqual([name, 'Yes']);
      expect([name, await entering(himself, john, [name, 'manager'])]).toEqual([name, 'RefusedByAdmission']);
    }
    for (const name of ['closed', 'asking'])
      expect([name, await entering(himself, john, [name, 'user'])]).toEqual([name, 'RefusedByAdmission']);
    // One that isn't there yet takes nobody: its rules aren't known.
    expect(await entering(himself, john, ['coming', 'user'])).toBe('RefusedByAdmission');
    const other = scene.user(scene.name('stranger'));
    expect(await entering(other, john, ['open', 'user'])).toBe('RefusedByRbac');
  });

  test('is for its managers to say, one workspace at a time and nothing else', async () => {
    const manager = scene.user(scene.name('manager'), [`kubernetes:workspace-${scene.name('closed')}:manager`]);
    await scene.untilHolds(
      'the manager enters people',
      async () => (await entering(manager, john, ['closed', 'user'])) === 'Yes',
    );
    expect(await entering(manager, john, ['closed', 'manager'])).toBe('Yes');
    expect(await entering(manager, john, ['asking', 'user'])).toBe('RefusedByAdmission');
    expect(await entering(manager, john, ['closed', 'user'], ['asking', 'user'])).toBe('RefusedByAdmission');
    for (const body of [
      { spec: { quota: { cpu: 64, memory: '64Gi', instances: 64 } } },
      { spec: { createSandbox: true } },
      { spec: { publicKeys: ['ssh-ed25519 AAAA manager'] } },
      { metadata: { labels: { 'crownlabs.polito.it/workspace-closed': 'manager' } } },
    ])
      expect(await scene.judge(manager, { method: 'PATCH', path: pathOf(john), body })).toBe('RefusedByAdmission');
    expect(await scene.judge(manager, { method: 'DELETE', path: pathOf(john) })).toBe('RefusedByRbac');
  });
});
