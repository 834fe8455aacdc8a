/**
 * Objects looked at again a long time after they were looked at last, for what no watch tells. When is the object's own, by its UID:
 * those that are seen together, as after a start, come back apart from each other.
 */
import { digest } from '../api/json';
import type { ResyncPause } from '../plan/kind';
import type { Clock } from '../ports/clock';
import type { QueueKey } from './queue';

export interface ResyncOptions {
  readonly clock: Clock;
  readonly onDue: (key: QueueKey) => void;
}

export class Resync {
  private readonly timers = new Map<string, () => void>();
  private closed = false;

  constructor(private readonly options: ResyncOptions) {}

  /** Begins the pause of an object, anew where one runs. */
  later(key: QueueKey, uid: string, pause: ResyncPause): void {
    this.forget(key);
    if (this.closed) return;
    const cancel = this.options.clock.schedule(pauseOf(uid, pause), () => {
      this.timers.delete(key.id);
      this.options.onDue(key);
    });
    this.timers.set(key.id, cancel);
  }

  forget({ id }: QueueKey): void {
    this.timers.get(id)?.();
    this.timers.delete(id);
  }

  close(): void {
    this.closed = true;
    for (const cancel of this.timers.values()) cancel();
    this.timers.clear();
  }
}

/** The same for the same UID, and spread evenly over `withinMs`. */
function pauseOf(uid: string, { afterMs, withinMs }: ResyncPause): number {
  const share = Number.parseInt(digest(uid).slice(0, 8), 16) / 2 ** 32;
  return afterMs + Math.floor(share * withinMs);
}
