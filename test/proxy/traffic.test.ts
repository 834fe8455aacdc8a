/** Requests through a real Envoy, configured by the gate's own discovery; who gets in is said by a stand-in for the gate. */

import { once } from 'node:events';
import { connect, constants } from 'node:http2';
import { LETS_EVERYBODY_IN, LETS_NOBODY_IN } from '../support/envoy/fake-gate';
import { ProxiedEnvironment } from '../support/envoy/proxied-environment';

let environment: ProxiedEnvironment;

beforeAll(async () => {
  environment = await ProxiedEnvironment.start();
}, 120_000);

afterAll(async () => {
  await environment.stop();
});

beforeEach(() => {
  environment.gate.answer = LETS_EVERYBODY_IN;
});

const arrived = () => environment.app.arrivals.at(-1)?.headers ?? {};
const asked = () => environment.gate.asked.at(-1);

test('a request that the gate lets in reaches the app with its query, and the answer the browser with its cookies', async () => {
  const reply = await environment.sidecar.ask('/lab?token=abc', { method: 'POST', body: 'x=1' });
  expect([reply.status, reply.body, reply.headers['server']]).toEqual([200, 'hello', 'the-app']);
  expect(reply.headers['set-cookie']).toEqual(['app=1; Path=/', 'other=2; Path=/']);
  expect(environment.app.arrivals.at(-1)).toMatchObject({ method: 'POST', url: '/lab?token=abc', body: 'x=1' });
});

test('a request that the gate refuses doesn’t reach the app', async () => {
  environment.gate.answer = LETS_NOBODY_IN;
  const before = environment.app.arrivals.length;
  const reply = await environment.sidecar.ask('/lab');
  expect([reply.status, reply.body]).toEqual([403, 'not you\n']);
  expect(environment.app.arrivals).toHaveLength(before);
});

test('the gate is told whose request it is, and by which configuration the sidecar runs', async () => {
  await environment.sidecar.ask('/');
  expect(asked()?.contextExtensions).toEqual({
    environment: 'team-a/thesis',
    configuration: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
  });
});

test('what the gate adds reaches the app, what it takes off doesn’t, and its cookies go beside the app’s', async () => {
  environment.gate.answer = {
    outcome: 'Allowed',
    toApp: [
      { name: 'x-auth-request-user', value: 'ada' },
      { name: 'cookie', value: 'mine=1' },
    ],
    notToApp: ['authorization'],
    toBrowser: [
      { name: 'set-cookie', value: '__Host-session=1; Path=/; HttpOnly' },
      { name: 'set-cookie', value: '__Host-second=2; Path=/; HttpOnly' },
    ],
  };
  const headers = { cookie: 'mine=1; __Host-session=0', authorization: 'Bearer secret', 'x-auth-request-user': 'root' };
  const reply = await environment.sidecar.ask('/', { headers });
  expect(arrived()).toMatchObject({ 'x-auth-request-user': 'ada', cookie: 'mine=1' });
  expect(arrived()).not.toHaveProperty('authorization');
  expect([reply.headers['set-cookie']].flat().sort()).toEqual([
    '__Host-second=2; Path=/; HttpOnly',
    '__Host-session=1; Path=/; HttpOnly',
    'app=1; Path=/',
    'other=2; Path=/',
  ]);
});

test('the client is who the entry says, whatever the browser wrote before it', async () => {
  await environment.sidecar.ask('/', {
    headers: { 'x-forwarded-for': '198.51.100.1, 203.0.113.7', 'x-envoy-external-address': '198.51.100.1' },
  });
  // The address of the connection is the entry's.
  expect(asked()?.headers['x-envoy-external-address']).toBe('203.0.113.7');
});

test('the app is told the address that browsers see, and nothing of what Envoy notes for itself', async () => {
  const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' };
  const reply = await environment.sidecar.ask('/', { headers });
  expect(Object.keys(reply.headers).filter((name) => name.startsWith('x-envoy-'))).toEqual([]);
  expect(arrived()).toMatchObject({ 'x-forwarded-proto': 'http', 'x-forwarded-host': 'thesis.example.org' });
  expect(Object.keys(arrived()).filter((name) => name.startsWith('x-envoy-') || name === 'forwarded')).toEqual([]);
});

