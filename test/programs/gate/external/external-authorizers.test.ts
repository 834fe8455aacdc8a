import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { Server as GrpcServer, ServerCredentials, type sendUnaryData, status } from '@grpc/grpc-js';
import type { ExternalAuthorizer } from '../../../../src/access/access-rules';
import {
  type CheckRequest,
  readCheckRequest,
} from '../../../../src/programs/gate/authorization/ext-authz/check-request';
import { MessageWriter } from '../../../../src/programs/gate/authorization/ext-authz/wire';
import { AUTHORIZATION_SERVICE } from '../../../support/envoy/authorization-service';
import { authorizers, closeAll, closeLater, deadPort, listen, PATIENT_MS, SERVICE } from './asking';
import { questionWith } from './question';

afterEach(closeAll);

const http = (
  rules: Partial<NonNullable<ExternalAuthorizer['http']>> = {},
  timeoutMilliseconds = PATIENT_MS,
): ExternalAuthorizer => ({ http: { service: SERVICE, upstreamHeaders: [], ...rules }, timeoutMilliseconds });

const grpc = (timeoutMilliseconds = PATIENT_MS): ExternalAuthorizer => ({
  grpc: { service: SERVICE },
  timeoutMilliseconds,
});

describe('an authoriser that is asked by HTTP', () => {
  async function serving(answer: (request: IncomingMessage, response: ServerResponse) => void) {
    const seen: IncomingMessage[] = [];
    const port = await listen(
      createServer((request, response) => {
        seen.push(request);
        answer(request, response);
      }),
    );
    return { ...authorizers(port), seen };
  }

  test('sees the request that is asked about, and of its headers an allow list', async () => {
    const { asking, seen } = await serving((_request, response) => response.end());
    expect(await asking.ask(http({ pathPrefix: '/check' }), questionWith())).toEqual({ verdict: 'Allowed', toApp: [] });
    expect([seen[0]?.method, seen[0]?.url]).toEqual(['POST', '/check/api/kernels?x=1']);
    const { connection: _connection, ...headers } = seen[0]?.headers ?? {};
    expect(headers).toEqual({
      accept: 'text/html',
      'sec-fetch-mode': 'navigate',
      authorization: 'Bearer of-the-app',
      cookie: 'all=1',
      host: 'thesis.example.org',
      'content-length': '0',
      'x-auth-request-user': 'ada',
      'x-auth-request-email': 'ada@example.org',
      'x-auth-request-groups': 'staff',
      'x-adrasteia-level': 'Use',
      'x-adrasteia-environment': 'team/thesis',
      'x-forwarded-for': '192.0.2.7',
      'x-forwarded-host': 'thesis.example.org',
      'x-forwarded-method': 'POST',
      'x-forwarded-proto': 'https',
      'x-forwarded-uri': '/api/kernels?x=1',
    });
  });

  test('doesn’t see the password that is the gate’s', async () => {
    const { asking, seen } = await serving((_request, response) => response.end());
    await asking.ask(http(), questionWith({ seesAuthorization: false }));
    expect(seen[0]?.headers.authorization).toBeUndefined();
  });

  test('at one path is asked by GET, and a browser that it answers 401 is sent to sign in and back', async () => {
    const { asking, seen } = await serving((_request, response) => response.writeHead(401).end());
    const rules = http({ path: '/oauth2/auth', signInPath: '/oauth2/start' });
    const rd = encodeURIComponent('https://thesis.example.org/api/kernels?x=1');
    expect(await asking.ask(rules, questionWith())).toEqual({
      verdict: 'Denied',
      signInUrl: `https://thesis.example.org/oauth2/start?rd=${rd}`,
    });
    expect([seen[0]?.method, seen[0]?.url]).toEqual(['GET', '/oauth2/auth']);
  });

  test('can’t send a browser to another host, nor round in a circle', async () => {
    const { asking } = await serving((_request, response) => response.writeHead(401).end());
    const elsewhere = await asking.ask(http({ signInPath: '//evil.example' }), questionWith());
    expect(new URL(String((elsewhere as { signInUrl?: string }).signInUrl)).host).toBe('thesis.example.org');
    const question = questionWith();
    const atSignIn = { ...question, request: { ...question.request, path: '/oauth2/start?x=1' } };
    expect(await asking.ask(http({ signInPath: '/oauth2/start' }), atSignIn)).toEqual({ verdict: 'Denied' });
  });

  test('gives the app the headers that are named, and no others', async () => {
    const { asking } = await serving((_request, response) => {
      response.setHeader('X-Seat', 'é7');
      response.setHeader('x-other', '8');
      response.writeHead(202).end('body');
    });
    const { toApp } = (await asking.ask(http({ upstreamHeaders: ['x-seat', 'x-none'] }), questionWith())) as {
      toApp: readonly { name: string; value: string }[];
    };
    expect(toApp.map(({ name }) => name)).toEqual(['x-seat']);
  });

  test.each([[302], [400], [401], [403], [404]])('that answers %d says no', async (code) => {
    const { asking } = await serving((_request, response) => response.writeHead(code).end());
    expect(await asking.ask(http(), questionWith())).toEqual({ verdict: 'Denied' });
  });

  test.each([[500], [503]])('that answers %d has failed, which is no', async (code) => {
    const { asking } = await serving((_request, response) => response.writeHead(code).end());
    expect(await asking.ask(http(), questionWith())).toEqual({ verdict: 'Unavailable', failure: 'Failed' });
  });

  test('that doesn’t answer in time means no', async () => {
    const { asking } = await serving(() => undefined);
    expect(await asking.ask(http({}, 20), questionWith())).toEqual({ verdict: 'Unavailable', failure: 'Timeout' });
  });

  test('that isn’t there means no', async () => {
    const { asking } = authorizers(await deadPort());
    expect(await asking.ask(http(), questionWith())).toEqual({ verdict: 'Unavailable', failure: 'Unreachable' });
  });

  test('that answers nonsense means no', async () => {
    const port = await listen(createTcpServer((socket) => socket.resume().end('hello there\r\n\r\n')));
    const { asking } = authorizers(port);
    expect(await asking.ask(http(), questionWith())).toEqual({ verdict: 'Unavailable', failure: 'Nonsense' });
  });

  test('whose answer has no end to its headers means no', async () => {
    const { asking } = await serving((_request, response) => {
      response.setHeader('x-large', 'a'.repeat(40_000));
      response.end();
    });
    expect(await asking.ask(http(), questionWith())).toEqual({ verdict: 'Unavailable', failure: 'TooLarge' });
  });

  test('whose body has no end has answered, and its connection is given up', async () => {
    let isClosed: Promise<unknown> = Promise.resolve();
    const { asking } = await serving((_request, response) => {
      isClosed = new Promise((resolve) => response.once('close', resolve));
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && response.write('a'.repeat(16_384)));
      };
      response.on('drain', more);
      more();
    });
    expect(await asking.ask(http(), questionWith())).toEqual({ verdict: 'Allowed', toApp: [] });
    await isClosed;
  });

  test('is asked over connections that are kept, and anew where one has died', async () => {
    const sockets = new Set<unknown>();
    const { asking } = await serving((request, response) => {
      sockets.add(request.socket);
      response.end();
      if (sockets.size === 1 && request.url?.includes('last') === true) request.socket.destroySoon();
    });
    const at = (path: string) => questionWith({ request: { ...questionWith().request, path } });
    for (const path of ['/one', '/two', '/last']) {
      expect((await asking.ask(http(), at(path))).verdict).toBe('Allowed');
    }
    expect(sockets.size).toBe(1);
    expect((await asking.ask(http(), at('/after'))).verdict).toBe('Allowed');
    expect(sockets.size).toBe(2);
  });

  test('that stays silent isn’t asked for a while, then by one request, then by all', async () => {
    let isSilent = true;
    const { asking, clock, results } = await serving((_request, response) => {
      if (!isSilent) response.end();
    });
    const impatient = http({}, 20);
    for (let time = 0; time < 5; time++) await asking.ask(impatient, questionWith());
    expect(await asking.ask(impatient, questionWith())).toEqual({ verdict: 'Unavailable', failure: 'CircuitOpen' });
    expect(results).toEqual([...Array<string>(5).fill('Timeout'), 'CircuitOpen']);
    isSilent = false;
    clock.advance(500);
    const [first, second] = await Promise.all([asking.ask(http(), questionWith()), asking.ask(http(), questionWith())]);
    expect([first.verdict, second.verdict]).toEqual(['Allowed', 'Unavailable']);
    expect((await asking.ask(http(), questionWith())).verdict).toBe('Allowed');
    expect(results.filter((result) => result === 'CircuitOpen')).toHaveLength(2);
  });
});

