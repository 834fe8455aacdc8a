/** README scenario 2 of kode-operator, from its objects to requests: through the dialect, a real gate and a real Envoy. */
import type { EnvironmentAccess } from '../../src/access/environment-access';
import { type Manifest, valueAt } from '../../src/api/object';
import { ENFORCING_GATE, onlyOf, placed, rendered, textAt } from '../dialects/kode/rendered';
import { scenarios } from '../dialects/kode/scenario-2';
import { RunningGate } from '../programs/gate/running-gate';
import { RecordingApp } from '../support/envoy/recording-app';
import { freePort, RunningSidecar } from '../support/envoy/running-sidecar';
import { eventually } from '../support/eventually';

/** The one namespace of teams at the gate of tests. */
const NAMESPACE = 'team';

const ENTRY_POINT: Manifest = {
  apiVersion: 'kode.jacero.io/v1alpha1',
  kind: 'EntryPoint',
  metadata: { name: 'public', namespace: NAMESPACE },
  spec: { api: 'ingress-api', routingType: 'domain', url: 'kode.example.org' },
};

function authorization(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

describe.each(scenarios())('a Kode of scenario 2 in $name', ({ objects }) => {
  const made = rendered([...placed(objects, NAMESPACE), ENTRY_POINT, ENFORCING_GATE]);
  const kode = onlyOf(objects, 'Kode');
  const user = textAt(kode, ['spec', 'user']);
  const password = textAt(kode, ['spec', 'password']);
  const right = authorization(user, password);

  let gate: RunningGate;
  let app: RecordingApp;
  let sidecar: RunningSidecar;

  beforeAll(async () => {
    gate = await RunningGate.start();
    app = await RecordingApp.start();
    const secret = onlyOf(made, 'Secret');
    const values = Object.entries(secret['data'] as Readonly<Record<string, string>>);
    await gate.putSecret(
      secret.metadata.name,
      Object.fromEntries(values.map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')])),
    );
    const { spec, ...access } = onlyOf(made, 'EnvironmentAccess') as EnvironmentAccess;
    // The same on ports of this machine that are free.
    const here = { ...spec, listenPort: await freePort(), app: { ...spec.app, port: app.port } };
    sidecar = await RunningSidecar.start(await gate.addAccess({ ...access, spec: here }), gate.ports);
    await sidecar.becomesReady();
    await eventually('the gate has read the password', async () => {
      const { status } = await sidecar.ask('/', { headers: { authorization: right } });
      return status === 200;
    });
    app.arrivals.length = 0;
  }, 120_000);

  afterAll(async () => {
    await sidecar.stop();
    await app.stop();
    await gate.stop();
  }, 60_000);

  test('has an address of its own', () => {
    const { spec } = onlyOf(made, 'EnvironmentAccess') as EnvironmentAccess;
    const { host } = spec.address;
    expect(host).toBe(`${kode.metadata.name}--${NAMESPACE}.kode.example.org`);
    expect(valueAt(onlyOf(made, 'Ingress'), ['spec', 'rules', 0, 'host'])).toBe(host);
  });

  test('asks whoever comes for a name and a password', async () => {
    const { status, headers } = await sidecar.ask('/');
    expect([status, headers['www-authenticate']]).toEqual([401, expect.stringMatching(/^Basic realm=/)]);
    expect(app.arrivals).toEqual([]);
  });

  test.each([
    ['a wrong password', authorization(user, 'wrong')],
    ['somebody else’s name', authorization('mallory', password)],
    ['no password', authorization(user, '')],
    ['another method', `Bearer ${password}`],
  ])('keeps out %s', async (_, given) => {
    expect((await sidecar.ask('/', { headers: { authorization: given } })).status).toBe(401);
    expect(app.arrivals).toEqual([]);
  });

  test('lets the right one in, tells the app who it is, and keeps the password from it', async () => {
    app.arrivals.length = 0;
    expect((await sidecar.ask('/?folder=/config', { headers: { authorization: right } })).status).toBe(200);
    expect(app.arrivals).toHaveLength(1);
    expect(app.arrivals[0]?.headers).toMatchObject({ 'x-auth-request-user': user });
    expect(app.arrivals[0]?.headers).not.toHaveProperty('authorization');
  });

  test('opens a terminal’s websocket to the right one alone', async () => {
    const refused = await sidecar.openWebsocket('/');
    expect(await refused.receives('\r\n\r\n')).toMatch(/^HTTP\/1\.1 401 /);
    refused.end();
    const opened = await sidecar.openWebsocket('/', `authorization: ${right}\r\n`);
    await opened.receives('101 Switching Protocols');
    opened.write('ls');
    await opened.receives('ls');
    opened.end();
  });
});
