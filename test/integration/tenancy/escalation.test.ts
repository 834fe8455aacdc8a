/**
 * Ways to more rights than one has, tried for real while a controller is at work. Each is one that an operator of this field has left
 * open, or that our own rules could.
 */
import { eventually } from '../../support/eventually';
import type { Attempt } from './person';
import {
  CROWNLABS_TENANT,
  crownlabsTenant,
  environmentOf,
  isReady,
  NAMESPACE,
  of,
  person,
  readyReason,
  SECRET,
  TENANT,
  TenancyScene,
  tenantPath,
  WORKSPACE,
} from './scene';

jest.setTimeout(180_000);

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

async function workspace(name: string, spec: object = {}): Promise<void> {
  await scene.apply(WORKSPACE, of('Workspace', name, { displayName: name, ...spec }));
  await scene.until(WORKSPACE, name, 'is ready', isReady);
}

const templates = (namespace: string): string =>
  `/apis/adrasteia.dev/v1alpha1/namespaces/${namespace}/environmenttemplates`;
const seeTemplates = (of_: string): Attempt => ({ method: 'GET', path: templates(`workspace-${of_}`) });
const deleteTemplate = (of_: string): Attempt => ({ method: 'DELETE', path: `${templates(`workspace-${of_}`)}/any` });
const seeTenants: Attempt = { method: 'GET', path: '/apis/adrasteia.dev/v1alpha1/tenants' };

describe('labels', () => {
  test('that say manager give no right, whoever has written them', async () => {
    await workspace(tea);
    await scene.tenants(person(ada, { workspaces: [{ name: tea, role: 'Member' }] }));
    const user = scene.user(ada);
    await scene.untilJudged('a member sees templates', user, seeTemplates(tea), 'Yes');
    const labels = {
      [`adrasteia.dev/workspace-${tea}`]: 'manager',
      [`crownlabs.polito.it/workspace-${tea}`]: 'manager',
      'adrasteia.dev/tenant': grace,
    };
    await scene.harness.cluster.patch(
      TENANT,
      { name: ada },
      { metadata: { labels } },
      { type: 'merge', fieldManager: 'x' },
    );
    // A change that the controller certainly looks at after the labels.
    await scene.apply(TENANT, person(ada, { firstName: 'Again', workspaces: [{ name: tea, role: 'Member' }] }));
    await scene.running.drained();
    expect(await scene.judge(user, deleteTemplate(tea))).toBe('RefusedByRbac');
    expect(await scene.judge(user, seeTenants)).toBe('RefusedByRbac');
  });

  test('that say whose an object is let nobody have another’s, nor the controller touch it', async () => {
    await scene.tenants(person(ada, { sandbox: true }), person(grace));
    const uid = (await scene.harness.cluster.get(TENANT, { name: grace }))?.metadata.uid ?? '';
    const namespace = `sandbox-${ada}`;
    const user = scene.user(ada);
    const path = `/api/v1/namespaces/${namespace}/secrets`;
    await scene.untilJudged('ada has her rights', user, { method: 'GET', path }, 'Yes');
    await scene.running.drained();
    const before = scene.running.cluster.writes.length;
    const metadata = {
      name: 'mine',
      labels: { 'adrasteia.dev/owner-uid': uid, 'adrasteia.dev/tenant': grace },
      annotations: { 'adrasteia.dev/owner': `Tenant.adrasteia.dev/${grace}` },
    };
    const answer = await user.ask({
      method: 'POST',
      path,
      isMeant: true,
      body: { apiVersion: 'v1', kind: 'Secret', metadata },
    });
    expect(answer.status).toBe(201);
    await scene.running.drained();
    expect(scene.running.cluster.writes.slice(before)).toEqual([]);
    expect(await scene.harness.cluster.get(SECRET, { namespace, name: 'mine' })).toBeDefined();
    expect(await scene.judge(user, environmentOf(`tenant-${grace}`, grace))).toBe('RefusedByRbac');
  });
});

