/**
 * Tenants and workspaces, of our own API and of CrownLabs', with a real Keycloak: the controller on the embedded API, in this
 * process; mails go to a real port.
 */

import { isDeepStrictEqual } from 'node:util';
import { NAMESPACE, SECRET } from '../../constructs/parts/resource-types';
import { systemClock } from '../../src/adapters/system-clock';
import type { JsonObject } from '../../src/api/json';
import type { KubeObject, Manifest } from '../../src/api/object';
import { valueAt } from '../../src/api/object';
import { apiVersionOf, type ResourceType } from '../../src/api/resource-type';
import { tenancySystems } from '../../src/controller/tenancy-systems';
import { TEST_KUBECONFIG } from '../support/cluster';
import { startEmbeddedCluster } from '../support/embedded-cluster/start';
import { engineCrds, engineKinds, typeOf } from '../support/engine';
import { eventually } from '../support/eventually';
import { Harness, type Running } from '../support/harness';
import { Mailbox } from '../support/keycloak/mailbox';
import { Realm } from '../support/keycloak/realm';
import { RunningKeycloak } from '../support/keycloak/running-keycloak';
import { shipRoles } from '../support/shipped-roles';

jest.setTimeout(600_000);

const KINDS = engineKinds();
const TENANT = typeOf('Tenant');
const WORKSPACE = typeOf('Workspace');
/** What waited for Keycloak is tried again a minute later at the most. */
const PATIENCE_MS = 150_000;
/** Nothing listens there. */
const NOBODYS_PORT = 9;
const ACCOUNT = { clientId: 'adrasteia-controller', secret: 'of the controller' };

let keycloak: RunningKeycloak;
let mailbox: Mailbox;
let realm: Realm;
let harness: Harness;
let running: Running;
beforeAll(async () => {
  process.env[TEST_KUBECONFIG] ??= await startEmbeddedCluster();
  [keycloak, mailbox] = await Promise.all([RunningKeycloak.start(), Mailbox.open()]);
  realm = await Realm.make(keycloak, {
    name: 'company',
    clients: [
      { ...ACCOUNT, managementRoles: ['manage-users', 'manage-clients', 'query-clients'] },
      { clientId: 'k8s', secret: 'of k8s', roles: ['auditor'] },
    ],
    people: [{ name: 'grace' }],
    mailPort: mailbox.port,
  });
  harness = await Harness.make(engineCrds());
  await shipRoles(harness.cluster);
  await giveSecret(ACCOUNT.secret);
  await harness.apply(
    typeOf('Tenancy'),
    of('Tenancy', 'default', {
      identity: {
        keycloak: { url: keycloak.url, realm: 'company', client: 'k8s', credentialsSecret: { name: 'keycloak' } },
      },
    }),
  );
  await startController();
  await harness.apply(WORKSPACE, of('Workspace', 'tea', { displayName: 'Tea' }));
  await harness.apply(WORKSPACE, of('Workspace', 'coffee', { displayName: 'Coffee' }));
});
afterAll(async () => {
  await harness.close();
  await mailbox.close();
  await keycloak.stop();
});

const of = (kind: string, name: string, spec: object): Manifest => ({
  apiVersion: 'adrasteia.dev/v1alpha1',
  kind,
  metadata: { name },
  spec,
});
const person = (name: string, spec: object = {}): Manifest =>
  of('Tenant', name, { firstName: 'A', lastName: 'Person', email: `${name}@example.org`, ...spec });

async function startController(): Promise<void> {
  const { cluster, namespace } = harness;
  running = await harness.start(KINDS, {
    everywhere: true,
    systems: tenancySystems({ cluster, clock: systemClock, systemNamespace: namespace }),
  });
}

async function giveSecret(clientSecret: string): Promise<void> {
  await harness.apply(SECRET, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'keycloak', namespace: harness.namespace },
    stringData: { clientId: ACCOUNT.clientId, clientSecret },
  });
}

function change(type: ResourceType, name: string, spec: JsonObject): Promise<KubeObject> {
  return harness.cluster.patch(type, { name }, { spec }, { type: 'merge', fieldManager: 'test' });
}

