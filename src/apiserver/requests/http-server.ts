/**
 * The HTTPS server: who asks, whether they may, and an answer to every request, whatever goes wrong below.
 *
 * In order: faults that a test asked for, authentication, impersonation, authorization, routing. A failure that nobody
 * foresaw is answered as an internal error and logged; it stops nothing else.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from '../../ports/logger';
import type { UserInfo } from '../authentication/authenticator';
import type { RequestFaults } from '../faults/request-faults';
import { internalError, StatusError } from '../status-error';
import { Exchange, factsOf } from './exchange';
import { sendFailure } from './failures';
import { type RequestInfo, requestInfoOf } from './request-info';
import { checkTimeout } from './request-timeout';

export interface HttpServerOptions {
  /** PEM. */
  readonly certificate: string;
  readonly key: string;
  /** The authority of client certificates, PEM. */
  readonly clientAuthority: string;
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly log: Logger;
  /** Who asks. Throws `StatusError` 401 or 403. */
  identify(request: IncomingMessage): Promise<UserInfo>;
  /** The UIDs of the flow schema and the priority level that the request belongs to. */
  findFlow(info: RequestInfo, user: UserInfo): { readonly schemaUid: string; readonly levelUid: string } | undefined;
  /** Throws `StatusError` 403 where the user may not. */
  authorize(info: RequestInfo, user: UserInfo): void;
  readonly route: (exchange: Exchange) => Promise<void>;
  /** What a test has go wrong. */
  readonly faults?: RequestFaults;
}

/** How long a connection without requests stays open. */
const KEEP_ALIVE_MS = 120_000;

export class HttpServer {
  readonly #options: HttpServerOptions;
  readonly #server: Server;
  readonly #connections = new Set<Duplex>();

  constructor(options: HttpServerOptions) {
    this.#options = options;
    this.#server = createServer(
      {
        cert: options.certificate,
        key: options.key,
        ca: options.clientAuthority,
        requestCert: true,
        // A client without a certificate may have a token; one whose certificate doesn't hold is told so by authentication.
        rejectUnauthorized: false,
        keepAliveTimeout: KEEP_ALIVE_MS,
        requestTimeout: 0,
      },
      (request, response) => {
        void this.#answer(request, response);
      },
    );
    this.#server.on('secureConnection', (socket) => {
      this.#connections.add(socket);
      socket.setNoDelay(true);
      socket.once('close', () => this.#connections.delete(socket));
    });
    // A client that breaks off its handshake is no failure of ours.
    this.#server.on('tlsClientError', () => undefined);
  }

  /** Begins to listen; gives the port. Rejects where the port is taken. */
  listen(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#options.port, this.#options.host, () => {
        this.#server.removeListener('error', reject);
        resolve((this.#server.address() as AddressInfo).port);
      });
    });
  }

  /** Takes no more connections, and ends those that are open when their requests are answered or the time is over. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
    this.#server.closeIdleConnections();
    for (const connection of this.#connections) connection.end();
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { log } = this.#options;
    const url = parsedUrl(request.url ?? '/');
    const info = requestInfoOf(request.method ?? 'GET', url.path, url.query);
    response.setHeader('audit-id', auditId(request));
    let exchange = new Exchange({ request, response, info, query: url.query, user: NOBODY });
    try {
      checkTimeout(info, url.query);
      const user = await this.#options.identify(request);
      exchange = new Exchange({ request, response, info, query: url.query, user });
      const flow = this.#options.findFlow(info, user);
      if (flow !== undefined) {
        response.setHeader('x-kubernetes-pf-flowschema-uid', flow.schemaUid);
        response.setHeader('x-kubernetes-pf-prioritylevel-uid', flow.levelUid);
      }
      this.#options.authorize(info, user);
      const { faults } = this.#options;
      if (faults === undefined) await this.#options.route(exchange);
      else await routeWithFaults(exchange, faults, this.#options.route);
    } catch (error) {
      const failure = error instanceof StatusError ? error : unforeseen(error, info, log);
      await answerFailure(exchange, failure);
    }
  }
}

/** Handles a request unless it is to be troubled, before or after what it does. */
async function routeWithFaults(
  exchange: Exchange,
  faults: RequestFaults,
  route: (exchange: Exchange) => Promise<void>,
): Promise<void> {
  const { response, info } = exchange;
  const facts = factsOf(exchange);
  const before = await faults.beforeHandle(facts);
  if (before?.type === 'error') throw before.error;
  if (before?.type === 'drop') {
    response.destroy();
    return;
  }
  exchange.stale = before;
  if (info.isResource && WRITING.has(info.verb)) {
    exchange.beforeAnswer = async () => {
      exchange.beforeAnswer = undefined;
      const after = await faults.afterCommit(facts);
      if (after?.type === 'error') throw after.error;
      if (after?.type === 'drop') response.destroy();
    };
  }
  await route(exchange);
}

const WRITING: ReadonlySet<string> = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);

const NOBODY: UserInfo = { username: '', groups: [] };

async function answerFailure(exchange: Exchange, failure: StatusError): Promise<void> {
  const { response, request } = exchange;
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  // Unread bodies would stand before the next request on the connection.
  if (!request.complete) request.resume();
  await sendFailure(exchange, failure);
}

function unforeseen(error: unknown, { path, verb }: RequestInfo, log: Logger): StatusError {
  log.error('request failed', { path, verb, error });
  return internalError(error instanceof Error ? error.message : String(error));
}

function auditId(request: IncomingMessage): string {
  const given = request.headers['audit-id'];
  return typeof given === 'string' && given !== '' ? given : randomUUID();
}

function parsedUrl(url: string): { readonly path: string; readonly query: URLSearchParams } {
  const mark = url.indexOf('?');
  const raw = mark < 0 ? url : url.slice(0, mark);
  let path = raw;
  try {
    path = decodeURIComponent(raw);
  } catch {
    // A path that can't be read is the path of nothing.
  }
  return { path, query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)) };
}
