/**
 * A proxy on loopback that lets clients talk to a real API server and writes down what is said, in the order of the answers.
 *
 * It speaks plain HTTP to its clients, adds the administrator's token where they bring none, and asks for JSON where they
 * would take protobuf, so that answers can be compared.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { ExchangeRecord } from './exchange-record';
import type { Target } from './target';

const KEPT_HEADERS = /^(?:accept|content-type|user-agent|impersonate-.*|authorization)$/;

export class RecordingProxy {
  readonly records: ExchangeRecord[] = [];
  readonly #target: Target;
  readonly #server: Server;

  constructor(target: Target) {
    this.#target = target;
    this.#server = createServer((request, response) => {
      void this.#forward(request, response);
    });
  }

  /** Begins to listen; gives the address for clients. */
  listen(): Promise<string> {
    return new Promise((resolve) => {
      this.#server.listen(0, '127.0.0.1', () => {
        resolve(`http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`);
      });
    });
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
      this.#server.closeAllConnections();
    });
  }

  async #forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readAll(request);
    const headers = Object.fromEntries(
      Object.entries(request.headers)
        .filter(([name]) => KEPT_HEADERS.test(name))
        .map(([name, value]) => [name, String(value)]),
    );
    const sent = { ...headers, accept: withoutProtobuf(headers['accept'] ?? '') };
    const { method = 'GET', url = '/' } = request;
    const { authorization = `Bearer ${this.#target.token}`, ...rest } = sent as Record<string, string>;
    const upstream = httpsRequest(
      `${this.#target.url}${url}`,
      {
        method,
        ca: this.#target.authority,
        headers: { ...rest, authorization, ...(body.length === 0 ? {} : { 'content-length': String(body.length) }) },
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          response.write(chunk);
        });
        const finish = (): void => {
          response.end();
          this.records.push({
            method,
            path: url,
            headers: rest,
            body: body.toString('base64'),
            status: answer.statusCode ?? 0,
            answer: Buffer.concat(chunks).toString('utf8'),
          });
        };
        answer.once('end', finish);
        response.once('close', () => answer.destroy());
      },
    );
    upstream.once('error', () => response.destroy());
    upstream.end(body);
  }
}

/** The header without the clauses that ask for protobuf. */
function withoutProtobuf(accept: string): string {
  const kept = accept.split(',').filter((clause) => !clause.includes('protobuf') && !clause.includes('cbor'));
  return kept.length === 0 ? 'application/json' : kept.join(',');
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
