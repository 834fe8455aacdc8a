/** The gate's public port: sign-in, the providers' answers, sign-out, and what probes ask. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { errorKeys } from '../../error-keys';
import { type OwnAnswer, pageAnswer, textAnswer } from '../pages/page';
import { unavailablePage } from '../pages/sign-in-pages';
import { cookiesOf } from './cookies';
import { pathWithoutQuery, queryOf } from './environment-address';
import { GateSignIn } from './gate-sign-in';
import { GateSignOut } from './gate-sign-out';
import type { SignInContext } from './sign-in-context';

/** Cookies of the gate may come to this much; Node's own limit is 16 KiB. */
const MOST_HEADER_BYTES = 32 * 1024;
const TIMEOUT_MS = 30_000;

export class PublicServer {
  readonly #context: SignInContext;
  readonly #isReady: () => boolean;
  readonly #signIn: GateSignIn;
  readonly #signOut: GateSignOut;
  readonly #server: Server;

  constructor(context: SignInContext, isReady: () => boolean) {
    this.#context = context;
    this.#isReady = isReady;
    this.#signIn = new GateSignIn(context);
    this.#signOut = new GateSignOut(context);
    this.#server = createServer(
      { maxHeaderSize: MOST_HEADER_BYTES, requestTimeout: TIMEOUT_MS },
      (request, response) => void this.#serve(request, response),
    );
  }

  /** Listens on a port, 0 for any that is free; gives the port. */
  async listen(port: number, host: string): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
      this.#server.closeAllConnections();
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, headers, body } = await this.#answer(request);
    for (const { name, value } of headers) response.appendHeader(name, value);
    response.writeHead(status).end(request.method === 'HEAD' ? undefined : body);
    // Nothing that is sent to the gate has a body; one that comes anyway isn't waited for.
    request.resume();
  }

  async #answer(request: IncomingMessage): Promise<OwnAnswer> {
    const path = request.url ?? '/';
    const method = request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET');
    if (method === 'GET' && path === '/healthz') return textAnswer(200, 'ok');
    if (method === 'GET' && path === '/readyz')
      return this.#isReady() ? textAnswer(200, 'ok') : textAnswer(503, 'not yet');
    try {
      return await this.#page(method, path, request);
    } catch (error) {
      this.#context.log.warn('request failed', { path: pathWithoutQuery(path), ...errorKeys(error) });
      return pageAnswer(503, unavailablePage());
    }
  }

  async #page(method: string, path: string, { headers }: IncomingMessage): Promise<OwnAnswer> {
    const gate = this.#context.gate();
    if (gate === undefined) return pageAnswer(503, unavailablePage());
    const visit = { query: queryOf(path), cookies: cookiesOf(headers.cookie) };
    switch (`${method} ${pathWithoutQuery(path)}`) {
      case 'GET /':
      case 'GET /sign-out':
        return this.#signOut.show(gate, visit);
      case 'GET /sign-in':
        return this.#signIn.begin(gate, visit);
      case 'GET /callback':
        return this.#signIn.finish(gate, visit);
      case 'POST /sign-out':
        return this.#signOut.end(gate, visit, plainHeaders(headers));
      case 'GET /signed-out':
        return this.#signOut.afterEnvironment(gate, visit);
      default:
        return textAnswer(404, 'There is nothing here.');
    }
  }
}

function plainHeaders(headers: IncomingMessage['headers']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}
