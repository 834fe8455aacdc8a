/**
 * A central sign-in proxy by its HTTP contract, and the gate itself, before a real Envoy: gone, silent, or with somebody else in
 * their place. Nobody gets in meanwhile, and whoever may does so afterwards.
 */

import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { freePort } from '../support/envoy/running-sidecar';
import { eventually } from '../support/eventually';
import { GuardedEnvironment } from './authorizers-environment';
import { answeringHttp, Impostor, type RawAnswer, SILENCE, saying } from './authorizers-impostor';

const NOT_HTTP = saying('220 mail.example.org ESMTP\r\n\r\n');

/** What the central proxy sets once somebody has signed in there. */
const COOKIE = '_oauth2_proxy=of-ada';
const SIGNED_IN = { headers: { cookie: COOKIE } };
const PAGE_LOAD = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };

/** Answers as oauth2-proxy does at /oauth2/auth: 202 and who it is, or 401. */
class CentralProxy {
  readonly asked: IncomingMessage[] = [];
  readonly #server = createServer((request, response) => {
    this.asked.push(request);
    const cookies = (request.headers.cookie ?? '').split('; ');
    if (request.url !== '/oauth2/auth') response.writeHead(404).end();
    else if (!cookies.includes(COOKIE)) response.writeHead(401).end('Unauthorized\n');
    else response.writeHead(202, { 'x-auth-request-user': 'ada', 'x-auth-request-email': 'ada@example.org' }).end();
  });

  constructor(private readonly port: number) {}

  async start(): Promise<void> {
    this.#server.listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}

describe('an environment that a central sign-in proxy decides about', () => {
  let port: number;
  let proxy: CentralProxy;
  let environment: GuardedEnvironment;

  beforeAll(async () => {
    port = await freePort();
    proxy = new CentralProxy(port);
    await proxy.start();
    environment = await GuardedEnvironment.start({
      authenticate: 'None',
      authorize: [
        {
          external: {
            http: {
              service: { name: 'oauth2-proxy', namespace: 'sign-in', port },
              path: '/oauth2/auth',
              signInPath: '/oauth2/start',
              upstreamHeaders: ['x-auth-request-user'],
            },
            timeoutMilliseconds: 250,
          },
        },
      ],
    });
    await isOpen();
  }, 120_000);

  afterAll(async () => {
    await proxy.stop();
    await environment.stop();
  });

  async function isOpen(): Promise<void> {
    await eventually(
      'who has signed in gets in',
      async () => (await environment.statusFor('/', undefined, SIGNED_IN)) === 200,
    );
  }

  /** Who has signed in is refused so, as often as it takes to be sure, and the app hears of nothing. */
  async function isClosed(isSure: () => boolean = () => true): Promise<void> {
    const before = environment.arrivals;
    const statuses = new Set<number>();
    await eventually('it is certain', async () => {
      statuses.add(await environment.statusFor('/', undefined, SIGNED_IN));
      expect([...statuses]).toEqual([503]);
      return isSure();
    });
    statuses.add(await environment.statusFor('/', undefined, SIGNED_IN));
    expect([...statuses]).toEqual([503]);
    expect(environment.arrivals).toBe(before);
  }

  test('tells the app who has signed in there, and of that what the policy names', async () => {
    const headers = { ...SIGNED_IN.headers, 'x-auth-request-user': 'root', 'x-auth-request-email': 'root@example.org' };
    expect(await environment.statusFor('/lab', undefined, { headers })).toBe(200);
    const arrived = environment.app.arrivals.at(-1)?.headers ?? {};
    expect(arrived).toMatchObject({ 'x-auth-request-user': 'ada' });
    expect(arrived).not.toHaveProperty('x-auth-request-email');
    expect(proxy.asked.at(-1)?.headers).toMatchObject({ 'x-forwarded-uri': '/lab' });
  });

  test('sends a page to sign in there and back, and refuses everything else', async () => {
    const before = environment.arrivals;
    const reply = await environment.sidecar.ask('/lab?x=1', { headers: PAGE_LOAD });
    expect(reply.status).toBe(303);
    const location = new URL(String(reply.headers['location']));
    expect([location.origin, location.pathname, location.searchParams.get('rd')]).toEqual([
      'http://thesis.example.org',
      '/oauth2/start',
      'http://thesis.example.org/lab?x=1',
    ]);
    expect(await environment.statusFor('/lab')).toBe(403);
    const websocket = await environment.sidecar.openWebsocket();
    expect(await websocket.receives('\r\n\r\n')).toMatch(/^HTTP\/1\.1 403 /);
    websocket.end();
    expect(environment.arrivals).toBe(before);
  });

  test('is closed while the proxy is gone, and open when it is back', async () => {
    await proxy.stop();
    try {
      await isClosed();
    } finally {
      await proxy.start();
    }
    await isOpen();
  });

  test.each<[string, RawAnswer]>([
    ['nothing', SILENCE],
    ['no HTTP', NOT_HTTP],
    ['a failure', answeringHttp(502, 'Bad Gateway\n', 'text/plain')],
    ['another protocol', saying('HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n')],
    ['headers without an end', saying(`HTTP/1.1 200 OK\r\nx-long: ${'a'.repeat(65_536)}`)],
  ])('is closed while the proxy’s place is taken by who answers %s', async (_what, answer) => {
    await proxy.stop();
    const impostor = await Impostor.raw(port, answer);
    try {
      await isClosed(() => impostor.asked > 0);
    } finally {
      await impostor.leave();
      await proxy.start();
    }
    await isOpen();
  });
});

describe('an environment whose gate is in trouble', () => {
  let environment: GuardedEnvironment;

  beforeAll(async () => {
    environment = await GuardedEnvironment.start({
      authenticate: 'Bearer',
      users: ['ada'],
      authorize: [{ grants: [{ user: 'ada', level: 'Use' }] }],
    });
    await isOpen();
  }, 120_000);

  afterAll(async () => {
    await environment.stop();
  });

  async function isOpen(): Promise<void> {
    await eventually('ada gets in', async () => (await environment.statusFor('/', 'ada')) === 200);
  }

  /** She is refused by the sidecar itself, as often as it takes to be sure, and the app hears of nothing. */
  async function isClosed(isSure: () => boolean = () => true): Promise<void> {
    const before = environment.arrivals;
    const statuses = new Set<number>();
    await eventually('it is certain', async () => {
      statuses.add(await environment.statusFor('/', 'ada'));
      expect([...statuses]).toEqual([503]);
      return isSure();
    });
    statuses.add(await environment.statusFor('/', 'ada'));
    expect([...statuses]).toEqual([503]);
    expect(environment.arrivals).toBe(before);
  }

  test('is closed while the gate is gone, and open when it is back', async () => {
    await environment.gate.kill();
    try {
      await isClosed();
    } finally {
      await environment.gate.startAgain();
    }
    await isOpen();
  });

  test('is closed while the gate is silent, and open when it speaks again', async () => {
    environment.gate.freeze();
    try {
      await isClosed();
    } finally {
      environment.gate.thaw();
    }
    await isOpen();
  });

  test.each<[string, (port: number) => Promise<Impostor>]>([
    ['no HTTP/2', (port) => Impostor.raw(port, NOT_HTTP)],
    ['a page of HTTP/1.1', (port) => Impostor.raw(port, answeringHttp(200, '<title>OK</title>', 'text/html'))],
    ['a page of HTTP/2', (port) => Impostor.http2(port, '<title>OK</title>')],
  ])('is closed while the gate’s place is taken by who answers %s', async (_what, take) => {
    await environment.gate.kill();
    const impostor = await take(environment.gate.ports.authorization);
    try {
      await isClosed(() => impostor.asked > 0);
    } finally {
      await impostor.leave();
      await environment.gate.startAgain();
    }
    await isOpen();
  });
});
