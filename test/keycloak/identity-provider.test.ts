/** The identity port over a real Keycloak, which sends its mail to a real port. */
import { Keycloak } from '../../src/adapters/keycloak/keycloak';
import { PROBLEM_CODES } from '../../src/adapters/keycloak/problem';
import { systemClock } from '../../src/adapters/system-clock';
import type { IdentityUser } from '../../src/ports/identity-provider';
import { Mailbox } from '../support/keycloak/mailbox';
import { Realm } from '../support/keycloak/realm';
import { RunningKeycloak } from '../support/keycloak/running-keycloak';

jest.setTimeout(600_000);

const ACCOUNT = { clientId: 'adrasteia-controller', secret: 'of the controller' };
const APP = { clientId: 'app', secret: 'of the app' };
const ADA = { name: 'ada', email: 'ada@example.org', firstName: 'Ada', lastName: 'Lovelace', isEnabled: true };

let running: RunningKeycloak;
let mailbox: Mailbox;
let realm: Realm;
let keycloak: Keycloak;
beforeAll(async () => {
  [running, mailbox] = await Promise.all([RunningKeycloak.start(), Mailbox.open()]);
  realm = await Realm.make(running, {
    name: 'company',
    clients: [
      { ...ACCOUNT, managementRoles: ['manage-users', 'manage-clients', 'query-clients'] },
      { ...APP, takesPasswords: true },
      { clientId: 'reader', secret: 'of the reader', managementRoles: ['view-users'] },
      { clientId: 'k8s', secret: 'of k8s', roles: ['auditor'] },
    ],
    people: [{ name: 'grace', roles: { k8s: ['auditor'] } }, { name: 'adalbert' }],
    mailPort: mailbox.port,
  });
  keycloak = keycloakAs(ACCOUNT);
});
afterAll(async () => {
  await mailbox.close();
  await running.stop();
});

function keycloakAs({ clientId, secret }: { readonly clientId: string; readonly secret: string }): Keycloak {
  const settings = { url: running.url, realm: 'company', clientId, clientSecret: secret, rolesClientId: 'k8s' };
  return new Keycloak(settings, systemClock);
}

/** Names of the roles of `k8s` that somebody has, by themselves, as the administrator sees them. */
async function rolesOf({ id }: IdentityUser): Promise<readonly string[]> {
  const admin = await realm.admin();
  const [client] = await admin.clients.find({ clientId: 'k8s' });
  const roles = await admin.users.listClientRoleMappings({ id, clientUniqueId: client?.id ?? '' });
  return roles.flatMap(({ name }) => name ?? []).sort();
}

/** The roles of `k8s` with their descriptions. */
async function rolesThere(): Promise<Readonly<Record<string, string | undefined>>> {
  const admin = await realm.admin();
  const [client] = await admin.clients.find({ clientId: 'k8s' });
  const roles = await admin.clients.listRoles({ id: client?.id ?? '' });
  return Object.fromEntries(roles.map(({ name, description }) => [name ?? '', description]));
}

async function getUser(name: string): Promise<IdentityUser> {
  const user = await keycloak.findUser(name);
  if (user === undefined) throw new Error(`there is no user ${name}`);
  return user;
}

/** How Keycloak answers somebody's request for a token. */
async function tokenStatus(form: Readonly<Record<string, string>>): Promise<{ status: number; refreshToken: string }> {
  const body = new URLSearchParams({ client_id: APP.clientId, client_secret: APP.secret, ...form });
  const answer = await fetch(`${realm.issuerUrl}/protocol/openid-connect/token`, { method: 'POST', body });
  const { refresh_token: refreshToken = '' } = (await answer.json()) as { readonly refresh_token?: string };
  return { status: answer.status, refreshToken };
}

