/**
 * HTTP to one Kubernetes API over kept connections.
 *
 * Requests share a small pool, one request at a time on each connection; watches have a pool of their own, so that a
 * hundred open watches never starve a request. Header objects are built once per credential. Every body is read to its
 * end or its connection is given up, since an unread body would hold a connection for good.
 */
import { type Dispatcher, Pool, ProxyAgent } from 'undici';
import { hasCode } from '../../errors';
import { type Answer, answerOf, single } from './answer';
import { pemReader } from './changing-file';
import type { ClusterConnection, Credential, CredentialSource } from './connection';
import { connectionFailure, isDeadConnection, type RequestTarget } from './errors';

/** What is told of every request that was sent, for metrics. */
export interface RequestReport {
  readonly verb: RequestTarget['verb'];
  /** The kind; for `raw`, the path. */
  readonly kind: string;
  /** HTTP status; 0 where no answer came. */
  readonly status: number;
  /** Until the answer was read; for a watch, until its first byte. */
  readonly durationMs: number;
}

/** One request. The path is encoded and relative to the server. */
export interface ApiRequest {
  readonly target: RequestTarget;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: string;
  /** Of the body. Default `application/json`. */
  readonly contentType?: string;
  readonly accept?: string;
  /** The same request twice does what it does once: it is sent again when a kept connection dies under it. */
  readonly idempotent: boolean;
}

/** An answer whose body is still coming. */
export interface OpenAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: Dispatcher.ResponseData['body'];
}

export interface TransportOptions {
  /** Connections for requests. Default 16: more don't make a server faster. */
  readonly connections?: number;
  /** How long an answer may take to begin, and to go on. Default 60 s, as long as an API server works on a request. */
  readonly requestTimeoutMs?: number;
  readonly onRequest?: (report: RequestReport) => void;
}

/** Below the 90 s after which API servers close idle connections, so that a request seldom meets a dying one. */
const KEEP_ALIVE_MS = 60_000;
const CONNECT_TIMEOUT_MS = 10_000;

interface Pools {
  readonly requests: Dispatcher;
  readonly watches: Dispatcher;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
  readonly authority: string | undefined;
}

type Headers = Readonly<Record<string, string | string[]>>;

export class Transport {
  readonly #connection: ClusterConnection;
  readonly #credentials: CredentialSource;
  readonly #options: TransportOptions;
  readonly #origin: string;
  readonly #prefix: string;
  readonly #authority: () => string | undefined;
  readonly #headers = new Map<string, Headers>();
  #headersOf: Credential | undefined;
  #pools: Pools | undefined;
  #closed = false;

  constructor(connection: ClusterConnection, credentials: CredentialSource, options: TransportOptions = {}) {
    const url = new URL(connection.server);
    this.#connection = connection;
    this.#credentials = credentials;
    this.#options = options;
    this.#origin = url.origin;
    this.#prefix = url.pathname.replace(/\/+$/, '');
    this.#authority = pemReader(connection.certificateAuthority, 'certificate authority');
  }

