/**
 * Sessions that were ended before their time, in the Secret `adrasteia-gate-sign-outs`: all replicas watch it, so that a
 * sign-out anywhere holds everywhere. An entry stays until its session would have been over anyway.
 *
 * What a replica has once seen it keeps until then, also when somebody deletes the Secret.
 */
import { isJsonObject } from '../../../api/json';
import type { Clock } from '../../../ports/clock';
import type { Cluster } from '../../../ports/cluster';
import type { Logger } from '../../../ports/logger';
import { errorKeys } from '../../error-keys';
import { type SecretText, SharedSecret } from '../keys/shared-secret';
import { within } from '../keys/within';

/** Name of the Secret that holds the sign-outs. */
export const SIGN_OUTS_SECRET = 'adrasteia-gate-sign-outs';

export interface SignOutsOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Logger;
  /** The gate's namespace. */
  readonly namespace: string;
}

/** Told which sessions have ended: each id once, those that ended before the gate started too. */
export type SignedOutListener = (sessionIds: readonly string[]) => void;

/** What the rest of the gate sees of sign-outs. */
export interface SignedOutEvents {
  /** The returned function ends it. */
  onSignedOut(listener: SignedOutListener): () => void;
}

const ENTRY = 'sessions.json';
/** An entry outlives its session by this much, for clocks that differ. */
const GRACE_MS = 60_000;
/** So long a request waits for a look at the list. */
const READ_MS = 2000;

export class SignOuts implements SignedOutEvents {
  readonly #options: SignOutsOptions;
  readonly #secret: SharedSecret;
  readonly #listeners = new Set<SignedOutListener>();
  /** Until when each entry is kept, in milliseconds since the epoch. */
  readonly #untilMs = new Map<string, number>();
  #isLoaded = false;
  #looking: Promise<boolean> | undefined;

  constructor(options: SignOutsOptions) {
    this.#options = options;
    this.#secret = new SharedSecret({ ...options, name: SIGN_OUTS_SECRET, onChange: (data) => this.#take(data ?? {}) });
  }

  /** True once the list was read. */
  get isReady(): boolean {
    return this.#isLoaded;
  }

  has(sessionId: string): boolean {
    return this.#untilMs.has(sessionId);
  }

  onSignedOut(listener: SignedOutListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Makes sure that the list is up to date: by an open watch, or else by looking now. False where neither can be. */
  async isCurrent(): Promise<boolean> {
    if (this.#isLoaded && this.#secret.isFollowed) return true;
    this.#looking ??= this.#read().finally(() => {
      this.#looking = undefined;
    });
    return within(this.#options.clock, READ_MS, this.#looking, false);
  }

  /** Ends a session in all replicas. `overAtMs` is when it would be over anyway. Throws what the cluster throws. */
  async add(sessionId: string, overAtMs: number): Promise<void> {
    const nowMs = this.#options.clock.now();
    await this.#secret.change((data) => {
      const stored = entriesOf(data) ?? new Map<string, number>();
      const live = new Map([...this.#untilMs, ...stored].filter(([, untilMs]) => untilMs > nowMs));
      if (live.size === stored.size && live.has(sessionId)) return undefined;
      live.set(sessionId, Math.max(overAtMs, nowMs) + GRACE_MS);
      return textOf(live);
    });
  }

  /** Follows the list until the signal aborts. */
  async follow(signal: AbortSignal): Promise<void> {
    await this.#read();
    await this.#secret.follow(signal);
  }

  async #read(): Promise<boolean> {
    try {
      await this.#secret.read();
      return this.#isLoaded;
    } catch (error) {
      this.#options.log.warn('sign-outs not read', errorKeys(error));
      return false;
    }
  }

  #take(data: SecretText): void {
    const nowMs = this.#options.clock.now();
    const entries = entriesOf(data);
    // Without the list nobody knows who has signed out: nothing is renewed until it can be read, or is written anew.
    this.#isLoaded = entries !== undefined;
    if (entries === undefined) this.#options.log.error('sign-outs unreadable', { name: SIGN_OUTS_SECRET });
    for (const [sessionId, untilMs] of [...this.#untilMs]) if (untilMs <= nowMs) this.#untilMs.delete(sessionId);
    const ended: string[] = [];
    for (const [sessionId, untilMs] of entries ?? []) {
      if (untilMs <= nowMs) continue;
      if (!this.#untilMs.has(sessionId)) ended.push(sessionId);
      this.#untilMs.set(sessionId, Math.max(untilMs, this.#untilMs.get(sessionId) ?? 0));
    }
    if (ended.length > 0) for (const listener of this.#listeners) listener(ended);
  }
}

/** Entries of the Secret: session ids, and until when in milliseconds; undefined where they can't be read. */
function entriesOf(data: SecretText): ReadonlyMap<string, number> | undefined {
  const text = data[ENTRY];
  if (text === undefined) return new Map();
  try {
    const value: unknown = JSON.parse(text);
    if (!isJsonObject(value)) return undefined;
    const entries = new Map<string, number>();
    for (const [sessionId, until] of Object.entries(value)) {
      if (typeof until !== 'number') return undefined;
      entries.set(sessionId, until * 1000);
    }
    return entries;
  } catch {
    return undefined;
  }
}

function textOf(entries: ReadonlyMap<string, number>): SecretText {
  const seconds = [...entries].map(([sessionId, untilMs]) => [sessionId, Math.ceil(untilMs / 1000)] as const);
  return { [ENTRY]: JSON.stringify(Object.fromEntries(seconds.sort(([a], [b]) => (a < b ? -1 : 1)))) };
}
