/** The whole way over HTTP: environment, gate, a real provider, and back. */
import type { GateSpec } from '../../../../src/access/gate';
import { SECRET } from '../../../../src/programs/gate/keys/shared-secret';
import type { SessionState } from '../../../../src/programs/gate/sign-in';
import { settle } from '../../../support/fake-clock';
import { type RunningProvider, startOidcProvider } from '../../../support/oidc-provider/start';
import type { TestBrowser, Visited } from '../../../support/oidc-provider/test-browser';
import { GATE_URL, NAMESPACE, providerSpec, Stage } from './stage';

const THESIS = 'https://thesis.dev.example.org';
const PAPER = 'https://paper.dev.example.org';
/** Nothing listens there. */
const NOWHERE = 'http://127.0.0.1:9';

let provider: RunningProvider;
let stage: Stage;

beforeAll(async () => {
  provider = await startOidcProvider([
    { clientId: 'gate', clientSecret: 'secret of the gate', redirectUris: [`${GATE_URL}/callback`] },
    { clientId: 'public', redirectUris: [`${GATE_URL}/callback`] },
    { clientId: 'thesis', clientSecret: 'secret of thesis', redirectUris: [`${THESIS}/oauth2/callback`] },
  ]);
});

beforeEach(async () => {
  const clientSecret = { name: 'sso', key: 'client-secret' };
  stage = await Stage.begin([providerSpec('sso', provider.issuerUrl, { clientSecret })], 2);
  await makeSecret(NAMESPACE, 'sso', 'secret of the gate');
  stage.addEnvironment('thesis', `${THESIS}/`);
  stage.addEnvironment('paper', `${PAPER}/`);
});

afterEach(() => stage.end());
afterAll(() => provider.stop());

async function makeSecret(namespace: string, name: string, value: string): Promise<void> {
  await stage.cluster.create(SECRET, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace, name },
    data: { 'client-secret': Buffer.from(value).toString('base64') },
  });
}

/** Puts another value into the Secret of the gate's client. */
async function replaceSecret(value: string): Promise<void> {
  await stage.cluster.delete(SECRET, { namespace: NAMESPACE, name: 'sso' });
  await makeSecret(NAMESPACE, 'sso', value);
}

/** Opens an address and signs in at the provider's form. */
async function signIn(browser: TestBrowser, address: string, name = 'alice'): Promise<Visited> {
  const form = await browser.open(address);
  expect(form.url.href).toContain(`${provider.issuerUrl}/interaction/`);
  return browser.submit(form.url, { login: name, password: name });
}

/** What the gate knows of a browser at an environment. */
async function sessionOf(browser: TestBrowser, url: string, name = 'thesis'): Promise<SessionState> {
  const at = new URL(url);
  const request = stage.gateRequest({ method: 'GET', url: at, headers: { cookie: browser.cookiesAt(at) } });
  return stage.service.signIn.sessionOf(request, environment(name));
}

function environment(name: string) {
  const access = stage.environments.get(`team-a/${name}`);
  if (access === undefined) throw new Error(`there is no environment ${name}`);
  return access;
}

function changeGate(change: Partial<GateSpec>): void {
  if (stage.gate !== undefined) stage.gate = { ...stage.gate, ...change };
}

/** Presses the button of a page that has one form. */
async function press(browser: TestBrowser, page: Visited): Promise<Visited> {
  const action = /<form method="post" action="([^"]+)">/.exec(page.body)?.[1] ?? '';
  return browser.submit(new URL(action, page.url));
}

/** Addresses that a browser asked since a length of its list, without queries. */
function placesSince(browser: TestBrowser, from: number): readonly string[] {
  return browser.asked.slice(from).map((address) => address.split('?')[0] ?? '');
}