describe('an account', () => {
  test('that isn’t there isn’t found, also where its name is the beginning of another one', async () => {
    expect(await keycloak.findUser('adalb')).toBeUndefined();
    expect(await keycloak.findUser('adalbert')).toMatchObject({ name: 'adalbert', isEmailVerified: true });
  });

  test('is made, once, with an address that isn’t verified', async () => {
    const made = await keycloak.ensureUser(ADA);
    expect(made).toEqual({ ...ADA, id: made.id, isEmailVerified: false });
    expect(await keycloak.ensureUser(ADA)).toEqual(made);
    expect(await keycloak.findUser('ada')).toEqual(made);
    expect(await keycloak.findUser('ADA')).toEqual(made);
  });

  test('is made once by several who ask at a time', async () => {
    const wanted = { ...ADA, name: 'twice', email: 'twice@example.org' };
    const [one, other] = await Promise.all([keycloak.ensureUser(wanted), keycloak.ensureUser(wanted)]);
    expect(one.id).toBe(other.id);
  });

  test('is changed where it differs, and nothing else of it is', async () => {
    const { id } = await keycloak.ensureUser(ADA);
    const admin = await realm.admin();
    await admin.users.update({ id }, { emailVerified: true, requiredActions: ['UPDATE_PASSWORD'] });
    expect(await keycloak.ensureUser({ ...ADA, lastName: 'King' })).toMatchObject({ id, isEmailVerified: true });
    expect(await keycloak.findUser('ada')).toMatchObject({ lastName: 'King', isEmailVerified: true });
    const changed = await keycloak.ensureUser({ ...ADA, email: 'ada@example.com' });
    expect(changed).toMatchObject({ id, email: 'ada@example.com', isEmailVerified: false });
    expect(await keycloak.findUser('ada')).toEqual(changed);
    expect((await admin.users.findOne({ id }))?.requiredActions).toEqual(['UPDATE_PASSWORD']);
    await keycloak.ensureUser(ADA);
  });

  test('isn’t given the address of another one', async () => {
    const wanted = { ...ADA, name: 'mallory', email: 'grace@example.org' };
    await expect(keycloak.ensureUser(wanted)).rejects.toMatchObject({
      code: PROBLEM_CODES.refused,
      message: expect.stringContaining('User exists with same email') as unknown,
    });
    expect(await keycloak.findUser('mallory')).toBeUndefined();
  });

  test('is disabled, which ends its sessions, and enabled again', async () => {
    const user = await getUser('grace');
    const form = { grant_type: 'password', username: 'grace', password: realm.passwordOf('grace'), scope: 'openid' };
    const { status, refreshToken } = await tokenStatus(form);
    expect(status).toBe(200);
    await keycloak.disableUser('grace');
    await keycloak.disableUser('grace');
    expect(await keycloak.findUser('grace')).toMatchObject({ isEnabled: false });
    expect(await realm.sessionsOf('grace')).toBe(0);
    expect((await tokenStatus({ grant_type: 'refresh_token', refresh_token: refreshToken })).status).toBe(400);
    expect((await tokenStatus(form)).status).toBe(400);
    await keycloak.ensureUser({ ...user, isEnabled: true });
    expect((await tokenStatus(form)).status).toBe(200);
  });

  test('that isn’t there is disabled enough', async () => {
    await expect(keycloak.disableUser('nobody')).resolves.toBeUndefined();
  });

  test('is sent one mail for each call', async () => {
    const user = await keycloak.ensureUser(ADA);
    await keycloak.mailActions(user, { actions: ['UpdatePassword', 'VerifyEmail'], lifespanSeconds: 3600 });
    expect(mailbox.mails.map(({ to }) => to)).toEqual([['ada@example.org']]);
    expect(mailbox.mails[0]?.text).toContain('/login-actions/action-token');
  });

  test('that is disabled is sent no mail', async () => {
    const user = await keycloak.ensureUser({ ...ADA, name: 'idle', email: 'idle@example.org', isEnabled: false });
    const mail = { actions: ['VerifyEmail'], lifespanSeconds: 3600 } as const;
    await expect(keycloak.mailActions(user, mail)).rejects.toMatchObject({ code: PROBLEM_CODES.refused });
  });
});

