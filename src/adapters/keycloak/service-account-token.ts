/** A token that is used until three quarters of its life have passed; then another one is asked for, once for all who wait. */
import type { Clock } from '../../ports/clock';

/** A token, and how long it is good from now on. */
export interface ObtainedToken {
  readonly token: string;
  readonly lifeSeconds: number;
}

export class ServiceAccountToken {
  readonly #clock: Clock;
  readonly #obtain: () => Promise<ObtainedToken>;
  #current: { readonly token: string; readonly renewAtMs: number } | undefined;
  #renewal: Promise<string> | undefined;

  constructor(clock: Clock, obtain: () => Promise<ObtainedToken>) {
    this.#clock = clock;
    this.#obtain = obtain;
  }

  /** A token that is good for a while. Throws what obtaining one throws. */
  async get(): Promise<string> {
    const current = this.#current;
    if (current !== undefined && this.#clock.now() < current.renewAtMs) return current.token;
    this.#renewal ??= this.#renew().finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  /** Doesn't give this token again: it was refused before its time. */
  forget(refused: string): void {
    if (this.#current?.token === refused) this.#current = undefined;
  }

  async #renew(): Promise<string> {
    const from = this.#clock.now();
    const { token, lifeSeconds } = await this.#obtain();
    this.#current = { token, renewAtMs: from + lifeSeconds * 750 };
    return token;
  }
}