describe('signing in', () => {
  it('leads from the environment to the provider and back to the path that was asked for', async () => {
    const page = await signIn(stage.browser(), `${THESIS}/lab/tree?reset=1`);
    expect(page.url.href).toBe(`${THESIS}/lab/tree?reset=1`);
    expect(page.body).toBe('app for alice');
  });

  it('tells the person’s name, verified address, groups, provider and subject', async () => {
    const browser = stage.browser();
    await signIn(browser, THESIS);
    expect(await sessionOf(browser, THESIS)).toMatchObject({
      state: 'SignedIn',
      identity: {
        provider: 'sso',
        subject: 'id-of-alice',
        user: 'alice',
        email: 'alice@example.org',
        groups: ['team-a', 'staff'],
        claims: {},
      },
      renewed: [],
      cookieNames: ['__Host-adrasteia-session'],
    });
  });

  it('keeps no address that the provider hasn’t verified', async () => {
    const browser = stage.browser();
    await signIn(browser, THESIS, 'mallory');
    const session = await sessionOf(browser, THESIS);
    expect(session).toMatchObject({ state: 'SignedIn', identity: { user: 'mallory' } });
    expect(session).not.toHaveProperty('identity.email');
  });

  it('keeps the claims that the provider’s configuration names', async () => {
    changeGate({ providers: [providerSpec('sso', provider.issuerUrl, { clientId: 'public', keepClaims: ['name'] })] });
    const browser = stage.browser();
    await signIn(browser, THESIS);
    expect(await sessionOf(browser, THESIS)).toMatchObject({ identity: { claims: { name: 'alice' } } });
  });

  it('holds hundreds of groups, and says so where it can’t hold more', async () => {
    const [dean, everyone] = [stage.browser(), stage.browser()];
    await signIn(dean, `${THESIS}/${'x'.repeat(1400)}`, 'dean');
    const session = await sessionOf(dean, THESIS);
    expect(session.state === 'SignedIn' ? session.identity.groups : []).toHaveLength(200);
    const page = await signIn(everyone, THESIS, 'everyone');
    expect(page.status).toBe(403);
    expect(page.body).toContain('Your account doesn’t fit');
    expect(await sessionOf(everyone, THESIS)).toEqual({ state: 'SignedOut', why: 'NoSession' });
  });

  it('takes a public client, by PKCE alone', async () => {
    changeGate({ providers: [providerSpec('sso', provider.issuerUrl, { clientId: 'public' })] });
    expect((await signIn(stage.browser(), THESIS)).body).toBe('app for alice');
  });

  it('refuses a provider that doesn’t say what somebody is called', async () => {
    changeGate({
      providers: [providerSpec('sso', provider.issuerUrl, { clientId: 'public', userClaim: 'nickname' })],
    });
    const page = await signIn(stage.browser(), THESIS);
    expect(page.status).toBe(403);
    expect(page.body).toContain('nickname');
  });

  it('opens a second environment without asking the provider again', async () => {
    const browser = stage.browser();
    await signIn(browser, THESIS);
    const from = browser.asked.length;
    expect((await browser.open(PAPER)).body).toBe('app for alice');
    expect(placesSince(browser, from)).toEqual([
      `${PAPER}/`,
      `${GATE_URL}/sign-in`,
      `${PAPER}/.adrasteia/callback`,
      `${PAPER}/`,
    ]);
  });

  it('may go on in several windows at once', async () => {
    const browser = stage.browser();
    const first = await browser.open(`${THESIS}/one`);
    const second = await browser.open(`${THESIS}/two`);
    const [done, alsoDone] = [
      await browser.submit(first.url, { login: 'alice', password: 'alice' }),
      await browser.submit(second.url, { login: 'alice', password: 'alice' }),
    ];
    expect([done.url.href, alsoDone.url.href]).toEqual([`${THESIS}/one`, `${THESIS}/two`]);
    expect([done.body, alsoDone.body]).toEqual(['app for alice', 'app for alice']);
  });

  it('may begin at one replica and end at another', async () => {
    const browser = stage.browser();
    const form = await browser.open(THESIS);
    stage.serving = 1;
    const page = await browser.submit(form.url, { login: 'grace', password: 'grace' });
    expect(page.body).toBe('app for grace');
  });

  it('at the gate itself shows who is signed in', async () => {
    const browser = stage.browser();
    expect((await browser.open(GATE_URL)).body).toContain('You aren’t signed in');
    const page = await signIn(browser, `${GATE_URL}/sign-in`);
    expect(page.url.href).toBe(`${GATE_URL}/`);
    expect(page.body).toContain('<strong>alice</strong>');
  });

  it('leaves no token or code in the log, and none in a page but the one that its own form sends', async () => {
    const browser = stage.browser();
    await signIn(browser, `${THESIS}/lab`);
    const page = await browser.open(`${THESIS}/.adrasteia/sign-out`);
    const confirmation = /confirm=([^"]+)"/.exec(page.body)?.[1] ?? '';
    const secrets = [
      ...browser.asked.flatMap((address) => [...new URL(address).searchParams.values()]),
      ...browser.cookiesAt(new URL(THESIS)).split('; '),
      ...browser.cookiesAt(new URL(GATE_URL)).split('; '),
    ]
      .map((text) => text.replace(/^[^=]*=/, ''))
      .filter((text) => text.length > 20 && !text.startsWith('http'));
    expect(secrets.length).toBeGreaterThan(6);
    const written = [
      JSON.stringify(stage.log.lines),
      page.body.replace(confirmation, ''),
      ...stage.answers.flatMap((answer) =>
        answer.outcome === 'Answered' ? [answer.body.replace(confirmation, '')] : [],
      ),
    ].join('\n');
    expect(secrets.filter((secret) => written.includes(secret))).toEqual([]);
  });
});

describe('a session', () => {
  it('is renewed in place while the gate’s rules let it live', async () => {
    const browser = stage.browser();
    await signIn(browser, THESIS);
    const before = browser.cookiesAt(new URL(THESIS));
    stage.clock.advance(299_000);
    await browser.open(THESIS);
    expect(browser.cookiesAt(new URL(THESIS))).toBe(before);
    stage.clock.advance(2000);
    const from = browser.asked.length;
    expect((await browser.open(THESIS)).body).toBe('app for alice');
    expect(placesSince(browser, from)).toEqual([`${THESIS}/`]);
    expect(browser.cookiesAt(new URL(THESIS))).not.toBe(before);
  });

  it('in use outlives the time that an idle one is given, and ends at its greatest age', async () => {
    changeGate({ sessions: { environmentSeconds: 300, idleSeconds: 600, maxSeconds: 3600 } });
    const browser = stage.browser();
    await signIn(browser, THESIS);
    for (let minutes = 5; minutes < 60; minutes += 5) {
      stage.clock.advance(300_000);
      await browser.request('GET', new URL(THESIS));
      expect(await sessionOf(browser, THESIS)).toMatchObject({ state: 'SignedIn' });
    }
    stage.clock.advance(300_000);
    expect(await sessionOf(browser, THESIS)).toEqual({ state: 'SignedOut', why: 'Expired' });
  });

  it('that is idle for too long ends', async () => {
    changeGate({ sessions: { environmentSeconds: 300, idleSeconds: 600, maxSeconds: 3600 } });
    const browser = stage.browser();
    await signIn(browser, THESIS);
    stage.clock.advance(600_000);
    expect(await sessionOf(browser, THESIS)).toEqual({ state: 'SignedOut', why: 'Expired' });
  });

  it('ends earlier where the Gate is changed so', async () => {
    const browser = stage.browser();
    await signIn(browser, THESIS);
    stage.clock.advance(3_600_000);
    changeGate({ sessions: { environmentSeconds: 300, idleSeconds: 43_200, maxSeconds: 3600 } });
    expect(await sessionOf(browser, THESIS)).toEqual({ state: 'SignedOut', why: 'Expired' });
  });

  it('outlives the keys that sealed it, by being renewed under those that follow', async () => {
    changeGate({ sessions: { environmentSeconds: 3600, idleSeconds: 86_400, maxSeconds: 6 * 86_400 } });
    const browser = stage.browser();
    await signIn(browser, THESIS);
    for (let hours = 0; hours < 5 * 24; hours += 6) {
      stage.clock.advance(6 * 3_600_000);
      await settle();
      await browser.request('GET', new URL(THESIS));
      stage.serving = 1 - stage.serving;
      expect(await sessionOf(browser, THESIS)).toMatchObject({ state: 'SignedIn' });
    }
    const secret = stage.cluster.find(SECRET, { namespace: NAMESPACE, name: 'adrasteia-gate-keys' });
    expect(Object.keys(secret?.['data'] ?? {}).length).toBeGreaterThan(4);
  });

  it('ends when the keys’ Secret is deleted', async () => {
    const browser = stage.browser();
    await signIn(browser, THESIS);
    await stage.cluster.delete(SECRET, { namespace: NAMESPACE, name: 'adrasteia-gate-keys' });
    await settle();
    expect(await sessionOf(browser, THESIS)).toEqual({ state: 'SignedOut', why: 'Invalid' });
    expect((await browser.open(THESIS)).body).toBe('app for alice');
  });

  it('ends when its provider is taken from the Gate, or is another one of the same name', async () => {
    const browser = stage.browser();
    await signIn(browser, THESIS);
    changeGate({ providers: [providerSpec('sso', NOWHERE)] });
    expect(await sessionOf(browser, THESIS)).toEqual({ state: 'SignedOut', why: 'OtherProvider' });
    changeGate({ providers: [] });
    expect(await sessionOf(browser, THESIS)).toEqual({ state: 'SignedOut', why: 'OtherProvider' });
    expect(await browser.open(THESIS)).toMatchObject({ status: 503 });
  });

  it('dies with its environment, also where a new one has the name', async () => {
    const browser = stage.browser();
    await signIn(browser, THESIS);
    const again = {
      ...environment('thesis'),
      metadata: { namespace: 'team-a', name: 'thesis', uid: 'uid-of-another' },
    };
    stage.environments.set('team-a/thesis', again);
    expect(await sessionOf(browser, THESIS)).toEqual({ state: 'SignedOut', why: 'OtherEnvironment' });
  });

  it('isn’t renewed while nobody can tell who has signed out', async () => {
    const browser = stage.browser();
    await signIn(browser, THESIS);
    stage.clock.advance(301_000);
    const fresh = await stage.addReplica();
    const request = stage.gateRequest({
      method: 'GET',
      url: new URL(THESIS),
      headers: { cookie: browser.cookiesAt(new URL(THESIS)) },
    });
    expect(await fresh.signIn.sessionOf(request, environment('thesis'))).toMatchObject({ state: 'SignedIn' });
    const name = { namespace: NAMESPACE, name: 'adrasteia-gate-sign-outs' };
    await stage.cluster.create(SECRET, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: name,
      data: { 'sessions.json': 'eA==' },
    });
    await settle();
    expect(await fresh.signIn.sessionOf(request, environment('thesis'))).toEqual({
      state: 'SignedOut',
      why: 'Unavailable',
    });
    expect(await fresh.signIn.ask(request, environment('thesis'), 'Unavailable')).toMatchObject({ status: 503 });
  });
});

describe('signing out', () => {
  it('at one environment ends the session everywhere, at all replicas, and at the provider', async () => {
    const browser = stage.browser();
    await signIn(browser, THESIS);
    await browser.open(PAPER);
    const kept = browser.cookiesAt(new URL(PAPER));
    const ended: (readonly string[])[] = [];
    stage.serving = 1;
    stage.service.signedOut.onSignedOut((ids) => ended.push(ids));
    stage.serving = 0;
    const session = await sessionOf(browser, PAPER, 'paper');

    const gone = await press(browser, await browser.open(`${THESIS}/.adrasteia/sign-out`));
    expect(gone.body).toContain('You are signed out');
    const next = await browser.open(gone.headers['refresh']?.replace('0; url=', '') ?? '');
    expect(next.url.href).toMatch(`${GATE_URL}/signed-out`);
    expect(next.headers['refresh']).toMatch(`0; url=${provider.issuerUrl}/session/end?client_id=gate`);
    await settle();

    expect(browser.cookiesAt(new URL(THESIS))).toBe('');
    expect(browser.cookiesAt(new URL(GATE_URL))).toBe('');
    expect(browser.cookiesAt(new URL(PAPER))).toBe(kept);
    for (stage.serving of [0, 1]) {
      expect(await sessionOf(browser, PAPER, 'paper')).toEqual({ state: 'SignedOut', why: 'LoggedOut' });
    }
    expect(ended).toEqual([[session.state === 'SignedIn' ? session.sessionId : '']]);
  });

  it('at the gate ends the session everywhere', async () => {
    const browser = stage.browser();
    await signIn(browser, THESIS);
    const gone = await press(browser, await browser.open(`${GATE_URL}/sign-out`));
    expect(gone.body).toContain('You are signed out');
    expect(gone.headers['refresh']).toMatch(`0; url=${provider.issuerUrl}/session/end`);
    expect(await sessionOf(browser, THESIS)).toEqual({ state: 'SignedOut', why: 'LoggedOut' });
  });

  it('at an environment that nobody has come to leads to the gate, where somebody may be signed in', async () => {
    const browser = stage.browser();
    await signIn(browser, THESIS);
    const page = await browser.open(`${PAPER}/.adrasteia/sign-out`);
    expect(page.url.origin).toBe(GATE_URL);
    expect(page.body).not.toContain('You are signed out');
    await press(browser, page);
    expect(await sessionOf(browser, THESIS)).toEqual({ state: 'SignedOut', why: 'LoggedOut' });
  });

  it('leaves other people’s sessions, and the same person’s in another browser', async () => {
    const [browser, other, grace] = [stage.browser(), stage.browser(), stage.browser()];
    await signIn(browser, THESIS);
    await signIn(other, THESIS);
    await signIn(grace, THESIS, 'grace');
    await press(browser, await browser.open(`${THESIS}/.adrasteia/sign-out`));
    expect(await sessionOf(other, THESIS)).toMatchObject({ state: 'SignedIn' });
    expect(await sessionOf(grace, THESIS)).toMatchObject({ state: 'SignedIn' });
  });

  it.each([
    ['an environment', THESIS, '/.adrasteia/sign-out'],
    ['the gate', GATE_URL, '/sign-out'],
  ])('at %s takes only what its own page sends', async (_where, origin, path) => {
    const [browser, other] = [stage.browser(), stage.browser()];
    await signIn(browser, THESIS);
    await signIn(other, THESIS, 'grace');
    const page = await browser.open(`${origin}${path}`);
    const otherPage = await other.open(`${origin}${path}`);
    const action = (visited: Visited): URL => new URL(/action="([^"]+)"/.exec(visited.body)?.[1] ?? '', visited.url);
    const post = (url: URL, headers: Readonly<Record<string, string>>): Promise<Visited> =>
      browser.request('POST', url, { headers });
    const answers = await Promise.all([
      post(new URL(`${origin}${path}`), { origin }),
      post(action(page), { origin: PAPER }),
      post(action(page), { 'sec-fetch-site': 'same-site' }),
      post(action(otherPage), { origin }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    expect(await sessionOf(browser, THESIS)).toMatchObject({ state: 'SignedIn' });
    // A page that is never referred to sends no origin of its own.
    expect(await post(action(page), { origin: 'null' })).toMatchObject({ status: 200 });
    expect(await sessionOf(browser, THESIS)).toMatchObject({ state: 'SignedOut' });
  });

  it('leaves whoever signed in anew meanwhile signed in', async () => {
    const browser = stage.browser();
    await signIn(browser, THESIS);
    const gone = await press(browser, await browser.open(`${THESIS}/.adrasteia/sign-out`));
    await browser.open(THESIS);
    const anew = browser.cookiesAt(new URL(GATE_URL));
    await browser.open(gone.headers['refresh']?.replace('0; url=', '') ?? '');
    expect(browser.cookiesAt(new URL(GATE_URL))).toBe(anew);
    expect(await sessionOf(browser, THESIS)).toMatchObject({ state: 'SignedIn' });
  });

  it('says so where it can’t be noted, and ends nothing by halves', async () => {
    const browser = stage.browser();
    await signIn(browser, THESIS);
    const page = await browser.open(`${THESIS}/.adrasteia/sign-out`);
    stage.cluster.onCreate = () => {
      throw new Error('no');
    };
    const answer = await press(browser, page);
    expect(answer.status).toBe(503);
    expect(answer.body).toContain('You are still signed in');
    expect(await sessionOf(browser, THESIS)).toMatchObject({ state: 'SignedIn' });
  });
});

describe('providers', () => {
  it('are offered for a choice where there are several', async () => {
    const names = ['sso', 'uni'] as const;
    changeGate({
      providers: names.map((name) =>
        providerSpec(name, provider.issuerUrl, { clientId: 'public', displayName: `The <${name}>` }),
      ),
    });
    const browser = stage.browser();
    const page = await browser.open(THESIS);
    expect(page.body).toContain('The &lt;sso&gt;');
    const url = /href="([^"]*provider=uni)"/.exec(page.body)?.[1]?.replaceAll('&amp;', '&') ?? '';
    await signIn(browser, url);
    expect(await sessionOf(browser, THESIS)).toMatchObject({ identity: { provider: 'uni' } });
  });

  it('are those that the environment names; a session of another one doesn’t count there', async () => {
    const names = ['sso', 'uni'] as const;
    changeGate({ providers: names.map((name) => providerSpec(name, provider.issuerUrl, { clientId: 'public' })) });
    stage.addEnvironment('thesis', `${THESIS}/`, { providers: ['sso'] });
    stage.addEnvironment('paper', `${PAPER}/`, { providers: ['uni'] });
    const browser = stage.browser();
    await signIn(browser, THESIS);
    await browser.open(PAPER);
    expect(await sessionOf(browser, PAPER, 'paper')).toMatchObject({ identity: { provider: 'uni' } });
    expect(await sessionOf(browser, THESIS)).toMatchObject({ identity: { provider: 'sso' } });
  });

  it('that are down get a page that says so, and nobody through', async () => {
    changeGate({ providers: [providerSpec('sso', NOWHERE, { displayName: 'The SSO' })] });
    const page = await stage.browser().open(THESIS);
    expect(page.status).toBe(503);
    expect(page.body).toContain('The SSO doesn’t answer');
  });

  it('that go down on the way get the same page', async () => {
    const passing = await startOidcProvider([{ clientId: 'public', redirectUris: [`${GATE_URL}/callback`] }]);
    changeGate({ providers: [providerSpec('sso', passing.issuerUrl, { clientId: 'public' })] });
    const browser = stage.browser();
    const form = await browser.open(THESIS);
    const answer = await browser.request('POST', form.url, {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'login=alice&password=alice',
    });
    const back = await browser.request('GET', new URL(answer.headers['location'] ?? '', form.url));
    await passing.stop();
    const page = await browser.open(back.headers['location'] ?? '');
    expect(page.url.href).toMatch(`${GATE_URL}/callback`);
    expect(page.status).toBe(503);
    expect(page.body).toContain('sso doesn’t answer');
  });

  it('that don’t accept the client secret say so, and the right one counts for whoever comes next', async () => {
    await replaceSecret('a mistake');
    const refused = await signIn(stage.browser(), THESIS);
    expect(refused.status).toBe(400);
    expect(refused.body).toContain('invalid_client');
    stage.clock.advance(2000);
    await replaceSecret('secret of the gate');
    expect((await signIn(stage.browser(), THESIS)).body).toBe('app for alice');
  });

  it('whose client secret is changed are asked with the new one, also for who is on the way', async () => {
    await replaceSecret('a former one');
    const browser = stage.browser();
    const form = await browser.open(THESIS);
    await replaceSecret('secret of the gate');
    stage.clock.advance(2000);
    expect((await browser.submit(form.url, { login: 'alice', password: 'alice' })).body).toBe('app for alice');
  });

  it('whose client secret is missing get nobody through', async () => {
    await stage.cluster.delete(SECRET, { namespace: NAMESPACE, name: 'sso' });
    expect(await stage.browser().open(THESIS)).toMatchObject({ status: 503 });
  });

  it('that refuse are believed, and their word is shown only where it is one', async () => {
    const browser = stage.browser();
    const form = await browser.open(THESIS);
    const state = new URL(browser.asked.find((address) => address.includes('state=')) ?? '').searchParams.get('state');
    const iss = encodeURIComponent(provider.issuerUrl);
    const page = await browser.open(`${GATE_URL}/callback?error=access_denied&state=${state ?? ''}&iss=${iss}`);
    expect(page.status).toBe(400);
    expect(page.body).toContain('access_denied');
    expect(form.status).toBe(200);
    await browser.open(THESIS);
    const last = browser.asked.findLast((address) => address.includes('state=')) ?? '';
    const again = new URL(last).searchParams.get('state') ?? '';
    const forged = await browser.open(`${GATE_URL}/callback?error=<b>Call+0900&state=${again}&iss=${iss}`);
    expect(forged.status).toBe(400);
    expect(forged.body).not.toContain('0900');
  });
});

describe('an environment’s own client', () => {
  const client = {
    clientId: 'thesis',
    clientSecret: { name: 'thesis-client', key: 'client-secret' },
    callbackPath: '/oauth2/callback',
  };

  beforeEach(async () => {
    await makeSecret('team-a', 'thesis-client', 'secret of thesis');
    stage.addEnvironment('thesis', `${THESIS}/`, {
      providers: [],
      client: { ...client, issuerUrl: provider.issuerUrl },
    });
  });

  it('signs in at the environment’s own address, without the gate’s', async () => {
    const browser = stage.browser();
    const page = await signIn(browser, `${THESIS}/lab`);
    expect(page.url.href).toBe(`${THESIS}/lab`);
    expect(page.body).toBe('app for alice');
    expect(browser.asked.filter((address) => address.startsWith(GATE_URL))).toEqual([]);
    expect(await sessionOf(browser, THESIS)).toMatchObject({
      identity: { provider: 'OwnClient' },
      cookieNames: ['__Host-adrasteia-session'],
    });
  });

  it('takes no session of the gate’s', async () => {
    const browser = stage.browser();
    await signIn(browser, PAPER);
    const page = await browser.open(THESIS);
    expect(browser.asked.some((address) => address.includes('client_id=thesis'))).toBe(true);
    expect(page.body).toBe('app for alice');
  });

  it('sends a sign-out to its own provider', async () => {
    const browser = stage.browser();
    await signIn(browser, THESIS);
    const gone = await press(browser, await browser.open(`${THESIS}/.adrasteia/sign-out`));
    expect(gone.headers['refresh']).toMatch(`0; url=${provider.issuerUrl}/session/end?client_id=thesis`);
  });

  it('that is down gets nobody through', async () => {
    stage.addEnvironment('thesis', `${THESIS}/`, { providers: [], client: { ...client, issuerUrl: NOWHERE } });
    const page = await stage.browser().open(THESIS);
    expect(page.status).toBe(503);
    expect(page.body).toContain('127.0.0.1:9 doesn’t answer');
  });
});
