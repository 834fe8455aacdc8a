import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DiscoveryServer } from '../../../../src/programs/gate/discovery/discovery-server';
import { environmentAccess } from '../../../support/envoy/access';
import { FakeClock, settle } from '../../../support/fake-clock';

interface Given {
  readonly status: number;
  readonly version: string;
  readonly type: string;
  readonly names: readonly string[];
  readonly text: string;
}

interface Question {
  readonly kind?: 'listeners' | 'clusters';
  readonly version?: string;
  readonly id?: string;
  readonly listenPort?: number;
  readonly detail?: string;
}

let clock: FakeClock;
let discovery: DiscoveryServer;
let server: Server;
let rejected: string[];
let accepted: string[];

beforeEach(async () => {
  clock = new FakeClock();
  rejected = [];
  accepted = [];
  discovery = new DiscoveryServer({
    clock,
    onRejected: (environment, message) => rejected.push(`${environment}: ${message}`),
    onAccepted: (environment) => accepted.push(environment),
  });
  server = createServer((message, response) => {
    if (!discovery.answer(message, response)) response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(async () => {
  discovery.close();
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
});

async function post(path: string, body: string): Promise<{ readonly status: number; readonly text: string }> {
  const { port } = server.address() as AddressInfo;
  const asked = request({ host: '127.0.0.1', port, path, method: 'POST', agent: false });
  asked.end(body);
  const [answer] = (await once(asked, 'response')) as [AsyncIterable<Buffer> & { readonly statusCode: number }];
  let text = '';
  for await (const chunk of answer) text += chunk.toString();
  return { status: answer.statusCode, text };
}

/** Asks as a sidecar does. */
async function ask({
  kind = 'listeners',
  version,
  id = 'team-a/thesis',
  listenPort,
  detail,
}: Question = {}): Promise<Given> {
  const { status, text } = await post(
    `/v3/discovery:${kind}`,
    JSON.stringify({
      ...(version === undefined ? {} : { version_info: version }),
      node: { id, ...(listenPort === undefined ? {} : { metadata: { listenPort } }) },
      ...(detail === undefined ? {} : { error_detail: { message: detail } }),
    }),
  );
  const {
    version_info: given = '',
    type_url: type = '',
    resources = [],
  } = (status === 200 ? JSON.parse(text) : {}) as {
    readonly version_info?: string;
    readonly type_url?: string;
    readonly resources?: readonly { readonly name: string }[];
  };
  return { status, version: given, type, names: resources.map(({ name }) => name), text };
}

describe('discovery', () => {
  test('answers 503 until it knows all environments, so that none is taken for gone', async () => {
    expect((await ask()).status).toBe(503);
    discovery.open();
    expect((await ask()).status).toBe(200);
  });

  test('gives a sidecar that has nothing its listener and its clusters at once', async () => {
    discovery.take(environmentAccess());
    discovery.open();
    expect(await ask()).toMatchObject({
      status: 200,
      type: 'type.googleapis.com/envoy.config.listener.v3.Listener',
      names: ['adrasteia-environment'],
    });
    expect(await ask({ kind: 'clusters' })).toMatchObject({
      status: 200,
      type: 'type.googleapis.com/envoy.config.cluster.v3.Cluster',
      names: ['adrasteia-app'],
    });
  });

  test.each(['listeners', 'clusters'] as const)(
    'holds the question of one that has the present %s, at most 25 s',
    async (kind) => {
      discovery.take(environmentAccess());
      discovery.open();
      const { version } = await ask({ kind });
      const held = ask({ kind, version });
      await untilHeld();
      clock.advance(24_999);
      expect(clock.isDueIn(1)).toBe(true);
      clock.advance(1);
      expect((await held).status).toBe(304);
    },
  );

  test.each(['listeners', 'clusters'] as const)(
    'answers a held question for %s as soon as there is something new',
    async (kind) => {
      discovery.take(environmentAccess());
      discovery.open();
      const { version } = await ask({ kind });
      const held = ask({ kind, version });
      await untilHeld();
      discovery.take(
        environmentAccess({ generation: 2, spec: { app: { port: 9999, basePath: 'Keep', view: 'None' } } }),
      );
      expect((await held).version).not.toBe(version);
    },
  );

  test('leaves a held question where another environment changes', async () => {
    discovery.take(environmentAccess());
    discovery.open();
    const { version } = await ask();
    const held = ask({ version });
    await untilHeld();
    discovery.take(environmentAccess({ name: 'other', generation: 2 }));
    discovery.raise('team-a/other', 'SignOut', '1');
    clock.advance(25_000);
    expect((await held).status).toBe(304);
  });

  test('answers a held question where rights are taken away elsewhere', async () => {
    discovery.take(environmentAccess());
    discovery.open();
    const first = await ask();
    const held = ask({ version: first.version });
    await untilHeld();
    discovery.raise('team-a/thesis', 'SignOut', '1763747000000');
    expect((await held).text).not.toBe(first.text);
  });

  test('gives one whose environment there isn’t a listener that lets nobody in, on its port', async () => {
    discovery.open();
    const given = await ask({ id: 'team-a/gone', listenPort: 8080 });
    expect(given).toMatchObject({ status: 200, version: 'closed', names: ['adrasteia-environment'] });
    expect(given.text).toContain('"port_value":8080');
    expect(given.text).not.toContain('ext_authz');
    expect(await ask({ id: 'team-a/gone' })).toMatchObject({ status: 200, names: [] });
    expect(await ask({ id: 'team-a/gone', kind: 'clusters' })).toMatchObject({ status: 200, names: [] });
  });

  test('closes one whose environment goes, and opens it where it comes back', async () => {
    discovery.take(environmentAccess());
    discovery.open();
    const { version } = await ask();
    const held = ask({ version, listenPort: 18_080 });
    await untilHeld();
    discovery.drop('team-a/thesis');
    expect((await held).version).toBe('closed');
    const waiting = ask({ version: 'closed' });
    await untilHeld();
    discovery.take(environmentAccess());
    expect((await waiting).names).toEqual(['adrasteia-environment']);
  });

  test('answers whoever waits when it ends', async () => {
    discovery.take(environmentAccess());
    discovery.open();
    const { version } = await ask();
    const held = ask({ version });
    await untilHeld();
    discovery.close();
    expect((await held).status).toBe(503);
    expect(clock.pending).toBe(0);
  });

  test.each(['', 'nonsense', '[]', '{}', '{"node":{}}', `{"node":{"id":"${'a'.repeat(1_100_000)}"}}`])(
    'answers 400 to what is no question (%#)',
    async (body) => {
      discovery.open();
      expect((await post('/v3/discovery:listeners', body)).status).toBe(400);
    },
  );

  test('leaves other requests to others', async () => {
    expect((await post('/v3/discovery:secrets', '{}')).status).toBe(404);
    expect((await post('/v3/discovery:listeners/', '{}')).status).toBe(404);
  });
});

describe('a sidecar that doesn’t take what it is given', () => {
  async function refuse(times: number, version = ''): Promise<Given> {
    let given = await ask({ version });
    for (let count = 1; count < times; count++) given = await ask({ version });
    return given;
  }

  beforeEach(() => {
    discovery.take(environmentAccess());
    discovery.open();
  });

  test('isn’t reported for one answer that got lost', async () => {
    const { version } = await refuse(2);
    const held = ask({ version });
    await untilHeld();
    expect([rejected, discovery.isRejected('team-a/thesis')]).toEqual([[], false]);
    clock.advance(25_000);
    await held;
  });

  test('is reported once, and offered the same again only after a while', async () => {
    const { version } = await refuse(2);
    const third = ask();
    await untilHeld();
    expect(rejected).toEqual(['team-a/thesis: the sidecar refuses the listeners that it is given: its log says why']);
    expect(discovery.isRejected('team-a/thesis')).toBe(true);
    clock.advance(5_000);
    expect((await third).version).toBe(version);
    const fourth = ask();
    await untilHeld();
    expect(rejected).toHaveLength(1);
    clock.advance(5_000);
    await fourth;
  });

  test('is reported at once, in its own words, where it says why', async () => {
    await ask();
    const held = ask({ detail: 'no such field' });
    await untilHeld();
    expect(rejected).toEqual(['team-a/thesis: the sidecar refuses the listeners that it is given: no such field']);
    clock.advance(25_000);
    await held;
  });

  test('is given another state at once, and reported to be well when it takes it', async () => {
    await refuse(2);
    const third = ask();
    await untilHeld();
    discovery.take(environmentAccess({ generation: 2 }));
    const { version } = await third;
    expect(discovery.isRejected('team-a/thesis')).toBe(true);
    const taken = ask({ version });
    await untilHeld();
    expect([accepted, discovery.isRejected('team-a/thesis')]).toEqual([['team-a/thesis'], false]);
    clock.advance(25_000);
    await taken;
  });

  test('is forgotten where it asks no more', async () => {
    await refuse(2);
    const third = ask();
    await untilHeld();
    clock.advance(25_000);
    await third;
    clock.advance(60_000);
    expect([accepted, discovery.isRejected('team-a/thesis')]).toEqual([['team-a/thesis'], false]);
  });
});

/** Waits until a question is held: its time is set. */
async function untilHeld(): Promise<void> {
  while (!clock.isDueIn(25_000)) await settle();
}
