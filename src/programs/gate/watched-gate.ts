/** The Gate that counts, kept by a watch of it alone. */
import { GATE, GATE_NAME, type GateObject, type GateSpec } from '../../access/gate';
import type { KubeObject } from '../../api/object';
import { describeProblems } from '../../api/problem';
import type { Clock } from '../../ports/clock';
import type { Cluster } from '../../ports/cluster';
import type { Logger } from '../../ports/logger';
import { admissionOf } from '../../schema/admitted';
import { Mirror } from '../mirror';

const admit = admissionOf<GateObject>(GATE);

export class WatchedGate {
  readonly #mirror: Mirror;
  readonly #log: Logger;
  #spec: GateSpec | undefined;

  constructor(options: { readonly cluster: Cluster; readonly clock: Clock; readonly log: Logger }) {
    this.#log = options.log;
    this.#mirror = new Mirror({
      ...options,
      type: GATE.type,
      selection: { fieldSelector: `metadata.name=${GATE_NAME}` },
      onChange: (_before, after) => this.#changed(after),
    });
  }

  /** Its specification; undefined where there is none, or none that can be used. */
  get spec(): GateSpec | undefined {
    return this.#spec;
  }

  /** Looks at it now. Throws what the cluster throws. */
  async fill(): Promise<void> {
    await this.#mirror.fill();
  }

  /** Keeps it until the signal aborts. */
  async follow(signal: AbortSignal): Promise<void> {
    await this.#mirror.follow(signal);
  }

  #changed(after: KubeObject | undefined): void {
    if (after === undefined) {
      this.#spec = undefined;
      return;
    }
    const { problems, object } = admit(after as GateObject);
    if (problems.length > 0) {
      this.#log.error('Gate is invalid', { name: GATE_NAME, problems: describeProblems(problems) });
    }
    this.#spec = problems.length > 0 ? undefined : object.spec;
  }
}
