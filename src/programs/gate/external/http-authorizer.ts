/** An authoriser that is asked by HTTP: 2xx lets the request through, anything else doesn't. */
import type { IncomingMessage, RequestOptions } from 'node:http';
import type { ExternalAuthorizer } from '../../../access/access-rules';
import { originOf } from '../../../access/decision/request-facts';
import type { Header } from '../request';
import { pathWithoutQuery } from '../sessions/environment-address';
import { type ExternalQuestion, type ExternalVerdict, unavailable } from './external-authorizer';
import { failureOf, KeptConnections, readAndForget } from './kept-connections';
import type { AskingOptions } from './service-address';
import { askedUrl, shownHeaders } from './shown-headers';

type HttpRules = NonNullable<ExternalAuthorizer['http']>;

/** Asks authorisers over kept connections. */
export class HttpAuthorizers {
  readonly #connections = new KeptConnections();

  /** Asks once, and once more where a kept connection turns out to be dead. Never throws. */
  async ask(
    rules: HttpRules,
    question: ExternalQuestion,
    { address, timeoutMs }: AskingOptions,
  ): Promise<ExternalVerdict> {
    const signal = AbortSignal.timeout(timeoutMs);
    const options = { ...address, ...requestOptions(rules, question) };
    try {
      const answer = await this.#connections.send(options, { signal, onAnswer: readAndForget });
      return answer === 'DeadConnection' ? unavailable('Unreachable') : verdictOf(answer, rules, question);
    } catch (error) {
      return unavailable(failureOf(error, signal));
    }
  }

  close(): void {
    this.#connections.close();
  }
}

function requestOptions(rules: HttpRules, question: ExternalQuestion): RequestOptions {
  const { request } = question;
  // Of the browser's own connection; the authoriser's is another.
  const { upgrade: _upgrade, ...shown } = shownHeaders(question);
  return {
    method: rules.path === undefined ? request.method : 'GET',
    path: rules.path ?? `${(rules.pathPrefix ?? '').replace(/\/$/, '')}${request.path}`,
    headers: { ...asBytes(shown), host: request.host, 'content-length': '0' },
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
