/** Workspaces on an API server: their templates in members' namespaces, and what becomes of members when one is deleted. */
import { STATEFUL_SET } from '../../constructs/parts/resource-types';
import type { KubeObject, Manifest } from '../../src/api/object';
import { valueAt } from '../../src/api/object';
import type { ResourceType } from '../../src/api/resource-type';
import type { Lookup } from '../../src/plan/lookup';
import { anyEnvironment, anyTemplate, engineCrds, engineKinds, typeOf } from '../support/engine';
import { eventually } from '../support/eventually';
import { FakeClock } from '../support/fake-clock';
import { Harness, type Running } from '../support/harness';
import { shipRoles } from '../support/shipped-roles';
import { TenancyObjects } from '../support/tenancy-objects';

jest.setTimeout(120_000);

const ENVIRONMENT = typeOf('Environment');
const TEMPLATE = typeOf('EnvironmentTemplate');
const TENANT = typeOf('Tenant');
const WORKSPACE = typeOf('Workspace');
const CROWNLABS_TENANT = typeOf('Tenant', 'crownlabs.polito.it');
const CROWNLABS_WORKSPACE = typeOf('Workspace', 'crownlabs.polito.it');
const KINDS = engineKinds();

let harness: Harness;
let running: Running;
/** Names of this test's own, since tenants and workspaces are everybody's. */
let ada: string;
let tea: string;
let coffee: string;
let objects: TenancyObjects;
beforeEach(async () => {
  harness = await Harness.make(engineCrds());
  ada = `ada-${harness.namespace}`;
  tea = `tea-${harness.namespace}`;
  coffee = `coffee-${harness.namespace}`;
  objects = new TenancyObjects(harness);
  await shipRoles(harness.cluster);
  running = await harness.start(KINDS, { everywhere: true });
});
afterEach(async () => {
  await objects.clear();
  await harness.close();
});

const put = (type: ResourceType, name: string, spec: object): Promise<void> => objects.put(type, name, spec);
const remove = (type: ResourceType, name: string): Promise<void> => objects.remove(type, name);
const ready = (type: ResourceType, name: string): Promise<KubeObject> => objects.ready(type, name);
const person = (name: string, role?: string): Promise<void> =>
  put(TENANT, name, {
    firstName: 'A',
    lastName: 'Person',
    email: `${name}@example.org`,
    quota: {},
    workspaces: role === undefined ? [] : [{ name: tea, role }],
  });

const inNamespace = (manifest: Manifest, namespace: string): Manifest => ({
  ...manifest,
  metadata: { ...manifest.metadata, namespace },
});

describe('a template of a workspace', () => {
  const home = (): string => `tenant-${ada}`;
  const thesis = (name: string, spec: Record<string, unknown> = {}): Promise<KubeObject> =>
    harness.apply(
      ENVIRONMENT,
      inNamespace(
        anyEnvironment(name, {
          templateRef: { kind: 'EnvironmentTemplate', name: 'any', namespace: `workspace-${tea}` },
          owner: { kind: 'Tenant', name: ada },
          ...spec,
        }),
        home(),
      ),
    );
  const replicas = async (name: string): Promise<unknown> =>
    valueAt(await harness.cluster.get(STATEFUL_SET, { name, namespace: home() }), ['spec', 'replicas']);
  const blocked = (name: string): Promise<unknown> =>
    eventually(`${name} is held`, async () => {
      const live = await harness.cluster.get(ENVIRONMENT, { name, namespace: home() });
      return valueAt(live, ['status', 'blockedBy', 'reason']) === 'ReferenceNotPermitted' ? live : undefined;
    });

  test('serves who is in the workspace; who leaves keeps what runs, and starts and makes nothing more', async () => {
    await put(WORKSPACE, tea, { displayName: 'Tea' });
    await ready(WORKSPACE, tea);
    await harness.apply(TEMPLATE, inNamespace(anyTemplate(), `workspace-${tea}`));
    await person(ada);
    await ready(TENANT, ada);
    await thesis('thesis');
    await blocked('thesis');
    expect(await replicas('thesis')).toBeUndefined();

    await person(ada, 'Member');
    await eventually('it is made', async () => (await replicas('thesis')) === 1);
    await eventually('it says what from', async () => {
      const live = await harness.cluster.get(ENVIRONMENT, { name: 'thesis', namespace: home() });
      return valueAt(live, ['status', 'template', 'namespace']) === `workspace-${tea}`;
    });

    await person(ada);
    await blocked('thesis');
    await running.drained();
    expect(await replicas('thesis')).toBe(1);
    await thesis('thesis', { desiredState: 'Stopped' });
    await eventually('it is stopped', async () => (await replicas('thesis')) === 0);
    await thesis('thesis', { desiredState: 'Running' });
    await thesis('another');
    await blocked('thesis');
    await blocked('another');
    await running.drained();
    expect(await replicas('thesis')).toBe(0);
    expect(await replicas('another')).toBeUndefined();
  });
});

