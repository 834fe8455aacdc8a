/** What requests that no browser sends come to, byte for byte: what the app and the gate see of them, on a real Envoy. */
import { LETS_EVERYBODY_IN } from '../support/envoy/fake-gate';
import { ProxiedEnvironment } from '../support/envoy/proxied-environment';
import { exchange, RawConnection } from '../support/envoy/raw-connection';

let environment: ProxiedEnvironment;

beforeAll(async () => {
  environment = await ProxiedEnvironment.start();
}, 120_000);

afterAll(async () => {
  await environment.stop();
});

beforeEach(() => {
  environment.app.arrivals.length = 0;
  environment.gate.asked.length = 0;
  environment.gate.answer = LETS_EVERYBODY_IN;
});

const HOST = 'Host: thesis.example.org\r\n';
const CLOSE = 'Connection: close\r\n';

const get = (target: string) => `GET ${target} HTTP/1.1\r\n${HOST}${CLOSE}\r\n`;
const withHeaders = (headers: string) => `GET / HTTP/1.1\r\n${HOST}${CLOSE}${headers}\r\n`;
const post = (headers: string, body: string) => `POST / HTTP/1.1\r\n${HOST}${CLOSE}${headers}\r\n${body}`;

/** The status line of the first answer. */
async function statusOf(text: string): Promise<number> {
  const received = await exchange(environment.sidecar.listenPort, text);
  return Number(/^HTTP\/1\.1 (\d{3}) /.exec(received)?.[1]);
}

describe('a path is the same for the gate and the app', () => {
  test.each([
    ['//lab//x', '/lab/x', 'slashes are merged'],
    ['/a/../b', '/b', 'dots are resolved'],
    ['/../../etc/passwd', '/etc/passwd', 'nothing is above the root'],
    ['/%2e%2e/x', '/x', 'dots are dots, encoded or not'],
    ['/a%2F..%2Fb', '/b', 'slashes are slashes, encoded or not'],
    ['/a%5c..%5Cb', '/b', 'so are backslashes'],
    ['/a\\..\\b', '/b', 'which count as slashes'],
    ['/a;/../b', '/b', 'parameters of a segment go with it'],
    ['/%2Eadrasteia%2fcallback', '/.adrasteia/callback', 'the gate knows its own paths in any spelling'],
    ['/a%252F..%252Fb', '/a%252F..%252Fb', 'what is encoded twice is a name'],
    ['/files/a%20b', '/files/a%20b', 'other characters stay as they are'],
    ['/a?next=%2F..%2F//x', '/a?next=%2F..%2F//x', 'queries stay as they are'],
    ['http://thesis.example.org/x', '/x', 'a whole URL is its path'],
    ['http://someone@thesis.example.org/x', '/x', 'without what stands before the host'],
  ])('%s is %s: %s', async (target, path) => {
    expect(await statusOf(get(target))).toBe(200);
    expect(environment.app.arrivals.map(({ url }) => url)).toEqual([path]);
    expect(environment.gate.asked.map((asked) => asked.path)).toEqual([path]);
  });

  test('the host of a whole URL counts, and not the header', async () => {
    expect(await statusOf(`GET http://thesis.example.org/x HTTP/1.1\r\nHost: evil.example\r\n${CLOSE}\r\n`)).toBe(200);
    expect(environment.app.arrivals[0]?.headers.host).toBe('thesis.example.org');
    expect(environment.gate.asked[0]?.host).toBe('thesis.example.org');
    expect(await statusOf(get('http://evil.example/x'))).toBe(421);
    expect(environment.app.arrivals).toHaveLength(1);
  });
});

describe('reaches neither the gate nor the app', () => {
  test.each([
    ['a NUL in the path', get('/a%00b'), 400],
    ['a fragment', get('/a#b'), 400],
    ['a path without a slash', get('lab'), 400],
    ['a space in the path', get('/a b'), 400],
    ['a control character in the path', get('/\x01'), 400],
    ['another scheme', get('file:///etc/passwd'), 400],
    ['an asterisk', `OPTIONS * HTTP/1.1\r\n${HOST}${CLOSE}\r\n`, 404],
    ['a tunnel', `CONNECT thesis.example.org:80 HTTP/1.1\r\n${HOST}${CLOSE}\r\n`, 404],
    ['no host', `GET / HTTP/1.1\r\n${CLOSE}\r\n`, 400],
    ['two hosts', withHeaders('Host: other.example\r\n'), 421],
    ['HTTP/1.0', `GET / HTTP/1.0\r\n${HOST}\r\n`, 426],
    ['a method in lower case', `get / HTTP/1.1\r\n${HOST}${CLOSE}\r\n`, 400],
    [
      'length and chunks',
      post('Content-Length: 4\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\nGET /smuggled HTTP/1.1\r\n'),
      400,
    ],
    ['chunks and length', post('Transfer-Encoding: chunked\r\nContent-Length: 4\r\n', '0\r\n\r\n'), 400],
    ['an unknown encoding', post('Transfer-Encoding: xchunked\r\n', '0\r\n\r\n'), 501],
    ['two encodings', post('Transfer-Encoding: chunked, identity\r\n', '0\r\n\r\n'), 501],
    ['a space before the colon', post('Transfer-Encoding : chunked\r\n', '0\r\n\r\n'), 400],
    ['a tab in the encoding', post('Transfer-Encoding:\x0bchunked\r\n', '0\r\n\r\n'), 400],
    ['two lengths', post('Content-Length: 4\r\nContent-Length: 5\r\n', 'abcde'), 400],
    ['a signed length', post('Content-Length: +4\r\n', 'abcd'), 400],
    ['a negative length', post('Content-Length: -1\r\n', ''), 400],
    ['a NUL in a header', withHeaders('X-A: b\0c\r\n'), 400],
    ['a space in a name', withHeaders('X-Auth-Request-User : root\r\n'), 400],
    ['a header of 62 KiB', withHeaders(`X-A: ${'b'.repeat(62 * 1024)}\r\n`), 431],
    ['110 headers', withHeaders(Array.from({ length: 110 }, (_, index) => `X-${index}: b\r\n`).join('')), 431],
    ['a path of 62 KiB', get(`/${'a'.repeat(62 * 1024)}`), 431],
  ])('%s', async (_, text, status) => {
    expect(await statusOf(text)).toBe(status);
    expect(environment.app.arrivals).toEqual([]);
    expect(environment.gate.asked).toEqual([]);
  });

  test('an upgrade to anything but websockets', async () => {
    const connection = await RawConnection.open(environment.sidecar.listenPort);
    connection.write(`GET / HTTP/1.1\r\n${HOST}Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n`);
    expect(await connection.receives('\r\n\r\n')).toMatch(/^HTTP\/1\.1 403 /);
    connection.end();
    expect([environment.app.arrivals, environment.gate.asked]).toEqual([[], []]);
  });
});

