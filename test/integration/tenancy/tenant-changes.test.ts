/** Who may change what of a Tenant: each rule of the admission policies, allowed and denied, as that user. */
import { CLUSTER_ROLE, CLUSTER_ROLE_BINDING } from '../../../constructs/parts/resource-types';
import type { JsonObject } from '../../../src/api/json';
import { valueAt } from '../../../src/api/object';
import { eventually } from '../../support/eventually';
import { judged } from './judgement';
import { Person } from './person';
import {
  CROWNLABS_TENANT,
  CROWNLABS_WORKSPACE,
  crownlabsTenant,
  isReady,
  of,
  person,
  TenancyScene,
  tenantPath,
  WORKSPACE,
} from './scene';

jest.setTimeout(180_000);

let scene: TenancyScene;
let ada: string;
let grace: string;
let john: string;
let tea: string;
let coffee: string;
/** Who may patch every Tenant as far as RBAC goes, and neither owns nor administers one, nor manages a workspace. */
let clerk: string;
beforeAll(async () => {
  scene = await TenancyScene.make({ admission: true });
  [ada, grace, john, tea, coffee, clerk] = ['ada', 'grace', 'john', 'tea', 'coffee', 'clerk'].map((base) =>
    scene.name(base),
  ) as [string, string, string, string, string, string];
  for (const name of [tea, coffee]) {
    await scene.apply(WORKSPACE, of('Workspace', name, { displayName: name, enrolment: 'Approval' }));
    await scene.until(WORKSPACE, name, 'is ready', isReady);
  }
  await scene.tenants(
    person(ada, { workspaces: [{ name: coffee, role: 'Member' }], lastLogin: '2026-02-01T00:00:00Z' }),
    person(grace, { workspaces: [{ name: tea, role: 'Manager' }] }),
  );
  await scene.apply(CROWNLABS_WORKSPACE, {
    apiVersion: 'crownlabs.polito.it/v1alpha1',
    kind: 'Workspace',
    metadata: { name: `${tea}-c` },
    spec: { prettyName: 'Tea', autoEnroll: 'withApproval', quota: { cpu: 1, memory: '1Gi', instances: 1 } },
  });
  await scene.apply(
    CROWNLABS_TENANT,
    crownlabsTenant(john, { workspaces: [{ name: `${tea}-c`, role: 'user' }], lastLogin: '2026-02-01T00:00:00Z' }),
  );
  await scene.until(CROWNLABS_TENANT, john, 'is ready', (object) => valueAt(object, ['status', 'ready']) === true);
  const rbac = 'rbac.authorization.k8s.io';
  await scene.apply(CLUSTER_ROLE, {
    apiVersion: `${rbac}/v1`,
    kind: 'ClusterRole',
    metadata: { name: clerk },
    rules: [{ apiGroups: ['adrasteia.dev', 'crownlabs.polito.it'], resources: ['tenants'], verbs: ['get', 'patch'] }],
  });
  await scene.apply(CLUSTER_ROLE_BINDING, {
    apiVersion: `${rbac}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name: clerk },
    roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: clerk },
    subjects: [{ apiGroup: rbac, kind: 'User', name: clerk }],
  });
  const key = { spec: { publicKeys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ probe'] } };
  const hasPatch = async (who: Person, path: string): Promise<boolean> =>
    !(await who.ask({ method: 'PATCH', path, body: key })).message.includes('cannot patch');
  for (const [name, path] of [
    [ada, tenantPath(ada)],
    [grace, tenantPath(ada)],
    [clerk, tenantPath(ada)],
    [john, crownlabsPath()],
    [clerk, crownlabsPath()],
  ] as const)
    await eventually(`${name} may patch`, () => hasPatch(scene.user(name), path));
});
afterAll(async () => {
  await scene.close();
});

const crownlabsPath = (): string => `/apis/crownlabs.polito.it/v1alpha2/tenants/${john}`;
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ someone';

/** `Yes`, or the words of the refusal. Nothing is changed. */
async function patched(who: Person, path: string, body: JsonObject): Promise<string> {
  const answer = await who.ask({ method: 'PATCH', path, body });
  return judged(answer) === 'Yes' ? 'Yes' : answer.message;
}

const METADATA: readonly JsonObject[] = [
  { labels: { 'adrasteia.dev/workspace-tea': 'manager' } },
  { annotations: { 'adrasteia.dev/paused': 'true' } },
  { finalizers: null },
  {
    ownerReferences: [
      { apiVersion: 'v1', kind: 'Namespace', name: 'default', uid: '00000000-0000-4000-8000-000000000000' },
    ],
  },
];

/** Everybody for whom a rule decides, by who they are in the tables. */
const people = (): Readonly<Record<string, Person>> => ({
  'the tenant': scene.user(ada),
  'a manager of a workspace': scene.user(grace),
  'who may patch tenants': scene.user(clerk),
  'an administrator': scene.known(Person.as(scene.harness.cluster.connection)),
});

describe('of a Tenant of ours', () => {
  test.each(METADATA.map((metadata) => [Object.keys(metadata)[0] ?? '', metadata] as const))(
    'metadata.%s are changed by administrators alone',
    async (_field, metadata) => {
      const { 'an administrator': administrator, ...others } = people();
      for (const who of Object.values(others))
        expect(await patched(who, tenantPath(ada), { metadata })).toContain(
          'labels, annotations, finalizers and owners',
        );
      if (administrator !== undefined) expect(await patched(administrator, tenantPath(ada), { metadata })).toBe('Yes');
    },
  );

  test.each([
    ['firstName', 'Other'],
    ['lastName', 'Other'],
    ['email', 'other@example.org'],
    ['sandbox', true],
    ['personalTemplates', true],
    ['quota', { cpu: '1000' }],
  ] as const)('spec.%s is changed by administrators alone', async (field, value) => {
    const { 'an administrator': administrator, ...others } = people();
    const spec = { [field]: value };
    for (const who of Object.values(others))
      expect(await patched(who, tenantPath(ada), { spec })).toContain(`spec.${field} is an administrator`);
    if (administrator !== undefined) expect(await patched(administrator, tenantPath(ada), { spec })).toBe('Yes');
  });

  test.each([
    ['the tenant', 'Yes'],
    ['an administrator', 'Yes'],
    ['a manager of a workspace', 'spec.publicKeys are the tenant’s own'],
    ['who may patch tenants', 'spec.publicKeys are the tenant’s own'],
  ])('spec.publicKeys, changed by %s: %s', async (who, expected) => {
    const one = people()[who];
    expect(one && (await patched(one, tenantPath(ada), { spec: { publicKeys: [KEY] } }))).toContain(expected);
  });

  test.each([
    ['the tenant', '2026-03-01T00:00:00Z', 'Yes'],
    ['the tenant', null, 'spec.lastLogin is written by'],
    ['an administrator', '2026-03-01T00:00:00Z', 'Yes'],
    ['an administrator', null, 'Yes'],
    ['a manager of a workspace', '2026-03-01T00:00:00Z', 'spec.lastLogin is written by'],
    ['who may patch tenants', '2026-03-01T00:00:00Z', 'spec.lastLogin is written by'],
  ] as const)('spec.lastLogin, by %s, made %s: %s', async (who, lastLogin, expected) => {
    const one = people()[who];
    expect(one && (await patched(one, tenantPath(ada), { spec: { lastLogin } }))).toContain(expected);
  });

  const REFUSED = 'spec.workspaces: a tenant leaves workspaces';
  test.each([
    ['the tenant', 'enters as a Candidate', [coffeeEntry, teaAs('Candidate')], 'Yes'],
    ['the tenant', 'leaves', [], 'Yes'],
    ['the tenant', 'enters as a Member', [coffeeEntry, teaAs('Member')], REFUSED],
    ['the tenant', 'enters as a Manager', [coffeeEntry, teaAs('Manager')], REFUSED],
    ['the tenant', 'makes itself a Manager where it is a Member', [coffeeAs('Manager')], REFUSED],
    ['the tenant', 'makes itself a Candidate where it is a Member', [coffeeAs('Candidate')], 'Yes'],
    ['a manager of a workspace', 'lets somebody in', [coffeeEntry, teaAs('Member')], 'Yes'],
    ['a manager of a workspace', 'makes somebody a Manager', [coffeeEntry, teaAs('Manager')], 'Yes'],
    ['a manager of a workspace', 'enters somebody elsewhere', [coffeeAs('Manager')], REFUSED],
    ['a manager of a workspace', 'puts somebody out elsewhere', [], REFUSED],
    ['a manager of a workspace', 'does both at once', [teaAs('Member')], REFUSED],
    ['who may patch tenants', 'lets somebody in', [coffeeEntry, teaAs('Member')], REFUSED],
    ['who may patch tenants', 'enters somebody as a Candidate', [coffeeEntry, teaAs('Candidate')], REFUSED],
    ['an administrator', 'does anything', [teaAs('Manager'), coffeeAs('Manager')], 'Yes'],
  ] as const)('spec.workspaces: %s %s', async (who, _what, entries, expected) => {
    const one = people()[who];
    const workspaces = entries.map((entry) => ({ ...entry() }));
    expect(one && (await patched(one, tenantPath(ada), { spec: { workspaces } }))).toContain(expected);
  });
});

describe('of a Tenant of CrownLabs', () => {
  const asked = (who: string): Person =>
    who === 'an administrator'
      ? scene.known(Person.as(scene.harness.cluster.connection))
      : scene.user(who === 'the tenant' ? john : clerk);

  test.each(METADATA.map((metadata) => [Object.keys(metadata)[0] ?? '', metadata] as const))(
    'metadata.%s are changed by administrators alone',
    async (_field, metadata) => {
      for (const who of ['the tenant', 'who may patch tenants'])
        expect(await patched(asked(who), crownlabsPath(), { metadata })).toContain('labels, annotations, finalizers');
      expect(await patched(asked('an administrator'), crownlabsPath(), { metadata })).toBe('Yes');
    },
  );

  const quota = { cpu: 1000, memory: '1Ti', instances: 1000 };
  test.each([
    ['firstName', 'Other'],
    ['lastName', 'Other'],
    ['email', 'other@example.org'],
    ['createSandbox', true],
    ['createPersonalWorkspace', true],
    ['personalWorkspace', quota],
    ['quota', quota],
  ] as const)('spec.%s is changed by administrators alone', async (field, value) => {
    const spec = { [field]: value };
    for (const who of ['the tenant', 'who may patch tenants'])
      expect(await patched(asked(who), crownlabsPath(), { spec })).toContain(`spec.${field} is an administrator`);
    expect(await patched(asked('an administrator'), crownlabsPath(), { spec })).toBe('Yes');
  });

  test.each([
    ['the tenant', { publicKeys: [KEY] }, 'Yes'],
    ['who may patch tenants', { publicKeys: [KEY] }, 'spec.publicKeys are the tenant’s own'],
    ['the tenant', { lastLogin: '2026-03-01T00:00:00Z' }, 'Yes'],
    ['who may patch tenants', { lastLogin: '2026-03-01T00:00:00Z' }, 'spec.lastLogin is written by'],
    ['an administrator', { publicKeys: [KEY], lastLogin: null }, 'Yes'],
  ] as const)('%s changes %j: %s', async (who, spec, expected) => {
    expect(await patched(asked(who), crownlabsPath(), { spec })).toContain(expected);
  });

  const REFUSED = 'enters them as a candidate';
  test.each([
    ['the tenant', 'leaves', [], 'Yes'],
    ['the tenant', 'asks to be let in', [['other', 'candidate']], 'Yes'],
    ['the tenant', 'makes itself a manager', [['own', 'manager']], REFUSED],
    ['the tenant', 'enters as a user', [['other', 'user']], REFUSED],
    ['who may patch tenants', 'puts it out', [], REFUSED],
    ['an administrator', 'makes it a manager', [['own', 'manager']], 'Yes'],
  ] as const)('%s %s', async (who, _what, entries, expected) => {
    const workspaces = entries.map(([which, role]) => ({ name: which === 'own' ? `${tea}-c` : 'another', role }));
    expect(await patched(asked(who), crownlabsPath(), { spec: { workspaces } })).toContain(expected);
  });
});

type NamedEntry = () => { readonly name: string; readonly role: string };

function teaAs(role: string): NamedEntry {
  return () => ({ name: tea, role });
}

function coffeeAs(role: string): NamedEntry {
  return () => ({ name: coffee, role });
}

function coffeeEntry(): ReturnType<NamedEntry> {
  return { name: coffee, role: 'Member' };
}
