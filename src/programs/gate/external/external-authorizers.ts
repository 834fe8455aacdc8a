/** All external authorisers that environments name: each by its protocol, behind a circuit of its own. */
import type { ExternalAuthorizer } from '../../../access/access-rules';
import type { Clock } from '../../../ports/clock';
import type { Logger } from '../../../ports/logger';
import type { GateMetrics } from '../metrics/gate-metrics';
import { Circuit } from './circuit';
import type { ExternalAuthorizers, ExternalQuestion, ExternalVerdict } from './external-authorizer';
import { GrpcAuthorizers } from './grpc-authorizer';
import { HttpAuthorizers } from './http-authorizer';
import type { ServiceAddress, SocketAddress } from './service-address';

export interface ExternalAuthorizersOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: GateMetrics;
  readonly addressOf: ServiceAddress;
}

/** Authorisers that are remembered; of more, those asked first are forgotten. */
const MOST_AUTHORIZERS = 1000;

interface Known {
  readonly kind: 'HTTP' | 'gRPC';
  readonly address: SocketAddress;
  readonly circuit: Circuit;
}

export class NetworkAuthorizers implements ExternalAuthorizers {
  readonly #options: ExternalAuthorizersOptions;
  readonly #http = new HttpAuthorizers();
  readonly #grpc = new GrpcAuthorizers();
  readonly #known = new Map<string, Known>();

  constructor(options: ExternalAuthorizersOptions) {
    this.#options = options;
  }

  async ask(authorizer: ExternalAuthorizer, question: ExternalQuestion): Promise<ExternalVerdict> {
    const { clock, metrics } = this.#options;
    const known = this.#knownOf(authorizer);
    if (known === undefined) return { verdict: 'Unavailable', failure: 'Nonsense' };
    const { circuit, kind } = known;
    if (!circuit.mayAsk(clock.now())) {
      metrics.externalAsked(kind, 'CircuitOpen', 0);
      return { verdict: 'Unavailable', failure: 'CircuitOpen' };
    }
    const startedAt = performance.now();
    const verdict = await this.#askOnce(authorizer, known, question);
    const result = verdict.verdict === 'Unavailable' ? verdict.failure : verdict.verdict;
    metrics.externalAsked(kind, result, (performance.now() - startedAt) / 1000);
    // Other failures may be this request's, and are no reason to refuse everybody else's.
    if (result === 'Timeout' || result === 'Unreachable') this.#failed(known, question.environment, result);
    else circuit.succeeded();
    return verdict;
  }

  close(): void {
    this.#http.close();
    this.#grpc.close();
  }

  async #askOnce(
    { http, timeoutMilliseconds }: ExternalAuthorizer,
    { address }: Known,
    question: ExternalQuestion,
  ): Promise<ExternalVerdict> {
    const options = { address, timeoutMs: timeoutMilliseconds };
    try {
      return await (http === undefined ? this.#grpc.ask(question, options) : this.#http.ask(http, question, options));
    } catch {
      // What can't even be sent, such as a header that no header may be.
      return { verdict: 'Unavailable', failure: 'Nonsense' };
    }
  }

  #failed({ circuit, kind, address }: Known, environment: string, failure: string): void {
    circuit.failed(this.#options.clock.now());
    const { host, port } = address;
    this.#options.log.warn('authoriser does not answer', { environment, kind, host, port, failure });
  }

  #knownOf({ http, grpc }: ExternalAuthorizer): Known | undefined {
    const service = http?.service ?? grpc?.service;
    if (service === undefined || (http !== undefined && grpc !== undefined)) return undefined;
    const address = this.#options.addressOf(service);
    const kind = http === undefined ? 'gRPC' : 'HTTP';
    const key = `${kind} ${address.host}:${address.port}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const fresh: Known = { kind, address, circuit: new Circuit() };
    this.#known.set(key, fresh);
    for (const [oldest, { kind: oldKind, address: oldAddress }] of this.#known) {
      if (this.#known.size <= MOST_AUTHORIZERS) break;
      this.#known.delete(oldest);
      if (oldKind === 'gRPC') this.#grpc.forget(oldAddress);
    }
    return fresh;
  }
}