async function until(
  type: ResourceType,
  name: string,
  what: string,
  holds: (object: KubeObject) => boolean,
): Promise<KubeObject> {
  let last: KubeObject | undefined;
  try {
    return await eventually(
      `${type.kind} ${name} ${what}`,
      async () => {
        last = await harness.cluster.get(type, { name });
        return last !== undefined && holds(last) ? last : undefined;
      },
      PATIENCE_MS,
    );
  } catch (error) {
    throw new Error(`${(error as Error).message}; its status is ${JSON.stringify(last?.status)}`, { cause: error });
  }
}
const gone = (type: ResourceType, name: string): Promise<unknown> =>
  eventually(
    `${type.kind} ${name} is gone`,
    async () => (await harness.cluster.get(type, { name })) === undefined,
    PATIENCE_MS,
  );

/** Reason of a condition that speaks of the object as it is now. */
function reasonOf({ metadata, status }: KubeObject, type: string): unknown {
  const conditions = valueAt(status, ['conditions']) as
    | readonly { readonly type: string; readonly reason: string; readonly observedGeneration?: number }[]
    | undefined;
  return conditions?.find((one) => one.type === type && one.observedGeneration === metadata.generation)?.reason;
}
const isSynced = (object: KubeObject): boolean => reasonOf(object, 'IdentitySynced') === 'Synced';

/** An account as the administrator sees it, with its roles of the client `k8s`. */
async function accountOf(name: string) {
  const admin = await realm.admin();
  const [user] = await admin.users.find({ username: name, exact: true });
  if (user?.id === undefined) return undefined;
  const [client] = await admin.clients.find({ clientId: 'k8s' });
  const roles = await admin.users.listClientRoleMappings({ id: user.id, clientUniqueId: client?.id ?? '' });
  const { id, email, firstName, lastName, enabled } = user;
  return { id, email, firstName, lastName, enabled, roles: roles.flatMap((role) => role.name ?? []).sort() };
}
async function rolesThere(): Promise<Readonly<Record<string, string | undefined>>> {
  const admin = await realm.admin();
  const [client] = await admin.clients.find({ clientId: 'k8s' });
  const roles = await admin.clients.listRoles({ id: client?.id ?? '' });
  return Object.fromEntries(roles.map(({ name, description }) => [name ?? '', description]));
}
/** Has Keycloak send its mail to another port of this machine. */
async function sendMailTo(port: number): Promise<void> {
  const smtpServer = { host: '127.0.0.1', port: String(port), from: 'keycloak@example.org' };
  await (await realm.admin()).realms.update({ realm: 'company' }, { smtpServer });
}
const mailsTo = (address: string): number => mailbox.mails.filter(({ to }) => to.includes(address)).length;

describe('a tenant', () => {
  test('has an account with the roles of its workspaces, and is sent one mail', async () => {
    await harness.apply(TENANT, person('ada', { workspaces: [{ name: 'tea', role: 'Member' }] }));
    const ada = await until(TENANT, 'ada', 'is synchronised', isSynced);
    const account = await accountOf('ada');
    expect(account).toMatchObject({
      email: 'ada@example.org',
      lastName: 'Person',
      enabled: true,
      roles: ['workspace-tea:user'],
    });
    expect(valueAt(ada.status, ['account'])).toEqual({ id: account?.id, emailVerified: false });
    expect(await rolesThere()).toMatchObject({
      auditor: undefined,
      'workspace-tea:user': 'Tea User Role',
      'workspace-tea:manager': 'Tea Manager Role',
    });
    await eventually('the mail is there', () => mailsTo('ada@example.org') === 1);
  });

  test('whose account is there with a verified address is sent none', async () => {
    await harness.apply(TENANT, person('grace'));
    const grace = await until(TENANT, 'grace', 'is synchronised', isSynced);
    expect(valueAt(grace.status, ['account', 'emailVerified'])).toBe(true);
    await running.drained();
    expect(mailsTo('grace@example.org')).toBe(0);
  });

  test('that is changed has its account changed, and a new address is sent one mail', async () => {
    await change(TENANT, 'ada', { lastName: 'King', email: 'ada@example.com' });
    await until(TENANT, 'ada', 'is synchronised', isSynced);
    expect(await accountOf('ada')).toMatchObject({ email: 'ada@example.com', lastName: 'King' });
    await eventually('the mail is there', () => mailsTo('ada@example.com') === 1);
    expect(mailsTo('ada@example.org')).toBe(1);
  });

  test('gets and loses roles with its workspaces', async () => {
    await change(TENANT, 'ada', {
      workspaces: [
        { name: 'tea', role: 'Manager' },
        { name: 'coffee', role: 'Member' },
      ],
    });
    await until(TENANT, 'ada', 'is synchronised', isSynced);
    expect((await accountOf('ada'))?.roles).toEqual(['workspace-coffee:user', 'workspace-tea:manager']);
    await change(TENANT, 'ada', { workspaces: [{ name: 'coffee', role: 'Member' }] });
    await until(TENANT, 'ada', 'is synchronised', isSynced);
    expect((await accountOf('ada'))?.roles).toEqual(['workspace-coffee:user']);
  });

  test('that is suspended can’t sign in, until it is no longer', async () => {
    await change(TENANT, 'ada', { suspended: true });
    await until(TENANT, 'ada', 'is synchronised', isSynced);
    expect(await accountOf('ada')).toMatchObject({ enabled: false });
    await change(TENANT, 'ada', { suspended: false });
    await until(TENANT, 'ada', 'is synchronised', isSynced);
    expect(await accountOf('ada')).toMatchObject({ enabled: true });
  });

  test('isn’t written, and sent nothing, by a controller that is started again', async () => {
    const before = await harness.cluster.get(TENANT, { name: 'ada' });
    const mails = mailbox.mails.length;
    await running.stop();
    await startController();
    await running.drained();
    expect((await harness.cluster.get(TENANT, { name: 'ada' }))?.metadata.resourceVersion).toBe(
      before?.metadata.resourceVersion,
    );
    expect(mailbox.mails).toHaveLength(mails);
  });
});

