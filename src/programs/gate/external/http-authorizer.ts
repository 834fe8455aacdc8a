/** An authoriser that is asked by HTTP: 2xx lets the request through, anything else doesn't. */
import { Agent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import type { ExternalAuthorizer } from '../../../access/access-rules';
import { originOf } from '../../../access/decision/request-facts';
import type { Header } from '../request';
import { pathWithoutQuery } from '../sessions/environment-address';
import type { ExternalFailure, ExternalQuestion, ExternalVerdict } from './external-authorizer';
import type { AskingOptions } from './service-address';
import { askedUrl, shownHeaders } from './shown-headers';

type HttpRules = NonNullable<ExternalAuthorizer['http']>;

/** Headers of an answer that are taken; one with more is nonsense. */
const LARGEST_HEADERS_BYTES = 32 * 1024;
/** A body is of no use; one that is longer isn't read to its end, and its connection is given up. */
const LARGEST_BODY_BYTES = 64 * 1024;

/** A connection that was kept may be closed by the other side at the moment it is used. */
const DEAD_CONNECTION = new Set(['ECONNRESET', 'EPIPE', 'ERR_SOCKET_CLOSED']);

/** Asks authorisers over kept connections. */
export class HttpAuthorizers {
  readonly #agent = new Agent({ keepAlive: true, maxFreeSockets: 16, maxSockets: 64 });

  /** Asks once, and once more where a kept connection turns out to be dead. Never throws. */
  async ask(
    rules: HttpRules,
    question: ExternalQuestion,
    { address, timeoutMs }: AskingOptions,
  ): Promise<ExternalVerdict> {
    const signal = AbortSignal.timeout(timeoutMs);
    const options = { ...address, ...requestOptions(rules, question) };
    try {
      let answer = await this.#send(options, signal);
      if (answer === 'DeadConnection') answer = await this.#send(options, signal);
      return answer === 'DeadConnection' ? unavailable('Unreachable') : verdictOf(answer, rules, question);
    } catch (error) {
      return unavailable(signal.aborted ? 'Timeout' : failureOf(error));
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(options: RequestOptions, signal: AbortSignal): Promise<IncomingMessage | 'DeadConnection'> {
    return new Promise((resolve, reject) => {
      const asking = httpRequest({ ...options, agent: this.#agent, signal });
      asking.once('error', (error: NodeJS.ErrnoException) => {
        if (asking.reusedSocket && DEAD_CONNECTION.has(error.code ?? '')) resolve('DeadConnection');
        else reject(error);
      });
      asking.once('response', (answer) => {
        readAndForget(answer);
        resolve(answer);
      });
      // What it answers to is the request itself, or nothing.
      asking.once('upgrade', (_answer, socket) => {
        socket.destroy();
        reject(new Error('the authoriser switched protocols'));
      });
      asking.end();
    });
  }
}

/** So that the connection can be used again. */
function readAndForget(answer: IncomingMessage): void {
  let length = 0;
  answer.on('error', () => undefined);
  answer.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > LARGEST_BODY_BYTES) answer.destroy();
  });
}

function requestOptions(rules: HttpRules, question: ExternalQuestion): RequestOptions {
  const { request } = question;
  // Of the browser's own connection; the authoriser's is another.
  const { upgrade: _upgrade, ...shown } = shownHeaders(question);
  return {
    method: rules.path === undefined ? request.method : 'GET',
    path: rules.path ?? `${(rules.pathPrefix ?? '').replace(/\/$/, '')}${request.path}`,
    headers: { ...asBytes(shown), host: request.host, 'content-length': '0' },
    maxHeaderSize: LARGEST_HEADERS_BYTES,
  };
}

/** Node takes one character for one byte. */
function asBytes(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Buffer.from(value, 'utf8').toString('latin1')]),
  );
}

function verdictOf(answer: IncomingMessage, rules: HttpRules, question: ExternalQuestion): ExternalVerdict {
  const status = answer.statusCode ?? 0;
  if (status >= 200 && status < 300) return { verdict: 'Allowed', toApp: passedOn(answer, rules.upstreamHeaders) };
  if (status >= 500 || status < 200) return unavailable('Failed');
  if (status !== 401 || rules.signInPath === undefined) return { verdict: 'Denied' };
  // The page itself isn't let through: a browser would go there for ever.
  if (pathWithoutQuery(question.request.path) === rules.signInPath) return { verdict: 'Denied' };
  const rd = new URLSearchParams({ rd: askedUrl(question) }).toString();
  return { verdict: 'Denied', signInUrl: `${originOf(question.address)}${rules.signInPath}?${rd}` };
}

function passedOn(answer: IncomingMessage, names: readonly string[]): readonly Header[] {
  return names.flatMap((name) => {
    const values = answer.headersDistinct[name.toLowerCase()];
    if (values === undefined) return [];
    return [{ name: name.toLowerCase(), value: Buffer.from(values.join(', '), 'latin1').toString('utf8') }];
  });
}

function failureOf(error: unknown): ExternalFailure {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code === 'HPE_HEADER_OVERFLOW') return 'TooLarge';
  return code.startsWith('HPE_') || code === '' || code === 'ERR_INVALID_CHAR' ? 'Nonsense' : 'Unreachable';
}

function unavailable(failure: ExternalFailure): ExternalVerdict {
  return { verdict: 'Unavailable', failure };
}
