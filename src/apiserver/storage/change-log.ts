/** The newest changes, oldest first, up to a number and a size. */
import type { Revision } from './storage';

/** How much history a storage keeps for older lists and for subscriptions that come back. */
export interface HistoryLimits {
  /** At most so many changes. */
  readonly changes: number;
  /** At most so much text that is there for history alone, in UTF-16 code units: for ASCII, bytes. */
  readonly size: number;
}

/** One version of a key, with or without its text. */
export interface Version {
  readonly key: string;
  readonly createRevision: Revision;
  readonly modRevision: Revision;
}

/** What one revision changed. */
export interface Change<V extends Version> {
  readonly revision: Revision;
  readonly key: string;
  /** Absent where the key is new. */
  readonly before?: V;
  /** Absent where the key was deleted. */
  readonly after?: V;
}

/** A queue of changes in the order of their revisions. */
export class ChangeLog<C extends Change<Version>> {
  readonly #limits: HistoryLimits;
  readonly #sizeOf: (change: C) => number;
  #changes: (C | undefined)[] = [];
  /** Where the queue begins; what stands before is undefined, until it is cut off. */
  #head = 0;
  #size = 0;
  #oldest: Revision;

  /** `sizeOf`: the text that a change keeps from being forgotten. `oldest`: the revision before the first change. */
  constructor(limits: HistoryLimits, sizeOf: (change: C) => number, oldest: Revision) {
    this.#limits = limits;
    this.#sizeOf = sizeOf;
    this.#oldest = oldest;
  }

  /** The oldest revision whose state is known: that of the last change forgotten. */
  get oldest(): Revision {
    return this.#oldest;
  }

  push(change: C): void {
    this.#changes.push(change);
    this.#size += this.#sizeOf(change);
  }

  /** Forgets what is beyond the limits; returns it, oldest first. */
  trim(): C[] {
    const forgotten: C[] = [];
    while (this.#changes.length - this.#head > this.#limits.changes || this.#size > this.#limits.size) {
      const change = this.#shift();
      if (change === undefined) break;
      forgotten.push(change);
    }
    return forgotten;
  }

  /** Forgets all changes up to and with this revision; returns them, oldest first. */
  forgetUpTo(revision: Revision): C[] {
    const forgotten: C[] = [];
    for (let next = this.#changes[this.#head]; next !== undefined && next.revision <= revision; ) {
      this.#shift();
      forgotten.push(next);
      next = this.#changes[this.#head];
    }
    this.#oldest = Math.max(this.#oldest, revision);
    return forgotten;
  }

  /** The changes after a revision whose keys have the prefix. */
  after(revision: Revision, prefix: string): C[] {
    const found: C[] = [];
    for (let index = this.#indexAfter(revision); index < this.#changes.length; index++) {
      const change = this.#changes[index];
      if (change?.key.startsWith(prefix) === true) found.push(change);
    }
    return found;
  }

  #shift(): C | undefined {
    const change = this.#changes[this.#head];
    if (change === undefined) return undefined;
    this.#changes[this.#head] = undefined;
    this.#head += 1;
    this.#size -= this.#sizeOf(change);
    this.#oldest = change.revision;
    // Half of the array at a time, so that each change is moved about once.
    if (this.#head > 64 && this.#head * 2 > this.#changes.length) {
      this.#changes = this.#changes.slice(this.#head);
      this.#head = 0;
    }
    return change;
  }

  #indexAfter(revision: Revision): number {
    let low = this.#head;
    let high = this.#changes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const change = this.#changes[middle];
      if (change !== undefined && change.revision <= revision) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
