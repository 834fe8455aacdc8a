/** What the gate counts. Labels come from closed sets; none carries an environment's or a person's name. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What the parts of the gate count by. */
export interface GateMetrics {
  /** A request was answered; `outcome` is Allowed or why not. */
  checked(outcome: string, seconds: number): void;
  /** An external authoriser was asked; `result` is its verdict or how it failed. */
  externalAsked(kind: 'HTTP' | 'gRPC' | 'OPA', result: string, seconds: number): void;
  /** A password or token was looked at; `result` is how that ended. */
  credentialsTried(method: 'Basic' | 'Bearer', result: string): void;
}

/** Well below a millisecond where nothing is asked; up to the sidecar's patience where something is. */
const SECONDS = [0.000_1, 0.000_25, 0.000_5, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** The figures of one gate in Prometheus' format. */
export class PrometheusGateMetrics implements GateMetrics {
  readonly #registry = new Registry();
  readonly #checks = new Counter({
    name: 'adrasteia_gate_checks_total',
    help: 'Requests to environments, by what became of them',
    labelNames: ['outcome'],
    registers: [this.#registry],
  });
  readonly #durations = new Histogram({
    name: 'adrasteia_gate_check_seconds',
    help: 'Time to answer a request to an environment',
    labelNames: ['outcome'],
    buckets: SECONDS,
    registers: [this.#registry],
  });
  readonly #external = new Histogram({
    name: 'adrasteia_gate_external_seconds',
    help: 'Time an external authoriser took, by kind and verdict',
    labelNames: ['kind', 'result'],
    buckets: SECONDS,
    registers: [this.#registry],
  });
  readonly #credentials = new Counter({
    name: 'adrasteia_gate_credentials_total',
    help: 'Passwords and tokens that were looked at, by method and how that ended',
    labelNames: ['method', 'result'],
    registers: [this.#registry],
  });

  /** `environments` gives the number of environments that are known, when somebody looks. */
  constructor(environments: () => number) {
    collectDefaultMetrics({ register: this.#registry });
    new Gauge({
      name: 'adrasteia_gate_environments',
      help: 'Environments that are known',
      registers: [this.#registry],
      collect() {
        this.set(environments());
      },
    });
  }

  checked(outcome: string, seconds: number): void {
    this.#checks.inc({ outcome });
    // Refusals differ in length by their reason, which the counter knows.
    this.#durations.observe({ outcome: outcome === 'Allowed' ? outcome : 'Other' }, seconds);
  }

  externalAsked(kind: 'HTTP' | 'gRPC' | 'OPA', result: string, seconds: number): void {
    this.#external.observe({ kind, result }, seconds);
  }

  credentialsTried(method: 'Basic' | 'Bearer', result: string): void {
    this.#credentials.inc({ method, result });
  }

  /** The page that Prometheus scrapes. */
  async page(): Promise<{ readonly contentType: string; readonly body: string }> {
    return { contentType: this.#registry.contentType, body: await this.#registry.metrics() };
  }
}
