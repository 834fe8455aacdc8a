/**
 * Where the API keeps its objects: revisioned texts under keys, with their recent history.
 *
 * The model is etcd's. One counter, the revision, grows by one with each committed change; it is the `resourceVersion` of
 * the API. Reads are synchronous and see all that was committed in this process. A commit is atomic; its promise resolves
 * when the change is as safe as the storage promises (memory: at once; disk: it survives a power cut), and nothing is shown
 * to watchers before that. Changes are shown in the order of their revisions.
 */

/** Grows by one with each committed change; the first change is 1, unless the storage was opened on older data. */
export type Revision = number;

/** What is kept under one key. */
export interface StoredRecord {
  readonly key: string;
  /** The object's JSON, as it is sent to clients: with its `resourceVersion`. */
  readonly text: string;
  /** The revision that created the key; a deleted and re-created key has a new one. */
  readonly createRevision: Revision;
  /** The revision that changed it last. */
  readonly modRevision: Revision;
}

/** One change, as watchers see it. */
export interface StorageEvent {
  readonly revision: Revision;
  readonly key: string;
  /** What was there before; absent where the key is new. */
  readonly before?: StoredRecord;
  /** What is there now; absent where the key was deleted. */
  readonly after?: StoredRecord;
  /** For a deletion: the object's last text, with the deletion's revision as its `resourceVersion`. */
  readonly deletedText?: string;
}

/** One change to commit. */
export interface StorageWrite {
  readonly key: string;
  /** The change is committed only while the key has this `modRevision`; 0 means that the key must not be there. */
  readonly ifRevision: Revision;
  /**
   * The text to store, made when its revision is known; for a deletion, the text that watchers see last. Called at most
   * once, and not at all where the write conflicts. Must not commit anything itself; what it throws fails the commit.
   */
  readonly text: (revision: Revision) => string;
  /** Deletes the key. Of a key that isn't there: a conflict. */
  readonly delete?: boolean;
}

/** Why nothing was committed: the key has another revision (0: it isn't there). */
export interface WriteConflict {
  readonly conflict: true;
  readonly found: StoredRecord | undefined;
}

/** What was committed; for a deletion, the record that was deleted. */
export interface Committed {
  readonly conflict: false;
  readonly revision: Revision;
  readonly record: StoredRecord;
}

/** A range of keys, ordered by their UTF-16 code units: for ASCII keys the order of their bytes. */
export interface ListOptions {
  readonly prefix: string;
  /** The first key wanted; default: the first with the prefix. */
  readonly startKey?: string;
  /** At most so many records. Default, and what 0 means: all. */
  readonly limit?: number;
  /**
   * The range as it was at this revision. Default: as it is now. Throws `RevisionCompacted` where history doesn't reach
   * back, and `RevisionNotReached` where the revision is still to come.
   */
  readonly revision?: Revision;
}

export interface RecordPage {
  readonly records: readonly StoredRecord[];
  /** The revision of which this is true. */
  readonly revision: Revision;
  /** The `startKey` to go on from: the last key and a NUL, as etcd has it. Absent where this was the end. */
  readonly nextKey?: string;
  /** How many records come after this page. */
  readonly remaining: number;
}

/** History doesn't reach back so far. */
export class RevisionCompacted extends Error {
  override readonly name = 'RevisionCompacted';
  constructor(
    readonly asked: Revision,
    readonly oldest: Revision,
  ) {
    super(`revision ${String(asked)} was compacted; the oldest kept is ${String(oldest)}`);
  }
}

/** Nothing was committed yet under this revision. */
export class RevisionNotReached extends Error {
  override readonly name = 'RevisionNotReached';
  constructor(
    readonly asked: Revision,
    readonly newest: Revision,
  ) {
    super(`revision ${String(asked)} is still to come; the newest is ${String(newest)}`);
  }
}

/**
 * Takes the events of a subscription, in order: in one call those that became visible together. Must not throw. May call
 * the storage; what that changes is delivered in a later call.
 */
export type EventSink = (events: readonly StorageEvent[]) => void;

export interface Storage {
  /** The newest revision that watchers have been shown. */
  readonly revision: Revision;
  /** The oldest revision that `list` and `subscribe` can still reach. */
  readonly oldestRevision: Revision;
  get(key: string): StoredRecord | undefined;
  list(options: ListOptions): RecordPage;
  /** How many keys have the prefix. */
  count(prefix: string): number;
  /** A write to a key that another write is still changing waits for that one. Rejects where the change is not kept. */
  commit(write: StorageWrite): Promise<Committed | WriteConflict>;
  /**
   * Calls `sink` with every change after `after` of keys with the prefix: what history holds at once (from within a sink:
   * when that has returned), the rest as it is committed. `after` may be still to come. Throws `RevisionCompacted`. Returns
   * what ends the subscription; nothing is delivered after it.
   */
  subscribe(prefix: string, after: Revision, sink: EventSink): () => void;
  /**
   * Forgets the history before this revision, which becomes the oldest; an older one changes nothing. Throws
   * `RevisionNotReached`. Resolves when the space it took may be used again.
   */
  compact(revision: Revision): Promise<void>;
  /** Resolves when all that was committed is safe and the storage is closed. */
  close(): Promise<void>;
}
