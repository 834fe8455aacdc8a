/** The texts used last, by revision, up to a size. */
import type { Revision } from './storage';

export class TextCache {
  readonly #limit: number;
  /** Oldest use first. */
  readonly #texts = new Map<Revision, string>();
  #size = 0;

  /** `limit`: in UTF-16 code units; 0 keeps nothing. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  find(revision: Revision): string | undefined {
    const text = this.#texts.get(revision);
    if (text === undefined) return undefined;
    this.#texts.delete(revision);
    this.#texts.set(revision, text);
    return text;
  }

  /** Keeps the text of a revision, which never changes. */
  add(revision: Revision, text: string): void {
    if (this.#texts.has(revision)) return;
    this.#texts.set(revision, text);
    this.#size += text.length;
    for (const [oldest, its] of this.#texts) {
      if (this.#size <= this.#limit) break;
      this.#texts.delete(oldest);
      this.#size -= its.length;
    }
  }
}