test('an account that is gone before its mail could be sent is made anew, with its roles, and the mail is sent', async () => {
  await sendMailTo(NOBODYS_PORT);
  await harness.apply(TENANT, person('hedy', { workspaces: [{ name: 'tea', role: 'Member' }] }));
  await until(TENANT, 'hedy', 'waits for its mail', (live) => reasonOf(live, 'IdentitySynced') === 'MailNotSent');
  const before = await accountOf('hedy');
  expect(before?.roles).toEqual(['workspace-tea:user']);
  await (await realm.admin()).users.del({ id: before?.id ?? '' });
  await sendMailTo(mailbox.port);
  await until(TENANT, 'hedy', 'is synchronised', isSynced);
  const account = await accountOf('hedy');
  expect(account?.roles).toEqual(['workspace-tea:user']);
  expect(account?.id).not.toBe(before?.id);
  await eventually('the mail is there', () => mailsTo('hedy@example.org') === 1);
});

test('a wrong secret is refused, and a right one counts without a restart', async () => {
  await giveSecret('a mistake');
  await change(TENANT, 'ada', { lastName: 'Lovelace' });
  await until(TENANT, 'ada', 'says that it is refused', (live) => reasonOf(live, 'IdentitySynced') === 'Refused');
  expect(await accountOf('ada')).toMatchObject({ lastName: 'King' });
  await giveSecret(ACCOUNT.secret);
  await until(TENANT, 'ada', 'is synchronised', isSynced);
  expect(await accountOf('ada')).toMatchObject({ lastName: 'Lovelace' });
});

test('a deleted workspace takes its roles with it', async () => {
  await harness.cluster.delete(WORKSPACE, { name: 'coffee' });
  await gone(WORKSPACE, 'coffee');
  expect(Object.keys(await rolesThere()).sort()).toEqual(['auditor', 'workspace-tea:manager', 'workspace-tea:user']);
  expect((await accountOf('ada'))?.roles).toEqual([]);
});

test('while Keycloak is dead everything else goes on; what waited is done once when it is back', async () => {
  const isDown = (live: KubeObject): boolean => reasonOf(live, 'IdentitySynced') === 'ProviderUnavailable';
  const mails = mailbox.mails.length;
  await keycloak.kill();
  await harness.apply(TENANT, person('emmy', { workspaces: [{ name: 'tea', role: 'Member' }] }));
  const emmy = await until(TENANT, 'emmy', 'says what it waits for', isDown);
  expect(reasonOf(emmy, 'Ready')).toBe('Ready');
  expect(valueAt(emmy.status, ['namespace'])).toBe('tenant-emmy');
  await harness.cluster.delete(TENANT, { name: 'ada' });
  await gone(NAMESPACE, 'tenant-ada');
  const ada = await until(TENANT, 'ada', 'waits', isDown);
  expect(JSON.stringify(ada.status)).toContain('adrasteia.dev/leave-identity=true');
  // Whatever a controller remembers by itself is lost.
  await running.stop();
  await startController();
  await running.drained();
  expect(mailbox.mails).toHaveLength(mails);

  await keycloak.startAgain();
  await gone(TENANT, 'ada');
  expect(await accountOf('ada')).toMatchObject({ enabled: false, roles: [] });
  await until(TENANT, 'emmy', 'is synchronised', isSynced);
  expect(await accountOf('emmy')).toMatchObject({ enabled: true, roles: ['workspace-tea:user'] });
  await eventually('the mail is there', () => mailsTo('emmy@example.org') === 1);
  expect(mailbox.mails).toHaveLength(mails + 1);
});

