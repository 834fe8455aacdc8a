/** A limit on failures of one kind, such as those from one address: so many at once, then one from time to time. */

export interface FailureLimitOptions {
  /** Failures that are allowed at once. */
  readonly burst: number;
  /** Time after which one more is allowed. */
  readonly refillMs: number;
  /** Keys that are remembered; of more, those that failed longest ago are forgotten. */
  readonly mostKeys: number;
}

interface Bucket {
  /** Failures that are left, at `at`. */
  left: number;
  at: number;
  isRefusing: boolean;
}

export type Permission =
  | { readonly isAllowed: true }
  | { readonly isAllowed: false; readonly retryAfterMs: number; readonly isFirst: boolean };

export class FailureLimit {
  readonly #options: FailureLimitOptions;
  readonly #buckets = new Map<string, Bucket>();

  constructor(options: FailureLimitOptions) {
    this.#options = options;
  }

  /** Number of keys that are remembered. */
  get size(): number {
    return this.#buckets.size;
  }

  /** Whether another attempt may be made under this key. Changes nothing but that the first refusal is the first. */
  permission(key: string, now: number): Permission {
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) return { isAllowed: true };
    this.#refill(bucket, now);
    if (bucket.left >= 1) {
      bucket.isRefusing = false;
      return { isAllowed: true };
    }
    const isFirst = !bucket.isRefusing;
    bucket.isRefusing = true;
    return { isAllowed: false, isFirst, retryAfterMs: Math.ceil((1 - bucket.left) * this.#options.refillMs) };
  }

  /** Takes an attempt for failed until it turns out not to be, so that many at once are not more than so many. */
  take(key: string, now: number): void {
    const { burst, mostKeys } = this.#options;
    const bucket = this.#buckets.get(key) ?? { left: burst, at: now, isRefusing: false };
    this.#refill(bucket, now);
    bucket.left = Math.max(bucket.left - 1, 0);
    // The map is in the order of the last attempts.
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    if (this.#buckets.size <= mostKeys) return;
    for (const oldest of this.#buckets.keys()) {
      this.#buckets.delete(oldest);
      break;
    }
  }

  /** The attempt didn't fail. */
  giveBack(key: string): void {
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) return;
    bucket.left += 1;
    if (bucket.left >= this.#options.burst) this.#buckets.delete(key);
  }

  #refill(bucket: Bucket, now: number): void {
    const { burst, refillMs } = this.#options;
    bucket.left = Math.min(bucket.left + Math.max(now - bucket.at, 0) / refillMs, burst);
    bucket.at = now;
  }
}
