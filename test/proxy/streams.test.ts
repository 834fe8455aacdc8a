/** What becomes of open websockets when rights change, when the gate goes away and when it comes back; on a real Envoy. */
import type { EnvironmentAccessSpec } from '../../src/access/environment-access';
import { STREAM_END_HEADER } from '../../src/access/envoy/sidecar-names';
import type { Answer } from '../../src/programs/gate/request';
import { LETS_EVERYBODY_IN, LETS_NOBODY_IN } from '../support/envoy/fake-gate';
import { ProxiedEnvironment } from '../support/envoy/proxied-environment';
import type { RawConnection } from '../support/envoy/raw-connection';
import { RecordingApp } from '../support/envoy/recording-app';
import { eventually } from '../support/eventually';

type Grants = Partial<EnvironmentAccessSpec>;

const granted = (...users: readonly string[]): Grants => ({
  authenticate: { method: 'OIDC' },
  authorize: [{ grants: users.map((user) => ({ user, level: 'Use' as const })) }],
});

/** Somebody is let in whose session lives so long. */
const letsInFor = (seconds: number): Answer => ({
  outcome: 'Allowed',
  toApp: [{ name: STREAM_END_HEADER, value: `${seconds}S` }],
  notToApp: [],
  toBrowser: [],
});

let environment: ProxiedEnvironment;
let websocket: RawConnection;

beforeEach(async () => {
  environment = await ProxiedEnvironment.start(granted('ada', 'grace'));
  websocket = await environment.sidecar.openWebsocket();
  await websocket.receives('101 Switching Protocols');
}, 120_000);

afterEach(async () => {
  websocket.end();
  await environment.stop();
});

/** The echo of a text that hasn't been sent before. */
async function echoes(text: string): Promise<void> {
  websocket.write(text);
  await websocket.receives(text);
}

/** Waits until the sidecar runs by the present generation. */
async function isToldOf(generation: number): Promise<void> {
  await eventually(`the sidecar is at generation ${generation}`, async () =>
    (await environment.sidecar.listenerVersion()).includes(`"generation":${generation},`),
  );
}

async function canOpenAnother(): Promise<void> {
  await eventually('a websocket can be opened again', async () => {
    const another = await environment.sidecar.openWebsocket();
    another.write('again');
    const came = await another.receives(/101 Switching[\s\S]*again/).catch(() => '');
    another.end();
    return came !== '';
  });
}

test('a grant that is added closes nothing', async () => {
  environment.change(granted('ada', 'grace', 'alan'));
  await isToldOf(2);
  await echoes('still here');
});

test('a grant that is taken away closes what is open; who may still come in connects again', async () => {
  environment.change(granted('ada'));
  await websocket.closes();
  await canOpenAnother();
});

test('rights that are taken away elsewhere close what is open, once for each mark', async () => {
  environment.gate.discovery.raise('team-a/thesis', 'SignOut', '1763747000000');
  await websocket.closes();
  await canOpenAnother();

  websocket = await environment.sidecar.openWebsocket();
  await websocket.receives('101 Switching Protocols');
  environment.gate.discovery.raise('team-a/thesis', 'SignOut', '1763747000000');
  environment.gate.discovery.raise('team-a/thesis', 'SignOut', '1763746000000');
  environment.change(granted('ada', 'grace', 'alan'));
  await isToldOf(2);
  await echoes('still here');
});

test('what is opened ends when the gate says that the session does, and not before; the app isn’t told', async () => {
  const { gate, app, sidecar } = environment;
  gate.answer = letsInFor(1);
  const ending = await sidecar.openWebsocket();
  await ending.receives('101 Switching Protocols');
  gate.answer = letsInFor(3600);
  const lasting = await sidecar.openWebsocket();
  await lasting.receives('101 Switching Protocols');
  await ending.closes();
  for (const [index, stream] of [websocket, lasting].entries()) {
    stream.write(`still here ${index}`);
    await stream.receives(`still here ${index}`);
  }
  lasting.end();
  for (const { headers } of app.arrivals) expect(headers).not.toHaveProperty(STREAM_END_HEADER);
});

test('a browser doesn’t say when what it opens ends', async () => {
  const another = await environment.sidecar.openWebsocket('/ws', `${STREAM_END_HEADER}: 1m\r\n`);
  await another.receives('101 Switching Protocols');
  environment.gate.answer = letsInFor(1);
  const ending = await environment.sidecar.openWebsocket();
  await ending.closes();
  another.write('still here');
  await another.receives('still here');
  another.end();
});

