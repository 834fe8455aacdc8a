/** Which keys there are, now and at each revision that history reaches. Pure; both storages keep their keys in it. */
import { type Change, ChangeLog, type HistoryLimits, type Version } from './change-log';
import { SortedKeys } from './sorted-keys';
import { type ListOptions, type Revision, RevisionCompacted, RevisionNotReached } from './storage';

/** A page of versions; see `RecordPage`. */
export interface VersionPage<V extends Version> {
  readonly versions: readonly V[];
  readonly revision: Revision;
  readonly nextKey?: string;
  readonly remaining: number;
}

/** What a storage begins with. */
export interface VersionedKeysOptions<V extends Version, C extends Change<V>> {
  readonly limits: HistoryLimits;
  /** The text that a change keeps from being forgotten. */
  readonly sizeOf: (change: C) => number;
  /** The keys that are there, sorted. Default: none. */
  readonly versions?: readonly V[];
  /** The newest and the oldest revision known, and the changes between them. Default: 0 and none. */
  readonly revision?: Revision;
  readonly oldest?: Revision;
  readonly changes?: readonly C[];
}

/** The keys with their newest versions, and the changes that led to them. */
export class VersionedKeys<V extends Version, C extends Change<V> = Change<V>> {
  readonly #keys: SortedKeys<V>;
  readonly #log: ChangeLog<C>;
  #revision: Revision;

  constructor(options: VersionedKeysOptions<V, C>) {
    this.#keys = SortedKeys.fromSorted(options.versions ?? []);
    this.#log = new ChangeLog(options.limits, options.sizeOf, options.oldest ?? 0);
    for (const change of options.changes ?? []) this.#log.push(change);
    this.#revision = options.revision ?? 0;
  }

  /** The newest revision. */
  get revision(): Revision {
    return this.#revision;
  }

  /** The oldest revision that `page` and `changesAfter` reach. */
  get oldest(): Revision {
    return this.#log.oldest;
  }

  find(key: string): V | undefined {
    return this.#keys.find(key);
  }

  count(prefix: string): number {
    return this.#keys.rankAfter(prefix) - this.#keys.rank(prefix);
  }

  /** Makes the change; its revision is higher than all before. */
  apply(change: C): void {
    if (change.after === undefined) this.#keys.delete(change.key);
    else this.#keys.set(change.after);
    this.#log.push(change);
    this.#revision = change.revision;
  }

  /** Forgets the history that is beyond the limits; returns what was forgotten. */
  trim(): readonly C[] {
    return this.#log.trim();
  }

  /** Forgets the history before a revision; returns what was forgotten. Throws `RevisionNotReached`. */
  compact(revision: Revision): readonly C[] {
    if (revision > this.#revision) throw new RevisionNotReached(revision, this.#revision);
    return this.#log.forgetUpTo(revision);
  }

  /** Throws `RevisionCompacted`. */
  changesAfter(revision: Revision, prefix: string): C[] {
    if (revision < this.oldest) throw new RevisionCompacted(revision, this.oldest);
    return this.#log.after(revision, prefix);
  }

  /** Throws `RevisionCompacted` and `RevisionNotReached`. */
  page(options: ListOptions): VersionPage<V> {
    const { prefix, limit } = options;
    const revision = options.revision ?? this.#revision;
    if (revision > this.#revision) throw new RevisionNotReached(revision, this.#revision);
    const start = options.startKey === undefined || options.startKey < prefix ? prefix : options.startKey;
    const wanted = limit === undefined || limit <= 0 ? Number.POSITIVE_INFINITY : limit;
    const changed =
      revision === this.#revision ? undefined : versionsBefore(this.changesAfter(revision, prefix), start);
    const end = this.#keys.rankAfter(prefix);
    // A start beyond the prefix leaves an empty range.
    const from = Math.min(this.#keys.rank(start), end);
    const { versions, total } =
      changed === undefined || changed.size === 0
        ? { versions: this.#keys.slice(from, Math.min(end, from + wanted)), total: end - from }
        : this.#merged(from, end, wanted, changed);
    const remaining = total - versions.length;
    const last = versions.at(-1);
    return { versions, revision, remaining, ...(remaining > 0 && last !== undefined && { nextKey: `${last.key}\0` }) };
  }

  /** The range with the changed keys as they were. */
  #merged(
    from: number,
    end: number,
    wanted: number,
    changed: ReadonlyMap<string, V | undefined>,
  ): { readonly versions: V[]; readonly total: number } {
    let hidden = 0;
    const restored: V[] = [];
    for (const [key, before] of changed) {
      if (this.#keys.find(key) !== undefined) hidden += 1;
      if (before !== undefined) restored.push(before);
    }
    // At most the changed keys fall out of what is taken here.
    const kept = this.#keys.slice(from, Math.min(end, from + wanted + hidden)).filter(({ key }) => !changed.has(key));
    restored.sort((a, b) => (a.key < b.key ? -1 : 1));
    const versions: V[] = [];
    let nextKept = 0;
    let nextRestored = 0;
    while (versions.length < wanted) {
      const left = kept[nextKept];
      const right = restored[nextRestored];
      if (left !== undefined && (right === undefined || left.key < right.key)) {
        versions.push(left);
        nextKept += 1;
      } else if (right !== undefined) {
        versions.push(right);
        nextRestored += 1;
      } else break;
    }
    return { versions, total: end - from - hidden + restored.length };
  }
}

/** What stood under each key that was changed, from `start` on; undefined where nothing did. */
function versionsBefore<V extends Version>(changes: readonly Change<V>[], start: string): Map<string, V | undefined> {
  const versions = new Map<string, V | undefined>();
  for (const { key, before } of changes) {
    if (key >= start && !versions.has(key)) versions.set(key, before);
  }
  return versions;
}
