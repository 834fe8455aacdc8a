/**
 * OPA as it is shipped, asked by its own REST API for one decision with the request as input.
 * @see https://www.openpolicyagent.org/docs/rest-api#get-a-document-with-input
 */
import type { RequestOptions } from 'node:http';
import type { ExternalAuthorizer } from '../../../access/access-rules';
import { type ExternalQuestion, type ExternalVerdict, unavailable } from './external-authorizer';
import { bodyOf, failureOf, KeptConnections, readAndForget } from './kept-connections';
import { opaInput } from './opa-input';
import { opaVerdict } from './opa-verdict';
import type { AskingOptions } from './service-address';

type OpaRules = NonNullable<ExternalAuthorizer['opa']>;

/** Asks OPAs over kept connections. */
export class OpaAuthorizers {
  readonly #connections = new KeptConnections();

  /** Asks once, and once more where a kept connection turns out to be dead. Throws only where the request can't be put in words. */
  async ask(
    { path, upstreamHeaders }: OpaRules,
    question: ExternalQuestion,
    { address, timeoutMs }: AskingOptions,
  ): Promise<ExternalVerdict> {
    const body = Buffer.from(JSON.stringify({ input: opaInput(question) }));
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const answer = await this.#connections.send({ ...address, ...requestOptions(path, body) }, { signal, body });
      if (answer === 'DeadConnection') return unavailable('Unreachable');
      if (answer.statusCode !== 200) {
        readAndForget(answer);
        return unavailable('Failed');
      }
      const text = await bodyOf(answer, signal);
      return text === undefined ? unavailable('TooLarge') : opaVerdict(text, upstreamHeaders);
    } catch (error) {
      return unavailable(failureOf(error, signal));
    }
  }

  close(): void {
    this.#connections.close();
  }
}

function requestOptions(path: string, { length }: Buffer): RequestOptions {
  return {
    method: 'POST',
    path: `/v1/data/${path}`,
    headers: { 'content-type': 'application/json', 'content-length': String(length) },
  };
}
