/**
 * A Keycloak that gave no answer is left alone for a moment: then one request finds out whether it is back. All others are
 * told at once, so that a server that keeps its callers waiting holds up one of them and not all.
 */
import type { Clock } from '../../ports/clock';
import { type Attempt, reasonOf, unavailable } from './problem';

/** How long nothing is asked after there was no answer. */
const SILENCE_MS = 2_000;

/** How long the one that asks may take until another one asks. */
const PROBE_MS = 30_000;

export class Silence {
  #last: { readonly error: unknown; untilMs: number } | undefined;

  constructor(private readonly clock: Clock) {}

  /** Throws for who shouldn't ask now. Whoever is let through after a silence is the one that finds out. */
  respect(attempt: Attempt): void {
    if (this.#last === undefined) return;
    const { error, untilMs } = this.#last;
    if (this.clock.now() < untilMs) throw unavailable(attempt, reasonOf(error), error);
    this.#last.untilMs = this.clock.now() + PROBE_MS;
  }

  begin(error: unknown): void {
    this.#last = { error, untilMs: this.clock.now() + SILENCE_MS };
  }

  end(): void {
    this.#last = undefined;
  }
}
