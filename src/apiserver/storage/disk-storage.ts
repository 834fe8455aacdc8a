/**
 * A storage in a directory: keys in memory, texts on disk.
 *
 * A commit is checked, numbered and queued at once. One transaction at a time is written, with all that was queued meanwhile,
 * so that many writers share a flush. When the disk has it, the changes become visible in the order of their revisions, the
 * watchers are told, and the writers are answered. Where a transaction fails, its writers are told so and nothing of it is
 * ever shown; its revisions are left out. Old history is removed along with later writes.
 */
import { setImmediate } from 'node:timers/promises';
import type { HistoryLimits } from './change-log';
import { type FiledChange, type FiledVersion, RevisionFile } from './revision-file';
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
import { TextCache } from './text-cache';
import { VersionedKeys } from './versioned-keys';

/** Where a `DiskStorage` is and how much it remembers. */
export interface DiskStorageOptions {
  /** Made where it is missing. */
  readonly directory: string;
  /** Default: 100,000 changes and 256 Mi of text. */
  readonly history?: Partial<HistoryLimits>;
  /** Whether a commit waits until the disk has it. Default: yes. Without, a power cut may damage everything. */
  readonly sync?: boolean;
  /** How much text is kept in memory, in UTF-16 code units. Default: 16 Mi. */
  readonly cacheSize?: number;
}

const DEFAULT_HISTORY: HistoryLimits = { changes: 100_000, size: 256 * 1024 ** 2 };
const DEFAULT_CACHE_SIZE = 16 * 1024 ** 2;

/** So many writes, and removals of old history, share a transaction at most. */
const BATCH_WRITES = 1_000;
const BATCH_REMOVALS = 500;

