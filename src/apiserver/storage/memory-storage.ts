/** A storage that is gone with its process: for tests, and for clusters that are thrown away. */
import type { HistoryLimits } from './change-log';
import type {
  Committed,
  EventSink,
  ListOptions,
  RecordPage,
  Revision,
  Storage,
  StorageEvent,
  StorageWrite,
  StoredRecord,
  WriteConflict,
} from './storage';
import { Subscriptions } from './subscriptions';
import { VersionedKeys } from './versioned-keys';

/** How much a `MemoryStorage` remembers. */
export interface MemoryStorageOptions {
  /** Default: 100,000 changes and 64 Mi of text (at most two bytes each). */
  readonly history?: Partial<HistoryLimits>;
}

const DEFAULT_HISTORY: HistoryLimits = { changes: 100_000, size: 64 * 1024 * 1024 };

/** Keeps texts as they are given: a hundred thousand of 2.5 kB take about 300 MB. A commit is made when `commit` returns. */
export class MemoryStorage implements Storage {
  readonly #keys: VersionedKeys<StoredRecord, StorageEvent>;
  readonly #subscriptions = new Subscriptions();
  #isClosed = false;

  constructor({ history }: MemoryStorageOptions = {}) {
    this.#keys = new VersionedKeys<StoredRecord, StorageEvent>({
      limits: { ...DEFAULT_HISTORY, ...history },
      sizeOf: ({ before, deletedText }) => (before?.text.length ?? 0) + (deletedText?.length ?? 0),
    });
  }

  get revision(): Revision {
    return this.#keys.revision;
  }

  get oldestRevision(): Revision {
    return this.#keys.oldest;
  }

  get(key: string): StoredRecord | undefined {
    return this.#keys.find(key);
  }

  list(options: ListOptions): RecordPage {
    const { versions, ...page } = this.#keys.page(options);
    return { records: versions, ...page };
  }

  count(prefix: string): number {
    return this.#keys.count(prefix);
  }

  commit(write: StorageWrite): Promise<Committed | WriteConflict> {
    // What is thrown in here rejects; nothing else happens later.
    return new Promise((resolve) => {
      resolve(this.#commit(write));
    });
  }

  subscribe(prefix: string, after: Revision, sink: EventSink): () => void {
    this.#assertOpen();
    const missed = this.#keys.changesAfter(after, prefix);
    return this.#subscriptions.open(prefix, Math.max(after, this.#keys.revision), missed, sink);
  }

  compact(revision: Revision): Promise<void> {
    return new Promise((resolve) => {
      this.#assertOpen();
      this.#keys.compact(revision);
      resolve();
    });
  }

  close(): Promise<void> {
    this.#isClosed = true;
    this.#subscriptions.closeAll();
    return Promise.resolve();
  }

  #commit(write: StorageWrite): Committed | WriteConflict {
    this.#assertOpen();
    const { key } = write;
    const found = this.#keys.find(key);
    if ((found?.modRevision ?? 0) !== write.ifRevision || (write.delete === true && found === undefined)) {
      return { conflict: true, found };
    }
    const revision = this.#keys.revision + 1;
    const text = write.text(revision);
    if (this.#keys.revision !== revision - 1) throw new Error(`the text of ${key} was not made without another commit`);
    const event: StorageEvent =
      write.delete === true
        ? { revision, key, ...(found !== undefined && { before: found }), deletedText: text }
        : {
            revision,
            key,
            ...(found !== undefined && { before: found }),
            after: {
              key: found?.key ?? key,
              text,
              createRevision: found?.createRevision ?? revision,
              modRevision: revision,
            },
          };
    this.#keys.apply(event);
    this.#keys.trim();
    this.#subscriptions.publish([event]);
    const record = event.after ?? found;
    if (record === undefined) throw new Error(`the change of ${key} has neither a record before nor after it`);
    return { conflict: false, revision, record };
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new Error('the storage is closed');
  }
}
