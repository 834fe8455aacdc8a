/** Limits on wrong passwords and tokens: by source address, by user, and for an environment as a whole. */
import { isIPv6 } from 'node:net';
import type { Clock } from '../../../ports/clock';
import { FailureLimit } from './failure-limit';

/** Who tries, and where. */
export interface Attempt {
  /** `namespace/name`. */
  readonly environment: string;
  readonly sourceAddress: string;
  /** Absent for tokens, which name nobody. */
  readonly user?: string;
}

/** An attempt that may be made. */
export interface AllowedAttempt {
  readonly isAllowed: true;
  /** It wasn't wrong. Not called: it was. */
  succeeded(): void;
}

export interface RefusedAttempt {
  readonly isAllowed: false;
  readonly retryAfterSeconds: number;
  /** True for the first one that is refused since one was allowed. */
  readonly isFirst: boolean;
}

const SIX_SECONDS = 6000;
const MOST_KEYS = 20_000;
/** Of a name that is remembered; longer ones share a limit. */
const LONGEST_NAME = 64;

export class Attempts {
  readonly #clock: Clock;
  readonly #bySource = new FailureLimit({ burst: 10, refillMs: SIX_SECONDS, mostKeys: MOST_KEYS });
  /** Many addresses may be one person's, or one person's enemies: more leave, but no end. */
  readonly #byUser = new FailureLimit({ burst: 30, refillMs: SIX_SECONDS, mostKeys: MOST_KEYS });
  readonly #byEnvironment = new FailureLimit({ burst: 200, refillMs: 500, mostKeys: MOST_KEYS });

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether an attempt may be made; one that may counts as failed until it says otherwise. */
  begin({ environment, sourceAddress, user }: Attempt): AllowedAttempt | RefusedAttempt {
    const now = this.#clock.now();
    const parts: readonly (readonly [FailureLimit, string])[] = [
      [this.#bySource, `${environment} ${networkOf(sourceAddress)}`],
      ...(user === undefined ? [] : [[this.#byUser, `${environment} ${user.slice(0, LONGEST_NAME)}`] as const]),
      [this.#byEnvironment, environment],
    ];
    for (const [limit, key] of parts) {
      const permission = limit.permission(key, now);
      if (permission.isAllowed) continue;
      const { isFirst, retryAfterMs } = permission;
      return { isAllowed: false, isFirst, retryAfterSeconds: Math.max(Math.ceil(retryAfterMs / 1000), 1) };
    }
    for (const [limit, key] of parts) limit.take(key, now);
    return {
      isAllowed: true,
      succeeded: () => {
        for (const [limit, key] of parts) limit.giveBack(key);
      },
    };
  }
}

/** An address, or of IPv6 the network that one subscriber is given as a whole. */
function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail = ''] = address.split('%', 1)[0]?.split('::') ?? [];
  const before = head === '' ? [] : head.split(':');
  const after = tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(8 - before.length - after.length, 0) }, () => '0');
  return [...before, ...zeros, ...after].slice(0, 4).join(':');
}
