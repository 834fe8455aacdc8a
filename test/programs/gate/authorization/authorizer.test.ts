import type { ExternalAuthorizer } from '../../../../src/access/access-rules';
import type { EnvironmentAccessSpec } from '../../../../src/access/environment-access';
import type { Answer } from '../../../../src/programs/gate/request';
import { ADA, authorizerHarness, SIGNED_IN } from './authorizer-harness';
import { accessWith, headerOf, outcomeOf } from './sample-access';

const EXTERNAL: ExternalAuthorizer = {
  http: { service: { name: 'opa', namespace: 'auth', port: 80 }, upstreamHeaders: ['x-seat'] },
  timeoutMilliseconds: 250,
};
const OPEN: Partial<EnvironmentAccessSpec> = { authenticate: { method: 'None' }, authorize: [] };

function allowed(answer: Answer): Extract<Answer, { outcome: 'Allowed' }> {
  if (answer.outcome !== 'Allowed') throw new Error(`refused: ${outcomeOf(answer)}`);
  return answer;
}

function body(answer: Answer): string {
  return answer.outcome === 'Answered' ? answer.body : '';
}

describe('who is let through', () => {
  test('somebody who is signed in and granted a level', async () => {
    const { check, outcomes } = authorizerHarness({ access: accessWith() });
    const { toApp, toBrowser } = allowed(await check());
    expect(toApp).toEqual([
      { name: 'x-auth-request-user', value: 'ada' },
      { name: 'x-auth-request-email', value: 'ada@example.org' },
      { name: 'x-auth-request-groups', value: 'staff' },
      { name: 'x-adrasteia-level', value: 'Use' },
    ]);
    expect(toBrowser).toEqual(SIGNED_IN.state === 'SignedIn' ? SIGNED_IN.renewed : []);
    expect(outcomes).toEqual(['Allowed']);
  });

  test('for as long as their session lives, by a word that nobody else may say', async () => {
    const session = { ...SIGNED_IN, secondsLeft: 90 } as typeof SIGNED_IN;
    const { toApp } = allowed(await authorizerHarness({ access: accessWith(), session }).check());
    expect(headerOf(toApp, 'grpc-timeout')).toBe('90S');
  });

  test('anybody, where the method is None and nothing is asked', async () => {
    const { check } = authorizerHarness({ access: accessWith(OPEN) });
    expect(allowed(await check()).toApp).toEqual([{ name: 'x-adrasteia-level', value: 'Use' }]);
  });

  test('who isn’t signed in is asked to, and that is no refusal', async () => {
    const { check, log } = authorizerHarness({ access: accessWith(), session: { state: 'SignedOut', why: 'Expired' } });
    expect(body(await check())).toBe('Expired');
    expect(log.lines).toEqual([]);
  });

  test('paths of the gate’s own are answered by sign-in, and the app sees none of them', async () => {
    const { check } = authorizerHarness({ access: accessWith() });
    expect(outcomeOf(await check({ path: '/.adrasteia/known?x=1' }))).toBe('204');
    expect(outcomeOf(await check({ path: '/.adrasteia/unknown' }))).toBe('404 NotFound');
  });
});

