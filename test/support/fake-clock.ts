/** A clock that tests turn. */
import type { Clock } from '../../src/ports/clock';

export class FakeClock implements Clock {
  private time: number;
  private readonly timers: { readonly at: number; readonly callback: () => void }[] = [];

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.time = startMs;
  }

  now(): number {
    return this.time;
  }

  schedule(delayMs: number, callback: () => void): () => void {
    const timer = { at: this.time + delayMs, callback };
    this.timers.push(timer);
    return () => {
      const index = this.timers.indexOf(timer);
      if (index >= 0) this.timers.splice(index, 1);
    };
  }

  /** Number of timers that have not fired. */
  get pending(): number {
    return this.timers.length;
  }

  /** True where a timer is set for exactly this long from now. */
  isDueIn(ms: number): boolean {
    return this.timers.some((timer) => timer.at === this.time + ms);
  }

  /** Turns the clock on; timers fire in the order of their instants, each seeing its own instant as now. */
  advance(ms: number): void {
    const target = this.time + ms;
    for (;;) {
      const due = this.timers.filter((timer) => timer.at <= target).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.timers.splice(this.timers.indexOf(due), 1);
      this.time = Math.max(this.time, due.at);
      due.callback();
    }
    this.time = target;
  }
}

/** Lets promises that can go on do so. */
export async function settle(rounds = 20): Promise<void> {
  for (let round = 0; round < rounds; round++) await new Promise<void>((resolve) => setImmediate(resolve));
}
