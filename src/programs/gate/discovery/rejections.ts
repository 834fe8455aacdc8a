/**
 * Which sidecars don't take what they are given.
 *
 * Asked by HTTP, Envoy writes why to its own log and asks again with the version that it had. Once may be an answer that got
 * lost; twice the same is a refusal.
 */

/** What a sidecar was given, and what it had then. */
interface Given {
  readonly version: string;
  readonly before: string;
  times: number;
}

export class Rejections {
  readonly #given = new Map<string, Given>();
  readonly #rejected = new Map<string, string>();

  /** Takes in what a sidecar asks with; says what became of what it was given before. */
  asked(sidecar: string, version: string, rejection?: string): 'Taken' | 'Rejected' | 'Unknown' {
    const given = this.#given.get(sidecar);
    if (given === undefined) return 'Unknown';
    if (version === given.version || version !== given.before) {
      this.#given.delete(sidecar);
      this.#rejected.delete(sidecar);
      return version === given.version ? 'Taken' : 'Unknown';
    }
    if (rejection === undefined && given.times < 2) return 'Unknown';
    this.#rejected.set(sidecar, given.version);
    return 'Rejected';
  }

  /** Takes in that an answer has been written in full. */
  gave(sidecar: string, version: string, before: string): void {
    const given = this.#given.get(sidecar);
    if (given?.version === version && given.before === before) given.times += 1;
    else this.#given.set(sidecar, { version, before, times: 1 });
  }

  /** The version that a sidecar has refused and not taken since. */
  rejectedBy(sidecar: string): string | undefined {
    return this.#rejected.get(sidecar);
  }

  /** Forgets a sidecar. */
  forget(sidecar: string): void {
    this.#given.delete(sidecar);
    this.#rejected.delete(sidecar);
  }
}
