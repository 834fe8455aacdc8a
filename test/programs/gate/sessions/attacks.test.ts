/** What attackers may try of sign-in. Providers are real where one is needed. */
import { hash } from 'node:crypto';
import { EncryptJWT } from 'jose';
import type { SessionState } from '../../../../src/programs/gate/sign-in';
import { type RunningProvider, startOidcProvider } from '../../../support/oidc-provider/start';
import type { TestBrowser, Visited } from '../../../support/oidc-provider/test-browser';
import { GATE_URL, providerSpec, Stage } from './stage';

const THESIS = 'https://thesis.dev.example.org';
const PAPER = 'https://paper.dev.example.org';
const SHARED = 'https://shared.dev.example.org';

let provider: RunningProvider;
let stage: Stage;

beforeAll(async () => {
  provider = await startOidcProvider([{ clientId: 'gate', redirectUris: [`${GATE_URL}/callback`] }], {
    areClaimsInIdToken: true,
  });
});

beforeEach(async () => {
  stage = await Stage.begin([providerSpec('sso', provider.issuerUrl)]);
  stage.addEnvironment('thesis', `${THESIS}/`);
  stage.addEnvironment('paper', `${PAPER}/`);
  stage.addEnvironment('team', `${SHARED}/team`);
  stage.addEnvironment('team-thesis', `${SHARED}/team/thesis`);
});

afterEach(() => stage.end());
afterAll(() => provider.stop());

async function signIn(browser: TestBrowser, address: string, name = 'alice'): Promise<Visited> {
  const form = await browser.open(address);
  return browser.submit(form.url, { login: name, password: name });
}

/** What the gate knows of a request with these cookies. */
async function sessionBy(cookie: string, name = 'thesis', url = THESIS): Promise<SessionState> {
  const access = stage.environments.get(`team-a/${name}`);
  if (access === undefined) throw new Error(`there is no environment ${name}`);
  const request = stage.gateRequest({ method: 'GET', url: new URL(url), headers: { cookie } });
  return stage.service.signIn.sessionOf(request, access);
}

function valueOf(cookies: string): string {
  return cookies.slice(cookies.indexOf('=') + 1);
}

/** The last address that a browser asked which contains a text. */
function lastAsked(browser: TestBrowser, text: string): URL {
  return new URL(browser.asked.findLast((address) => address.includes(text)) ?? '');
}

describe('a session’s cookie', () => {
  it('of another environment is no session, and neither is the gate’s own', async () => {
    const browser = stage.browser();
    await signIn(browser, THESIS);
    const [session, atGate] = [THESIS, GATE_URL].map((url) => valueOf(browser.cookiesAt(new URL(url))));
    const name = '__Host-adrasteia-session';
    expect(await sessionBy(`${name}=${session ?? ''}`, 'paper')).toEqual({
      state: 'SignedOut',
      why: 'OtherEnvironment',
    });
    expect(await sessionBy(`${name}=${atGate ?? ''}`)).toEqual({ state: 'SignedOut', why: 'Invalid' });
  });

  it('is kept from scripts, from other sites and from plain http, and under https bound to its host', async () => {
    const browser = stage.browser();
    await signIn(browser, THESIS);
    await browser.open(`${SHARED}/team`);
    const cookies = stage.answers.flatMap((answer) =>
      answer.outcome === 'Answered' ? answer.headers.filter(({ name }) => name === 'set-cookie') : [],
    );
    expect(cookies.length).toBeGreaterThan(3);
    for (const { value } of cookies) {
      expect(value).toMatch(/; HttpOnly; SameSite=Lax; Secure$/);
      expect(value).toMatch(
        /^(?:__Host-adrasteia-[\w-]+=[^;]*; Path=\/|__Secure-adrasteia-[\w-]+=[^;]*; Path=\/team);?/,
      );
      expect(value).not.toMatch(/Domain/i);
    }
  });

  it('that a neighbour planted beside the true one doesn’t take its place', async () => {
    const browser = stage.browser();
    await signIn(browser, THESIS);
    const cookies = browser.cookiesAt(new URL(THESIS));
    const planted = '__Host-adrasteia-session=planted';
    expect(await sessionBy(`${planted}; ${cookies}`)).toMatchObject({ state: 'SignedIn' });
    expect(await sessionBy(`${cookies}; ${planted}`)).toMatchObject({ state: 'SignedIn' });
  });

  it('is one of few that are looked at', async () => {
    const browser = stage.browser();
    await signIn(browser, THESIS);
    const planted = Array.from({ length: 50 }, (_, index) => `__Host-adrasteia-session=${index}`).join('; ');
    expect(await sessionBy(`${planted}; ${browser.cookiesAt(new URL(THESIS))}`)).toMatchObject({ state: 'SignedOut' });
  });

  it.each(['x'.repeat(100_000), '=', ';;;', '__Host-adrasteia-session', '__Host-adrasteia-session=', '\u0000=\u0000'])(
    'may be anything, and is nothing then (%#)',
    async (text) => {
      expect(await sessionBy(text)).toMatchObject({ state: 'SignedOut' });
      expect(await sessionBy(`__Host-adrasteia-session=${text}`)).toMatchObject({ state: 'SignedOut' });
    },
  );

  it('is told apart between environments that share a host by paths', async () => {
    const browser = stage.browser();
    await signIn(browser, `${SHARED}/team`);
    await browser.open(`${SHARED}/team/thesis`);
    const cookies = browser.cookiesAt(new URL(`${SHARED}/team/thesis`));
    expect(cookies.split('; ')).toHaveLength(2);
    expect(await sessionBy(cookies, 'team-thesis')).toMatchObject({
      state: 'SignedIn',
      cookieNames: cookies.split('; ').map((pair) => pair.split('=')[0]),
    });
    expect(await sessionBy(browser.cookiesAt(new URL(`${SHARED}/team`)), 'team-thesis')).toEqual({
      state: 'SignedOut',
      why: 'NoSession',
    });
  });

  it('made with a key of one’s own is none', async () => {
    const browser = stage.browser();
    await signIn(browser, THESIS);
    const kid = (
      JSON.parse(
        Buffer.from(valueOf(browser.cookiesAt(new URL(THESIS))).split('.')[0] ?? '', 'base64url').toString(),
      ) as { readonly kid: string }
    ).kid;
    const token = await new EncryptJWT({ sid: 's', identity: {} })
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid, typ: 'EnvironmentSession' })
      .setIssuer(GATE_URL)
      .setAudience('uid-of-thesis')
      .setIssuedAt()
      .setExpirationTime('1h')
      .encrypt(new Uint8Array(32));
    expect(await sessionBy(`__Host-adrasteia-session=${token}`)).toEqual({ state: 'SignedOut', why: 'Invalid' });
  });
});

