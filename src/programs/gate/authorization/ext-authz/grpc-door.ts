/**
 * ext_authz over gRPC: the door by which sidecars ask. A message that can't be read is answered with a refusal; what isn't a call
 * of this service with a gRPC status, which Envoy takes for a refusal too.
 *
 * It speaks gRPC on Node's own HTTP/2: of one unary call without compression there is little, a frame of five bytes before each
 * message and a status in the trailers. With a library for all of gRPC a gate under load takes a quarter more CPU.
 * @see https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 * @see https://www.envoyproxy.io/docs/envoy/v1.36.2/api-v3/service/auth/v3/external_auth.proto
 */

import { createServer, type Http2Session, type ServerHttp2Stream } from 'node:http2';
import { status } from '@grpc/grpc-js';
import { CONTEXT } from '../../../../access/envoy/sidecar-names';
import type { Logger } from '../../../../ports/logger';
import { errorKeys } from '../../../error-keys';
import { listenOn } from '../../listening';
import type { Answer } from '../../request';
import type { Checks } from '../asker';
import { refusal } from '../refusal';
import { CHECK } from './authorization-service';
import { readCheckRequest } from './check-request';
import { writeCheckResponse } from './check-response';
import { gateRequest, UNREADABLE } from './gate-request';

/** More than the headers that Envoy takes. */
const LARGEST_MESSAGE_BYTES = 512 * 1024;
/** Sidecars connect anew from time to time, so that new replicas get their share; those of a node that is gone end so as well. */
const CONNECTION_AGE_MS = 10 * 60_000;
/** Part of the age by which connections differ: who connected at the same time doesn't come back so. */
const AGE_SPREAD = 0.2;
/** How long checks that are under way may take to end, and a call to be sent. */
const GRACE_MS = 5000;

/** A flag, whether the message is compressed, and its length as four bytes. */
const FRAME_BYTES = 5;
const HEADERS = { ':status': 200, 'content-type': 'application/grpc' } as const;
const DONE = { 'grpc-status': String(status.OK) } as const;

export class GrpcDoor {
  readonly #checks: Checks;
  readonly #log: Logger;
  readonly #server = createServer({ settings: { maxConcurrentStreams: 1024 } });
  readonly #sessions = new Set<Http2Session>();

  constructor(checks: Checks, log: Logger) {
    this.#checks = checks;
    this.#log = log;
    this.#server.on('session', (session) => this.#keep(session));
    this.#server.on('stream', (stream, { ':path': path }) => this.#take(stream, path));
    // What is wrong with one connection ends that connection.
    this.#server.on('sessionError', (error) => log.debug('connection of a sidecar failed', errorKeys(error)));
  }

  /** Listens, and gives the port: that asked for, or any that is free for 0. */
  async listen(port: number, host: string): Promise<number> {
    return listenOn(this.#server, port, host);
  }

  /** Ends when the checks under way are answered, or after a grace. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const session of this.#sessions) session.close();
    const force = setTimeout(() => {
      for (const session of this.#sessions) session.destroy();
    }, GRACE_MS);
    await closed;
    clearTimeout(force);
  }

  #keep(session: Http2Session): void {
    this.#sessions.add(session);
    let force: NodeJS.Timeout | undefined;
    const age = setTimeout(
      () => {
        // Calls that are under way are answered on it still.
        session.close();
        force = setTimeout(() => session.destroy(), GRACE_MS);
      },
      CONNECTION_AGE_MS * (1 + AGE_SPREAD * (Math.random() - 0.5)),
    );
    session.once('close', () => {
      clearTimeout(age);
      clearTimeout(force);
      this.#sessions.delete(session);
    });
  }

  #take(stream: ServerHttp2Stream, path: string | undefined): void {
    stream.on('error', (error) => this.#log.debug('check not ended', errorKeys(error)));
    stream.setTimeout(GRACE_MS, () => stream.close());
    if (path !== CHECK.path) {
      end(stream, status.UNIMPLEMENTED);
      return;
    }
    const parts: Buffer[] = [];
    let length = 0;
    stream.on('data', (part: Buffer) => {
      length += part.length;
      if (length <= LARGEST_MESSAGE_BYTES) parts.push(part);
      else end(stream, status.RESOURCE_EXHAUSTED);
    });
    stream.once('end', () => {
      if (length > LARGEST_MESSAGE_BYTES) return;
      const message = findMessage(Buffer.concat(parts, length));
      if (message === undefined) end(stream, status.INTERNAL);
      else void this.#respond(stream, message);
    });
  }

  async #respond(stream: ServerHttp2Stream, message: Buffer): Promise<void> {
    try {
      const answer = writeCheckResponse(await this.#answer(message));
      if (stream.destroyed) return;
      const frame = Buffer.allocUnsafe(FRAME_BYTES + answer.length);
      frame[0] = 0;
      frame.writeUInt32BE(answer.length, 1);
      frame.set(answer, FRAME_BYTES);
      stream.respond(HEADERS, { waitForTrailers: true });
      stream.once('wantTrailers', () => stream.sendTrailers(DONE));
      stream.end(frame);
    } catch (error) {
      this.#log.error('check not answered', errorKeys(error));
      end(stream, status.INTERNAL);
    }
  }

  async #answer(message: Buffer): Promise<Answer> {
    let check: ReturnType<typeof readCheckRequest>;
    try {
      check = readCheckRequest(message);
    } catch (error) {
      this.#log.warn('check not readable', errorKeys(error));
      return refusal(UNREADABLE, { reason: 'RequestUnclear', access: undefined });
    }
    const { [CONTEXT.environment]: environment = '', [CONTEXT.configuration]: configuration } = check.contextExtensions;
    return this.#checks.check({ environment, configuration }, gateRequest(check));
  }
}

/** The one message of a call; undefined where it is compressed, isn't whole, or isn't the only one. */
function findMessage(frame: Buffer): Buffer | undefined {
  if (frame.length < FRAME_BYTES || frame[0] !== 0) return undefined;
  return frame.readUInt32BE(1) === frame.length - FRAME_BYTES ? frame.subarray(FRAME_BYTES) : undefined;
}

/** Ends a call without a message. */
function end(stream: ServerHttp2Stream, code: status): void {
  if (stream.destroyed || stream.headersSent) return;
  stream.respond({ ...HEADERS, 'grpc-status': String(code) }, { endStream: true });
}
