import { generateKeyPair, type JWTPayload, UnsecuredJWT } from 'jose';
import { newFlowSecrets, RelyingParty } from '../../../../src/programs/gate/oidc/relying-party';
import { LyingProvider } from '../../../support/oidc-provider/lying-provider';

const REDIRECT_URI = 'https://gate.example.org/callback';
const FLOW = newFlowSecrets();
const CLIENT = { clientId: 'gate', clientSecret: 'a secret of the gate' };

let provider: LyingProvider;

beforeEach(async () => {
  provider = await LyingProvider.start();
});

afterEach(() => provider.stop());

function discover(): Promise<RelyingParty> {
  return RelyingParty.discover({ ...CLIENT, issuerUrl: provider.issuerUrl });
}

/** The claims of a good ID token, changed. */
function claims(change: JWTPayload = {}): JWTPayload {
  const now = Math.floor(Date.now() / 1000);
  const good = { iss: provider.issuerUrl, aud: CLIENT.clientId, sub: 'id-of-alice', nonce: FLOW.nonce };
  return { ...good, iat: now, exp: now + 300, preferred_username: 'alice', ...change };
}

async function redeem(query: Readonly<Record<string, string>> = {}, wanted: readonly string[] = []) {
  const callback = new URL(REDIRECT_URI);
  for (const [name, value] of Object.entries({ code: 'c1', state: FLOW.state, ...query }))
    callback.searchParams.set(name, value);
  return (await discover()).redeem(callback, FLOW, wanted);
}

describe('the way to a provider', () => {
  it('carries state, nonce and the challenge of PKCE, and no secret', async () => {
    const party = await discover();
    const url = new URL(await party.authorizationUrl(FLOW, { redirectUri: REDIRECT_URI, scopes: ['email'] }));
    expect(url.origin + url.pathname).toBe(`${provider.issuerUrl}/auth`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: 'gate',
      response_type: 'code',
      redirect_uri: REDIRECT_URI,
      scope: 'openid email',
      state: FLOW.state,
      nonce: FLOW.nonce,
      code_challenge: expect.stringMatching(/^[\w-]{43}$/) as string,
      code_challenge_method: 'S256',
    });
    expect(url.href).not.toContain(FLOW.verifier);
  });

  it('leads nowhere but to the web', async () => {
    provider.said.set('/.well-known/openid-configuration', {
      status: 200,
      body: { ...provider.metadata(), authorization_endpoint: 'javascript:alert(1)' },
    });
    const party = await discover();
    await expect(party.authorizationUrl(FLOW, { redirectUri: REDIRECT_URI, scopes: [] })).rejects.toThrow(
      'only HTTP and HTTPS',
    );
  });
});

describe('discovery', () => {
  it.each([
    ['another issuer', { status: 200, body: { issuer: 'https://other.example.org' } }],
    ['an error', { status: 500, body: {} }],
    ['no JSON', { status: 200, body: 'hello' }],
    ['a redirect', { status: 302, body: {} }],
    ['more than a megabyte', { status: 200, body: 'x'.repeat(1024 * 1024 + 1) }],
  ])('that gives %s is none', async (_what, said) => {
    provider.said.set('/.well-known/openid-configuration', said);
    await expect(discover()).rejects.toThrow();
  });
});

describe('a provider over plain http', () => {
  it.each(['token_endpoint', 'userinfo_endpoint', 'jwks_uri'])('names no %s elsewhere', async (endpoint) => {
    const body = { ...provider.metadata(), [endpoint]: 'http://127.0.0.1:9901/quitquitquit' };
    provider.said.set('/.well-known/openid-configuration', { status: 200, body });
    await expect(discover()).rejects.toThrow('names an endpoint elsewhere');
  });
});