describe('roles', () => {
  const MANAGER = { name: 'workspace-ai:manager', description: 'AI Manager Role' };
  const MEMBER = { name: 'workspace-ai:user', description: 'AI User Role' };
  const PREFIX = 'workspace-';

  test('are made and described, and made again without harm', async () => {
    await keycloak.ensureRoles([MANAGER, MEMBER]);
    await keycloak.ensureRoles([MANAGER, { ...MEMBER, description: 'Member' }]);
    expect(await rolesThere()).toMatchObject({ [MANAGER.name]: 'AI Manager Role', [MEMBER.name]: 'Member' });
  });

  test('are given and taken, and those without the prefix are left alone', async () => {
    await keycloak.ensureRoles([MANAGER, MEMBER]);
    const user = await getUser('grace');
    await keycloak.setUserRoles(user, { prefix: PREFIX, roles: [MEMBER.name] });
    expect(await rolesOf(user)).toEqual(['auditor', MEMBER.name]);
    await keycloak.setUserRoles(user, { prefix: PREFIX, roles: [MANAGER.name] });
    await keycloak.setUserRoles(user, { prefix: PREFIX, roles: [MANAGER.name] });
    expect(await rolesOf(user)).toEqual(['auditor', MANAGER.name]);
    await keycloak.setUserRoles(user, { prefix: PREFIX, roles: [] });
    expect(await rolesOf(user)).toEqual(['auditor']);
  });

  test('that don’t exist are refused, and the others given', async () => {
    await keycloak.ensureRoles([MEMBER]);
    const user = await getUser('grace');
    const wanted = { prefix: PREFIX, roles: ['workspace-none:user', MEMBER.name] };
    await expect(keycloak.setUserRoles(user, wanted)).rejects.toMatchObject({
      code: PROBLEM_CODES.refused,
      message: expect.stringContaining('has no role "workspace-none:user"') as unknown,
    });
    expect(await rolesOf(user)).toEqual(['auditor', MEMBER.name]);
  });

  test.each([[{ prefix: '', roles: [] }], [{ prefix: PREFIX, roles: ['auditor'] }]])(
    'aren’t changed by a mistake: %j',
    async (wanted) => {
      const user = await getUser('grace');
      const before = await rolesOf(user);
      await expect(keycloak.setUserRoles(user, wanted)).rejects.toMatchObject({ code: PROBLEM_CODES.refused });
      expect(await rolesOf(user)).toEqual(before);
    },
  );

  test('are deleted, which takes them from everybody, and deleted again without harm', async () => {
    await keycloak.ensureRoles([MANAGER, MEMBER]);
    const user = await getUser('grace');
    await keycloak.setUserRoles(user, { prefix: PREFIX, roles: [MANAGER.name, MEMBER.name] });
    await keycloak.removeRoles([MANAGER.name]);
    await keycloak.removeRoles([MANAGER.name, 'workspace-none:user']);
    expect(await rolesOf(user)).toEqual(['auditor', MEMBER.name]);
    expect(Object.keys(await rolesThere())).not.toContain(MANAGER.name);
  });

  test('are refused for a user who is gone', async () => {
    const gone = await keycloak.ensureUser({ ...ADA, name: 'gone', email: 'gone@example.org' });
    await (await realm.admin()).users.del({ id: gone.id });
    await expect(keycloak.setUserRoles(gone, { prefix: PREFIX, roles: [] })).rejects.toMatchObject({
      code: PROBLEM_CODES.refused,
      message: expect.stringContaining('there is no user "gone" any more') as unknown,
    });
  });

  test('are found again after their client was made anew', async () => {
    await keycloak.ensureRoles([MEMBER]);
    const admin = await realm.admin();
    const [client] = await admin.clients.find({ clientId: 'k8s' });
    await admin.clients.del({ id: client?.id ?? '' });
    await admin.clients.create({ clientId: 'k8s' });
    await keycloak.ensureRoles([MEMBER]);
    expect(Object.keys(await rolesThere())).toContain(MEMBER.name);
  });
});

describe('Keycloak', () => {
  test('refuses a wrong secret, and the message holds none', async () => {
    const asStranger = keycloakAs({ ...ACCOUNT, secret: 'another secret' });
    const error = await asStranger.findUser('ada').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: PROBLEM_CODES.refused,
      message: expect.stringContaining('check id and secret of client "adrasteia-controller"') as unknown,
    });
    expect(String(error)).not.toContain('another secret');
  });

  test('refuses an account without the rights, and says which it needs', async () => {
    const asReader = keycloakAs({ clientId: 'reader', secret: 'of the reader' });
    await expect(asReader.ensureUser({ ...ADA, name: 'new', email: 'new@example.org' })).rejects.toMatchObject({
      code: PROBLEM_CODES.refused,
      message: expect.stringContaining('the roles manage-users, manage-clients and query-clients') as unknown,
    });
  });

  test('that was killed doesn’t answer, and goes on with what it had once it is back', async () => {
    const before = await keycloak.ensureUser(ADA);
    await running.kill();
    await expect(keycloak.ensureUser(ADA)).rejects.toMatchObject({ code: PROBLEM_CODES.unavailable });
    await running.startAgain();
    expect(await keycloak.ensureUser(ADA)).toEqual(before);
  });
});
