import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Asker } from '../../../../src/programs/gate/authorization/asker';
import { clientAddress } from '../../../../src/programs/gate/authorization/ext-authz/gate-request';
import { findQuestion, HttpDoor } from '../../../../src/programs/gate/authorization/ext-authz/http-door';
import type { Answer, GateRequest } from '../../../../src/programs/gate/request';
import { silentLogger } from '../../../support/silent-logger';

const EXACT = '/authorize/team/thesis';
const NGINX = { host: 'env.example.org', 'x-original-method': 'POST', 'x-original-uri': '/lab?x=1' };
const TRAEFIK = {
  host: 'gate.adrasteia-system.svc',
  'x-forwarded-method': 'POST',
  'x-forwarded-uri': '/lab?x=1',
  'x-forwarded-host': 'Env.example.org',
};

const ask = (path: string, headers: Readonly<Record<string, string>>, method = 'GET') =>
  findQuestion({ method, path, headers, peer: '10.0.0.9' });

describe('what a proxy asks by HTTP', () => {
  const targets: readonly (readonly [who: string, ReturnType<typeof ask>])[] = [
    ['Envoy', ask(`${EXACT}/lab?x=1`, { host: 'env.example.org' }, 'POST')],
    ['nginx', ask(EXACT, NGINX)],
    [
      'nginx with a whole URL',
      ask(EXACT, { host: 'x', 'x-original-method': 'POST', 'x-original-url': 'https://env.example.org/lab?x=1' }),
    ],
    ['Traefik', ask(EXACT, TRAEFIK)],
    ['who says it twice alike', ask(EXACT, { ...NGINX, ...TRAEFIK, host: 'env.example.org' })],
  ];
  test.each(targets)('%s is understood', (_who, question) => {
    const { method, path, host } = question?.request ?? {};
    expect([question?.environment, method, path, host]).toEqual(['team/thesis', 'POST', '/lab?x=1', 'env.example.org']);
  });

  const unclear: readonly (readonly [what: string, path: string, headers: Record<string, string>])[] = [
    ['an environment', '/authorize/team', NGINX],
    ['a path of its own', '/authorize//thesis', NGINX],
    ['the original request', EXACT, { host: 'env.example.org' }],
    ['the original method', EXACT, { host: 'env.example.org', 'x-original-uri': '/lab' }],
    ['the original path', EXACT, { host: 'env.example.org', 'x-original-method': 'GET' }],
    ['one path', EXACT, { ...NGINX, 'x-forwarded-uri': '/public' }],
    ['one method', EXACT, { ...NGINX, 'x-forwarded-method': 'GET' }],
    ['one host', EXACT, { ...TRAEFIK, 'x-original-url': 'https://other.example.org/lab?x=1' }],
    ['a URL that is one', EXACT, { ...NGINX, 'x-original-url': 'env.example.org/lab' }],
  ];
  test.each(unclear)('without %s there is no question', (_what, path, headers) => {
    expect(ask(path, headers)).toBeUndefined();
  });

  test('headers by which the proxy says it aren’t those of the request', () => {
    expect(ask(EXACT, { ...NGINX, accept: 'text/html' })?.request.headers).toEqual({
      host: 'env.example.org',
      accept: 'text/html',
    });
  });
});

describe('the address of a client', () => {
  test.each([
    [undefined, '10.0.0.9'],
    ['', '10.0.0.9'],
    ['203.0.113.5', '203.0.113.5'],
    ['198.51.100.1, 203.0.113.5', '203.0.113.5'],
    ['203.0.113.5, 10.0.0.9', '203.0.113.5'],
    ['nonsense', '10.0.0.9'],
    ['203.0.113.5, nonsense', '203.0.113.5'],
    ['2001:db8::1', '2001:db8::1'],
  ])('by "%s" is %s', (forwardedFor, expected) => {
    expect(clientAddress(forwardedFor, '10.0.0.9')).toBe(expected);
  });
});

describe('how a proxy is answered by HTTP', () => {
  let server: Server;
  let answer: Answer | Error;
  let asked: { readonly asker: Asker; readonly request: GateRequest }[];

  beforeEach(async () => {
    asked = [];
    const door = new HttpDoor(
      {
        check: async (asker, request) => {
          asked.push({ asker, request });
          if (answer instanceof Error) throw answer;
          return answer;
        },
      },
      silentLogger(),
    );
    server = createServer((request, response) => void door.answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });

  function send(path: string, headers: Record<string, string | string[]>) {
    return new Promise<{ status: number; headers: Readonly<Record<string, unknown>> }>((resolve, reject) => {
      const { port } = server.address() as AddressInfo;
      const sending = httpRequest({ host: '127.0.0.1', port, path, headers, agent: false }, (given) => {
        given.resume();
        given.once('end', () => resolve({ status: given.statusCode ?? 0, headers: given.headers }));
      });
      sending.once('error', reject);
      sending.end();
    });
  }

  test('yes is 200, with the headers for the app and those to take off', async () => {
    answer = {
      outcome: 'Allowed',
      toApp: [{ name: 'x-auth-request-user', value: 'Jürgen' }],
      notToApp: ['x-forwarded-user', 'authorization'],
      toBrowser: [
        { name: 'set-cookie', value: 'a=1' },
        { name: 'set-cookie', value: 'b=2' },
      ],
    };
    const given = await send(`${EXACT}/lab`, { host: 'env.example.org' });
    expect(given.status).toBe(200);
    expect(Buffer.from(String(given.headers['x-auth-request-user']), 'latin1').toString()).toBe('Jürgen');
    expect(given.headers['x-envoy-auth-headers-to-remove']).toBe('x-forwarded-user,authorization');
    expect(given.headers['set-cookie']).toEqual(['a=1', 'b=2']);
  });

  const redirect: Answer = {
    outcome: 'Answered',
    status: 303,
    headers: [{ name: 'location', value: '/in' }],
    body: '',
  };
  test.each([
    ['Envoy', `${EXACT}/lab`, { host: 'env.example.org' }, 303],
    ['Traefik', EXACT, TRAEFIK, 303],
    ['nginx, which knows no other no', EXACT, NGINX, 401],
  ])('a redirect is for the browser behind %s', async (_who, path, headers, expected) => {
    answer = redirect;
    const given = await send(path, headers);
    expect([given.status, given.headers['location']]).toEqual([expected, '/in']);
  });

  test('nginx is told no by 403, whatever the reason', async () => {
    for (const status of [400, 421, 429, 503]) {
      answer = { outcome: 'Answered', status, headers: [], body: '' };
      expect((await send(EXACT, NGINX)).status).toBe(403);
    }
  });

  test('what isn’t clear is no, and nobody is asked', async () => {
    expect((await send(EXACT, { host: 'env.example.org' })).status).toBe(400);
    expect(asked).toEqual([]);
  });

  test('what fails is no', async () => {
    answer = new Error('broken');
    expect((await send(`${EXACT}/lab`, { host: 'env.example.org' })).status).toBe(403);
  });

  test('headers that come several times are seen as one', async () => {
    answer = redirect;
    await send(`${EXACT}/lab`, { host: 'env.example.org', cookie: ['a=1', 'b=2'], 'x-many': ['1', '2'] });
    expect(asked[0]?.request.headers).toMatchObject({ cookie: 'a=1; b=2', 'x-many': '1, 2' });
    expect(asked[0]?.asker).toEqual({ environment: 'team/thesis' });
  });
});