  /** Sends a request and reads the whole answer, whatever its status. `ApiUnreachable` or `ApiTimeout` where none comes. */
  async send(request: ApiRequest): Promise<Answer> {
    const credential = await this.#credentials.current();
    const answer = await this.#sendOnce(request, credential);
    // A refused credential means that nothing was done, so that every verb may be sent again.
    if (answer.status !== 401 || !(await this.#renewed(credential))) return answer;
    return this.#sendOnce(request, await this.#credentials.current());
  }

  /** Sends a request and gives its answer as soon as it begins; there is no limit to the silence between its parts. */
  async open(request: ApiRequest, signal: AbortSignal): Promise<OpenAnswer> {
    const credential = await this.#credentials.current();
    const answer = await this.#openOnce(request, credential, signal);
    if (answer.status !== 401) return answer;
    if (!(await this.#renewed(credential))) return answer;
    await answer.body.dump();
    return this.#openOnce(request, await this.#credentials.current(), signal);
  }

  /** Ends kept connections; requests under way are finished, watches are ended. */
  async close(): Promise<void> {
    this.#closed = true;
    const pools = this.#pools;
    this.#pools = undefined;
    if (pools !== undefined) await Promise.all([pools.requests.close(), pools.watches.destroy()]);
  }

  async #renewed(refused: Credential): Promise<boolean> {
    try {
      return await this.#credentials.renew(refused);
    } catch (error) {
      // The server's refusal says more than a plugin that fails now; the next request meets the plugin again.
      if (hasCode(error, 'CredentialPluginFailed', 'KubeconfigInvalid')) return false;
      throw error;
    }
  }

  async #sendOnce(request: ApiRequest, credential: Credential): Promise<Answer> {
    const began = performance.now();
    try {
      const answer = await this.#attempt(request, credential);
      this.#report(request.target, answer.status, began);
      return answer;
    } catch (error) {
      this.#report(request.target, 0, began);
      throw connectionFailure(request.target, this.#connection.server, error);
    }
  }

  async #attempt(request: ApiRequest, credential: Credential): Promise<Answer> {
    try {
      return await this.#exchange(request, credential);
    } catch (error) {
      if (!request.idempotent || this.#closed || !isDeadConnection(error)) throw error;
      return await this.#exchange(request, credential);
    }
  }

  #exchange(request: ApiRequest, credential: Credential): Promise<Answer> {
    return answerOf(this.#poolsFor(credential).requests, {
      origin: this.#origin,
      path: this.#prefix + request.path,
      method: request.method,
      headers: this.#headersFor(request, credential),
      body: request.body ?? null,
      // Else undici closes the connection after every DELETE that has a body.
      reset: false,
    });
  }

  async #openOnce(request: ApiRequest, credential: Credential, signal: AbortSignal): Promise<OpenAnswer> {
    const began = performance.now();
    try {
      const { statusCode, headers, body } = await this.#poolsFor(credential).watches.request({
        origin: this.#origin,
        path: this.#prefix + request.path,
        method: request.method,
        headers: this.#headersFor(request, credential),
        signal,
      });
      this.#report(request.target, statusCode, began);
      return { status: statusCode, retryAfter: single(headers['retry-after']), body };
    } catch (error) {
      if (!signal.aborted) this.#report(request.target, 0, began);
      throw connectionFailure(request.target, this.#connection.server, error);
    }
  }

  #report(target: RequestTarget, status: number, began: number): void {
    this.#options.onRequest?.({ verb: target.verb, kind: target.kind, status, durationMs: performance.now() - began });
  }

  #headersFor({ accept, body, contentType }: ApiRequest, credential: Credential): Headers {
    if (this.#headersOf !== credential) {
      this.#headers.clear();
      this.#headersOf = credential;
    }
    const sent = body === undefined ? '' : (contentType ?? 'application/json');
    const key = `${accept ?? ''} ${sent}`;
    let headers = this.#headers.get(key);
    if (headers === undefined) {
      const { impersonation } = this.#connection;
      headers = {
        accept: accept ?? 'application/json',
        'user-agent': 'adrasteia',
        ...(sent === '' ? {} : { 'content-type': sent }),
        ...(credential.authorization === undefined ? {} : { authorization: credential.authorization }),
        ...(impersonation === undefined ? {} : { 'impersonate-user': impersonation.user }),
        ...(impersonation?.groups === undefined || impersonation.groups.length === 0
          ? {}
          : { 'impersonate-group': [...impersonation.groups] }),
        ...(impersonation?.uid === undefined ? {} : { 'impersonate-uid': impersonation.uid }),
      };
      this.#headers.set(key, headers);
    }
    return headers;
  }

  /** The pools for a credential's client certificate; a renewed certificate or authority makes new ones. */
  #poolsFor(credential: Credential): Pools {
    const authority = this.#authority();
    const { certificate, key } = credential;
    const pools = this.#pools;
    if (pools !== undefined && pools.certificate === certificate && pools.key === key && pools.authority === authority)
      return pools;
    const timeout = this.#options.requestTimeoutMs ?? 60_000;
    const next: Pools = {
      requests: this.#dispatcher(credential, authority, {
        connections: this.#options.connections ?? 16,
        headersTimeout: timeout,
        bodyTimeout: timeout,
      }),
      watches: this.#dispatcher(credential, authority, { connections: null, headersTimeout: timeout, bodyTimeout: 0 }),
      certificate,
      key,
      authority,
    };
    if (this.#closed) {
      // A request that comes after `close` is refused by a closed pool rather than opening connections anew.
      void next.requests.close();
      void next.watches.close();
      return next;
    }
    this.#pools = next;
    // What is under way on the old connections ends by itself.
    void pools?.requests.close();
    void pools?.watches.close();
    return next;
  }

  #dispatcher(
    { certificate, key }: Credential,
    authority: string | undefined,
    limits: { readonly connections: number | null; readonly headersTimeout: number; readonly bodyTimeout: number },
  ): Dispatcher {
    const { insecureSkipTlsVerify, tlsServerName, proxyUrl } = this.#connection;
    const tls = {
      timeout: CONNECT_TIMEOUT_MS,
      rejectUnauthorized: !insecureSkipTlsVerify,
      ...(authority === undefined ? {} : { ca: authority }),
      ...(certificate === undefined ? {} : { cert: certificate }),
      ...(key === undefined ? {} : { key }),
      ...(tlsServerName === undefined ? {} : { servername: tlsServerName }),
    };
    const settings = { ...limits, pipelining: 1, keepAliveTimeout: KEEP_ALIVE_MS, keepAliveMaxTimeout: KEEP_ALIVE_MS };
    return proxyUrl === undefined
      ? new Pool(this.#origin, { ...settings, connect: tls })
      : new ProxyAgent({ ...settings, uri: proxyUrl, requestTls: tls });
  }
}
