import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import type { ClusterConnection, CredentialSource } from '../../../src/adapters/kubernetes/connection';
import {
  type ApiRequest,
  type RequestReport,
  Transport,
  type TransportOptions,
} from '../../../src/adapters/kubernetes/transport';
import { type Answerer, json, type LoopbackApi, refuse, rejection, startApi } from './loopback-api';
import { selfSigned } from './self-signed';

let api: LoopbackApi | undefined;
const transports: Transport[] = [];

/** The common name of a client's certificate. */
function peerName(socket: Socket): string {
  return socket instanceof TLSSocket ? String(socket.getPeerCertificate().subject.CN) : '';
}

const ANONYMOUS: CredentialSource = { current: () => ({}), renew: () => Promise.resolve(false) };

function open(
  connection: ClusterConnection,
  credentials: CredentialSource = ANONYMOUS,
  options: TransportOptions = {},
): Transport {
  const transport = new Transport(connection, credentials, options);
  transports.push(transport);
  return transport;
}

async function serve(answer: Answerer): Promise<LoopbackApi> {
  api = await startApi(answer);
  return api;
}

afterEach(async () => {
  for (const transport of transports.splice(0)) await transport.close();
  await api?.close();
  api = undefined;
});

const GET: ApiRequest = {
  target: { verb: 'get', kind: 'Pod', name: 'x' },
  method: 'GET',
  path: '/x',
  idempotent: true,
};
const DELETE: ApiRequest = { ...GET, target: { verb: 'delete', kind: 'Pod', name: 'x' }, method: 'DELETE', body: '{}' };
const POST: ApiRequest = {
  ...GET,
  target: { verb: 'create', kind: 'Pod', name: 'x' },
  method: 'POST',
  body: '{}',
  idempotent: false,
};

describe('connections', () => {
  const tls = selfSigned('loopback');

  it('are kept: one TLS connection serves many requests, refused ones too', async () => {
    api = await startApi(
      (request, response) => {
        if (request.number % 4 === 0) refuse(response, { code: 409, reason: 'Conflict', message: 'words' });
        else json(response, 200, {});
      },
      { cert: tls.certificate, key: tls.key },
    );
    const transport = open(api.connection({ certificateAuthority: { data: tls.certificate } }), ANONYMOUS, {
      connections: 1,
    });
    for (let count = 0; count < 60; count++) await transport.send([GET, POST, DELETE][count % 3] ?? GET);
    expect(api.received).toHaveLength(60);
    expect(api.connectionsOpened()).toBe(1);
  });

  it('are two for requests that follow each other, since one rests a turn after each answer', async () => {
    const here = await serve((_request, response) => {
      json(response, 200, {});
    });
    const transport = open(here.connection());
    for (let count = 0; count < 60; count++) await transport.send(GET);
    expect(here.connectionsOpened()).toBeLessThanOrEqual(2);
  });

  it('are as many as allowed, however many requests there are', async () => {
    const here = await serve((_request, response) => {
      json(response, 200, {});
    });
    const transport = open(here.connection(), ANONYMOUS, { connections: 4 });
    await Promise.all(Array.from({ length: 50 }, () => transport.send(GET)));
    expect(here.connectionsOpened()).toBe(4);
  });

  it('are refused where the certificate is nobody’s that is trusted', async () => {
    api = await startApi((_request, response) => response.end('{}'), { cert: tls.certificate, key: tls.key });
    expect(await rejection(open(api.connection()).send(GET))).toMatchObject({ code: 'ApiUnreachable' });
    const other = { certificateAuthority: { data: selfSigned('other').certificate } };
    expect(await rejection(open(api.connection(other)).send(GET))).toMatchObject({ code: 'ApiUnreachable' });
    const named = { certificateAuthority: { data: tls.certificate }, tlsServerName: 'elsewhere' };
    expect(await rejection(open(api.connection(named)).send(GET))).toMatchObject({ code: 'ApiUnreachable' });
    expect(api.received).toHaveLength(0);
  });

  it('take any certificate where the kubeconfig says so, and the name it gives', async () => {
    api = await startApi((_request, response) => response.end('{}'), { cert: tls.certificate, key: tls.key });
    expect((await open(api.connection({ insecureSkipTlsVerify: true })).send(GET)).status).toBe(200);
    const named = { certificateAuthority: { data: tls.certificate }, tlsServerName: 'localhost' };
    expect((await open(api.connection(named)).send(GET)).status).toBe(200);
  });

  it('are opened anew with a renewed client certificate', async () => {
    const [first, second] = [selfSigned('first'), selfSigned('second')];
    const names: string[] = [];
    api = await startApi(
      (request, response) => {
        names.push(peerName(request.socket));
        response.end('{}');
      },
      {
        cert: tls.certificate,
        key: tls.key,
        ca: [first.certificate, second.certificate],
        requestCert: true,
        rejectUnauthorized: true,
      },
    );
    let current = first;
    const transport = open(
      api.connection({ certificateAuthority: { data: tls.certificate } }),
      { ...ANONYMOUS, current: () => current },
      { connections: 1 },
    );
    await transport.send(GET);
    await transport.send(GET);
    current = second;
    await transport.send(GET);
    expect(names).toEqual(['first', 'first', 'second']);
    expect(api.connectionsOpened()).toBe(2);
  });

  it('trust a certificate authority that was exchanged in its file', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'adrasteia-'));
    const file = join(directory, 'ca.crt');
    writeFileSync(file, selfSigned('older').certificate);
    api = await startApi((_request, response) => response.end('{}'), { cert: tls.certificate, key: tls.key });
    const transport = open(api.connection({ certificateAuthority: { file } }));
    expect(await rejection(transport.send(GET))).toMatchObject({ code: 'ApiUnreachable' });
    writeFileSync(file, `${tls.certificate}\n`);
    expect((await transport.send(GET)).status).toBe(200);
    rmSync(directory, { recursive: true });
  });
});

