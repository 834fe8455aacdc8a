/** The gate's sign-in with a real Keycloak, without a cluster: what Keycloak's pages and tokens say, and its sign-out. */

import type { KubeObject } from '../../src/api/object';
import { ClientSecrets } from '../../src/programs/gate/oidc/client-secrets';
import {
  type IdentityOrProblem,
  identityOfClaims,
  wantedClaims,
} from '../../src/programs/gate/oidc/identity-of-claims';
import { ProviderDirectory } from '../../src/programs/gate/oidc/provider-directory';
import { Providers } from '../../src/programs/gate/oidc/providers';
import { newFlowSecrets, RelyingParty } from '../../src/programs/gate/oidc/relying-party';
import { FakeClock } from '../support/fake-clock';
import { Realm } from '../support/keycloak/realm';
import { RunningKeycloak } from '../support/keycloak/running-keycloak';
import { type Send, sendByNetwork, TestBrowser, type Visited } from '../support/oidc-provider/test-browser';
import { silentLogger } from '../support/silent-logger';

jest.setTimeout(600_000);

const CLIENT = { clientId: 'adrasteia', secret: 'of the gate' };
const REDIRECT_URI = 'https://gate.dev.example.org/callback';
/** As a Gate's provider has it by default, with a further claim. */
const NAMES = { userClaim: 'preferred_username', groupsClaim: 'groups', keepClaims: ['roles'] };
const SCOPES = ['openid', 'profile', 'email'];

let keycloak: RunningKeycloak;
let realm: Realm;
let party: RelyingParty;
beforeAll(async () => {
  keycloak = await RunningKeycloak.start();
  realm = await Realm.make(keycloak, {
    name: 'company',
    clients: [{ ...CLIENT, redirectUris: [REDIRECT_URI], roles: ['viewer'] }],
    people: [{ name: 'grace' }, { name: 'ruth', groups: ['/support'], roles: { adrasteia: ['viewer'] } }],
  });
  const { issuerUrl } = realm;
  party = await RelyingParty.discover({ issuerUrl, clientId: CLIENT.clientId, clientSecret: CLIENT.secret });
});
afterAll(async () => {
  await keycloak.stop();
});

/** Keycloak by the network; the gate isn't there, so its callback is where a browser comes to rest. */
const send: Send = async (request) =>
  request.url.href.startsWith(REDIRECT_URI)
    ? { status: 200, headers: {}, setCookies: [], body: '' }
    : sendByNetwork(request);

/** Sends the form of a page with these fields, and those that it hides. */
async function submitForm(browser: TestBrowser, { body, url }: Visited, fields: Readonly<Record<string, string>>) {
  const action = /<form[^>]*action="([^"]*)"/.exec(body)?.[1];
  if (action === undefined) throw new Error(`there is no form: ${body}`);
  const hidden = [...body.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
  const all = Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, value]));
  return browser.submit(new URL(action.replaceAll('&amp;', '&'), url), { ...all, ...fields });
}

async function signIn(browser: TestBrowser, name: string): Promise<IdentityOrProblem> {
  const flow = newFlowSecrets();
  const page = await browser.open(await party.authorizationUrl(flow, { redirectUri: REDIRECT_URI, scopes: SCOPES }));
  const { url } = await submitForm(browser, page, { username: name, password: realm.passwordOf(name) });
  const redemption = await party.redeem(url, flow, wantedClaims(NAMES));
  if (redemption.outcome !== 'SignedIn') throw new Error(`${redemption.outcome}: ${redemption.reason}`);
  return identityOfClaims('company', redemption.claims, NAMES);
}

describe('who signs in at Keycloak', () => {
  test('has a name and a verified address', async () => {
    const { identity } = (await signIn(new TestBrowser(send), 'grace')) as { readonly identity?: object };
    expect(identity).toMatchObject({ user: 'grace', email: 'grace@example.org', groups: [] });
  });

  test('has the groups by their paths, and the roles of the gate’s client', async () => {
    const { identity } = (await signIn(new TestBrowser(send), 'ruth')) as { readonly identity?: object };
    expect(identity).toMatchObject({ user: 'ruth', groups: ['/support'], claims: { roles: ['viewer'] } });
  });

  test('ends their session there on the page that the gate’s sign-out leads to', async () => {
    const browser = new TestBrowser(send);
    const before = await realm.sessionsOf('grace');
    await signIn(browser, 'grace');
    expect(await realm.sessionsOf('grace')).toBe(before + 1);
    const page = await browser.open(party.endSessionUrl() ?? '');
    await submitForm(browser, page, { confirmLogout: 'Logout' });
    expect(await realm.sessionsOf('grace')).toBe(before);
  });
});

test('a client secret that was changed there and in its Secret counts for who is on the way', async () => {
  const clock = new FakeClock();
  let value = 'a former one';
  const get = (): Promise<KubeObject> =>
    Promise.resolve({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'company' },
      data: { secret: Buffer.from(value).toString('base64') },
    });
  const log = silentLogger();
  const directory = new ProviderDirectory({ clock, log, discover: (client) => RelyingParty.discover(client) });
  const providers = new Providers(directory, new ClientSecrets({ get }, clock), log);
  const settings = {
    issuerUrl: realm.issuerUrl,
    clientId: CLIENT.clientId,
    clientSecret: { namespace: 'adrasteia-gate', name: 'company', key: 'secret' },
  };
  const flow = newFlowSecrets();
  const former = await providers.find(settings);
  const browser = new TestBrowser(send);
  const page = await browser.open(
    (await former?.authorizationUrl(flow, { redirectUri: REDIRECT_URI, scopes: SCOPES })) ?? '',
  );
  const { url } = await submitForm(browser, page, { username: 'grace', password: realm.passwordOf('grace') });
  const answered = { callbackUrl: url, flow, wanted: wantedClaims(NAMES) };
  expect(await providers.redeem(settings, answered)).toEqual({ outcome: 'Refused', reason: 'unauthorized_client' });
  value = CLIENT.secret;
  clock.advance(2000);
  expect(await providers.redeem(settings, answered)).toMatchObject({ outcome: 'SignedIn' });
});