test('a gate that starts again closes nothing, though it knows nothing of the one before', async () => {
  environment.gate.discovery.raise('team-a/thesis', 'SignOut', '1763747000000');
  await websocket.closes();
  await canOpenAnother();
  websocket = await environment.sidecar.openWebsocket();
  await websocket.receives('101 Switching Protocols');
  const version = await environment.sidecar.listenerVersion();

  await environment.stopGate();
  await echoes('without a gate');
  await environment.startGate((discovery) => {
    discovery.take(environment.access);
    discovery.raise('team-a/thesis', 'SignOut', '1763747000000');
  });
  await eventually('the sidecar asks the new gate', () => environment.gate.polls >= 2);
  await eventually('the gate decides again', async () => (await environment.sidecar.ask('/')).status === 200);
  await echoes('with another gate');
  expect(await environment.sidecar.listenerVersion()).toBe(version);
});

test('rights that were taken away while there was no gate are gone when there is one', async () => {
  await environment.stopGate();
  environment.change(granted('ada'));
  await environment.startGate();
  await websocket.closes();
});

test('without a gate nobody gets in, with a page that says why, and the app hears of nothing', async () => {
  await environment.stopGate();
  const before = environment.app.arrivals.length;
  const reply = await environment.sidecar.ask('/');
  expect(reply.status).toBe(503);
  expect(reply.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(reply.body).toContain('Nobody can be let in right now');
  const refused = await environment.sidecar.openWebsocket();
  expect(await refused.receives('</html>')).toMatch(/^HTTP\/1\.1 503 /);
  refused.end();
  expect(environment.app.arrivals).toHaveLength(before);
  await environment.startGate();
  await eventually('the gate decides again', async () => (await environment.sidecar.ask('/')).status === 200);
});

test.each(['Nonsense', 'Nothing'] as const)('a gate that answers %s lets nobody in', async (answer) => {
  environment.gate.answer = answer;
  const before = environment.app.arrivals.length;
  const reply = await environment.sidecar.ask('/');
  expect([reply.status, environment.app.arrivals.length]).toEqual([503, before]);
  expect(reply.body).toContain('Nobody can be let in right now');
});

test('an app that isn’t there is told from a gate that isn’t', async () => {
  await environment.app.stop();
  const reply = await environment.sidecar.ask('/');
  expect(reply.status).toBe(503);
  expect(reply.body).toContain('The app does not answer');
  environment.app = await RecordingApp.start();
});

test('a websocket that the gate refuses isn’t opened', async () => {
  environment.gate.answer = LETS_NOBODY_IN;
  const refused = await environment.sidecar.openWebsocket();
  expect(await refused.receives('not you')).toMatch(/^HTTP\/1\.1 403 /);
  expect(environment.app.openConnections).toBe(1);
  refused.end();
});

test('an environment that is gone lets nobody in, keeps its port, and isn’t ready', async () => {
  environment.gate.discovery.drop('team-a/thesis');
  await websocket.closes();
  const reply = await eventually('it is closed', async () => {
    const answer = await environment.sidecar.ask('/').catch(() => undefined);
    return answer?.status === 503 && answer;
  });
  expect(reply.body).toBe('The access layer knows no such environment.\n');
  await eventually('it isn’t ready', async () => (await environment.sidecar.readiness('/ready')) === 503);
  expect(await environment.sidecar.readiness('/live')).toBe(200);
  environment.gate.discovery.take(environment.access);
  await environment.sidecar.becomesReady();
  // Listener and cluster come by themselves, in any order.
  await eventually('the app answers', async () => (await environment.sidecar.ask('/')).status === 200);
});

describe('a configuration that Envoy refuses', () => {
  const unknownField: Grants = {
    envoy: {
      httpFilters: [
        {
          name: 'cors',
          typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.cors.v3.Cors', no_such_field: 1 },
        },
      ],
      clusters: [],
    },
  };

  test('is reported, and the gate is told that the sidecar runs by the one before', async () => {
    await environment.sidecar.ask('/');
    const before = environment.gate.asked.at(-1)?.contextExtensions['configuration'];
    environment.change(unknownField);
    await eventually('the refusal is noticed', () => environment.gate.rejections.length > 0);
    expect(environment.gate.rejections).toEqual([
      'team-a/thesis: the sidecar refuses the listeners that it is given: its log says why',
    ]);
    expect(environment.gate.discovery.isRejected('team-a/thesis')).toBe(true);
    expect(environment.sidecar.envoy.output).toContain('no_such_field');
    await environment.sidecar.ask('/');
    expect(environment.gate.asked.at(-1)?.contextExtensions['configuration']).toBe(before);

    environment.change({ envoy: undefined });
    await eventually('the sidecar is mended', () => !environment.gate.discovery.isRejected('team-a/thesis'));
    environment.gate.answer = LETS_EVERYBODY_IN;
    await eventually('it answers', async () => (await environment.sidecar.ask('/')).status === 200);
  });
});