describe('a hand-over', () => {
  it('that somebody else began signs nobody in', async () => {
    const [attacker, victim] = [stage.browser(), stage.browser()];
    const form = await attacker.open(THESIS);
    await attacker.submit(form.url, { login: 'mallory', password: 'mallory' });
    const link = lastAsked(attacker, '/.adrasteia/callback');
    const page = await victim.open(link);
    expect(page.status).toBe(400);
    expect(page.body).toContain('didn’t begin this sign-in');
    expect(victim.cookiesAt(new URL(THESIS))).toBe('');
  });

  it('to a sign-in that somebody else began goes no further than the environment’s door', async () => {
    const [attacker, victim] = [stage.browser(), stage.browser()];
    await attacker.open(THESIS);
    const link = lastAsked(attacker, '/sign-in?request=');
    const page = await signIn(victim, link.href);
    expect(page.status).toBe(400);
    expect(victim.cookiesAt(new URL(THESIS))).toBe('');
    const stolen = lastAsked(victim, '/.adrasteia/callback');
    // The attacker has the cookie, and would need the token; the address with it never leaves the victim’s browser.
    expect(stolen.searchParams.get('token')).not.toBeNull();
  });

  it('counts once in a browser, and not after its time', async () => {
    const browser = stage.browser();
    await signIn(browser, THESIS);
    const link = lastAsked(browser, '/.adrasteia/callback');
    expect((await browser.open(link)).body).toBe('app for alice');
    browser.forget('thesis.dev.example.org');
    expect(await browser.open(link)).toMatchObject({ status: 400 });
    await browser.request('GET', new URL(THESIS));
    expect(await browser.open(link)).toMatchObject({ status: 400 });
  });

  it('is for one environment', async () => {
    const browser = stage.browser();
    await signIn(browser, THESIS);
    const link = lastAsked(browser, '/.adrasteia/callback');
    await browser.request('GET', new URL(PAPER));
    const page = await browser.open(`${PAPER}${link.pathname}${link.search}`);
    expect(page.status).toBe(400);
    expect(browser.cookiesAt(new URL(PAPER))).not.toContain('session');
  });

  it('isn’t made for an environment that is gone, or is another one by now', async () => {
    const browser = stage.browser();
    await signIn(browser, THESIS);
    const thesis = stage.environments.get('team-a/thesis');
    if (thesis === undefined) throw new Error('there is no thesis');
    browser.forget('thesis.dev.example.org');
    const answer = await browser.request('GET', new URL(THESIS));
    const link = answer.headers['location'] ?? '';
    const another = { ...thesis, metadata: { ...thesis.metadata, uid: 'uid-of-another' } };
    const own = { ...thesis, spec: { ...thesis.spec, authenticate: { method: 'None' as const } } };
    for (const now of [another, own, undefined]) {
      if (now === undefined) stage.environments.delete('team-a/thesis');
      else stage.environments.set('team-a/thesis', now);
      const page = await browser.request('GET', new URL(link));
      expect(page.status).toBe(400);
      expect(page.body).toContain('its environment is gone');
    }
  });

  it('ends soon', async () => {
    const browser = stage.browser();
    await signIn(browser, THESIS);
    const answer = await browser.request('GET', new URL(PAPER));
    const away = await browser.request('GET', new URL(answer.headers['location'] ?? ''));
    stage.clock.advance(76_000);
    expect(await browser.open(away.headers['location'] ?? '')).toMatchObject({ status: 400 });
  });
});

