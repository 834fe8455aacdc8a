/** `adra tenant` and `adra workspace` on an API server, with a controller that acts on what they write. */
import { CLAIM, NAMESPACE } from '../../../constructs/parts/resource-types';
import type { Manifest } from '../../../src/api/object';
import { valueAt } from '../../../src/api/object';
import { type Recorded, runAdra } from '../../cli/recording-surroundings';
import { testKubeconfig } from '../../support/cluster';
import { anyEnvironment, engineCrds, engineKinds, typeOf } from '../../support/engine';
import { eventually } from '../../support/eventually';
import { Harness } from '../../support/harness';
import { shipRoles } from '../../support/shipped-roles';

jest.setTimeout(120_000);

const KINDS = engineKinds();
const TENANT = typeOf('Tenant');
const WORKSPACE = typeOf('Workspace');

let harness: Harness;
/** Names of this test's own, since tenants and workspaces are everybody's. */
let ada: string;
let grace: string;
let tea: string;

beforeEach(async () => {
  harness = await Harness.make(engineCrds());
  [ada, grace, tea] = ['ada', 'grace', 'tea'].map((name) => `${name}-${harness.namespace}`) as [string, string, string];
  await shipRoles(harness.cluster);
  await harness.start(KINDS, { everywhere: true });
});
afterEach(async () => {
  const made = [
    { word: 'tenant', type: TENANT, name: ada },
    { word: 'tenant', type: TENANT, name: grace },
    { word: 'workspace', type: WORKSPACE, name: tea },
  ] as const;
  await Promise.all(
    made.map(async ({ word, type, name }) => {
      if ((await harness.cluster.get(type, { name })) === undefined) return;
      expect(await adra([word, 'remove', name, '--delete-volumes', '--wait'])).toMatchObject({ code: 0 });
    }),
  );
  await harness.close();
});

const adra = (args: readonly string[]): Promise<Recorded> => runAdra([...args, '--kubeconfig', testKubeconfig()]);
const add = (name: string, ...more: readonly string[]): Promise<Recorded> =>
  adra([
    'tenant',
    'add',
    name,
    '--first-name',
    'Ada',
    '--last-name',
    'Lovelace',
    '--email',
    'ada@example.org',
    ...more,
  ]);
const json = ({ stdout }: Recorded): unknown => JSON.parse(stdout);
const shown = async (word: 'tenant' | 'workspace', name: string): Promise<unknown> =>
  json(await adra([word, 'show', name, '-o', 'json']));
const ready = (word: 'tenant' | 'workspace', name: string): Promise<unknown> =>
  eventually(`${word} ${name} is ready`, async () => valueAt(await shown(word, name), ['ready']) === true);
const entries = async (name: string): Promise<unknown> =>
  valueAt(await harness.cluster.get(TENANT, { name }), ['spec', 'workspaces']);

test('a workspace and a tenant are added, listed and explained', async () => {
  expect(
    await adra(['workspace', 'add', tea, '--display-name', 'Tea', '--quota', 'cpu=2,memory=4Gi,environments=3']),
  ).toEqual({ code: 0, stdout: `workspace.adrasteia.dev/${tea} added\n`, stderr: '' });
  expect(await add(ada, '--workspace', `${tea}=Manager`)).toEqual({
    code: 0,
    stdout: `tenant.adrasteia.dev/${ada} added\n`,
    stderr: '',
  });
  await ready('workspace', tea);
  await eventually('she is enrolled', async () => {
    return valueAt(await shown('tenant', ada), ['workspaces', 0, 'state']) === 'Enrolled';
  });
  await ready('tenant', ada);
  expect(await shown('tenant', ada)).toMatchObject({
    apiVersion: 'cli.adrasteia.dev/v1',
    kind: 'TenantDescription',
    name: ada,
    firstName: 'Ada',
    email: 'ada@example.org',
    user: ada,
    status: 'Ready',
    namespaces: [`tenant-${ada}`],
    workspaces: [{ name: tea, role: 'Manager', state: 'Enrolled' }],
    quota: { cpu: '2', memory: '4Gi', environments: 3 },
    environments: [],
  });
  expect(await shown('workspace', tea)).toMatchObject({
    kind: 'WorkspaceDescription',
    displayName: 'Tea',
    namespaces: [`workspace-${tea}`],
    members: [{ name: ada, firstName: 'Ada', lastName: 'Lovelace', role: 'Manager', state: 'Enrolled' }],
  });
  const { stdout } = await adra(['tenant', 'show', ada]);
  expect(stdout).toContain(`Tenant ${ada}\n  Person:      Ada Lovelace\n`);
  expect(stdout).toMatch(/Quota:\n {2}RESOURCE +USED +OF\n {2}cpu +\S+ +2\n/);
  expect((await adra(['tenant', 'list'])).stdout).toMatch(
    new RegExp(`^${ada} +Ada Lovelace +Ready +${tea} \\(Manager\\)`, 'm'),
  );
  expect((await adra(['workspace', 'list'])).stdout).toMatch(new RegExp(`^${tea} +Tea +Ready +None +1 +0`, 'm'));
  expect((await adra(['tenant', 'list', '--workspace', tea, '-o', 'name'])).stdout).toBe(
    `tenant.adrasteia.dev/${ada}\n`,
  );
});