describe('a workspace', () => {
  test('lets a candidate in as a Member where nobody has to agree, and never as a Manager', async () => {
    await workspace(tea, { enrolment: 'Immediate' });
    await scene.tenants(person(ada, { workspaces: [{ name: tea, role: 'Candidate' }] }));
    const user = scene.user(ada);
    await scene.untilJudged('ada is in', user, seeTemplates(tea), 'Yes');
    await scene.running.drained();
    expect(await scene.judge(user, deleteTemplate(tea))).toBe('RefusedByRbac');
    expect(await scene.judge(user, seeTenants)).toBe('RefusedByRbac');
  });

  test('gives a candidate nothing while somebody has to agree', async () => {
    await workspace(tea, { enrolment: 'Approval' });
    await scene.tenants(person(ada, { workspaces: [{ name: tea, role: 'Candidate' }] }));
    await scene.running.drained();
    expect(await scene.judge(scene.user(ada), seeTemplates(tea))).toBe('RefusedByRbac');
  });

  test('gives its managers no rights on environments, pods or Secrets of its members', async () => {
    await workspace(tea);
    await scene.tenants(
      person(ada, { workspaces: [{ name: tea, role: 'Member' }] }),
      person(grace, { workspaces: [{ name: tea, role: 'Manager' }] }),
    );
    const manager = scene.user(grace);
    await scene.untilJudged('grace manages', manager, seeTenants, 'Yes');
    await scene.running.drained();
    for (const path of [
      '/apis/adrasteia.dev/v1alpha1/environments',
      `/apis/adrasteia.dev/v1alpha1/namespaces/tenant-${ada}/environments`,
      `/api/v1/namespaces/tenant-${ada}/pods`,
      `/api/v1/namespaces/tenant-${ada}/secrets`,
    ])
      expect([path, await scene.judge(manager, { method: 'GET', path })]).toEqual([path, 'RefusedByRbac']);
  });

  test('has no managers who make people, with quotas that nobody has agreed to', async () => {
    await workspace(tea);
    await scene.tenants(person(grace, { workspaces: [{ name: tea, role: 'Manager' }] }));
    const manager = scene.user(grace);
    await scene.untilJudged('grace manages', manager, seeTenants, 'Yes');
    const body = person(ada, { quota: { cpu: '1000' }, sandbox: true, workspaces: [{ name: tea, role: 'Member' }] });
    const path = '/apis/adrasteia.dev/v1alpha1/tenants';
    expect(await scene.judge(manager, { method: 'POST', path, body })).toBe('RefusedByRbac');
    // Server-side apply makes what isn't there: it is no way around.
    const apply = { method: 'PATCH', contentType: 'application/apply-patch+yaml', body } as const;
    expect(await scene.judge(manager, { ...apply, path: `${tenantPath(ada)}?fieldManager=x` })).toBe('RefusedByRbac');
  });

  test('leaves nothing to a manager who is put out of it', async () => {
    await scene.installAdmission();
    await workspace(tea, { enrolment: 'Approval' });
    await scene.tenants(
      person(ada, { workspaces: [{ name: tea, role: 'Candidate' }] }),
      person(grace, { workspaces: [{ name: tea, role: 'Manager' }] }),
    );
    const manager = scene.user(grace);
    const letIn: Attempt = {
      method: 'PATCH',
      path: tenantPath(ada),
      body: { spec: { workspaces: [{ name: tea, role: 'Member' }] } },
    };
    await scene.untilJudged('grace lets people in', manager, letIn, 'Yes');
    await scene.apply(TENANT, person(grace, { workspaces: [] }));
    await scene.untilJudged('grace sees nobody any more', manager, seeTenants, 'RefusedByRbac');
    expect(await scene.judge(manager, letIn)).toBe('RefusedByRbac');
    expect(await scene.judge(manager, deleteTemplate(tea))).toBe('RefusedByRbac');
    expect(await scene.judge(manager, seeTemplates(tea))).toBe('RefusedByRbac');
  });

  test('gives nobody rights in a namespace that has its name and is somebody else’s', async () => {
    const namespace = `workspace-${tea}`;
    const { cluster } = scene.harness;
    await cluster.create(NAMESPACE, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    await scene.apply(WORKSPACE, of('Workspace', tea, { displayName: 'Tea' }));
    await scene.until(WORKSPACE, tea, 'says so', (object) => readyReason(object) === 'NameConflict');
    await scene.apply(TENANT, person(ada, { workspaces: [{ name: tea, role: 'Manager' }] }));
    await eventually('ada’s namespace is there', () => cluster.get(NAMESPACE, { name: `tenant-${ada}` }));
    await scene.running.drained();
    expect(await scene.judge(scene.user(ada), deleteTemplate(tea))).toBe('RefusedByRbac');
    expect(await scene.judge(scene.user(ada), seeTemplates(tea))).toBe('RefusedByRbac');
    await scene.remove(TENANT, ada);
    await scene.remove(WORKSPACE, tea);
    await cluster.delete(NAMESPACE, { name: namespace });
  });
});

describe('a name', () => {
  test('of a tenant gives no role that has one like it', async () => {
    await scene.tenants(person('enroller'));
    const user = scene.user('enroller');
    await scene.untilJudged('it sees itself', user, { method: 'GET', path: tenantPath('enroller') }, 'Yes');
    await scene.running.drained();
    expect(await scene.judge(user, seeTenants)).toBe('RefusedByRbac');
  });

  test('that two APIs give to different people gives neither the other’s namespace', async () => {
    await scene.tenants(person(ada));
    await scene.apply(CROWNLABS_TENANT, crownlabsTenant(ada));
    await scene.until(CROWNLABS_TENANT, ada, 'says so', (object) =>
      JSON.stringify(object.status ?? {}).includes('NameConflict'),
    );
    await scene.running.drained();
    const instances = `/apis/rbac.authorization.k8s.io/v1/namespaces/tenant-${ada}/rolebindings`;
    const { cluster } = scene.harness;
    const { items } = (await cluster.raw(instances)) as { readonly items: readonly { metadata: { name: string } }[] };
    expect(items.map(({ metadata }) => metadata.name)).toEqual(['adrasteia-environment-user']);
    // By the first, deleting the second deletes nothing of its.
    await scene.remove(CROWNLABS_TENANT, ada);
    expect((await cluster.get(NAMESPACE, { name: `tenant-${ada}` }))?.metadata.deletionTimestamp).toBeUndefined();
  });

  test('with a dot and one with a dash at its place don’t share a namespace', async () => {
    const [dotted, dashed] = [`${ada}.x`, `${ada}-x`];
    await scene.apply(CROWNLABS_TENANT, crownlabsTenant(dotted));
    await scene.until(CROWNLABS_TENANT, dotted, 'is ready', (object) =>
      JSON.stringify(object.status ?? {}).includes('"ready":true'),
    );
    await scene.apply(CROWNLABS_TENANT, crownlabsTenant(dashed));
    await scene.until(CROWNLABS_TENANT, dashed, 'says so', (object) =>
      JSON.stringify(object.status ?? {}).includes('NameConflict'),
    );
    await scene.running.drained();
    const path = `/apis/crownlabs.polito.it/v1alpha2/namespaces/tenant-${dashed}/instances`;
    expect(await scene.judge(scene.user(dashed), { method: 'GET', path })).toBe('RefusedByRbac');
  });
});
