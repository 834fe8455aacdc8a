/**
 * ext_authz over HTTP, for proxies that ask so: `/authorize/NAMESPACE/NAME`, and the original request
 *
 * - in the path behind it, with its own method, host and headers, as Envoy sends it (`path_prefix`);
 * - or in `X-Original-Method` and `X-Original-URI` (or `X-Original-URL`), as nginx is told to, with the host in `Host` or
 *   `X-Forwarded-Host`;
 * - or in `X-Forwarded-Method`, `X-Forwarded-Uri` and `X-Forwarded-Host`, as Traefik and Caddy send it.
 *
 * 200 lets a request through; its headers are those for the app. Where the original request isn't given, or in two ways that
 * differ, the answer is no.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '../../../../ports/logger';
import { errorKeys } from '../../../error-keys';
import type { Answer, GateRequest, Header } from '../../request';
import type { Checks } from '../asker';
import { refusal } from '../refusal';
import { clientAddress, UNREADABLE } from './gate-request';

const PREFIX = '/authorize/';
const PATH = /^\/authorize\/([^/?#]+)\/([^/?#]+)(\/.*)?$/s;

/** How the original request is given. */
type Style = 'Path' | 'Original' | 'Forwarded';

interface Question {
  /** `namespace/name`. */
  readonly environment: string;
  readonly style: Style;
  readonly request: GateRequest;
}

export class HttpDoor {
  readonly #checks: Checks;
  readonly #log: Logger;

  constructor(checks: Checks, log: Logger) {
    this.#checks = checks;
    this.#log = log;
  }

  /** Whether a request is for this door. */
  isFor(path: string): boolean {
    return path.startsWith(PREFIX);
  }

  /** Answers a request; never throws. Its body isn't read. */
  async answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    incoming.resume();
    const question = findQuestion({
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: headersOf(incoming),
      peer: incoming.socket.remoteAddress ?? '',
    });
    try {
      const answer =
        question === undefined
          ? refusal(UNREADABLE, { reason: 'RequestUnclear', access: undefined })
          : await this.#checks.check({ environment: question.environment }, question.request);
      write(response, answer, question);
    } catch (error) {
      this.#log.error('check not answered', errorKeys(error));
      if (!response.headersSent) response.writeHead(403);
      response.end();
    }
  }
}

/** A request at this door. */
export interface Asking {
  readonly method: string;
  readonly path: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** Address of the proxy. */
  readonly peer: string;
}

/** What is asked; undefined where that isn't said, or not clearly. */
export function findQuestion({ method, path, headers, peer }: Asking): Question | undefined {
  const [, namespace, name, rest] = PATH.exec(path) ?? [];
  if (namespace === undefined || name === undefined) return undefined;
  const environment = `${namespace}/${name}`;
  const sourceAddress = clientAddress(headers['x-forwarded-for'] ?? headers['x-real-ip'], peer);
  const host = headers['host'] ?? '';
  if (rest !== undefined) {
    return {
      environment,
      style: 'Path',
      request: { method, path: rest, host: host.toLowerCase(), headers, sourceAddress },
    };
  }
  const original = originalRequest(headers);
  if (original === undefined) return undefined;
  const { style, ...target } = original;
  return {
    environment,
    style,
    request: { ...target, headers: withoutTarget(headers), sourceAddress },
  };
}

type Target = Pick<GateRequest, 'method' | 'path' | 'host'> & { readonly style: Style };

function originalRequest(headers: Asking['headers']): Target | undefined {
  const url = headers['x-original-url'];
  const ofUrl = url === undefined ? undefined : partsOf(url);
  const paths = [headers['x-original-uri'], ofUrl?.path, headers['x-forwarded-uri']];
  const path = onlyOne(paths);
  const method = onlyOne([headers['x-original-method'], headers['x-forwarded-method']]);
  const host = onlyOne([headers['x-forwarded-host'], ofUrl?.host]) ?? (isAbsent(headers) ? headers['host'] : undefined);
  if (path === undefined || method === undefined || host === undefined) return undefined;
  if (url !== undefined && ofUrl === undefined) return undefined;
  const style = headers['x-forwarded-uri'] === undefined ? 'Original' : 'Forwarded';
  return { method, path, host: host.toLowerCase(), style };
}

/** True where only `Host` may say the host. */
function isAbsent(headers: Asking['headers']): boolean {
  return headers['x-forwarded-host'] === undefined && headers['x-original-url'] === undefined;
}

/** The one value that is given, also where it is given twice; undefined where there is none, or two that differ. */
function onlyOne(values: readonly (string | undefined)[]): string | undefined {
  const given = new Set(values.filter((value) => value !== undefined && value !== ''));
  const [value] = given;
  return given.size === 1 ? value : undefined;
}

function partsOf(url: string): Pick<GateRequest, 'path' | 'host'> | undefined {
  const [, host, path] = /^https?:\/\/([^/?#]+)(\/.*)?$/s.exec(url) ?? [];
  return host === undefined ? undefined : { host: host.toLowerCase(), path: path ?? '/' };
}

const TARGET_HEADERS = new Set([
  'x-original-method',
  'x-original-uri',
  'x-original-url',
  'x-forwarded-method',
  'x-forwarded-uri',
]);

function withoutTarget(headers: Asking['headers']): Asking['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !TARGET_HEADERS.has(name)));
}

function headersOf(incoming: IncomingMessage): Readonly<Record<string, string>> {
  const headers: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    if (values !== undefined) headers[name] = values.join(name === 'cookie' ? '; ' : ', ');
  }
  return headers;
}

function write(response: ServerResponse, answer: Answer, question: Question | undefined): void {
  if (answer.outcome === 'Allowed') {
    for (const { name, value } of answer.toApp) response.setHeader(name, headerText(value));
    // Envoy takes these off; other proxies are told by their configuration to.
    if (answer.notToApp.length > 0) response.setHeader('x-envoy-auth-headers-to-remove', answer.notToApp.join(','));
    for (const { name, value } of answer.toBrowser) response.appendHeader(name, value);
    response.writeHead(200).end();
    return;
  }
  for (const { name, value } of answer.headers) appendHeader(response, { name, value });
  response.writeHead(statusFor(question?.style, answer.status)).end(answer.body);
}

function appendHeader(response: ServerResponse, { name, value }: Header): void {
  if (name.toLowerCase() === 'set-cookie') response.appendHeader(name, value);
  else response.setHeader(name, headerText(value));
}

/** Node takes one character for one byte. */
function headerText(value: string): string {
  return Buffer.from(value, 'utf8').toString('latin1');
}

/** nginx knows 401 and 403 only, and takes anything else for a failure of ours; where to sign in is in `location`. */
function statusFor(style: Style | undefined, status: number): number {
  if (style !== 'Original' || status === 401) return status;
  return status >= 300 && status < 400 ? 401 : 403;
}
