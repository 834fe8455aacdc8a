/** A storage as it was: what a read sees that comes from a cache that lags behind. */
import type { ListOptions, RecordPage, Revision, Storage, StoredRecord } from '../storage/storage';
import type { StaleRead } from './request-faults';

/** The reads of a storage at an older revision: the one that the fault names, as far as history reaches. */
export function staleStorage(storage: Storage, { revision, behind = 1 }: StaleRead): Storage {
  const wanted = revision ?? storage.revision - behind;
  return new StorageAt(storage, Math.min(Math.max(wanted, storage.oldestRevision), storage.revision));
}

/** Writes and subscriptions are those of the storage itself. */
class StorageAt implements Storage {
  readonly #storage: Storage;

  constructor(
    storage: Storage,
    readonly revision: Revision,
  ) {
    this.#storage = storage;
  }

  get oldestRevision(): Revision {
    return this.#storage.oldestRevision;
  }

  get(key: string): StoredRecord | undefined {
    // Of the keys that begin with this one, it is the first.
    const [record] = this.list({ prefix: key, limit: 1 }).records;
    return record?.key === key ? record : undefined;
  }

  list(options: ListOptions): RecordPage {
    return this.#storage.list({ revision: this.revision, ...options });
  }

  count(prefix: string): number {
    const { records, remaining } = this.list({ prefix, limit: 1 });
    return records.length + remaining;
  }

  commit: Storage['commit'] = (write) => this.#storage.commit(write);

  subscribe: Storage['subscribe'] = (prefix, after, sink) => this.#storage.subscribe(prefix, after, sink);

  compact: Storage['compact'] = (revision) => this.#storage.compact(revision);

  close: Storage['close'] = () => this.#storage.close();
}
