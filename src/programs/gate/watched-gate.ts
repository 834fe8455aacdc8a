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

/** A Gate that was, and the one that takes its place. */
export interface GateChange {
  readonly before: GateSpec;
  /** Undefined where it is gone. */
  readonly after: GateSpec | undefined;
  /** A whole number as decimal text, the same at every replica, that grows with each change. */
  readonly mark: string;
}

export interface WatchedGateOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Logger;
  /** Told of each change but the first; a Gate that can't be used is none, and no change either: it may be mended. */
  readonly onChange: (change: GateChange) => void;
}

export class WatchedGate {
  readonly #mirror: Mirror;
  readonly #options: WatchedGateOptions;
  #spec: GateSpec | undefined;
  /** The last one that could be used. */
  #last: GateSpec | undefined;

  constructor(options: WatchedGateOptions) {
    this.#options = options;
    this.#mirror = new Mirror({
      ...options,
      type: GATE.type,
      selection: { fieldSelector: `metadata.name=${GATE_NAME}` },
      onChange: (before, after) => this.#changed(before, after),
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

  #changed(before: KubeObject | undefined, after: KubeObject | undefined): void {
    if (after === undefined) {
      this.#spec = undefined;
      // As if it had changed once more.
      if (before !== undefined) this.#tell(undefined, markOf(before, 1));
      return;
    }
    const { problems, object } = admit(after as GateObject);
    if (problems.length > 0) {
      this.#options.log.error('Gate is invalid', { name: GATE_NAME, problems: describeProblems(problems) });
      this.#spec = undefined;
      return;
    }
    this.#spec = object.spec;
    this.#tell(object.spec, markOf(after));
  }

  #tell(after: GateSpec | undefined, mark: string): void {
    const before = this.#last;
    this.#last = after;
    if (before !== undefined) this.#options.onChange({ before, after, mark });
  }
}

/** The second in which it was made, then the changes of its specification since: one that is made anew counts from the beginning. */
function markOf({ metadata }: KubeObject, more = 0): string {
  const madeAt = Math.floor(Date.parse(metadata.creationTimestamp ?? '') / 1000);
  return `${Number.isNaN(madeAt) ? 0 : madeAt}${String((metadata.generation ?? 0) + more).padStart(9, '0')}`;
}
