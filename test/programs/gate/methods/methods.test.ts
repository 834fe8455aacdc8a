import type { EnvironmentAccess } from '../../../../src/access/environment-access';
import { Attempts } from '../../../../src/programs/gate/methods/attempts';
import { BasicMethod } from '../../../../src/programs/gate/methods/basic';
import { BearerMethod } from '../../../../src/programs/gate/methods/bearer';
import type { CredentialState } from '../../../../src/programs/gate/methods/credential-method';
import { passwordHashes } from '../../../../src/programs/gate/methods/password-hashes';
import { secretOf } from '../../../../src/programs/gate/methods/secret-of';
import {
  type SecretChange,
  type SecretText,
  WatchedSecrets,
} from '../../../../src/programs/gate/methods/watched-secrets';
import { FakeClock, settle } from '../../../support/fake-clock';
import { silentLogger } from '../../../support/silent-logger';
import { FakeCluster } from '../../controller-manager/fake-cluster';
import { accessWith, requestWith } from '../authorization/sample-access';

const SECRET = { group: '', version: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true };
const USERS = { namespace: 'team', name: 'users' };
const BASIC = accessWith({ authenticate: { method: 'Basic', basic: { secret: { name: 'users' } } } });
const BEARER = accessWith({ authenticate: { method: 'Bearer', bearer: { secret: { name: 'users' } } } }, 'other');
const TOKEN = 't'.repeat(32);

const encoded = (data: SecretText) =>
  Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')]));

async function stage(data?: SecretText) {
  const clock = new FakeClock();
  const cluster = new FakeCluster(clock, [SECRET]);
  const changes: SecretChange[] = [];
  const secrets = new WatchedSecrets({
    cluster,
    clock,
    log: silentLogger(),
    onChange: (change) => changes.push(change),
  });
  const put = async (next: SecretText) => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: USERS, data: encoded(next) };
    const isThere = cluster.find(SECRET, USERS) !== undefined;
    if (isThere) await cluster.replace(SECRET, { ...cluster.find(SECRET, USERS), ...secret });
    else await cluster.create(SECRET, secret);
    await settle();
  };
  if (data !== undefined) await put(data);
  const results: string[] = [];
  const metrics = {
    checked: () => undefined,
    externalAsked: () => undefined,
    credentialsTried: (method: string, result: string) => results.push(`${method} ${result}`),
  };
  const attempts = new Attempts(clock);
  const basic = new BasicMethod({ secrets, hashes: passwordHashes, attempts, metrics });
  const bearer = new BearerMethod({ secrets, attempts, metrics });
  const need = (access: EnvironmentAccess) => secrets.need(`team/${access.metadata.name}`, secretOf(access));
  return { clock, cluster, secrets, changes, put, basic, bearer, need, results };
}

const password = (name: string, text: string) =>
  requestWith({ headers: { authorization: `Basic ${Buffer.from(`${name}:${text}`).toString('base64')}` } });
const token = (text: string) => requestWith({ headers: { authorization: `Bearer ${text}` } });
const said = (state: CredentialState): string => (state.state === 'Unknown' ? state.reason : state.state);