describe('who is refused', () => {
  const refusals: readonly (readonly [
    rule: string,
    access: Partial<EnvironmentAccessSpec>,
    request: object,
    string,
  ])[] = [
    [
      'a closed environment says why',
      { closed: { reason: 'BypassPossible', message: 'Why' } },
      {},
      '403 BypassPossible',
    ],
    ['another host isn’t the environment’s', {}, { host: 'thesis.team.svc' }, '421 WrongAddress'],
    [
      'another path isn’t the environment’s',
      { address: { scheme: 'https', host: 'thesis.example.org', path: '/a' } },
      { path: '/ab' },
      '421 WrongAddress',
    ],
    [
      'a page of another site can’t post',
      {},
      { method: 'POST', headers: { origin: 'https://evil.example', 'sec-fetch-mode': 'cors' } },
      '403 CrossOrigin',
    ],
    [
      'a sibling can’t open a websocket',
      {},
      { headers: { upgrade: 'websocket', origin: 'https://other.example.org' } },
      '403 CrossOrigin',
    ],
    ['a stranger has no grant', { authorize: [{ grants: [{ user: 'bob', level: 'Use' }] }] }, {}, '403 NotGranted'],
    [
      'a viewer can’t view what has no view',
      { authorize: [{ grants: [{ user: 'ada', level: 'View' }] }] },
      {},
      '403 ViewNotSupported',
    ],
    ['dot segments are read in several ways', {}, { path: '/a/../b' }, '400 RequestUnclear'],
    ['so are encoded ones', {}, { path: '/a/%2E%2e/b' }, '400 RequestUnclear'],
    ['so are doubled slashes', {}, { path: '//b' }, '400 RequestUnclear'],
    ['so are backslashes', {}, { path: '/a\\b' }, '400 RequestUnclear'],
    ['so is a whole URL in the place of a path', {}, { path: 'http://evil.example/' }, '400 RequestUnclear'],
    ['so is a request without a host', {}, { host: '' }, '400 RequestUnclear'],
  ];
  test.each(refusals)('%s', async (_rule, spec, request, expected) => {
    const { check, log } = authorizerHarness({ access: accessWith(spec) });
    const answer = await check(request);
    expect(outcomeOf(answer)).toBe(expected);
    expect(log.lines.map(({ keys }) => keys['audit'])).toEqual(['Refused']);
  });

  test('an environment that nobody knows lets nobody in', async () => {
    const { check } = authorizerHarness({ access: accessWith() });
    expect(outcomeOf(await check({}, 'team/other'))).toBe('403 UnknownEnvironment');
    expect(outcomeOf(await check({}, ''))).toBe('403 UnknownEnvironment');
  });

  test('what fails on the way means no, and doesn’t tell why', async () => {
    const { check, outcomes } = authorizerHarness({ access: accessWith(), session: new Error('key 17 is broken') });
    const answer = await check();
    expect(outcomeOf(answer)).toBe('503 GateFailed');
    expect(body(answer)).not.toContain('broken');
    expect(outcomes).toEqual(['GateFailed']);
  });

  test('an access that can’t be read lets nobody in', async () => {
    const access = accessWith();
    const broken = { ...access, spec: { ...access.spec, authorize: undefined as never } };
    expect(outcomeOf(await authorizerHarness({ access: broken }).check())).toBe('503 GateFailed');
  });

  test('a page is refused with a page, anything else in JSON', async () => {
    const { check } = authorizerHarness({ access: accessWith({ authorize: [] }) });
    const page = await check();
    expect(body(page)).toContain('You can’t open Thesis');
    expect(body(page)).toContain('https://gate.example.org/sign-out');
    const script = await check({ headers: { 'sec-fetch-mode': 'cors' } });
    expect(JSON.parse(body(script))).toMatchObject({ reason: 'NoSteps' });
  });

  test('a name that a header can’t carry as it is gets nobody in', async () => {
    const names = ['ada\nx-adrasteia-level: Own', ' root', 'root ', ''];
    for (const user of names) {
      const session = { ...SIGNED_IN, identity: { ...ADA, user } } as typeof SIGNED_IN;
      const access = accessWith({ authorize: [{ grants: [{ anyone: 'SignedIn', level: 'Use' }] }] });
      expect(outcomeOf(await authorizerHarness({ access, session }).check())).toBe('403 IdentityUnclear');
    }
  });

  test('the log has no query, cookie or token in it', async () => {
    const { check, log } = authorizerHarness({ access: accessWith({ authorize: [] }) });
    await check({ headers: { cookie: 'own-session=topsecret', authorization: 'Bearer topsecret' } });
    expect(JSON.stringify(log.lines)).not.toContain('secret');
    expect(log.lines[0]?.keys).toMatchObject({
      path: '/lab',
      user: 'ada',
      sessionId: 's-1',
      sourceAddress: '192.0.2.7',
    });
  });
});