describe('a kept connection that dies under a request', () => {
  /** Serves the first request, and closes the connection when the second one has arrived on it. */
  const dying: Answerer = (request, response) => {
    if (request.number === 2) request.socket.destroy();
    else json(response, 200, { number: request.number });
  };

  it('makes an idempotent request go out once more', async () => {
    const here = await serve(dying);
    const transport = open(here.connection());
    await transport.send(GET);
    expect(JSON.parse((await transport.send(GET)).text)).toEqual({ number: 3 });
    expect(here.received).toHaveLength(3);
  });

  it('fails any other request, which may have been done', async () => {
    const here = await serve(dying);
    const transport = open(here.connection());
    await transport.send(GET);
    expect(await rejection(transport.send(POST))).toMatchObject({ code: 'ApiUnreachable' });
    expect(here.received).toHaveLength(2);
  });

  it('makes no third try', async () => {
    const here = await serve((request) => request.socket.destroy());
    expect(await rejection(open(here.connection()).send(GET))).toMatchObject({ code: 'ApiUnreachable' });
    expect(here.received).toHaveLength(2);
  });
});

describe('a request', () => {
  it('goes below the path of the server', async () => {
    const here = await serve((_request, response) => response.end('{}'));
    await open(here.connection({ server: `${here.server}/k8s/clusters/c-1` })).send({
      ...GET,
      path: '/api/v1/pods?limit=1',
    });
    expect(here.received[0]?.url.pathname).toBe('/k8s/clusters/c-1/api/v1/pods');
    expect(here.received[0]?.url.search).toBe('?limit=1');
  });

  it('carries the account to act as, each group as a header of its own', async () => {
    const here = await serve((_request, response) => response.end('{}'));
    await open(here.connection({ impersonation: { user: 'ada', groups: ['staff', 'admins'], uid: 'u1' } })).send(GET);
    const headers = here.received[0]?.rawHeaders ?? [];
    const pairs = headers.flatMap((header, index) =>
      index % 2 === 0 && /^impersonate/i.test(header) ? [`${header.toLowerCase()}=${headers[index + 1] ?? ''}`] : [],
    );
    expect(pairs.sort()).toEqual([
      'impersonate-group=admins',
      'impersonate-group=staff',
      'impersonate-uid=u1',
      'impersonate-user=ada',
    ]);
  });

  it('goes through the proxy that a kubeconfig names', async () => {
    const here = await serve((_request, response) => response.end('{}'));
    const asked: string[] = [];
    const proxy = createServer().on('connect', (request, client: Socket) => {
      asked.push(request.url ?? '');
      const [host, port] = (request.url ?? '').split(':');
      const upstream = connect(Number(port), host, () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.pipe(client).pipe(upstream);
      });
      client.on('error', () => upstream.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const address = proxy.address();
    const proxyUrl = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
    const transport = open(here.connection({ proxyUrl }));
    expect((await transport.send(GET)).status).toBe(200);
    expect(asked).toEqual([new URL(here.server).host]);
    await transport.close();
    await new Promise((resolve) => proxy.close(resolve));
  });

  it('fails with ApiTimeout where the server stays silent', async () => {
    const here = await serve(() => undefined);
    expect(await rejection(open(here.connection(), ANONYMOUS, { requestTimeoutMs: 20 }).send(GET))).toMatchObject({
      code: 'ApiTimeout',
      message: expect.stringMatching(/^cannot get Pod x: http:.*: no answer in the time allowed$/) as string,
    });
  });

  it('fails with ApiUnreachable where nobody listens', async () => {
    const here = await serve(() => undefined);
    await here.close();
    expect(await rejection(open(here.connection()).send(GET))).toMatchObject({
      code: 'ApiUnreachable',
      message: expect.stringContaining('ECONNREFUSED') as string,
    });
  });

  it('fails after close, and close ends kept connections', async () => {
    const here = await serve((_request, response) => response.end('{}'));
    const transport = open(here.connection());
    await transport.send(GET);
    const ended = new Promise((resolve) => here.received[0]?.socket.on('close', resolve));
    await transport.close();
    await ended;
    expect(await rejection(transport.send(GET))).toMatchObject({ code: 'ApiUnreachable' });
    expect(here.connectionsOpened()).toBe(1);
  });
});

describe('a refused credential', () => {
  const bearerOnly =
    (good: string): Answerer =>
    (request, response) => {
      if (request.headers.authorization === `Bearer ${good}`) json(response, 200, {});
      else refuse(response, { code: 401, reason: 'Unauthorized', message: 'Unauthorized' });
    };

  it('is renewed, and the request sent again, whatever its verb', async () => {
    const here = await serve(bearerOnly('new'));
    let token = 'old';
    const transport = open(here.connection(), {
      current: () => ({ authorization: `Bearer ${token}` }),
      renew: () => {
        token = 'new';
        return Promise.resolve(true);
      },
    });
    expect((await transport.send(POST)).status).toBe(200);
    expect(here.received.map(({ headers }) => headers.authorization)).toEqual(['Bearer old', 'Bearer new']);
  });

  it('is renewed for watches too', async () => {
    const here = await serve(bearerOnly('new'));
    let token = 'old';
    const credentials: CredentialSource = {
      current: () => ({ authorization: `Bearer ${token}` }),
      renew: () => {
        token = 'new';
        return Promise.resolve(true);
      },
    };
    const answer = await open(here.connection(), credentials).open(GET, new AbortController().signal);
    expect(answer.status).toBe(200);
    await answer.body.dump();
  });

  it('is final where there is no other', async () => {
    const here = await serve(bearerOnly('new'));
    expect((await open(here.connection()).send(GET)).status).toBe(401);
    expect(here.received).toHaveLength(1);
  });
});

describe('reports', () => {
  it('tell verb, kind, status and duration of every request, and 0 where no answer came', async () => {
    const reports: RequestReport[] = [];
    const here = await serve((request, response) => {
      if (request.method === 'POST') refuse(response, { code: 409, reason: 'AlreadyExists', message: 'words' });
      else json(response, 200, {});
    });
    const transport = open(here.connection(), ANONYMOUS, { onRequest: (report) => reports.push(report) });
    await transport.send(GET);
    await transport.send(POST);
    await (
      await transport.open({ ...GET, target: { verb: 'watch', kind: 'Pod' } }, new AbortController().signal)
    ).body.dump();
    await here.close();
    await rejection(transport.send(GET));
    expect(reports.map(({ verb, kind, status }) => `${verb} ${kind} ${status}`)).toEqual([
      'get Pod 200',
      'create Pod 409',
      'watch Pod 200',
      'get Pod 0',
    ]);
    expect(reports.every(({ durationMs }) => durationMs >= 0)).toBe(true);
  });
});