describe('an authoriser that is asked by gRPC', () => {
  type Answer = (request: CheckRequest, respond: sendUnaryData<Buffer>) => void;

  async function serving(answer: Answer) {
    const seen: CheckRequest[] = [];
    const server = new GrpcServer();
    server.addService(AUTHORIZATION_SERVICE, {
      Check: (call: { readonly request: Buffer }, respond: sendUnaryData<Buffer>) => {
        const request = readCheckRequest(call.request);
        seen.push(request);
        answer(request, respond);
      },
    });
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
        if (error === null) resolve(bound);
        else reject(error);
      });
    });
    closeLater(() => server.forceShutdown());
    return { ...authorizers(port), seen };
  }

  const withStatus = (code: number): Buffer =>
    Buffer.from(new MessageWriter().message(1, (of) => of.integer(1, code)).finish());
  const responding = (message: Buffer) => serving((_request, respond) => respond(null, message));

  test('sees what Envoy would tell it, with an allow list of headers and what the gate knows', async () => {
    const { asking, seen } = await responding(withStatus(0));
    expect(await asking.ask(grpc(), questionWith())).toEqual({ verdict: 'Allowed', toApp: [] });
    expect(seen[0]).toMatchObject({
      method: 'POST',
      path: '/api/kernels?x=1',
      host: 'thesis.example.org',
      sourceAddress: '192.0.2.7',
      contextExtensions: { environment: 'team/thesis' },
      headers: { 'x-auth-request-user': 'ada', cookie: 'all=1', upgrade: 'websocket' },
    });
    expect(seen[0]?.headers['x-secret-of-the-app']).toBeUndefined();
  });

  test('says no by any status but OK', async () => {
    const { asking } = await responding(withStatus(7));
    expect(await asking.ask(grpc(), questionWith())).toEqual({ verdict: 'Denied' });
  });

  test('says no by an answer of its own, whatever the status', async () => {
    const denied = new MessageWriter().message(1, () => undefined).message(2, () => undefined);
    const { asking } = await responding(Buffer.from(denied.finish()));
    expect(await asking.ask(grpc(), questionWith())).toEqual({ verdict: 'Denied' });
  });

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['what is no message', Buffer.from([0x0a, 0xff, 0xff])],
  ])('that answers %s means no', async (_what, message) => {
    const { asking } = await responding(message);
    expect(await asking.ask(grpc(), questionWith())).toEqual({ verdict: 'Unavailable', failure: 'Nonsense' });
  });

  test('that answers more than is wanted means no', async () => {
    const { asking } = await responding(Buffer.alloc(70_000));
    expect(await asking.ask(grpc(), questionWith())).toEqual({ verdict: 'Unavailable', failure: 'TooLarge' });
  });

  test('that fails means no', async () => {
    const { asking } = await serving((_request, respond) => respond({ code: status.INTERNAL, details: 'broken' }));
    expect(await asking.ask(grpc(), questionWith())).toEqual({ verdict: 'Unavailable', failure: 'Failed' });
  });

  test('that doesn’t answer in time means no', async () => {
    const { asking } = await serving(() => undefined);
    expect(await asking.ask(grpc(50), questionWith())).toEqual({ verdict: 'Unavailable', failure: 'Timeout' });
  });

  test('that isn’t there means no', async () => {
    const { asking } = authorizers(await deadPort());
    expect(await asking.ask(grpc(), questionWith())).toEqual({ verdict: 'Unavailable', failure: 'Unreachable' });
  });

  test('that speaks no gRPC means no', async () => {
    const port = await listen(createServer((_request, response) => response.end('ok')));
    const { asking } = authorizers(port);
    expect((await asking.ask(grpc(500), questionWith())).verdict).toBe('Unavailable');
  });
});

describe('an authoriser that names nobody to ask', () => {
  test('means no', async () => {
    const { asking } = authorizers(1);
    const answer = await asking.ask({ timeoutMilliseconds: 10 }, questionWith());
    expect(answer).toEqual({ verdict: 'Unavailable', failure: 'Nonsense' });
  });

  test('or that is to be asked in two ways means no', async () => {
    const port = await listen(createServer((_request, response) => response.end('{"result":true}')));
    const { asking } = authorizers(port);
    const opa = { service: SERVICE, path: 'envoy/authz/allow', upstreamHeaders: [] };
    expect(await asking.ask({ ...http(), opa }, questionWith())).toEqual({
      verdict: 'Unavailable',
      failure: 'Nonsense',
    });
  });
});
