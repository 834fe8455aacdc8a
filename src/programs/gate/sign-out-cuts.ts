/**
 * Who signed out lately, in a Secret that all replicas watch: each closes what that person may have open, in whichever
 * environment, whoever served it. Requests are refused by the list of sign-outs itself; this is for streams.
 *
 * An entry is needed only until every sidecar has asked for its configuration again, which takes half a minute. Its mark is
 * greater than that of any entry before it, whatever the clocks of the replicas say.
 */
import type { Identity } from '../../access/identity';
import type { Clock } from '../../ports/clock';
import type { Cluster } from '../../ports/cluster';
import type { Logger } from '../../ports/logger';
import { errorKeys } from '../error-keys';
import { type SecretText, SharedSecret } from './keys/shared-secret';

/** Name of the Secret. */
export const CUTS_SECRET = 'adrasteia-gate-cuts';

export interface SignOutCutsOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Logger;
  /** The gate's namespace. */
  readonly namespace: string;
  /** Told of each sign-out once, those of the last minutes before the gate began too. */
  readonly onCut: (identity: Identity, cut: SignOutCut) => void;
}

/** When somebody signed out. */
export interface SignOutCut {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The same at every replica, and greater than that of any sign-out before it. */
  readonly mark: string;
}

const ENTRY = 'people.json';
const KEPT_MS = 10 * 60_000;

interface Cut {
  readonly at: number;
  readonly identity: Identity;
}

export class SignOutCuts {
  readonly #options: SignOutCutsOptions;
  readonly #secret: SharedSecret;
  #lastAt = 0;

  constructor(options: SignOutCutsOptions) {
    this.#options = options;
    this.#secret = new SharedSecret({ ...options, name: CUTS_SECRET, onChange: (data) => this.#take(data ?? {}) });
  }

  /** Notes that somebody has signed out. A failure is logged: the sign-out holds, and open streams go on. */
  async note(identity: Identity): Promise<void> {
    const { clock, log } = this.#options;
    try {
      await this.#secret.change((data) => {
        const cuts = cutsOf(data);
        const at = Math.max(clock.now(), (cuts.at(-1)?.at ?? 0) + 1, this.#lastAt + 1);
        return { [ENTRY]: JSON.stringify([...cuts.filter((cut) => cut.at > at - KEPT_MS), { at, identity }]) };
      });
    } catch (error) {
      log.error('open streams not closed', { user: identity.user, ...errorKeys(error) });
    }
  }

  /** Tells of sign-outs until the signal aborts. */
  async follow(signal: AbortSignal): Promise<void> {
    await this.#secret.follow(signal);
  }

  #take(data: SecretText): void {
    for (const { at, identity } of cutsOf(data)) {
      if (at <= this.#lastAt) continue;
      this.#lastAt = at;
      this.#options.onCut(identity, { at, mark: String(at) });
    }
  }
}

/** In the order of their marks; what can't be read is left out. Only gates write there. */
function cutsOf(data: SecretText): readonly Cut[] {
  try {
    const cuts: unknown = JSON.parse(data[ENTRY] ?? '[]');
    return Array.isArray(cuts) ? (cuts as readonly Cut[]) : [];
  } catch {
    return [];
  }
}