describe('a provider’s answer', () => {
  it('that holds good is believed', async () => {
    provider.idToken = await provider.sign(claims());
    expect(await redeem()).toMatchObject({
      outcome: 'SignedIn',
      claims: { sub: 'id-of-alice', preferred_username: 'alice' },
    });
  });

  it('whose ID token isn’t signed, or by another key, or by another way, is refused', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    const signed = await provider.sign(claims());
    const [header = '', , signature = ''] = signed.split('.');
    const changed = Buffer.from(JSON.stringify(claims({ sub: 'id-of-grace' }))).toString('base64url');
    const tokens = [
      new UnsecuredJWT(claims()).encode(),
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${signed.split('.')[1] ?? ''}.`,
      await provider.sign(claims(), {}, privateKey),
      await provider.sign(claims(), { kid: 'k2' }),
      await provider.sign(claims(), { alg: 'HS256' }, new TextEncoder().encode(CLIENT.clientSecret.padEnd(32, '.'))),
      `${header}.${changed}.${signature}`,
      '',
    ];
    for (const token of tokens) {
      provider.idToken = token;
      expect({ token, outcome: (await redeem()).outcome }).toEqual({ token, outcome: 'Refused' });
    }
  });

  it.each<[string, () => JWTPayload]>([
    ['is by another issuer', () => ({ iss: 'https://other.example.org' })],
    ['is for another client', () => ({ aud: 'another' })],
    ['is for another client too', () => ({ aud: ['gate', 'another'], azp: 'another' })],
    ['has another nonce', () => ({ nonce: 'of another sign-in' })],
    ['has no nonce', () => ({ nonce: undefined })],
    ['has expired', () => ({ exp: Math.floor(Date.now() / 1000) - 60 })],
    ['has no end', () => ({ exp: undefined })],
    ['isn’t valid yet', () => ({ nbf: Math.floor(Date.now() / 1000) + 600 })],
    ['has no subject', () => ({ sub: undefined })],
    ['has no birth', () => ({ iat: undefined })],
  ])('whose ID token %s is refused', async (_what, change) => {
    provider.idToken = await provider.sign(claims(change()));
    expect((await redeem()).outcome).toBe('Refused');
  });

  it('with another state is refused, and so is one of another issuer', async () => {
    provider.idToken = await provider.sign(claims());
    expect((await redeem({ state: 'of another sign-in' })).outcome).toBe('Refused');
    expect((await redeem({ iss: 'https://other.example.org' })).outcome).toBe('Refused');
  });

  it('whose ID token is no token gets nobody through', async () => {
    provider.idToken = 'not.a.token';
    expect((await redeem()).outcome).toBe('Unavailable');
  });

  it('without an ID token is refused', async () => {
    provider.said.set('/token', { status: 200, body: { access_token: 'a', token_type: 'bearer' } });
    expect((await redeem()).outcome).toBe('Refused');
  });

  it('that a code isn’t good is believed', async () => {
    provider.said.set('/token', { status: 400, body: { error: 'invalid_grant' } });
    expect(await redeem()).toEqual({ outcome: 'Refused', reason: 'invalid_grant' });
  });

  it('that doesn’t know the client, or its secret, is no silence', async () => {
    const headers = { 'www-authenticate': 'Basic realm="sso"' };
    provider.said.set('/token', { status: 401, body: { error: 'invalid_client' }, headers });
    expect(await redeem()).toEqual({ outcome: 'Refused', reason: 'invalid_client' });
  });

  it.each([
    ['/token', { status: 503, body: {} }],
    ['/token', { status: 200, body: 'hello' }],
    ['/token', { status: 302, body: {} }],
    ['/jwks', { status: 500, body: {} }],
  ])('is none while %s gives %j', async (path, said) => {
    provider.idToken = await provider.sign(claims());
    provider.said.set(path, said);
    expect((await redeem()).outcome).toBe('Unavailable');
  });
});

describe('the user info endpoint', () => {
  beforeEach(async () => {
    provider.idToken = await provider.sign(claims());
    const body = { ...provider.metadata(), userinfo_endpoint: `${provider.issuerUrl}/me` };
    provider.said.set('/.well-known/openid-configuration', { status: 200, body });
  });

  it('is asked only for what the ID token lacks, and what is signed counts', async () => {
    const me = { sub: 'id-of-alice', preferred_username: 'grace', groups: ['team-a'] };
    provider.said.set('/me', { status: 200, body: me });
    expect(await redeem({}, ['preferred_username'])).toMatchObject({ outcome: 'SignedIn' });
    expect(provider.asked).not.toContain('/me');
    expect(await redeem({}, ['preferred_username', 'groups'])).toMatchObject({
      outcome: 'SignedIn',
      claims: { preferred_username: 'alice', groups: ['team-a'] },
    });
  });

  it('that speaks of somebody else is refused', async () => {
    provider.said.set('/me', { status: 200, body: { sub: 'id-of-grace', groups: ['admins'] } });
    expect((await redeem({}, ['groups'])).outcome).toBe('Refused');
  });

  it('that doesn’t answer gets nobody through', async () => {
    provider.said.set('/me', { status: 500, body: {} });
    expect((await redeem({}, ['groups'])).outcome).toBe('Unavailable');
  });
});