test('a tenant is shown with the environments in its namespace', async () => {
  await add(ada);
  await ready('tenant', ada);
  const owner = { owner: { kind: 'Tenant', name: ada } };
  // Without a quota it has no room; the rule is about what is shown.
  await harness.cluster.patch(
    TENANT,
    { name: ada },
    { spec: { quota: { environments: 1 } } },
    { type: 'merge', fieldManager: 'test' },
  );
  await eventually('there is room', async () => valueAt(await shown('tenant', ada), ['quota', 'environments']) === 1);
  const environment: Manifest = anyEnvironment('thesis', owner);
  await eventually('it is let in', async () => {
    try {
      return await harness.apply(typeOf('Environment'), {
        ...environment,
        metadata: { name: 'thesis', namespace: `tenant-${ada}` },
      });
    } catch {
      // The quota that the server holds is a moment older than the tenant's.
      return undefined;
    }
  });
  expect(valueAt(await shown('tenant', ada), ['environments', 0])).toMatchObject({
    kind: 'Environment',
    namespace: `tenant-${ada}`,
    name: 'thesis',
  });
  await harness.cluster.delete(typeOf('Environment'), { namespace: `tenant-${ada}`, name: 'thesis' });
});

test('a tenant is let into a workspace, gets another role and is taken out, and its other entries stay', async () => {
  await adra(['workspace', 'add', tea]);
  await add(ada, '--workspace', 'other=Candidate');
  expect(await adra(['workspace', 'enrol', tea, ada])).toMatchObject({
    code: 0,
    stdout: `tenant.adrasteia.dev/${ada} enrolled in ${tea} as Member\n`,
  });
  expect(await entries(ada)).toEqual([
    { name: 'other', role: 'Candidate' },
    { name: tea, role: 'Member' },
  ]);
  expect((await adra(['workspace', 'enrol', tea, ada])).stdout).toContain('unchanged');
  expect((await adra(['workspace', 'enrol', tea, ada, '--role', 'Manager'])).stdout).toContain(`as Manager`);
  expect(await entries(ada)).toContainEqual({ name: tea, role: 'Manager' });
  expect((await adra(['workspace', 'withdraw', tea, ada])).stdout).toBe(
    `tenant.adrasteia.dev/${ada} withdrawn from ${tea}\n`,
  );
  expect(await entries(ada)).toEqual([{ name: 'other', role: 'Candidate' }]);
  expect((await adra(['workspace', 'withdraw', tea, ada])).stdout).toContain('unchanged');
});

test('entries that are changed at the same time are all there afterwards', async () => {
  await add(ada);
  const workspaces = ['one', 'two', 'three', 'four'].map((name) => `${name}-${harness.namespace}`);
  for (const name of workspaces) await adra(['workspace', 'add', name]);
  const runs = await Promise.all(workspaces.map((name) => adra(['workspace', 'enrol', name, ada])));
  expect(runs.map(({ code, stderr }) => ({ code, stderr }))).toEqual(workspaces.map(() => ({ code: 0, stderr: '' })));
  expect(await entries(ada)).toHaveLength(workspaces.length);
  expect((await adra(['workspace', 'remove', ...workspaces, '--wait'])).code).toBe(0);
});

test('a dry run asks the server, says what it would store, and stores nothing', async () => {
  const made = await add(ada, '--dry-run', '-o', 'json');
  expect(json(made)).toMatchObject({ kind: 'Tenant', spec: { workspaces: [], sandbox: false } });
  expect(await harness.cluster.get(TENANT, { name: ada })).toBeUndefined();
  await adra(['workspace', 'add', tea]);
  await add(ada);
  expect((await adra(['workspace', 'enrol', tea, ada, '--dry-run'])).stdout).toBe(
    `tenant.adrasteia.dev/${ada} enrolled in ${tea} as Member (server dry run)\n`,
  );
  expect(await entries(ada)).toEqual([]);
  expect((await adra(['tenant', 'remove', ada, '--delete-volumes', '--dry-run'])).stdout).toBe(
    `tenant.adrasteia.dev/${ada} removed (server dry run)\n`,
  );
  const live = await harness.cluster.get(TENANT, { name: ada });
  expect(live?.metadata.deletionTimestamp).toBeUndefined();
  expect(live?.metadata.annotations?.['adrasteia.dev/delete-volumes']).toBeUndefined();
});