test('a chunk whose size is none never becomes a request', async () => {
  expect(await statusOf(post('Transfer-Encoding: chunked\r\n', '0x1\r\na\r\n0\r\n\r\n'))).toBe(400);
  expect(environment.app.arrivals).toEqual([]);
});

test('what follows the length of a body is no part of it, and the body no request', async () => {
  await exchange(
    environment.sidecar.listenPort,
    post('Content-Length: 5\r\n', `GET /smuggled HTTP/1.1\r\n${HOST}\r\n`),
  );
  expect(environment.app.arrivals.map(({ url, body }) => [url, body])).toEqual([['/', 'GET /']]);
});

test('an upgrade to HTTP/2 in clear is a plain request: its frames would pass the gate by', async () => {
  const connection = await RawConnection.open(environment.sidecar.listenPort);
  connection.write(
    `GET /ws HTTP/1.1\r\n${HOST}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n`,
  );
  expect(await connection.receives('hello')).toMatch(/^HTTP\/1\.1 200 /);
  connection.end();
  expect(environment.app.arrivals[0]?.headers).not.toHaveProperty('upgrade');
});

describe('who somebody is', () => {
  const FORGED = [
    'X-Auth-Request-User',
    'x-auth-request-email',
    'X-Auth-Request-Groups',
    'X-Auth-Request-Access-Token',
    'X-Adrasteia-Level',
    'X-Adrasteia-Anything',
    'X-Forwarded-User',
    'X-Forwarded-Email',
    'X-Forwarded-Groups',
    'X-Forwarded-Preferred-Username',
    'X-Forwarded-Access-Token',
    'X-Envoy-Original-Path',
    'X-Envoy-External-Address',
    'X-Envoy-Internal',
    'X-Envoy-Upstream-Rq-Timeout-Ms',
    'X-Envoy-Retry-On',
    'Remote-User',
    'X-Remote-User',
    'X-WebAuth-User',
    'X-HTTP-Method-Override',
    'X-Original-URL',
    'X-Rewrite-URL',
    'X-Forwarded-Prefix',
    'X-Real-IP',
    'Forwarded',
    'Proxy',
  ];

  test('is never said by the browser, to the gate or the app', async () => {
    await exchange(environment.sidecar.listenPort, withHeaders(FORGED.map((name) => `${name}: forged\r\n`).join('')));
    expect(environment.app.arrivals).toHaveLength(1);
    expect(environment.app.arrivals[0]?.rawHeaders).not.toContain('forged');
    expect(Object.values(environment.gate.asked[0]?.headers ?? {})).not.toContain('forged');
  });

  test('isn’t said with underscores either, which some apps take for dashes', async () => {
    await exchange(
      environment.sidecar.listenPort,
      withHeaders('X_Auth_Request_User: forged\r\nX-Auth_Request-User: forged\r\nx_adrasteia_level: forged\r\n'),
    );
    expect(environment.app.arrivals[0]?.rawHeaders).not.toContain('forged');
  });

  test('isn’t said in trailers, folded lines, or after a bare carriage return', async () => {
    const chunked = 'Transfer-Encoding: chunked\r\nTrailer: x-auth-request-user\r\n';
    await exchange(environment.sidecar.listenPort, post(chunked, '1\r\na\r\n0\r\nX-Auth-Request-User: forged\r\n\r\n'));
    await exchange(environment.sidecar.listenPort, withHeaders('X-A: b\r\n X-Auth-Request-User: forged\r\n'));
    await exchange(environment.sidecar.listenPort, withHeaders('X-A: b\rX-Auth-Request-User: forged\r\n'));
    expect(environment.app.arrivals).toHaveLength(3);
    for (const { headers, rawHeaders } of environment.app.arrivals) {
      expect(headers).not.toHaveProperty('x-auth-request-user');
      expect(rawHeaders).not.toContain('forged');
    }
  });

  test('is what the gate says, once', async () => {
    environment.gate.answer = {
      outcome: 'Allowed',
      toApp: [{ name: 'x-auth-request-user', value: 'ada' }],
      notToApp: [],
      toBrowser: [],
    };
    await exchange(
      environment.sidecar.listenPort,
      `GET / HTTP/1.1\r\n${HOST}Connection: close, X-Auth-Request-User\r\nX-Auth-Request-User: forged\r\n\r\n`,
    );
    const { rawHeaders = [] } = environment.app.arrivals[0] ?? {};
    expect(rawHeaders.filter((name) => name.toLowerCase() === 'x-auth-request-user')).toHaveLength(1);
    expect(environment.app.arrivals[0]?.headers['x-auth-request-user']).toBe('ada');
  });
});
