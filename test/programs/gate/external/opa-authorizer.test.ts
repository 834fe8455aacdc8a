import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { ExternalAuthorizer } from '../../../../src/access/access-rules';
import { authorizers, closeAll, deadPort, listen, PATIENT_MS, SERVICE } from './asking';
import { questionWith } from './question';

afterEach(closeAll);

const opa = (upstreamHeaders: readonly string[] = [], timeoutMilliseconds = PATIENT_MS): ExternalAuthorizer => ({
  opa: { service: SERVICE, path: 'envoy/authz/allow', upstreamHeaders },
  timeoutMilliseconds,
});

interface Seen {
  readonly request: IncomingMessage;
  readonly input: Readonly<Record<string, unknown>>;
}

async function serving(answer: (response: ServerResponse) => void) {
  const seen: Seen[] = [];
  const port = await listen(
    createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { input } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Pick<Seen, 'input'>;
        seen.push({ request, input });
        answer(response);
      });
    }),
  );
  return { ...authorizers(port), seen };
}

const answering = (text: string, status = 200) =>
  serving((response) => response.writeHead(status, { 'content-type': 'application/json' }).end(text));

const NONSENSE = { verdict: 'Unavailable', failure: 'Nonsense' } as const;

describe('OPA', () => {
  test('is asked for one decision, with the input that policies for its Envoy plugin know', async () => {
    const { asking, seen } = await answering('{"result":true}');
    expect(await asking.ask(opa(), questionWith())).toEqual({ verdict: 'Allowed', toApp: [] });
    const [{ request, input } = { request: undefined, input: {} }] = seen;
    expect([request?.method, request?.url, request?.headers['content-type']]).toEqual([
      'POST',
      '/v1/data/envoy/authz/allow',
      'application/json',
    ]);
    expect(input).toEqual({
      attributes: {
        source: { address: { socketAddress: { address: '192.0.2.7' } } },
        request: {
          http: {
            method: 'POST',
            path: '/api/kernels?x=1',
            host: 'thesis.example.org',
            scheme: 'https',
            protocol: 'HTTP/1.1',
            headers: {
              ':authority': 'thesis.example.org',
              ':method': 'POST',
              ':path': '/api/kernels?x=1',
              accept: 'text/html',
              'sec-fetch-mode': 'navigate',
              upgrade: 'websocket',
              authorization: 'Bearer of-the-app',
              cookie: 'all=1',
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
            },
          },
        },
        contextExtensions: { environment: 'team/thesis' },
      },
      parsed_path: ['api', 'kernels'],
      parsed_query: { x: ['1'] },
      parsed_body: null,
      truncated_body: false,
      version: { encoding: 'protojson', ext_authz: 'v3' },
      identity: {
        provider: 'idp',
        subject: '17',
        user: 'ada',
        email: 'ada@example.org',
        groups: ['staff', 'a,b'],
        claims: {},
      },
      level: 'Use',
    });
  });

  test('sees neither the password that is the gate’s, nor a person where nobody is known', async () => {
    const { asking, seen } = await answering('{"result":true}');
    await asking.ask(opa(), questionWith({ seesAuthorization: false, identity: undefined }));
    expect(JSON.stringify(seen[0]?.input)).not.toMatch(/authorization|x-auth-request|"identity"/);
  });

  test.each([
    ['/', [''], {}],
    ['/a%20b/%C3%A9/', ['a b', 'é', ''], {}],
    ['/x?a=1&a=2&b=c+d&e', ['x'], { a: ['1', '2'], b: ['c d'], e: [''] }],
    ['/x?__proto__=1', ['x'], JSON.parse('{"__proto__":["1"]}') as object],
  ])('sees the path %s in parts', async (path, parsedPath, parsedQuery) => {
    const { asking, seen } = await answering('{"result":true}');
    const question = questionWith();
    await asking.ask(opa(), { ...question, request: { ...question.request, path } });
    expect(JSON.stringify([seen[0]?.input['parsed_path'], seen[0]?.input['parsed_query']])).toBe(
      JSON.stringify([parsedPath, parsedQuery]),
    );
  });

  test('isn’t asked about a path that is no text, which means no', async () => {
    const { asking, seen } = await answering('{"result":true}');
    const question = questionWith();
    expect(await asking.ask(opa(), { ...question, request: { ...question.request, path: '/%ff' } })).toEqual(NONSENSE);
    expect(seen).toEqual([]);
  });

  test.each([
    '{"result":true}',
    '{"decision_id":"1","result":true}',
    '{"result":{"allowed":true}}',
    '{"result":{"allowed":true,"headers":{},"request_headers_to_remove":[],"dynamic_metadata":{"a":1}}}',
  ])('lets a request through by %s', async (text) => {
    const { asking } = await answering(text);
    expect(await asking.ask(opa(), questionWith())).toEqual({ verdict: 'Allowed', toApp: [] });
  });

  test.each(['{}', '{"result":false}', '{"result":{"allowed":false,"http_status":302,"headers":{"location":"x"}}}'])(
    'says no by %s',
    async (text) => {
      const { asking } = await answering(text);
      expect(await asking.ask(opa(), questionWith())).toEqual({ verdict: 'Denied' });
    },
  );

  test.each([
    '',
    '<!doctype html><title>OK</title>',
    '{"result":tr',
    '{"result":true}{"result":true}',
    'true',
    'null',
    '[{"result":true}]',
    '{"result":"true"}',
    '{"result":1}',
    '{"result":null}',
    '{"result":[true]}',
    '{"result":{}}',
    '{"result":{"allow":true}}',
    '{"result":{"allowed":"true"}}',
    '{"result":{"allowed":true,"headers":"x-seat: 7"}}',
  ])('that answers %s means no', async (text) => {
    const { asking } = await answering(text);
    expect(await asking.ask(opa(), questionWith())).toEqual(NONSENSE);
  });

  test.each([
    ['request_headers_to_remove', ['cookie']],
    ['response_headers_to_add', { 'x-frame-options': 'DENY' }],
    ['query_parameters_to_remove', ['token']],
    ['query_parameters_to_set', { a: '1' }],
  ])('that allows a request without what the gate can’t do (%s) means no', async (member, value) => {
    const { asking } = await answering(JSON.stringify({ result: { allowed: true, [member]: value } }));
    expect(await asking.ask(opa(), questionWith())).toEqual(NONSENSE);
  });

  test('gives the app the headers that are named, and no others', async () => {
    const headers = { 'X-Seat': 'é7', 'x-rows': ['1', '2'], 'x-other': '8' };
    const { asking } = await answering(JSON.stringify({ result: { allowed: true, headers } }));
    expect(await asking.ask(opa(['x-seat', 'X-Rows', 'x-none']), questionWith())).toEqual({
      verdict: 'Allowed',
      toApp: [
        { name: 'x-seat', value: 'é7' },
        { name: 'x-rows', value: '1, 2' },
      ],
    });
  });

  test('gives the app headers that come in a list as well', async () => {
    const headers = [{ 'x-seat': '7' }, { 'x-seat': '8' }];
    const { asking } = await answering(JSON.stringify({ result: { allowed: true, headers } }));
    expect(await asking.ask(opa(['x-seat']), questionWith())).toEqual({
      verdict: 'Allowed',
      toApp: [{ name: 'x-seat', value: '7, 8' }],
    });
  });

  test.each([7, null, { value: '7' }, '7\r\nx-adrasteia-level: Own', '\u0000', ['7', 8]])(
    'that gives %j for a header means no',
    async (value) => {
      const { asking } = await answering(JSON.stringify({ result: { allowed: true, headers: { 'x-seat': value } } }));
      expect(await asking.ask(opa(['x-seat']), questionWith())).toEqual(NONSENSE);
    },
  );

  test.each([[201], [204], [302], [400], [401], [404], [500], [503]])('that answers %d means no', async (status) => {
    const { asking } = await answering('{"result":true}', status);
    expect(await asking.ask(opa(), questionWith())).toEqual({ verdict: 'Unavailable', failure: 'Failed' });
  });

  test('that isn’t there means no', async () => {
    const { asking } = authorizers(await deadPort());
    expect(await asking.ask(opa(), questionWith())).toEqual({ verdict: 'Unavailable', failure: 'Unreachable' });
  });

  test('that doesn’t answer in time means no', async () => {
    const { asking } = await serving(() => undefined);
    expect(await asking.ask(opa([], 20), questionWith())).toEqual({ verdict: 'Unavailable', failure: 'Timeout' });
  });

  test('that doesn’t end its answer in time means no, and its connection is given up', async () => {
    let isClosed: Promise<unknown> = Promise.resolve();
    const { asking } = await serving((response) => {
      isClosed = new Promise((resolve) => response.once('close', resolve));
      response.writeHead(200).write('{"result":true}');
    });
    expect(await asking.ask(opa([], 200), questionWith())).toEqual({ verdict: 'Unavailable', failure: 'Timeout' });
    await isClosed;
  });

  test('whose answer has no end means no, and its connection is given up', async () => {
    let isClosed: Promise<unknown> = Promise.resolve();
    const { asking } = await serving((response) => {
      isClosed = new Promise((resolve) => response.once('close', resolve));
      response.writeHead(200).write('{"result":true}');
      const more = (): void => {
        while (!response.destroyed && response.write(' '.repeat(16_384)));
      };
      response.on('drain', more);
      more();
    });
    expect(await asking.ask(opa(), questionWith())).toEqual({ verdict: 'Unavailable', failure: 'TooLarge' });
    await isClosed;
  });

  test('whose answer is cut off means no, though what came says yes', async () => {
    const { asking } = await serving((response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"result":true}', () => response.socket?.destroySoon());
    });
    expect(await asking.ask(opa(), questionWith())).toEqual({ verdict: 'Unavailable', failure: 'Unreachable' });
  });

  test('that speaks no HTTP means no', async () => {
    const port = await listen(createTcpServer((socket) => socket.resume().end('{"result":true}\r\n\r\n')));
    const { asking } = authorizers(port);
    expect(await asking.ask(opa(), questionWith())).toEqual(NONSENSE);
  });

  test('is asked over connections that are kept', async () => {
    const { asking, seen } = await answering('{"result":true}');
    for (let time = 0; time < 3; time++) expect((await asking.ask(opa(), questionWith())).verdict).toBe('Allowed');
    expect(new Set(seen.map(({ request }) => request.socket)).size).toBe(1);
  });

  test('that stays silent isn’t asked for a while, then by one request, then by all', async () => {
    let isSilent = true;
    const { asking, clock, results } = await serving((response) => {
      if (!isSilent) response.end('{"result":true}');
    });
    const impatient = opa([], 20);
    for (let time = 0; time < 5; time++) await asking.ask(impatient, questionWith());
    expect(await asking.ask(impatient, questionWith())).toEqual({ verdict: 'Unavailable', failure: 'CircuitOpen' });
    expect(results).toEqual([...Array<string>(5).fill('Timeout'), 'CircuitOpen']);
    isSilent = false;
    clock.advance(500);
    const [first, second] = await Promise.all([asking.ask(opa(), questionWith()), asking.ask(opa(), questionWith())]);
    expect([first.verdict, second.verdict]).toEqual(['Allowed', 'Unavailable']);
    expect((await asking.ask(opa(), questionWith())).verdict).toBe('Allowed');
  });
});