describe('a provider’s answer', () => {
  it('to another browser signs nobody in', async () => {
    const [attacker, victim] = [stage.browser(), stage.browser()];
    const form = await attacker.open(THESIS);
    const answer = await attacker.request('POST', form.url, {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'login=mallory&password=mallory',
    });
    const back = await attacker.request('GET', new URL(answer.headers['location'] ?? '', form.url));
    const link = back.headers['location'] ?? '';
    expect(link).toMatch(`${GATE_URL}/callback?code=`);
    expect(await victim.open(link)).toMatchObject({ status: 400 });
    expect(victim.cookiesAt(new URL(GATE_URL))).toBe('');
    expect((await attacker.open(link)).body).toBe('app for mallory');
    expect(await attacker.open(link)).toMatchObject({ status: 400 });
  });

  it('counts for the way that it ends, and no other', async () => {
    const browser = stage.browser();
    await browser.open(THESIS);
    const [flow = ''] = browser.cookiesAt(new URL(GATE_URL)).split('; ');
    const state = 'of an attacker';
    const name = `__Host-adrasteia-flow-${hash('sha256', state, 'hex').slice(0, 12)}`;
    const cookie = `${name}=${valueOf(flow)}`;
    const url = new URL(`${GATE_URL}/callback?code=c&state=${encodeURIComponent(state)}`);
    const page = await browser.request('GET', url, { headers: { cookie } });
    expect(page.status).toBe(400);
    expect(page.body).toContain('didn’t begin this sign-in');
  });

  it('that comes too late is none', async () => {
    const browser = stage.browser();
    const form = await browser.open(THESIS);
    stage.clock.advance(700_000);
    expect(await browser.submit(form.url, { login: 'alice', password: 'alice' })).toMatchObject({ status: 400 });
  });
});

describe('the gate’s public port', () => {
  it.each(['https://evil.example.org/', '//evil.example.org/', '/\\evil.example.org/', 'javascript:alert(1)'])(
    'never sends a browser to %s',
    async (target) => {
      const browser = stage.browser();
      await signIn(browser, THESIS);
      const encoded = encodeURIComponent(target);
      const names = ['request', 'rd', 'return', 'redirect_uri', 'next', 'url', 'token', 'post_logout_redirect_uri'];
      const query = names.map((name) => `${name}=${encoded}`).join('&');
      for (const path of ['/', '/sign-in', '/callback', '/sign-out', '/signed-out', `/${target}`]) {
        const { headers, body } = await browser.request('GET', new URL(`${GATE_URL}${path}?${query}`));
        for (const place of [headers['location'], headers['refresh'], body]) expect(place ?? '').not.toContain('evil');
        expect(body).not.toContain('javascript:');
      }
    },
  );

  it.each(['//evil.example.org/lab', '/\\evil.example.org', '/.adrasteia/sign-out', '/a/../../b', '/%2e%2e/x', '/a b'])(
    'comes back to the environment’s root for %s',
    async (path) => {
      const access = stage.environments.get('team-a/thesis');
      if (access === undefined) throw new Error('there is no thesis');
      const browser = stage.browser();
      const request = {
        ...stage.gateRequest({ method: 'GET', url: new URL(THESIS), headers: { accept: 'text/html' } }),
        path,
      };
      const answer = await stage.service.signIn.ask(request, access, 'NoSession');
      if (answer.outcome !== 'Answered') throw new Error('a browser is sent away');
      const binding = answer.headers.find(({ name }) => name === 'set-cookie')?.value.split(';')[0] ?? '';
      const form = await browser.open(answer.headers.find(({ name }) => name === 'location')?.value ?? '');
      const signedIn = await browser.request('POST', form.url, {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'login=alice&password=alice',
      });
      const back = await browser.request('GET', new URL(signedIn.headers['location'] ?? '', form.url));
      const over = await browser.request('GET', new URL(back.headers['location'] ?? ''));
      const callback = new URL(over.headers['location'] ?? '');
      const end = await browser.request('GET', callback, { headers: { cookie: binding } });
      expect(end.headers['location']).toBe(`${THESIS}/`);
    },
  );

  it('answers nothing of its own to other methods and paths', async () => {
    const browser = stage.browser();
    for (const [method, path] of [
      ['POST', '/'],
      ['POST', '/callback'],
      ['POST', '/sign-in'],
      ['GET', '/admin'],
      ['GET', '//sign-in'],
      ['GET', '/sign-in/'],
    ] as const) {
      expect(await browser.request(method, new URL(`${GATE_URL}${path}`))).toMatchObject({ status: 404 });
    }
  });

  it('refuses headers that are too large, and lives on', async () => {
    const browser = stage.browser();
    const answer = await browser.request('GET', new URL(GATE_URL), { headers: { cookie: 'x'.repeat(40_000) } });
    expect(answer.status).toBe(431);
    expect(await browser.open(`${GATE_URL}/healthz`)).toMatchObject({ status: 200, body: 'ok\n' });
    expect(await browser.open(`${GATE_URL}/readyz`)).toMatchObject({ status: 200 });
  });

  it('tells browsers to keep, frame, refer to and run nothing', async () => {
    const browser = stage.browser();
    for (const path of ['/', '/sign-in', '/callback', '/signed-out', '/nowhere', '/healthz']) {
      const { headers } = await browser.request('GET', new URL(`${GATE_URL}${path}`));
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
      });
      expect(headers['content-security-policy']).toMatch(
        /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'/,
      );
      expect(headers['content-security-policy']).toMatch(/frame-ancestors 'none'; base-uri 'none'$/);
    }
  });

  it('is ready without a Gate, so that it can be rolled out before one, and lets nobody sign in', async () => {
    stage.gate = undefined;
    const browser = stage.browser();
    expect(await browser.open(`${GATE_URL}/readyz`)).toMatchObject({ status: 200 });
    expect(await browser.open(`${GATE_URL}/healthz`)).toMatchObject({ status: 200 });
    expect(await browser.open(`${GATE_URL}/sign-in`)).toMatchObject({ status: 503 });
    expect(await browser.open(THESIS)).toMatchObject({ status: 503 });
  });
});

