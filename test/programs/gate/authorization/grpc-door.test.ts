import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, connect, type IncomingHttpHeaders } from 'node:http2';
import { connect as connectSocket } from 'node:net';
import { writeCheckRequest } from '../../../../src/programs/gate/authorization/ext-authz/check-request';
import { GrpcDoor } from '../../../../src/programs/gate/authorization/ext-authz/grpc-door';
import type { Answer } from '../../../../src/programs/gate/request';
import { silentLogger } from '../../../support/silent-logger';
import { readCheckResponse } from './read-check-response';

const CHECK_PATH = '/envoy.service.auth.v3.Authorization/Check';
const OK: Answer = { outcome: 'Allowed', toApp: [], notToApp: [], toBrowser: [] };

/** Says what is asked, and answers when it is told to. */
class SlowChecks {
  readonly asked: string[] = [];
  answering: Promise<unknown> = Promise.resolve();
  async check({ environment }: { readonly environment: string }): Promise<Answer> {
    this.asked.push(environment);
    await this.answering;
    return OK;
  }
}

const request = Buffer.from(
  writeCheckRequest({
    method: 'GET',
    path: '/lab',
    host: 'thesis.example.org',
    scheme: 'http',
    headers: {},
    sourceAddress: '192.0.2.7',
    contextExtensions: { environment: 'team/thesis' },
  }),
);
const framed = (message: Buffer, flag = 0): Buffer => {
  const head = Buffer.from([flag, 0, 0, 0, 0]);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
};

let checks: SlowChecks;
let door: GrpcDoor;
let port: number;
let session: ClientHttp2Session;
beforeEach(async () => {
  checks = new SlowChecks();
  door = new GrpcDoor(checks, silentLogger());
  port = await door.listen(0, '127.0.0.1');
  session = connect(`http://127.0.0.1:${port}`);
});
afterEach(async () => {
  session.destroy();
  await door.close();
});

function call(path = CHECK_PATH): ClientHttp2Stream {
  return session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers' });
}

/** What comes back: the status, wherever it stands, and the message. */
async function answerTo(stream: ClientHttp2Stream): Promise<{ readonly status: unknown; readonly message: Buffer }> {
  let status: unknown;
  stream.on('response', (headers) => (status ??= headers['grpc-status']));
  stream.on('trailers', (trailers: IncomingHttpHeaders) => (status ??= trailers['grpc-status']));
  const parts: Buffer[] = [];
  stream.on('data', (part: Buffer) => parts.push(part));
  await once(stream, 'end');
  return { status, message: Buffer.concat(parts) };
}

async function sent(...parts: readonly Buffer[]): ReturnType<typeof answerTo> {
  const stream = call();
  for (const part of parts) stream.write(part);
  stream.end();
  return answerTo(stream);
}

describe('the door for gRPC', () => {
  test('answers a call that comes whole or in pieces', async () => {
    const whole = framed(request);
    for (const parts of [[whole], [whole.subarray(0, 3), whole.subarray(3, 40), whole.subarray(40)]]) {
      const { status, message } = await sent(...parts);
      expect(status).toBe('0');
      expect(readCheckResponse(message.subarray(5)).kind).toBe('Ok');
    }
    expect(checks.asked).toEqual(['team/thesis', 'team/thesis']);
  });

  test.each<readonly [string, string, readonly Buffer[]]>([
    ['that is empty', '13', []],
    ['that is cut off', '13', [framed(request).subarray(0, 20)]],
    ['with more than a message', '13', [framed(request), framed(request)]],
    ['that is compressed', '13', [framed(request, 1)]],
    ['that is too large', '8', [framed(Buffer.alloc(600 * 1024))]],
  ])('refuses a call %s, and asks nobody', async (_which, code, parts) => {
    const { status, message } = await sent(...parts);
    expect([status, message.length, checks.asked]).toEqual([code, 0, []]);
  });

  test('knows no other call', async () => {
    const stream = call('/envoy.service.auth.v3.Authorization/Other');
    stream.end(framed(request));
    expect((await answerTo(stream)).status).toBe('12');
    expect(checks.asked).toEqual([]);
  });

  test('goes on after a connection that speaks something else', async () => {
    const other = connectSocket(port, '127.0.0.1');
    other.end('GET / HTTP/1.1\r\nHost: gate\r\n\r\n');
    other.resume();
    await once(other, 'close');
    expect((await sent(framed(request))).status).toBe('0');
  });

  test('ends when what is under way is answered', async () => {
    let answer = (): void => undefined;
    checks.answering = new Promise<void>((resolve) => (answer = resolve));
    const stream = call();
    stream.end(framed(request));
    const answered = answerTo(stream);
    while (checks.asked.length === 0) await new Promise(setImmediate);
    const closed = door.close();
    answer();
    expect((await answered).status).toBe('0');
    await closed;
  });
});