interface QueuedWrite {
  readonly change: FiledChange;
  readonly event: StorageEvent;
  readonly text: string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

interface Compaction {
  readonly revision: Revision;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export class DiskStorage implements Storage {
  readonly #file: RevisionFile;
  readonly #keys: VersionedKeys<FiledVersion, FiledChange>;
  readonly #subscriptions = new Subscriptions();
  readonly #texts: TextCache;
  /** The last revision given out, to a change that may still be queued. */
  #numbered: Revision;
  #queue: QueuedWrite[] = [];
  /** Keys with a change that is queued or being written, until that is over. These promises never reject. */
  readonly #changing = new Map<string, Promise<void>>();
  /** What history has forgotten and the file still holds, oldest first. */
  #forgotten: FiledChange[] = [];
  #compactions: Compaction[] = [];
  #writing: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  private constructor(file: RevisionFile, options: DiskStorageOptions) {
    this.#file = file;
    this.#texts = new TextCache(options.cacheSize ?? DEFAULT_CACHE_SIZE);
    this.#keys = new VersionedKeys<FiledVersion, FiledChange>({
      limits: { ...DEFAULT_HISTORY, ...options.history },
      sizeOf: ({ before, deletedSize }) => (before?.size ?? 0) + (deletedSize ?? 0),
      ...file.load(),
    });
    this.#numbered = this.#keys.revision;
    this.#forget(this.#keys.trim());
  }

  /**
   * Opens the storage in a directory and reads its keys. Throws `StorageLocked` where another process has it open,
   * `StorageFormatUnknown`, `StorageDamaged` and `StorageFull`.
   */
  static open(options: DiskStorageOptions): DiskStorage {
    const file = RevisionFile.open(options.directory, { sync: options.sync ?? true });
    try {
      return new DiskStorage(file, options);
    } catch (error) {
      void file.close();
      throw error;
    }
  }

  get revision(): Revision {
    return this.#keys.revision;
  }

  get oldestRevision(): Revision {
    return this.#keys.oldest;
  }

  get(key: string): StoredRecord | undefined {
    const version = this.#keys.find(key);
    return version === undefined ? undefined : this.#record(version, { keep: true });
  }

  list(options: ListOptions): RecordPage {
    const { versions, ...page } = this.#keys.page(options);
    return { records: versions.map((version) => this.#record(version)), ...page };
  }

  count(prefix: string): number {
    return this.#keys.count(prefix);
  }

  /** Rejects with `StorageFull` and `StorageWriteFailed`; the next commit tries the disk again. */
  async commit(write: StorageWrite): Promise<Committed | WriteConflict> {
    const { key } = write;
    for (let other = this.#changing.get(key); other !== undefined; other = this.#changing.get(key)) await other;
    this.#assertOpen();
    const found = this.get(key);
    if ((found?.modRevision ?? 0) !== write.ifRevision) return { conflict: true, found };
    if (write.delete !== true) {
      const record = this.#number(write, (revision, text) => ({
        key: found?.key ?? key,
        text,
        createRevision: found?.createRevision ?? revision,
        modRevision: revision,
      }));
      const revision = record.modRevision;
      await this.#enqueue({ revision, key: record.key, ...(found !== undefined && { before: found }), after: record });
      return { conflict: false, revision, record };
    }
    if (found === undefined) return { conflict: true, found };
    const event = this.#number(write, (revision, deletedText) => ({
      revision,
      key: found.key,
      before: found,
      deletedText,
    }));
    await this.#enqueue(event);
    return { conflict: false, revision: event.revision, record: found };
  }

  subscribe(prefix: string, after: Revision, sink: EventSink): () => void {
    this.#assertOpen();
    const missed = this.#keys.changesAfter(after, prefix).map((change) => this.#event(change));
    return this.#subscriptions.open(prefix, Math.max(after, this.#keys.revision), missed, sink);
  }

  async compact(revision: Revision): Promise<void> {
    this.#assertOpen();
    this.#forget(this.#keys.compact(revision));
    await new Promise<void>((resolve, reject) => {
      this.#compactions.push({ revision, resolve, reject });
      this.#startWriting();
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#subscriptions.closeAll();
    await this.#writing;
    await this.#file.close();
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw new Error(`the storage ${this.#file.directory} is closed`);
  }

  /** Gives the write its revision, and what is made of that and the text. */
  #number<T>(write: StorageWrite, made: (revision: Revision, text: string) => T): T {
    const revision = this.#numbered + 1;
    const text = write.text(revision);
    if (this.#numbered !== revision - 1)
      throw new Error(`the text of ${write.key} was not made without another commit`);
    this.#numbered = revision;
    return made(revision, text);
  }

  #enqueue(event: StorageEvent): Promise<void> {
    const { revision, key, before, after, deletedText } = event;
    const text = after?.text ?? deletedText ?? '';
    const change: FiledChange = {
      revision,
      key,
      ...(before !== undefined && { before: filed(before) }),
      ...(after === undefined ? { deletedSize: text.length } : { after: filed(after) }),
    };
    const written = new Promise<void>((resolve, reject) => {
      this.#queue.push({ change, event, text, resolve, reject });
    });
    this.#changing.set(
      key,
      written.catch(() => undefined),
    );
    this.#startWriting();
    return written;
  }

  #startWriting(): void {
    this.#writing ??= this.#writeAll();
  }

  /** Never rejects. */
  async #writeAll(): Promise<void> {
    do {
      // Those who commit in this turn, or have just been answered, share the next flush.
      await setImmediate();
      await this.#writeBatch();
    } while (this.#queue.length > 0 || this.#compactions.length > 0);
    // In the same turn as the look at the queue: who comes later starts anew.
    this.#writing = undefined;
  }

  async #writeBatch(): Promise<void> {
    const writes = this.#queue.splice(0, BATCH_WRITES);
    const forgotten = this.#forgotten.slice(0, BATCH_REMOVALS);
    try {
      if (writes.length > 0 || forgotten.length > 0) {
        await this.#file.write({
          added: writes,
          removed: forgotten.flatMap(removedRevisions),
          oldest: forgotten.at(-1)?.revision ?? 0,
        });
      }
    } catch (error) {
      for (const { change, reject } of writes) {
        this.#changing.delete(change.key);
        reject(error);
      }
      for (const { reject } of this.#compactions.splice(0)) reject(error);
      return;
    }
    this.#forgotten.splice(0, forgotten.length);
    for (const { change, text, resolve } of writes) {
      this.#changing.delete(change.key);
      this.#keys.apply(change);
      this.#texts.add(change.revision, text);
      resolve();
    }
    this.#forget(this.#keys.trim());
    this.#subscriptions.publish(writes.map(({ event }) => event));
    this.#answerCompactions();
  }

  #answerCompactions(): void {
    const next = this.#forgotten[0]?.revision ?? Number.POSITIVE_INFINITY;
    const open: Compaction[] = [];
    for (const compaction of this.#compactions) {
      if (compaction.revision < next) compaction.resolve();
      else open.push(compaction);
    }
    this.#compactions = open;
  }

  #forget(changes: readonly FiledChange[]): void {
    for (const change of changes) this.#forgotten.push(change);
  }

  #record(version: FiledVersion, { keep = false } = {}): StoredRecord {
    const { key, createRevision, modRevision } = version;
    let text = this.#texts.find(modRevision);
    if (text === undefined) {
      text = this.#file.text(modRevision);
      // A list would push out all that is used often.
      if (keep) this.#texts.add(modRevision, text);
    }
    return { key, text, createRevision, modRevision };
  }

  #event({ revision, key, before, after }: FiledChange): StorageEvent {
    return {
      revision,
      key,
      ...(before !== undefined && { before: this.#record(before) }),
      ...(after === undefined ? { deletedText: this.#file.text(revision) } : { after: this.#record(after) }),
    };
  }
}

function filed({ key, createRevision, modRevision, text }: StoredRecord): FiledVersion {
  return { key, createRevision, modRevision, size: text.length };
}

/** The rows that nothing refers to once this change is forgotten. */
function removedRevisions({ revision, before, after }: FiledChange): Revision[] {
  return [...(before === undefined ? [] : [before.modRevision]), ...(after === undefined ? [revision] : [])];
}