describe('what the app sees', () => {
  test('identity headers from outside are taken off, however they are spelt', async () => {
    const forged = {
      'x-auth-request-user': 'root',
      x_auth_request_user: 'root',
      'x-auth-request-preferred-username': 'root',
      'x-forwarded-user': 'root',
      'x-adrasteia-level': 'Own',
      'x-adrasteia_anything': '1',
      'remote-user': 'root',
    };
    const { check } = authorizerHarness({ access: accessWith() });
    const { toApp, notToApp } = allowed(await check({ headers: forged }));
    const isReplaced = (name: string): boolean => toApp.some((header) => header.name === name);
    for (const name of Object.keys(forged))
      expect([name, isReplaced(name) || notToApp.includes(name)]).toEqual([name, true]);
    expect(headerOf(toApp, 'x-auth-request-user')).toBe('ada');
    // What is set can't be taken off again.
    expect(notToApp.filter(isReplaced)).toEqual([]);
  });

  test('without an identity no identity header is left', async () => {
    const { check } = authorizerHarness({ access: accessWith(OPEN) });
    const { notToApp } = allowed(
      await check({ headers: { 'x-auth-request-user': 'root', 'x-auth-request-email': 'r' } }),
    );
    expect(notToApp).toEqual(['x-auth-request-user', 'x-auth-request-email']);
  });

  test('the gate’s cookies never reach the app', async () => {
    const { check } = authorizerHarness({ access: accessWith() });
    const cookie = '__Host-adrasteia-session=1; a=b; own-session=2; adrasteia-x=3; __Secure-adrasteia-y=4; c="d;e"';
    expect(headerOf(allowed(await check({ headers: { cookie } })).toApp, 'cookie')).toBe('a=b; c="d');
    expect(allowed(await check({ headers: { cookie: 'own-session=2' } })).notToApp).toEqual(['cookie']);
  });

  test('not even where a proxy has joined two headers by a comma', async () => {
    const { check } = authorizerHarness({ access: accessWith({ cookies: { block: ['b'] } }) });
    const cookie = 'x=1,2; a=1,__Host-adrasteia-session=2; y=1, b=2';
    expect(headerOf(allowed(await check({ headers: { cookie } })).toApp, 'cookie')).toBe('x=1,2');
  });

  test('of a list of cookies only these, and none that is blocked', async () => {
    const cookie = 'a=1; b=2; c=3; =d; e';
    const lists = [
      [{ allow: ['a', 'b'], block: ['b'] }, 'a=1'],
      [{ block: ['b'] }, 'a=1; c=3'],
      [{ allow: ['z'] }, undefined],
      [undefined, 'a=1; b=2; c=3'],
    ] as const;
    for (const [cookies, expected] of lists) {
      const { check } = authorizerHarness({ access: accessWith({ cookies }) });
      expect(headerOf(allowed(await check({ headers: { cookie } })).toApp, 'cookie')).toBe(expected);
    }
  });

  test('the app sees authorization only where it isn’t meant for the gate', async () => {
    const headers = { authorization: 'Basic YTpi' };
    const basic = authorizerHarness({ access: accessWith({ authenticate: { method: 'Basic' } }) });
    expect(allowed(await basic.check({ headers })).notToApp).toContain('authorization');
    const oidc = authorizerHarness({ access: accessWith() });
    expect(allowed(await oidc.check({ headers })).notToApp).not.toContain('authorization');
  });
});

describe('passwords and tokens', () => {
  const access = accessWith({ authenticate: { method: 'Basic' } });
  const challenge = { name: 'www-authenticate', value: 'Basic' };

  test('who gives none is asked, and that is no refusal', async () => {
    const { check, log } = authorizerHarness({
      access,
      credentials: { state: 'Unknown', reason: 'NoCredentials', challenge },
    });
    const answer = await check();
    expect(outcomeOf(answer)).toBe('401 NoCredentials');
    expect(answer.outcome === 'Answered' && headerOf(answer.headers, 'www-authenticate')).toBe('Basic');
    expect(log.lines).toEqual([]);
  });

  test('a wrong one is refused and logged', async () => {
    const { check, log } = authorizerHarness({
      access,
      credentials: { state: 'Unknown', reason: 'WrongCredentials', challenge },
    });
    expect(outcomeOf(await check())).toBe('401 WrongCredentials');
    expect(log.lines).toHaveLength(1);
  });

  test('too many are refused for a while, with one line for all of them', async () => {
    const harness = authorizerHarness({ access });
    harness.told.credentials = { state: 'TooManyFailures', retryAfterSeconds: 6, isFirst: true };
    const answer = await harness.check();
    expect(outcomeOf(answer)).toBe('429 TooManyFailures');
    expect(answer.outcome === 'Answered' && headerOf(answer.headers, 'retry-after')).toBe('6');
    harness.told.credentials = { state: 'TooManyFailures', retryAfterSeconds: 6, isFirst: false };
    expect(outcomeOf(await harness.check())).toBe('429 TooManyFailures');
    expect(harness.log.lines).toHaveLength(1);
  });
});

