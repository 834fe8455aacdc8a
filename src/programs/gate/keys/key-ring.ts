/**
 * The gate's keys, the same in all replicas: kept in the Secret `adrasteia-gate-keys`, made and rotated by whichever replica
 * comes first. Deleting the Secret ends every session: the keys are forgotten, and new ones are made.
 */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../ports/clock';
import type { Cluster } from '../../../ports/cluster';
import type { Logger } from '../../../ports/logger';
import { errorKeys } from '../../error-keys';
import { type GateKey, KEY_BYTES, keysOfSecret, secretOfKeys } from './gate-key';
import { pause } from './pause';
import { rotatedKeys, sealingKey } from './rotation';
import { SharedSecret } from './shared-secret';
import { within } from './within';

/** Name of the Secret that holds the keys. */
export const KEYS_SECRET = 'adrasteia-gate-keys';

export interface KeyRingOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Logger;
  /** The gate's namespace. */
  readonly namespace: string;
  /** The longest that a token may be used after it was sealed. */
  readonly longestTokenMs: () => number;
}

const LOOK_MS = 5 * 60_000;
const RETRY_MS = 2000;
/** So often at most an unknown key makes the gate look at the Secret: anybody can send tokens that name one. */
const UNKNOWN_KEY_MS = 2000;
/** So long a request waits for it. */
const READ_MS = 2000;

export class KeyRing {
  readonly #options: KeyRingOptions;
  readonly #secret: SharedSecret;
  #keys: readonly GateKey[] = [];
  #lookedForUnknownAt = Number.NEGATIVE_INFINITY;
  /** Aborted when the last key is gone. */
  #withoutKeys = new AbortController();
  #looking: Promise<void> = Promise.resolve();

  constructor(options: KeyRingOptions) {
    this.#options = options;
    this.#secret = new SharedSecret({
      ...options,
      name: KEYS_SECRET,
      onChange: (data) => {
        this.#keys = keysOfSecret(data ?? {});
        if (!this.isReady) this.#withoutKeys.abort();
      },
    });
  }

  /** True while there is a key. */
  get isReady(): boolean {
    return this.#keys.length > 0;
  }

  /** The key that seals now; undefined while there is none. */
  sealing(): GateKey | undefined {
    return sealingKey(this.#keys, this.#options.clock.now());
  }

  /** The key of this id, or undefined. One that isn't known is looked for in the Secret, though not at every token's asking. */
  async find(id: string): Promise<GateKey | undefined> {
    const known = this.#keys.find((key) => key.id === id);
    if (known !== undefined) return known;
    const { clock, log } = this.#options;
    if (clock.now() - this.#lookedForUnknownAt >= UNKNOWN_KEY_MS) {
      this.#lookedForUnknownAt = clock.now();
      const read = this.#secret.read().catch((error: unknown) => {
        log.warn('keys not read', errorKeys(error));
      });
      this.#looking = within(clock, READ_MS, read, undefined);
    }
    await this.#looking;
    return this.#keys.find((key) => key.id === id);
  }

  /** Makes or rotates keys where it is time. Throws what the cluster throws. */
  async rotate(): Promise<void> {
    const { clock, longestTokenMs, log } = this.#options;
    const rotation = { nowMs: clock.now(), longestTokenMs: longestTokenMs(), makeKey: () => newKey(clock.now()) };
    let made: readonly string[] = [];
    await this.#secret.change((data) => {
      const before = keysOfSecret(data);
      const after = rotatedKeys(before, rotation);
      made = (after ?? []).filter((key) => !before.includes(key)).map(({ id }) => id);
      return after === undefined ? undefined : secretOfKeys(after);
    });
    for (const key of made) log.info('key made', { key });
  }

  /** Follows the Secret and keeps rotating until the signal aborts. */
  async follow(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#secret.follow(signal), this.#keepRotating(signal)]);
  }

  async #keepRotating(signal: AbortSignal): Promise<void> {
    const isOver = (): boolean => signal.aborted;
    while (!isOver()) {
      try {
        await this.rotate();
      } catch (error) {
        this.#options.log.warn('keys not rotated', errorKeys(error));
      }
      this.#withoutKeys = new AbortController();
      const wake = AbortSignal.any([signal, this.#withoutKeys.signal]);
      await pause(this.#options.clock, this.isReady ? LOOK_MS : RETRY_MS, wake);
    }
  }
}

function newKey(nowMs: number): GateKey {
  return { id: randomBytes(8).toString('hex'), madeAtMs: nowMs, secret: new Uint8Array(randomBytes(KEY_BYTES)) };
}