test('a tenant with volumes is removed only with them, and nothing is touched before', async () => {
  await add(ada);
  await ready('tenant', ada);
  // Room for a volume.
  await harness.cluster.patch(
    TENANT,
    { name: ada },
    { spec: { quota: { storage: '1Gi' } } },
    { type: 'merge', fieldManager: 'test' },
  );
  await eventually('the volume is let in', async () => {
    try {
      return await harness.apply(CLAIM, {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'data', namespace: `tenant-${ada}` },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      });
    } catch {
      // The quota that the server holds is a moment older than the tenant's.
      return undefined;
    }
  });
  const { code, stderr } = await adra(['tenant', 'remove', ada]);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: `error: Tenant ${ada} has volumes, such as claim tenant-${ada}/data: remove them, or add --delete-volumes to delete them with it\ncode: ObjectInvalid\n`,
  });
  expect((await harness.cluster.get(TENANT, { name: ada }))?.metadata.deletionTimestamp).toBeUndefined();
  expect((await adra(['tenant', 'remove', ada, '--delete-volumes', '--wait'])).code).toBe(0);
  expect(await harness.cluster.get(NAMESPACE, { name: `tenant-${ada}` })).toBeUndefined();
});

test('errors name the object, the field and what to do', async () => {
  const wrong = async (args: readonly string[]): Promise<unknown> => {
    const { code, stderr } = await adra(args);
    return { code, line: stderr.split('\n')[0] };
  };
  await adra(['workspace', 'add', tea]);
  await add(ada);
  expect(await wrong(['tenant', 'show', 'nobody'])).toEqual({
    code: 7,
    line: 'error: there is no Tenant nobody: adra get tenants lists those that are',
  });
  expect(await wrong(['workspace', 'enrol', 'nothing', ada])).toMatchObject({
    code: 7,
    line: expect.stringContaining('there is no Workspace nothing') as string,
  });
  expect(await wrong(['workspace', 'withdraw', tea, 'nobody'])).toMatchObject({ code: 7 });
  expect(await wrong(['workspace', 'add', tea])).toEqual({
    code: 1,
    line: `error: Workspace ${tea} is there already, and nothing of it was changed: see adra workspace show ${tea}`,
  });
  expect(await wrong(['workspace', 'add', 'Tea_Time'])).toEqual({
    code: 1,
    line: expect.stringMatching(/^error: Workspace Tea_Time: metadata\.name.*: must be lower-case/) as string,
  });
  const { code, stderr } = await add('grace.hopper', '--label', 'a');
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('"a" is no label') as string });
  expect(await add(grace, '--workspace', 'unknown')).toMatchObject({
    code: 0,
    stderr: 'there is no workspace unknown yet: its entry counts once there is one\n',
  });
});

test('the example is applied in one go: its templates wait for the namespaces of their workspaces', async () => {
  try {
    const { code, stdout, stderr } = await adra(['apply', '-R', '-f', 'examples/tenancy']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trimEnd().split('\n')).toEqual([
      'tenancy.adrasteia.dev/default applied',
      'tenant.adrasteia.dev/ada applied',
      'tenant.adrasteia.dev/emmy applied',
      'tenant.adrasteia.dev/grace applied',
      'workspace.adrasteia.dev/analysis applied',
      'workspace.adrasteia.dev/machine-learning applied',
      'environmenttemplate.adrasteia.dev/notebooks applied',
      'environmenttemplate.adrasteia.dev/editor applied',
      'sharedvolume.adrasteia.dev/lectures applied',
    ]);
    await eventually('each is what its entry says', async () => {
      const states = (valueAt(await shown('workspace', 'analysis'), ['members']) ?? []) as readonly object[];
      return (
        JSON.stringify(states.map((member) => [valueAt(member, ['name']), valueAt(member, ['state'])])) ===
        JSON.stringify([
          ['ada', 'Enrolled'],
          ['emmy', 'Enrolled'],
          ['grace', 'Candidate'],
        ])
      );
    });
  } finally {
    await Promise.all([
      adra(['tenant', 'remove', 'ada', 'emmy', 'grace', '--wait']),
      adra(['workspace', 'remove', 'analysis', 'machine-learning', '--delete-volumes', '--wait']),
    ]);
    await harness.cluster.delete(typeOf('Tenancy'), { name: 'default' });
  }
});
