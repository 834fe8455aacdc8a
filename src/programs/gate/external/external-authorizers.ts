/** All external authorisers that environments name: each by its protocol, behind a circuit of its own. */
import type { ExternalAuthorizer, ServiceReference } from '../../../access/access-rules';
import type { Clock } from '../../../ports/clock';
import type { Logger } from '../../../ports/logger';
import type { GateMetrics } from '../metrics/gate-metrics';
import { Circuit } from './circuit';
import {
  type ExternalAuthorizers,
  type ExternalQuestion,
  type ExternalVerdict,
  unavailable,
} from './external-authorizer';
import { GrpcAuthorizers } from './grpc-authorizer';
import { HttpAuthorizers } from './http-authorizer';
import { OpaAuthorizers } from './opa-authorizer';
import type { ServiceAddress, SocketAddress } from './service-address';

export interface ExternalAuthorizersOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: GateMetrics;
  readonly addressOf: ServiceAddress;
}

/** Authorisers that are remembered; of more, those asked first are forgotten. */
const MOST_AUTHORIZERS = 1000;

type Kind = 'HTTP' | 'gRPC' | 'OPA';

interface Known {
  readonly kind: Kind;
  readonly address: SocketAddress;
  readonly circuit: Circuit;
}

export class NetworkAuthorizers implements ExternalAuthorizers {
  readonly #options: ExternalAuthorizersOptions;
  readonly #http = new HttpAuthorizers();
  readonly #grpc = new GrpcAuthorizers();
  readonly #opa = new OpaAuthorizers();
  readonly #known = new Map<string, Known>();

  constructor(options: ExternalAuthorizersOptions) {
    this.#options = options;
  }

  async ask(authorizer: ExternalAuthorizer, question: ExternalQuestion): Promise<ExternalVerdict> {
    const { clock, metrics } = this.#options;
    const known = this.#knownOf(authorizer);
    if (known === undefined) return unavailable('Nonsense');
    const { circuit, kind } = known;
    if (!circuit.mayAsk(clock.now())) {
      metrics.externalAsked(kind, 'CircuitOpen', 0);
      return unavailable('CircuitOpen');
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
    this.#opa.close();
  }

  async #askOnce(
    { http, opa, timeoutMilliseconds }: ExternalAuthorizer,
    { address }: Known,
    question: ExternalQuestion,
  ): Promise<ExternalVerdict> {
    const options = { address, timeoutMs: timeoutMilliseconds };
    try {
      if (opa !== undefined) return await this.#opa.ask(opa, question, options);
      if (http !== undefined) return await this.#http.ask(http, question, options);
      return await this.#grpc.ask(question, options);
    } catch {
      // What can't even be sent, such as a header that no header may be.
      return unavailable('Nonsense');
    }
  }

  #failed({ circuit, kind, address }: Known, environment: string, failure: string): void {
    circuit.failed(this.#options.clock.now());
    const { host, port } = address;
    this.#options.log.warn('authoriser does not answer', { environment, kind, host, port, failure });
  }

  #knownOf(authorizer: ExternalAuthorizer): Known | undefined {
    const named = namedService(authorizer);
    if (named === undefined) return undefined;
    const { kind, service } = named;
    const address = this.#options.addressOf(service);
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

interface NamedService {
  readonly kind: Kind;
  readonly service: ServiceReference;
}

/** Who is asked, and how; undefined where that isn't clear. */
function namedService({ grpc, http, opa }: ExternalAuthorizer): NamedService | undefined {
  const named: NamedService[] = [];
  if (grpc !== undefined) named.push({ kind: 'gRPC', service: grpc.service });
  if (http !== undefined) named.push({ kind: 'HTTP', service: http.service });
  if (opa !== undefined) named.push({ kind: 'OPA', service: opa.service });
  const [first, ...others] = named;
  return others.length === 0 ? first : undefined;
}