describe('external authorisers', () => {
  const asked = accessWith({ authorize: [{ external: EXTERNAL }, { grants: [{ user: 'ada', level: 'Own' }] }] });

  test('are asked about what the grants allow, with what is known of the person', async () => {
    const { check, questions } = authorizerHarness({ access: asked, verdicts: [{ verdict: 'Allowed', toApp: [] }] });
    expect(outcomeOf(await check({ headers: { cookie: 'a=1; own-session=2' } }))).toBe('Allowed');
    expect(questions).toMatchObject([{ environment: 'team/thesis', level: 'Own', identity: ADA, cookies: 'a=1' }]);
  });

  test('aren’t asked about what is refused in any case', async () => {
    const { check, questions, told } = authorizerHarness({ access: asked });
    told.session = { ...SIGNED_IN, identity: { ...ADA, user: 'bob' } } as typeof SIGNED_IN;
    expect(outcomeOf(await check())).toBe('403 NotGranted');
    expect(questions).toEqual([]);
  });

  test('must all agree', async () => {
    const two = accessWith({ authorize: [{ external: EXTERNAL }, { external: EXTERNAL }] });
    const harness = authorizerHarness({ access: two });
    harness.told.verdicts = [{ verdict: 'Allowed', toApp: [] }, { verdict: 'Denied' }];
    expect(outcomeOf(await harness.check())).toBe('403 AuthorizerRefused');
    harness.told.verdicts = [{ verdict: 'Denied' }];
    expect(outcomeOf(await harness.check())).toBe('403 AuthorizerRefused');
    expect(harness.questions).toHaveLength(3);
  });

  test('that don’t answer mean no', async () => {
    const { check } = authorizerHarness({ access: asked });
    expect(outcomeOf(await check())).toBe('503 AuthorizerUnavailable');
  });

  test('send a browser to their own sign-in, and nothing else', async () => {
    const signInUrl = 'https://thesis.example.org/oauth2/start';
    const { check, told } = authorizerHarness({ access: asked, verdicts: [{ verdict: 'Denied', signInUrl }] });
    const answer = await check();
    expect(answer.outcome === 'Answered' && [answer.status, headerOf(answer.headers, 'location')]).toEqual([
      303,
      signInUrl,
    ]);
    told.verdicts = [{ verdict: 'Denied', signInUrl }];
    expect(outcomeOf(await check({ headers: { 'sec-fetch-mode': 'cors' } }))).toBe('403 AuthorizerRefused');
  });

  test('tell the app nothing that the gate tells it', async () => {
    const forged = ['x-seat', 'x-auth-request-user', 'x-adrasteia-level', 'cookie'].map((name) => ({
      name,
      value: '7',
    }));
    const { check } = authorizerHarness({ access: asked, verdicts: [{ verdict: 'Allowed', toApp: forged }] });
    const { toApp } = allowed(await check());
    expect(headerOf(toApp, 'x-seat')).toBe('7');
    expect(headerOf(toApp, 'x-auth-request-user')).toBe('ada');
    expect(toApp.filter(({ name, value }) => name !== 'x-seat' && value === '7')).toEqual([]);
  });

  test('change nothing of what says where a request ends and goes', async () => {
    const names = ['transfer-encoding', 'content-length', 'host', 'connection', 'upgrade'];
    const toApp = names.map((name) => ({ name, value: '7' }));
    const { check } = authorizerHarness({ access: asked, verdicts: [{ verdict: 'Allowed', toApp }] });
    expect(allowed(await check()).toApp.filter(({ value }) => value === '7')).toEqual([]);
  });

  test('may give the app an authorization of its own in the place of the gate’s', async () => {
    const access = accessWith({
      authenticate: { method: 'Basic' },
      authorize: [{ grants: [{ user: 'ada', level: 'Use' }] }, { external: EXTERNAL }],
    });
    const toApp = [{ name: 'authorization', value: 'Bearer minted' }];
    const { check } = authorizerHarness({ access, verdicts: [{ verdict: 'Allowed', toApp }] });
    const answer = allowed(await check({ headers: { authorization: 'Basic YTpi' } }));
    expect(headerOf(answer.toApp, 'authorization')).toBe('Bearer minted');
    expect(answer.notToApp).not.toContain('authorization');
  });

  test('tell the app who it is where the gate doesn’t know', async () => {
    const access = accessWith({ authenticate: { method: 'None' }, authorize: [{ external: EXTERNAL }] });
    const toApp = [{ name: 'x-auth-request-user', value: 'eve' }];
    const { check } = authorizerHarness({ access, verdicts: [{ verdict: 'Allowed', toApp }] });
    const answer = allowed(await check({ headers: { 'x-auth-request-user': 'root' } }));
    expect(headerOf(answer.toApp, 'x-auth-request-user')).toBe('eve');
    expect(answer.notToApp).toEqual([]);
  });

  test('aren’t asked about a path that the app might take for another', async () => {
    const { check, questions } = authorizerHarness({ access: asked, verdicts: [{ verdict: 'Allowed', toApp: [] }] });
    expect(outcomeOf(await check({ path: '/a%2f..%2fb' }))).toBe('400 RequestUnclear');
    expect(questions).toEqual([]);
  });
});