test.each(['evil.example', '10.0.0.7', 'thesis.example.org.evil.example'])(
  'a request to the name %s is nobody’s: neither gate nor app hear of it',
  async (host) => {
    const before = [environment.app.arrivals.length, environment.gate.asked.length];
    const reply = await environment.sidecar.ask('/', { headers: { host } });
    expect(reply.status).toBe(421);
    expect([environment.app.arrivals.length, environment.gate.asked.length]).toEqual(before);
  },
);

test.each(['THESIS.example.org', 'thesis.example.org.', 'thesis.example.org:8443'])(
  'the environment is known as %s too',
  async (host) => {
    expect((await environment.sidecar.ask('/', { headers: { host } })).status).toBe(200);
  },
);

describe('an entry that speaks HTTP/2', () => {
  test('gets answers', async () => {
    const session = connect(`http://127.0.0.1:${environment.sidecar.listenPort}`);
    const stream = session.request({ ':path': '/tree', ':authority': 'thesis.example.org' });
    const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
    stream.resume();
    expect(headers[':status']).toBe(200);
    session.destroy();
  });

  test('opens websockets by an extended CONNECT, which the gate and the app see as one of HTTP/1.1', async () => {
    const session = connect(`http://127.0.0.1:${environment.sidecar.listenPort}`);
    await once(session, 'remoteSettings');
    const stream = session.request({
      [constants.HTTP2_HEADER_METHOD]: 'CONNECT',
      ':protocol': 'websocket',
      [constants.HTTP2_HEADER_SCHEME]: 'http',
      [constants.HTTP2_HEADER_PATH]: '/ws',
      [constants.HTTP2_HEADER_AUTHORITY]: 'thesis.example.org',
    });
    const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
    expect(headers[':status']).toBe(200);
    stream.write('ping');
    const [echo] = (await once(stream, 'data')) as [Buffer];
    expect(echo.toString()).toBe('ping');
    expect(environment.app.arrivals.at(-1)).toMatchObject({
      method: 'GET',
      url: '/ws',
      headers: { upgrade: 'websocket' },
    });
    expect(asked()).toMatchObject({ method: 'GET', headers: { upgrade: 'websocket' } });
    session.destroy();
  });
});

describe('what Kubernetes and Prometheus ask', () => {
  test('is answered: ready, alive, metrics', async () => {
    expect(await environment.sidecar.readiness('/ready')).toBe(200);
    expect(await environment.sidecar.readiness('/live')).toBe(200);
    const reply = await environment.sidecar.metrics('/stats/prometheus');
    expect(reply.status).toBe(200);
    expect(reply.body).toMatch(/envoy_http_downstream_rq_total\{/);
  });

  test.each([
    '/',
    '/stats',
    '/config_dump',
    '/quitquitquit',
    '/ready/../config_dump',
    '/stats/prometheus/../../config_dump',
  ])('is no way to %s of Envoy’s administration', async (path) => {
    expect((await environment.sidecar.metrics(path)).status).toBe(404);
    expect(await environment.sidecar.readiness(path)).toBe(404);
  });
});

test('the access log names no queries, cookies or people', async () => {
  environment.gate.answer = {
    outcome: 'Allowed',
    toApp: [{ name: 'x-auth-request-user', value: 'ada-lovelace' }],
    notToApp: [],
    toBrowser: [],
  };
  await environment.sidecar.ask('/logged?token=s3cret', { headers: { cookie: 'session=c00kie' } });
  const line = await environment.sidecar.nextLogged('/logged');
  expect(line).toMatchObject({ method: 'GET', status: 200, host: 'thesis.example.org' });
  expect(environment.sidecar.envoy.output).not.toMatch(/s3cret|c00kie|ada-lovelace/);
});