describe('what isn’t a page load', () => {
  it.each([
    ['a script’s request', 'GET', { 'sec-fetch-mode': 'cors', accept: 'text/html' }],
    ['a script’s request over http', 'GET', { accept: '*/*' }],
    ['an old script’s request', 'GET', { accept: 'text/html', 'x-requested-with': 'XMLHttpRequest' }],
    ['a form', 'POST', { accept: 'text/html' }],
    ['a websocket', 'GET', { accept: 'text/html', upgrade: 'websocket' }],
  ] as const)('gets 401 and no redirect: %s', async (_what, method, headers) => {
    const answer = await stage.browser().request(method, new URL(THESIS), { headers });
    expect(answer).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'OpenIdConnect realm="team-a/thesis"' },
      setCookies: [],
    });
  });
});

describe('paths that the gate keeps', () => {
  it('answer 404 for what isn’t there, and for methods without a sign-in', async () => {
    const browser = stage.browser();
    for (const path of ['/.adrasteia', '/.adrasteia/', '/.adrasteia/admin', '/.adrasteia/callback/x'])
      expect(await browser.request('GET', new URL(`${THESIS}${path}`))).toMatchObject({ status: 404 });
    expect(await browser.request('POST', new URL(`${THESIS}/.adrasteia/callback`))).toMatchObject({ status: 404 });
    const thesis = stage.environments.get('team-a/thesis');
    if (thesis === undefined) throw new Error('there is no thesis');
    const access = { ...thesis, spec: { ...thesis.spec, authenticate: { method: 'None' as const } } };
    const request = stage.gateRequest({ method: 'GET', url: new URL(`${THESIS}/.adrasteia/sign-out`), headers: {} });
    expect(await stage.service.signIn.ownAnswer(request, access)).toMatchObject({ status: 404 });
  });

  it('are only those: others are the app’s', () => {
    const thesis = stage.environments.get('team-a/thesis');
    const team = stage.environments.get('team-a/team');
    if (thesis === undefined || team === undefined) throw new Error('there are no environments');
    const own = (path: string, access = thesis): boolean =>
      stage.service.signIn.ownAnswer({ method: 'HEAD', host: '', path, headers: {}, sourceAddress: '' }, access) !==
      undefined;
    expect(own('/.adrasteia/callback?token=x')).toBe(true);
    expect(own('/team/.adrasteia/callback', team)).toBe(true);
    for (const path of ['/', '/.adrasteiax', '/x/.adrasteia/callback', '/?/.adrasteia/callback'])
      expect({ path, own: own(path) }).toEqual({ path, own: false });
    expect(own('/.adrasteia/callback', team)).toBe(false);
  });
});