describe('a workspace that is deleted', () => {
  const entries = async (type: ResourceType, name: string): Promise<unknown> =>
    valueAt(await harness.cluster.get(type, { name }), ['spec', 'workspaces']);
  const grace = (): string => `grace-${harness.namespace}`;
  const someone = (name: string, workspaces: readonly object[]): Promise<void> =>
    put(TENANT, name, { firstName: 'A', lastName: 'Person', email: `${name}@example.org`, quota: {}, workspaces });

  test('leaves no entry behind: a later one of its name has no members', async () => {
    for (const name of [tea, coffee]) await put(WORKSPACE, name, { displayName: name });
    for (const name of [tea, coffee]) await ready(WORKSPACE, name);
    await someone(ada, [
      { name: coffee, role: 'Manager' },
      { name: tea, role: 'Member' },
    ]);
    await someone(grace(), [{ name: tea, role: 'Candidate' }]);
    await ready(TENANT, ada);
    await remove(WORKSPACE, tea);
    expect(await entries(TENANT, ada)).toEqual([{ name: coffee, role: 'Manager' }]);
    expect(await entries(TENANT, grace())).toEqual([]);
    await put(WORKSPACE, tea, { displayName: 'Another' });
    await ready(WORKSPACE, tea);
    await running.drained();
    const { status } = (await harness.cluster.get(TENANT, { name: ada })) ?? {};
    expect(valueAt(status, ['workspaces'])).toEqual([{ name: coffee, role: 'Manager', state: 'Enrolled' }]);
  });

  test('goes on where a controller that ended has left off', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `member${index}-${harness.namespace}`);
    await put(WORKSPACE, tea, { displayName: 'Tea' });
    await ready(WORKSPACE, tea);
    for (const name of names) await someone(name, [{ name: tea, role: 'Member' }]);
    for (const name of names) await ready(TENANT, name);
    await running.stop();
    await harness.cluster.delete(WORKSPACE, { name: tea });
    // One is out already, as after a crash on the way.
    await someone(names[0] ?? '', []);
    running = await harness.start(KINDS, { everywhere: true });
    await eventually('it is gone', async () => (await harness.cluster.get(WORKSPACE, { name: tea })) === undefined);
    for (const name of names) expect(await entries(TENANT, name)).toEqual([]);
  });

  test('takes entries of its own API alone', async () => {
    const crownlabs = { firstName: 'John', lastName: 'Doe', email: 'john@example.org' };
    await put(WORKSPACE, tea, { displayName: 'Tea' });
    await put(CROWNLABS_WORKSPACE, coffee, { prettyName: 'Coffee', quota: { cpu: 1, memory: '1Gi', instances: 1 } });
    await ready(WORKSPACE, tea);
    await ready(CROWNLABS_WORKSPACE, coffee);
    await someone(ada, [
      { name: tea, role: 'Member' },
      { name: coffee, role: 'Member' },
    ]);
    await put(CROWNLABS_TENANT, grace(), {
      ...crownlabs,
      workspaces: [
        { name: coffee, role: 'user' },
        { name: tea, role: 'manager' },
      ],
    });
    await remove(CROWNLABS_WORKSPACE, coffee);
    expect(await entries(CROWNLABS_TENANT, grace())).toEqual([{ name: tea, role: 'manager' }]);
    expect(await entries(TENANT, ada)).toHaveLength(2);
  });
});

describe('a tenant and a workspace', () => {
  const HOUR = 3_600_000;

  test('are looked at again one to two hours after the last time, and nothing is written', async () => {
    await running.stop();
    const clock = new FakeClock();
    const looks: string[] = [];
    const counted = KINDS.map((kind) => ({
      ...kind,
      planner: {
        ...kind.planner,
        plan: (object: KubeObject, lookup: Lookup) => {
          looks.push(object.metadata.name);
          return kind.planner.plan(object, lookup);
        },
      },
    }));
    const next = await harness.start(counted, { everywhere: true, clock });
    await put(WORKSPACE, tea, { displayName: 'Tea' });
    await ready(WORKSPACE, tea);
    await person(ada, 'Member');
    await ready(TENANT, ada);
    await next.drained();
    const written = next.cluster.writes.length;
    looks.length = 0;
    clock.advance(2 * HOUR);
    await eventually('both are looked at', () => [ada, tea].every((name) => looks.includes(name)));
    await next.drained();
    expect(next.cluster.writes.slice(written)).toEqual([]);
    await next.stop();
    running = await harness.start(KINDS, { everywhere: true });
  });
});
