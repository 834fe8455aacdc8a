/** One watch whose events are dropped, delayed, doubled or reordered, and which may end early. */
import type { Clock } from '../../ports/clock';
import { expired } from '../status-error';
import type { EventFault, WatchFault } from './fault-rule';
import type { WatchedEvent, WatchFaults, WatchOutput } from './request-faults';

interface FaultyWatchOptions<E extends WatchedEvent> {
  readonly clock: Clock;
  readonly output: WatchOutput<E>;
  readonly findEventFault: (event: E) => EventFault | undefined;
  /** What is due when so many events have been sent. */
  readonly findWatchFault: (sent: number) => WatchFault | undefined;
  readonly onClose: () => void;
}

/** Events in the order in which they came, but for those that a fault holds back. */
export class FaultyWatch<E extends WatchedEvent> implements WatchFaults<E> {
  readonly #options: FaultyWatchOptions<E>;
  /** Those that wait behind a delayed one; undefined where none is delayed. */
  #waiting: E[] | undefined;
  #cancelDelay: (() => void) | undefined;
  /** Those that wait until others were sent. */
  #held: { readonly event: E; behind: number }[] = [];
  #sent = 0;
  #isClosed = false;

  constructor(options: FaultyWatchOptions<E>) {
    this.#options = options;
  }

  onWatchEvent(event: E): void {
    if (this.#isClosed) return;
    if (this.#waiting === undefined) this.#pass(event);
    else this.#waiting.push(event);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#cancelDelay?.();
    this.#waiting = undefined;
    this.#held = [];
    this.#options.onClose();
  }

  /** Ends the watch where that is due. */
  look(): void {
    if (this.#isClosed) return;
    const fault = this.#options.findWatchFault(this.#sent);
    if (fault === undefined) return;
    this.close();
    const { output } = this.#options;
    if (fault.type === 'endWatch') output.end();
    else if (fault.type === 'dropWatch') output.drop();
    else output.fail(expired(TOO_OLD));
  }

  #pass(event: E): void {
    const fault = this.#options.findEventFault(event);
    switch (fault?.type) {
      case undefined:
        this.#send(event);
        break;
      case 'dropEvent':
        break;
      case 'doubleEvent':
        this.#send(event);
        this.#send(event);
        break;
      case 'reorderEvent':
        this.#held.push({ event, behind: Math.max(1, fault.behind ?? 1) });
        break;
      case 'delayEvent':
        this.#waiting = [];
        this.#cancelDelay = this.#options.clock.schedule(fault.delayMs, () => {
          this.#resume(event);
        });
        break;
    }
  }

  #resume(delayed: E): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    this.#send(delayed);
    // One of those may be delayed itself, and the rest then waits behind it.
    for (const event of waiting) this.onWatchEvent(event);
  }

  #send(event: E): void {
    this.#emit(event);
    if (this.#held.length === 0) return;
    const due = this.#held.filter((held) => {
      held.behind -= 1;
      return held.behind === 0;
    });
    this.#held = this.#held.filter(({ behind }) => behind > 0);
    for (const { event: late } of due) this.#emit(late);
  }

  #emit(event: E): void {
    if (this.#isClosed) return;
    this.#sent += 1;
    this.#options.output.send(event);
    this.look();
  }
}

/** What the API server says where etcd has forgotten the revision in the middle of a watch. */
const TOO_OLD = 'The resourceVersion for the provided watch is too old.';
