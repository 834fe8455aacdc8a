/** An OAuth2 filter in a proxy configuration of kode-operator's API, end to end: a real Envoy, the gate, a real provider. */
import type { EnvironmentAccess } from '../../src/access/environment-access';
import type { Manifest } from '../../src/api/object';
import { ENFORCING_GATE, onlyOf, placed, rendered } from '../dialects/kode/rendered';
import { RunningGate } from '../programs/gate/running-gate';
import { RecordingApp } from '../support/envoy/recording-app';
import { freePort, RunningSidecar } from '../support/envoy/running-sidecar';
import { type RunningProvider, startOidcProvider } from '../support/oidc-provider/start';
import { sendByNetwork, TestBrowser } from '../support/oidc-provider/test-browser';

const NAMESPACE = 'team';
const HOST = `thesis--${NAMESPACE}.kode.example.org`;
const CLIENT_SECRET = 'only-for-this-test';

let provider: RunningProvider;
let gate: RunningGate;
let app: RecordingApp;
let sidecar: RunningSidecar;

beforeAll(async () => {
  provider = await startOidcProvider([
    { clientId: 'kode', clientSecret: CLIENT_SECRET, redirectUris: [`https://${HOST}/callback`] },
  ]);
  gate = await RunningGate.start();
  app = await RecordingApp.start();
  await gate.putSecret('kode-client', { 'client-secret': CLIENT_SECRET });
  const { spec, ...access } = onlyOf(rendered(objects(provider.issuerUrl)), 'EnvironmentAccess') as EnvironmentAccess;
  // The same on ports of this machine that are free.
  const here = { ...spec, listenPort: await freePort(), app: { ...spec.app, port: app.port } };
  sidecar = await RunningSidecar.start(await gate.addAccess({ ...access, spec: here }), gate.ports);
  await sidecar.becomesReady();
}, 120_000);

afterAll(async () => {
  await sidecar.stop();
  await app.stop();
  await gate.stop();
  await provider.stop();
}, 60_000);

/** A Kode whose template asks for a sign-in at a provider, as Envoy's documentation writes it. */
function objects(issuer: string): readonly Manifest[] {
  const apiVersion = 'kode.jacero.io/v1alpha1';
  const { port } = new URL(issuer);
  const filter = {
    name: 'envoy.filters.http.oauth2',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.filters.http.oauth2.v3.OAuth2',
      config: {
        token_endpoint: { cluster: 'sso', uri: `${issuer}/token`, timeout: '5s' },
        authorization_endpoint: `${issuer}/auth`,
        redirect_uri: 'https://%REQ(:authority)%/callback',
        redirect_path_matcher: { path: { exact: '/callback' } },
        signout_path: { path: { exact: '/signout' } },
        auth_scopes: ['openid', 'profile', 'email'],
        credentials: { client_id: 'kode', token_secret: { name: 'kode-client' }, hmac_secret: { name: 'hmac' } },
      },
    },
  };
  const address = { socket_address: { address: '127.0.0.1', port_value: Number(port) } };
  const cluster = {
    name: 'sso',
    connect_timeout: '1s',
    type: 'STATIC',
    lb_policy: 'ROUND_ROBIN',
    load_assignment: { cluster_name: 'sso', endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }] },
  };
  return placed(
    [
      {
        apiVersion,
        kind: 'EnvoyProxyConfig',
        metadata: { name: 'sso' },
        spec: { httpFilters: [filter], clusters: [cluster] },
      },
      {
        apiVersion,
        kind: 'KodeTemplate',
        metadata: { name: 'editor' },
        spec: {
          type: 'code-server',
          image: 'registry.example.org/editor:1',
          envoyProxyRef: { name: 'sso' },
          entryPointSpec: { api: 'ingress-api', routingType: 'domain', url: 'https://kode.example.org' },
        },
      },
      {
        apiVersion,
        kind: 'Kode',
        metadata: { name: 'thesis' },
        spec: { templateRef: { kind: 'KodeTemplate', name: 'editor' } },
      },
      { ...ENFORCING_GATE, spec: { ...(ENFORCING_GATE['spec'] as object), clientIssuers: [issuer] } },
    ],
    NAMESPACE,
  );
}

/** A browser that finds the Kode at its sidecar, and the provider by the network. */
function browser(): TestBrowser {
  return new TestBrowser(async (request) => {
    if (request.url.host !== HOST) return sendByNetwork(request);
    const { method, url, body } = request;
    const answer = await sidecar.ask(`${url.pathname}${url.search}`, {
      method,
      headers: { ...request.headers },
      ...(body === undefined ? {} : { body }),
    });
    const { 'set-cookie': setCookies = [], ...headers } = answer.headers;
    return {
      status: answer.status,
      body: answer.body,
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
      setCookies: typeof setCookies === 'string' ? [setCookies] : setCookies,
    };
  });
}

test('whoever the provider signs in gets in, and the app is told who it is', async () => {
  const window = browser();
  const form = await window.open(`https://${HOST}/?folder=/config`);
  expect(form.url.href).toContain(`${provider.issuerUrl}/interaction/`);
  expect(app.arrivals).toEqual([]);
  const page = await window.submit(form.url, { login: 'alice', password: 'alice' });
  expect([page.status, page.url.href]).toEqual([200, `https://${HOST}/?folder=/config`]);
  expect(app.arrivals.at(-1)?.headers).toMatchObject({ 'x-auth-request-user': 'alice' });
});

test('a program without a sign-in, and a callback that nobody was sent to, get nowhere', async () => {
  app.arrivals.length = 0;
  expect((await sidecar.ask('/', { headers: { accept: 'application/json' } })).status).toBe(401);
  expect((await sidecar.ask('/callback?code=x&state=y', { headers: { accept: 'text/html' } })).status).toBe(400);
  expect(app.arrivals).toEqual([]);
});