describe('method Basic', () => {
  test('lets in whoever knows the password, and asks whoever gives none', async () => {
    const { basic, need, secrets, results } = await stage({ username: 'ada', password: 'lovelace' });
    need(BASIC);
    await settle();
    expect(await basic.stateOf(password('ada', 'lovelace'), BASIC)).toEqual({
      state: 'Known',
      identity: { provider: 'basic', subject: 'ada', user: 'ada', groups: [], claims: {} },
    });
    expect(said(await basic.stateOf(password('ada', 'byron'), BASIC))).toBe('WrongCredentials');
    expect(await basic.stateOf(requestWith(), BASIC)).toEqual({
      state: 'Unknown',
      reason: 'NoCredentials',
      challenge: { name: 'www-authenticate', value: 'Basic realm="Thesis", charset="UTF-8"' },
    });
    expect(results).toEqual(['Basic Known', 'Basic WrongCredentials']);
    await secrets.close();
  });

  test('has nobody in it until its Secret is read, and says what is missing', async () => {
    const { basic, need, secrets, put } = await stage();
    const message = async () => {
      const state = await basic.stateOf(password('ada', 'lovelace'), BASIC);
      return state.state === 'Unavailable' ? state.message : state.state;
    };
    expect(await message()).toContain('is not read yet');
    need(BASIC);
    await settle();
    expect(await message()).toContain('there is no Secret "users"');
    await put({ password: 'lovelace' });
    expect(await message()).toContain('there is neither key "auth" nor keys "username" and "password"');
    await put({ username: 'ada', password: 'lovelace' });
    expect(await message()).toBe('Known');
    await secrets.close();
  });

  test('ends a password with its Secret, also one that was right before', async () => {
    const { basic, need, secrets, put } = await stage({ username: 'ada', password: 'lovelace' });
    need(BASIC);
    await settle();
    expect(said(await basic.stateOf(password('ada', 'lovelace'), BASIC))).toBe('Known');
    await put({ username: 'ada', password: 'byron' });
    expect(said(await basic.stateOf(password('ada', 'lovelace'), BASIC))).toBe('WrongCredentials');
    await secrets.close();
  });

  test('keeps out who was wrong too often, but not who was right before', async () => {
    const { basic, clock, need, secrets } = await stage({ username: 'ada', password: 'lovelace' });
    need(BASIC);
    await settle();
    expect(said(await basic.stateOf(password('ada', 'lovelace'), BASIC))).toBe('Known');
    for (let time = 0; time < 10; time++) await basic.stateOf(password('ada', 'byron'), BASIC);
    expect(await basic.stateOf(password('ada', 'byron'), BASIC)).toMatchObject({
      state: 'TooManyFailures',
      isFirst: true,
      retryAfterSeconds: 6,
    });
    expect(said(await basic.stateOf(password('ada', 'lovelace'), BASIC))).toBe('Known');
    clock.advance(6000);
    expect(said(await basic.stateOf(password('ada', 'byron'), BASIC))).toBe('WrongCredentials');
    await secrets.close();
  });

  test('takes a hundred wrong passwords at once for what they are', async () => {
    const { basic, need, secrets } = await stage({ username: 'ada', password: 'lovelace' });
    need(BASIC);
    await settle();
    const states = await Promise.all(Array.from({ length: 100 }, () => basic.stateOf(password('ada', 'byron'), BASIC)));
    expect(states.filter((state) => said(state) === 'WrongCredentials')).toHaveLength(10);
    await secrets.close();
  });
});

describe('method Bearer', () => {
  test('knows a user by the token, and limits wrong ones', async () => {
    const { bearer, need, secrets } = await stage({ ada: TOKEN });
    need(BEARER);
    await settle();
    expect(await bearer.stateOf(token(TOKEN), BEARER)).toMatchObject({ state: 'Known', identity: { user: 'ada' } });
    expect(said(await bearer.stateOf(requestWith(), BEARER))).toBe('NoCredentials');
    const states: string[] = [];
    for (let time = 0; time < 12; time++) states.push(said(await bearer.stateOf(token(`${TOKEN}${time}`), BEARER)));
    expect(states.slice(9)).toEqual(['WrongCredentials', 'TooManyFailures', 'TooManyFailures']);
    expect(said(await bearer.stateOf(token(TOKEN), BEARER))).toBe('Known');
    await secrets.close();
  });
});

describe('the Secrets that environments name', () => {
  test('are each asked for by name, while somebody needs them', async () => {
    const { cluster, need, secrets } = await stage({ username: 'ada', password: 'lovelace' });
    const asked: unknown[] = [];
    const list = cluster.list.bind(cluster);
    cluster.list = (type, selection) => {
      asked.push(selection);
      return list(type, selection);
    };
    need(BASIC);
    need(BEARER);
    await settle();
    expect(asked).toEqual([{ namespace: 'team', fieldSelector: 'metadata.name=users' }]);
    secrets.need('team/thesis', undefined);
    expect(secrets.stateOf(USERS).state).toBe('Read');
    secrets.need('team/other', undefined);
    expect(secrets.stateOf(USERS).state).toBe('Unread');
    await secrets.close();
  });

  test('tell who loses something, by a mark that grows', async () => {
    const { cluster, need, secrets, put, changes } = await stage({ ada: TOKEN });
    need(BASIC);
    need(BEARER);
    await settle();
    await put({ ada: TOKEN, bob: TOKEN });
    await put({ bob: TOKEN });
    await cluster.delete(SECRET, USERS);
    await settle();
    expect(changes.map(({ environments, isLoss }) => [environments, isLoss])).toEqual([
      [['team/thesis', 'team/other'], false],
      [['team/thesis', 'team/other'], true],
      [['team/thesis', 'team/other'], true],
    ]);
    const marks = changes.map(({ mark }) => Number(mark));
    expect(marks).toEqual([...new Set(marks)].sort((a, b) => a - b));
    await secrets.close();
  });
});