test('Keycloak that is killed while it makes accounts goes on with the rest, and nobody is sent a mail twice', async () => {
  const mails = mailbox.mails.length;
  const names = Array.from({ length: 8 }, (_, index) => `crowd-${String(index)}`);
  await Promise.all(names.map((name) => harness.apply(TENANT, person(name))));
  await eventually('a mail is there', () => mailbox.mails.length > mails);
  await keycloak.kill();
  await keycloak.startAgain();
  // Those who were told before, too.
  await change(TENANT, 'emmy', { firstName: 'Emmy' });
  for (const name of [...names, 'emmy']) await until(TENANT, name, 'is synchronised', isSynced);
  await running.drained();
  // Of a mail that was being sent nobody knows: it isn't sent again.
  const unsure = running.log.lines.flatMap(({ message, keys }) =>
    message === 'one-shot failed' ? [keys['name']] : [],
  );
  for (const name of names.filter((one) => !unsure.includes(one)))
    await eventually(`${name} has a mail`, () => mailsTo(`${name}@example.org`) === 1);
  for (const name of [...unsure, 'emmy']) expect(mailsTo(`${String(name)}@example.org`)).toBeLessThan(2);
});

test('who comes back under the same name has the same account, enabled', async () => {
  const { id } = (await accountOf('ada')) ?? {};
  await harness.apply(TENANT, person('ada', { email: 'ada@example.com' }));
  await until(TENANT, 'ada', 'is synchronised', isSynced);
  expect(await accountOf('ada')).toMatchObject({ id, enabled: true });
});

describe('CrownLabs’ tenants and workspaces', () => {
  const CROWNLABS = 'crownlabs.polito.it';
  const LAB = typeOf('Workspace', CROWNLABS);
  const PERSON = typeOf('Tenant', CROWNLABS);
  const place = (type: ResourceType, name: string, spec: object): Promise<KubeObject> =>
    harness.apply(type, { apiVersion: apiVersionOf(type), kind: type.kind, metadata: { name }, spec });
  const lina = (role: 'user' | 'manager') => ({
    firstName: 'Lina',
    lastName: 'Stern',
    email: 'lina@example.org',
    workspaces: [{ name: 'lab', role }],
  });
  const isReported = (status: object) => (object: KubeObject) =>
    reasonOf(object, 'IdentitySynced') === 'Synced' &&
    isDeepStrictEqual(valueAt(object.status, ['keycloak']), { ...status, userSynchronized: true });

  test('have their account and roles there, and say so where their clients look', async () => {
    await place(LAB, 'lab', {
      prettyName: 'The lab',
      quota: { cpu: 2, memory: '4G', instances: 1 },
    });
    await place(PERSON, 'lina', lina('manager'));
    await until(LAB, 'lab', 'is subscribed', ({ status }) => valueAt(status, ['subscription', 'keycloak']) === 'Ok');
    await eventually('the mail is there', () => mailsTo('lina@example.org') === 1);
    const account = await eventually('she has her role', async () => {
      const seen = await accountOf('lina');
      return seen?.roles.includes('workspace-lab:manager') === true && seen;
    });
    expect(account).toMatchObject({ email: 'lina@example.org', firstName: 'Lina', enabled: true });
    await until(
      PERSON,
      'lina',
      'has her account in its status',
      isReported({ userCreated: { name: account.id, created: true }, userConfirmed: false }),
    );
    expect(await rolesThere()).toMatchObject({
      'workspace-lab:user': 'The lab User Role',
      'workspace-lab:manager': 'The lab Manager Role',
    });

    await place(PERSON, 'lina', lina('user'));
    await eventually('she has the other role', async () => {
      return (await accountOf('lina'))?.roles.join() === 'workspace-lab:user';
    });
    expect(mailsTo('lina@example.org')).toBe(1);
  });

  test('take them back when they go', async () => {
    await harness.cluster.delete(PERSON, { name: 'lina' });
    await gone(PERSON, 'lina');
    expect(await accountOf('lina')).toMatchObject({ enabled: false, roles: [] });
    await harness.cluster.delete(LAB, { name: 'lab' });
    await gone(LAB, 'lab');
    expect(Object.keys(await rolesThere()).filter((name) => name.startsWith('workspace-lab'))).toEqual([]);
  });
});
