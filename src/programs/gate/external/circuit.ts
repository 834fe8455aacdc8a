/** Keeps from asking, again and again, who doesn't answer. */

/** So many failures in a row open the circuit. */
const FAILURES = 5;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

/**
 * The circuit to one authoriser. Open, nobody asks; after a pause one request tries, and its outcome closes the circuit or makes
 * the pause longer.
 */
export class Circuit {
  #failures = 0;
  #opensAgainAt = 0;
  #isTried = false;

  /** Whether one may ask now. Who is told yes reports the outcome. */
  mayAsk(now: number): boolean {
    if (this.#failures < FAILURES) return true;
    if (this.#isTried || now < this.#opensAgainAt) return false;
    this.#isTried = true;
    return true;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#isTried = false;
  }

  failed(now: number): void {
    this.#failures += 1;
    this.#isTried = false;
    const pause = FIRST_PAUSE_MS * 2 ** Math.min(Math.max(this.#failures - FAILURES, 0), 10);
    this.#opensAgainAt = now + Math.min(pause, LONGEST_PAUSE_MS);
  }
}
