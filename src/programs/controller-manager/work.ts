/**
 * The work of one controller: keys that are to be looked at, each at most once at a time, again after a pause where that
 * fails. A key that is asked for while it is worked on comes once more.
 */

import { hasCode } from '../../errors';
import type { Clock } from '../../ports/clock';
import type { Logger } from '../../ports/logger';
import { errorKeys } from '../error-keys';

export interface WorkOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** The controller's name, for logs. */
  readonly name: string;
  /** How many keys are worked on at a time. Default 5. */
  readonly workers?: number;
  /** Looks at a key. Gives the milliseconds after which it is to be looked at again, or undefined. */
  readonly perform: (key: string) => Promise<number | undefined>;
}

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 30_000;

export class Work {
  readonly #options: WorkOptions;
  readonly #waiting = new Set<string>();
  readonly #active = new Map<string, Promise<void>>();
  /** Asked for while active. */
  readonly #again = new Set<string>();
  readonly #failures = new Map<string, number>();
  readonly #timers = new Map<string, { readonly at: number; readonly cancel: () => void }>();
  #isStopped = false;
  #isPaused = true;

  constructor(options: WorkOptions) {
    this.#options = options;
  }

  /** True where nothing waits, is worked on or is to be tried again; what is to be looked at later doesn't count. */
  get isIdle(): boolean {
    return this.#waiting.size === 0 && this.#active.size === 0;
  }

  /** Begins; until then, keys only gather. */
  start(): void {
    this.#isPaused = false;
    this.#next();
  }

  add(key: string): void {
    if (this.#isStopped) return;
    if (this.#active.has(key)) this.#again.add(key);
    else this.#waiting.add(key);
    this.#next();
  }

  /** Adds the key after a time; the earliest of several times counts. */
  addAfter(key: string, delayMs: number): void {
    if (this.#isStopped) return;
    const at = this.#options.clock.now() + delayMs;
    const known = this.#timers.get(key);
    if (known !== undefined && known.at <= at) return;
    known?.cancel();
    const cancel = this.#options.clock.schedule(delayMs, () => {
      this.#timers.delete(key);
      this.add(key);
    });
    this.#timers.set(key, { at, cancel });
  }

  /** Begins nothing more, and returns when what is under way is done. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const { cancel } of this.#timers.values()) cancel();
    this.#timers.clear();
    this.#waiting.clear();
    await Promise.all(this.#active.values());
  }

  #next(): void {
    const { workers = 5 } = this.#options;
    while (!this.#isPaused && this.#active.size < workers) {
      const [key] = this.#waiting;
      if (key === undefined) return;
      this.#waiting.delete(key);
      this.#active.set(key, this.#perform(key));
    }
  }

  async #perform(key: string): Promise<void> {
    const { log, name, perform } = this.#options;
    // Keys are worked on after whoever added them is done.
    await Promise.resolve();
    try {
      const again = await perform(key);
      this.#failures.delete(key);
      if (again !== undefined) this.addAfter(key, again);
    } catch (error) {
      // Somebody was faster, and the watch brings what is true by now; or it isn't allowed, which an event tells its owner.
      const isUsual = hasCode(error, 'ApiConflict', 'ApiNotFound', 'ApiAlreadyExists', 'ApiForbidden', 'ApiInvalid');
      log[isUsual ? 'debug' : 'warn']('work failed', { controller: name, key, ...errorKeys(error) });
      const failures = this.#failures.get(key) ?? 0;
      this.#failures.set(key, failures + 1);
      this.addAfter(key, Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS));
    }
    this.#active.delete(key);
    if (this.#again.delete(key)) this.#waiting.add(key);
    this.#next();
  }
}
