import { ENVIRONMENT_ACCESS } from '../../../src/access/environment-access';
import { GATE, GATE_NAME } from '../../../src/access/gate';
import { systemClock } from '../../../src/adapters/system-clock';
import type { Clock } from '../../../src/ports/clock';
import type { GateRequest } from '../../../src/programs/gate/request';
import { SignOutCuts } from '../../../src/programs/gate/sign-out-cuts';
import { eventually } from '../../support/eventually';
import { silentLogger } from '../../support/silent-logger';
import { ADA } from './authorization/authorizer-harness';
import { accessWith, requestWith } from './authorization/sample-access';
import { GATE_NAMESPACE, RunningGate } from './running-gate';

const BASIC = { authenticate: { method: 'Basic', basic: { secret: { name: 'users' } } } } as const;

const MERGE = { type: 'merge' } as const;

function withPassword(name: string, password: string): GateRequest {
  return requestWith({ headers: { authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` } });
}

/** Notes at another replica that somebody signed out so long ago. */
async function signedOut(user: string, ago: number): Promise<void> {
  const clock: Clock = { now: () => systemClock.now() - ago, schedule: (ms, run) => systemClock.schedule(ms, run) };
  const cuts = new SignOutCuts({
    cluster: gate.cluster,
    clock,
    log: silentLogger(),
    namespace: GATE_NAMESPACE,
    onCut: () => undefined,
  });
  await cuts.note({ ...ADA, user });
}

let gate: RunningGate;
beforeAll(async () => {
  gate = await RunningGate.start();
}, 30_000);
afterAll(async () => {
  await gate.stop();
});

describe('a gate on a cluster', () => {
  test('lets in by passwords of a Secret, and stops when the Secret says so', async () => {
    await gate.putSecret('users', { username: 'ada', password: 'lovelace' });
    const access = await gate.addAccess(accessWith(BASIC, 'by-password'));
    const answer = await eventually('the Secret is read', async () => {
      const given = await gate.check(access, withPassword('ada', 'lovelace'));
      return given.kind === 'Ok' && given;
    });
    expect(answer.headers).toContainEqual({ name: 'x-auth-request-user', value: 'ada', append: false });
    expect(answer.removed).toEqual(['authorization']);
    expect((await gate.check(access, withPassword('ada', 'byron'))).status).toBe(401);
    await gate.putSecret('users', { username: 'ada', password: 'byron' });
    await eventually('the old password is wrong', async () => {
      return (await gate.check(access, withPassword('ada', 'lovelace'))).status === 401;
    });
  });

  test('ends what is open where somebody loses a right, and only there', async () => {
    await gate.putSecret('tokens', { ada: 'a'.repeat(32), bob: 'b'.repeat(32) });
    const method = { method: 'Bearer', bearer: { secret: { name: 'tokens' } } } as const;
    const grants = [{ user: 'ada', level: 'Use' as const }];
    const access = await gate.addAccess(accessWith({ authenticate: method, authorize: [{ grants }] }, 'revoked'));
    const environment = 'team/revoked';
    const token = requestWith({ headers: { authorization: `Bearer ${'a'.repeat(32)}` } });
    await eventually('the Secret is read', async () => (await gate.check(access, token)).kind === 'Ok');
    const first = await gate.listenerAfter(environment, '');
    if (first === undefined) throw new Error('there is no listener');

    // More for somebody: another version, and the same listener, so that nothing is closed.
    const more = [...grants, { user: 'bob', level: 'Use' as const }];
    const waiting = gate.listenerAfter(environment, first.version);
    await gate.cluster.patch(
      ENVIRONMENT_ACCESS.type,
      access.metadata,
      { spec: { authorize: [{ grants: more }] } },
      MERGE,
    );
    const granted = await waiting;
    expect([granted?.version === first.version, granted?.listener]).toEqual([false, first.listener]);

    // Less for somebody, by the policy and by the Secret: another listener each time.
    const waitingForPolicy = gate.listenerAfter(environment, granted?.version ?? '');
    await gate.cluster.patch(ENVIRONMENT_ACCESS.type, access.metadata, { spec: { authorize: [{ grants }] } }, MERGE);
    const byPolicy = await waitingForPolicy;
    expect(byPolicy?.listener).not.toBe(first.listener);
    const waitingForSecret = gate.listenerAfter(environment, byPolicy?.version ?? '');
    await gate.putSecret('tokens', { ada: 'c'.repeat(32), bob: 'b'.repeat(32) });
    const bySecret = await waitingForSecret;
    expect([bySecret === undefined, bySecret?.listener === byPolicy?.listener]).toEqual([false, false]);
    expect((await gate.check(access, token)).status).toBe(401);
  });

  test('ends what is open where somebody signed out, and nothing where the environment came later', async () => {
    const environment = (user: string) =>
      accessWith({ authorize: [{ grants: [{ user, level: 'Use' }] }] }, `of-${user}`);
    const versions: string[] = [];
    for (const user of ['carl', 'dora']) {
      await gate.addAccess(environment(user));
      const served = await eventually('it is served', async () => {
        const given = await gate.listenerAfter(`team/of-${user}`, '');
        return given !== undefined && given.version !== 'closed' && given;
      });
      versions.push(served.version);
    }
    const [ofCarl = '', ofDora = ''] = versions;
    const closing = gate.listenerAfter('team/of-dora', ofDora);
    // Long before there was an environment of theirs, and now: sign-outs are told in their order.
    await signedOut('carl', 60_000);
    await signedOut('dora', 0);
    expect((await closing)?.version).toContain('"SignOut"');
    // The other one has been told nothing: a change of its own is the next that it hears of.
    const next = gate.listenerAfter('team/of-carl', ofCarl);
    await gate.cluster.patch(
      ENVIRONMENT_ACCESS.type,
      { namespace: 'team', name: 'of-carl' },
      { spec: { displayName: 'Carl' } },
      MERGE,
    );
    expect((await next)?.version).not.toContain('"SignOut"');
  });

  test('ends what is open where a provider is taken out of the Gate, and only there', async () => {
    const [sso, uni] = ['sso', 'uni'].map((name) => ({
      name,
      issuerUrl: `https://${name}.example.org`,
      clientId: 'gate',
    }));
    const providers = async (...list: readonly unknown[]): Promise<void> => {
      await gate.cluster.patch(GATE.type, { name: GATE_NAME }, { spec: { providers: list } }, MERGE);
    };
    await providers(sso, { ...uni, prefix: 'uni:' });
    const versions: string[] = [];
    for (const name of ['sso', 'uni']) {
      await gate.addAccess(accessWith({ authenticate: { method: 'OIDC', oidc: { providers: [name] } } }, `by-${name}`));
      const served = await eventually('it is served', async () => {
        const given = await gate.listenerAfter(`team/by-${name}`, '');
        return given !== undefined && given.version !== 'closed' && given;
      });
      versions.push(served.version);
    }
    const [bySso = '', byUni = ''] = versions;
    const waiting = gate.listenerAfter('team/by-sso', bySso);
    await providers({ ...uni, prefix: 'uni:' });
    expect((await waiting)?.version).toContain('"Gate"');
    // The other one has been told nothing: a change of its own is the next that it hears of.
    const next = gate.listenerAfter('team/by-uni', byUni);
    await gate.cluster.patch(
      ENVIRONMENT_ACCESS.type,
      { namespace: 'team', name: 'by-uni' },
      { spec: { displayName: 'Uni' } },
      MERGE,
    );
    expect((await next)?.version).not.toContain('"Gate"');
    await providers();
  });

  test('lets nobody in whose environment is gone', async () => {
    const access = await gate.addAccess(accessWith({ authenticate: { method: 'None' }, authorize: [] }, 'short-lived'));
    await eventually('it is known', async () => (await gate.check(access, requestWith())).kind === 'Ok');
    await gate.cluster.delete(ENVIRONMENT_ACCESS.type, access.metadata);
    await eventually('it is gone', async () => (await gate.check(access, requestWith())).status === 403);
  });

  test('sends a browser to sign in', async () => {
    const access = await gate.addAccess(accessWith({}, 'by-oidc'));
    const answer = await eventually('it is known', async () => {
      const given = await gate.check(access, requestWith());
      return given.status !== 403 && given;
    });
    expect(answer.status).toBe(303);
    const location = answer.headers.find(({ name }) => name === 'location')?.value;
    expect(location).toMatch(/^https:\/\/gate\.example\.org\/sign-in\?request=/);
    // Lines of their own: a list of cookies isn't a cookie.
    expect(answer.headers.find(({ name }) => name === 'set-cookie')?.append).toBeUndefined();
  });

  test('answers no to a sidecar that runs by another configuration', async () => {
    const access = await gate.addAccess(accessWith({ authenticate: { method: 'None' }, authorize: [] }, 'outdated'));
    await eventually('it is known', async () => (await gate.check(access, requestWith())).kind === 'Ok');
    expect((await gate.check(access, requestWith(), { configuration: 'another' })).body).toContain('SidecarOutdated');
  });

  test('answers no to what it can’t read', async () => {
    expect((await gate.send(Buffer.from([0x0a, 0xff]))).status).toBe(400);
    expect((await gate.send(Buffer.from('nonsense'))).kind).toBe('Denied');
    expect((await gate.send(Buffer.alloc(0))).kind).toBe('Denied');
  });

  test('answers proxies that ask by HTTP', async () => {
    const access = accessWith({ authenticate: { method: 'None' }, authorize: [] }, 'by-http');
    await gate.addAccess(access);
    const host = 'thesis.example.org';
    await eventually('it is known', async () => {
      return (await gate.get('discovery', '/authorize/team/by-http/lab', { host })).status === 200;
    });
    const nginx = { host, 'x-original-method': 'GET', 'x-original-uri': '/lab' };
    const answer = await gate.get('discovery', '/authorize/team/by-http', nginx);
    expect([answer.status, answer.headers['x-adrasteia-level']]).toEqual([200, 'Use']);
    expect((await gate.get('discovery', '/authorize/team/by-http', { host })).status).toBe(400);
    expect((await gate.get('discovery', '/elsewhere')).status).toBe(404);
  });

  test('says how it is, in figures without names', async () => {
    expect((await gate.get('metrics', '/healthz')).body).toBe('ok\n');
    expect((await gate.get('metrics', '/readyz')).status).toBe(200);
    const { body } = await gate.get('metrics', '/metrics');
    expect(body).toMatch(/^adrasteia_gate_checks_total\{outcome="Allowed"\} \d+$/m);
    expect(body).not.toContain('by-password');
  });
});
