/** The gate itself, on an embedded API, before a real Envoy: from a change of an object to what becomes of an open websocket. */
import {
  ENVIRONMENT_ACCESS,
  type EnvironmentAccess,
  type EnvironmentAccessSpec,
} from '../../src/access/environment-access';
import { RunningGate } from '../programs/gate/running-gate';
import { environmentAccess } from '../support/envoy/access';
import type { RawConnection } from '../support/envoy/raw-connection';
import { RecordingApp } from '../support/envoy/recording-app';
import { freePort, RunningSidecar } from '../support/envoy/running-sidecar';
import { eventually } from '../support/eventually';

let gate: RunningGate;
let app: RecordingApp;
let sidecar: RunningSidecar;
let access: EnvironmentAccess;

const AUTHORIZATION = { authorization: `Basic ${Buffer.from('ada:lovelace').toString('base64')}` };
const LINE = `authorization: ${AUTHORIZATION.authorization}\r\n`;

beforeEach(async () => {
  gate = await RunningGate.start();
  app = await RecordingApp.start();
  await gate.putSecret('passwords', { username: 'ada', password: 'lovelace' });
  const wanted = environmentAccess({
    spec: {
      listenPort: await freePort(),
      app: { port: app.port, basePath: 'Keep', view: 'None' },
      authenticate: { method: 'Basic', basic: { secret: { name: 'passwords' } } },
      authorize: [
        {
          grants: [
            { user: 'ada', level: 'Use' },
            { user: 'grace', level: 'Use' },
          ],
        },
      ],
    },
  });
  access = await gate.addAccess({ ...wanted, metadata: { name: 'thesis', namespace: 'team' } });
  sidecar = await RunningSidecar.start(access, gate.ports);
  await sidecar.becomesReady();
  // The gate reads passwords when it learns that somebody needs them.
  await eventually('ada gets in', async () => (await sidecar.ask('/', { headers: AUTHORIZATION })).status === 200);
}, 120_000);

afterEach(async () => {
  await sidecar.stop();
  await app.stop();
  await gate.stop();
}, 60_000);

/** Changes the environment's access as the controller does. */
async function change(spec: Partial<EnvironmentAccessSpec>): Promise<void> {
  const { apiVersion, kind } = access;
  await gate.cluster.apply(
    ENVIRONMENT_ACCESS.type,
    { apiVersion, kind, metadata: { name: 'thesis', namespace: 'team' }, spec: { ...access.spec, ...spec } },
    { fieldManager: 'test', force: true },
  );
}

async function openWebsocket(): Promise<RawConnection> {
  const websocket = await sidecar.openWebsocket('/ws', LINE);
  await websocket.receives('101 Switching Protocols');
  websocket.write('ping');
  await websocket.receives('ping');
  return websocket;
}

test('who has a password gets in, the app is told who it is, and nobody else gets anywhere', async () => {
  expect((await sidecar.ask('/')).status).toBe(401);
  expect((await sidecar.ask('/', { headers: { authorization: 'Basic YWRhOndyb25n' } })).status).toBe(401);
  app.arrivals.length = 0;
  const headers = { ...AUTHORIZATION, 'x-auth-request-user': 'root', 'x-adrasteia-level': 'Own' };
  expect((await sidecar.ask('/lab', { headers })).status).toBe(200);
  expect(app.arrivals).toHaveLength(1);
  expect(app.arrivals[0]?.headers).toMatchObject({ 'x-auth-request-user': 'ada', 'x-adrasteia-level': 'Use' });
});

test('a websocket without a sign-in isn’t opened', async () => {
  const websocket = await sidecar.openWebsocket();
  expect(await websocket.receives('\r\n\r\n')).toMatch(/^HTTP\/1\.1 401 /);
  websocket.end();
  expect(app.openConnections).toBe(0);
});

test('another page’s websocket isn’t opened, whoever is signed in', async () => {
  const websocket = await sidecar.openWebsocket('/ws', `${LINE}Origin: http://sibling.example.org\r\n`);
  expect(await websocket.receives('\r\n\r\n')).toMatch(/^HTTP\/1\.1 403 /);
  websocket.end();
  expect(app.openConnections).toBe(0);
});

test('a grant that is taken away closes the websocket, and no other is opened', async () => {
  const websocket = await openWebsocket();
  await change({ authorize: [{ grants: [{ user: 'grace', level: 'Use' }] }] });
  await websocket.closes();
  expect((await sidecar.ask('/', { headers: AUTHORIZATION })).status).toBe(403);
});

test('a grant that is added closes nothing', async () => {
  const websocket = await openWebsocket();
  const grants = access.spec.authorize[0]?.grants ?? [];
  await change({ authorize: [{ grants: [...grants, { user: 'alan', level: 'Use' }] }] });
  await eventually('the sidecar is told', async () => (await sidecar.listenerVersion()).includes('"generation":2,'));
  websocket.write('still here');
  await websocket.receives('still here');
  websocket.end();
});

test('another password closes the websocket', async () => {
  const websocket = await openWebsocket();
  await gate.putSecret('passwords', { username: 'ada', password: 'byron' });
  await websocket.closes();
  expect((await sidecar.ask('/', { headers: AUTHORIZATION })).status).toBe(401);
});

test('an environment that is closed says why', async () => {
  const websocket = await openWebsocket();
  await change({ closed: { reason: 'PolicyInvalid', message: 'spec.envoy.httpFilters[0].name is needed' } });
  await websocket.closes();
  const reply = await eventually('it is closed', async () => {
    const answer = await sidecar
      .ask('/', { headers: { ...AUTHORIZATION, accept: 'text/html' } })
      .catch(() => undefined);
    return answer?.status === 403 && answer;
  });
  expect(reply.body).toContain('spec.envoy.httpFilters[0].name is needed');
});

test('an environment whose sidecar refuses its raw filters lets nobody in by the old ones', async () => {
  await change({
    envoy: {
      httpFilters: [
        {
          name: 'cors',
          typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.cors.v3.Cors', no_such_field: 1 },
        },
      ],
      clusters: [],
    },
  });
  app.arrivals.length = 0;
  await eventually('nobody gets in', async () => {
    const { status } = await sidecar.ask('/', { headers: AUTHORIZATION });
    return status !== 200;
  });
  await eventually('Envoy says why', () => sidecar.envoy.output.includes('no_such_field'));
  const before = app.arrivals.length;
  expect((await sidecar.ask('/', { headers: AUTHORIZATION })).status).not.toBe(200);
  expect(app.arrivals).toHaveLength(before);
});
