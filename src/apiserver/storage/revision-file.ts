/**
 * The file of a storage on disk: versions and their texts by revision, in LMDB.
 *
 * Each revision adds one row to `versions` (JSON: key, creating revision, revision before or 0, length of the text, and 1
 * where the key was deleted) and one to `texts`. Rows are never changed, only removed when history no longer reaches them.
 * `meta` holds the number of this format and the oldest revision reached. All that one `write` is given is one transaction:
 * LMDB writes it to pages that nothing committed uses, flushes them, and only then writes and flushes the page that says
 * where the newest tree begins.
 */
import { existsSync, mkdirSync, statfsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Database, RootDatabase } from 'lmdb';
import type { Change, Version } from './change-log';
import { lockDirectory } from './directory-lock';
import { DATA_FILE, flushDirectory, openEnvironment } from './environment';
import { FileReserve } from './file-reserve';
import type { Revision } from './storage';
import { messageOf, StorageError, writeFailure } from './storage-error';

/** The number of the format described above. */
const STORAGE_FORMAT = 1;

const MAP_BYTES = 64 * 1024 ** 3;

/** What an empty storage may take at once. */
const SPACE_TO_BEGIN_BYTES = 4 * 1024 ** 2;

/** A version whose text is on disk. */
export interface FiledVersion extends Version {
  /** The length of the text, in UTF-16 code units. */
  readonly size: number;
}

/** A change whose texts are on disk; that of a deletion, which watchers see last, under the change's own revision. */
export interface FiledChange extends Change<FiledVersion> {
  /** For a deletion: the length of its text. */
  readonly deletedSize?: number;
}

/** What is written at once. */
export interface FileBatch {
  readonly added: readonly { readonly change: FiledChange; readonly text: string }[];
  /** Revisions that nothing refers to any more. */
  readonly removed: readonly Revision[];
  /** The oldest revision that can be reached when these are gone. */
  readonly oldest: Revision;
}

/** All but the texts, as a start needs it. */
export interface FileContents {
  /** What is there now, sorted by key. */
  readonly versions: readonly FiledVersion[];
  readonly changes: readonly FiledChange[];
  readonly revision: Revision;
  readonly oldest: Revision;
}

type Row = readonly [key: string, created: Revision, before: Revision, size: number, deleted: 0 | 1];

interface Databases {
  readonly root: RootDatabase;
  readonly meta: Database<number, string>;
  readonly versions: Database<string, Revision>;
  readonly texts: Database<string, Revision>;
}

export class RevisionFile {
  readonly directory: string;
  readonly #databases: Databases;
  readonly #reserve: FileReserve;
  readonly #unlock: () => Promise<void>;
  #isClosed = false;

  private constructor(directory: string, databases: Databases, sync: boolean, unlock: () => Promise<void>) {
    this.directory = directory;
    this.#databases = databases;
    this.#reserve = new FileReserve(join(directory, DATA_FILE), { sync });
    this.#unlock = unlock;
  }

  /**
   * Opens the file in a directory, both made where they are missing, for this process alone. `sync`: whether `write` waits
   * for the disk. Throws `StorageLocked`, `StorageFormatUnknown`, `StorageDamaged` and `StorageFull`.
   */
  static open(path: string, { sync }: { readonly sync: boolean }): RevisionFile {
    const directory = resolve(path);
    // Secrets are in here.
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const isNew = !existsSync(join(directory, DATA_FILE));
    if (isNew) assertSpace(directory);
    let unlock: (() => Promise<void>) | undefined;
    try {
      unlock = lockDirectory(directory);
      const databases = openDatabases(directory, sync);
      // What is flushed is of no use while the name of its directory can be lost.
      if (isNew && sync) flushDirectory(dirname(directory));
      return new RevisionFile(directory, databases, sync, unlock);
    } catch (error) {
      void unlock?.();
      // What the operating system refuses, such as access, says so itself.
      const isTold = error instanceof StorageError || (error instanceof Error && 'syscall' in error);
      throw isTold ? error : damaged(directory, messageOf(error), error);
    }
  }

  /** Reads everything but the texts. Throws `StorageDamaged`. */
  load(): FileContents {
    const oldest = this.#databases.meta.get('oldest') ?? 0;
    const byRevision = new Map<Revision, FiledVersion>();
    const newest = new Map<string, FiledVersion>();
    const changes: FiledChange[] = [];
    let revision = oldest;
    for (const { key: modRevision, value } of this.#databases.versions.getRange()) {
      const [name, createRevision, beforeRevision, size, deleted] = JSON.parse(value) as Row;
      const before = byRevision.get(beforeRevision);
      if (before === undefined && beforeRevision !== 0 && modRevision > oldest) {
        throw damaged(this.directory, `revision ${String(modRevision)} needs ${String(beforeRevision)}`);
      }
      // One string for all versions of a key.
      const key = before?.key ?? name;
      if (deleted === 1) newest.delete(key);
      else {
        const version = { key, createRevision, modRevision, size };
        byRevision.set(modRevision, version);
        newest.set(key, version);
      }
      if (modRevision > oldest) {
        const after = deleted === 1 ? { deletedSize: size } : { after: byRevision.get(modRevision) };
        changes.push({ revision: modRevision, key, ...(before !== undefined && { before }), ...after });
      }
      revision = Math.max(revision, modRevision);
    }
    const versions = [...newest.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
    return { versions, changes, revision, oldest };
  }

  /** The text written under a revision. Throws `StorageDamaged`. */
  text(revision: Revision): string {
    // LMDB itself doesn't look.
    if (this.#isClosed) throw new Error(`the storage ${this.directory} is closed`);
    const text = this.#databases.texts.get(revision);
    if (text === undefined) throw damaged(this.directory, `the text of revision ${String(revision)} is missing`);
    return text;
  }

  /**
   * Makes all of the change or, where it rejects, nothing of it. One at a time. Rejects with `StorageFull` and
   * `StorageWriteFailed`.
   */
  async write(batch: FileBatch): Promise<void> {
    try {
      await this.#reserve.ensure(this.#lengthAfter(batch));
      const { root, meta, versions, texts } = this.#databases;
      await root.batch(() => {
        for (const { change, text } of batch.added) {
          const { revision, before, after } = change;
          const created = after?.createRevision ?? before?.createRevision ?? revision;
          const row: Row = [change.key, created, before?.modRevision ?? 0, text.length, after === undefined ? 1 : 0];
          void versions.put(revision, JSON.stringify(row));
          void texts.put(revision, text);
        }
        for (const revision of batch.removed) {
          void versions.remove(revision);
          void texts.remove(revision);
        }
        if (batch.removed.length > 0) void meta.put('oldest', batch.oldest);
      });
    } catch (error) {
      throw writeFailure(this.directory, await causeOf(error));
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#databases.root.close();
    await this.#reserve.close();
    await this.#unlock();
  }

  /** How long the file is at most after the batch, where no page is used again. */
  #lengthAfter({ added, removed }: FileBatch): number {
    const { pageSize, lastPageNumber } = this.#databases.root.getStats() as FileStatistics;
    let pages = lastPageNumber + 1 + SPARE_PAGES + removed.length * PAGES_OF_REMOVAL;
    for (const { text } of added) pages += Math.ceil((text.length * MAX_BYTES_OF_UNIT) / pageSize) + PAGES_OF_WRITE;
    return pages * pageSize;
  }
}

interface FileStatistics {
  readonly pageSize: number;
  readonly lastPageNumber: number;
}

/** Pages of the trees that a write or removal can copy: paths overlap, so this is far more than is used. */
const PAGES_OF_WRITE = 4;
const PAGES_OF_REMOVAL = 6;
/** For the roots, the list of free pages and `meta`. */
const SPARE_PAGES = 256;
/** A UTF-16 code unit takes at most three bytes in UTF-8. */
const MAX_BYTES_OF_UNIT = 3;

function openDatabases(directory: string, sync: boolean): Databases {
  const root = openEnvironment(directory, { mapBytes: MAP_BYTES, sync });
  try {
    const meta = root.openDB<number, string>('meta', { encoding: 'json' });
    const format = meta.get('format');
    if (format !== undefined && format !== STORAGE_FORMAT) {
      throw new StorageError(
        'StorageFormatUnknown',
        `the storage ${directory} has format ${JSON.stringify(format)}, and this version knows ${String(STORAGE_FORMAT)}; use the version that wrote it, or one that is newer`,
      );
    }
    const versions = root.openDB<string, Revision>('versions', { encoding: 'string' });
    const texts = root.openDB<string, Revision>('texts', { encoding: 'string' });
    if (format === undefined) {
      if (versions.getKeysCount({ limit: 1 }) > 0) throw damaged(directory, 'it has changes but no format');
      meta.putSync('format', STORAGE_FORMAT);
    }
    return { root, meta, versions, texts };
  } catch (error) {
    void root.close();
    throw error;
  }
}

/** What LMDB's binding has to say about a failed commit comes apart from the failure. */
async function causeOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !('commitError' in error)) return error;
  try {
    await error.commitError;
    return error;
  } catch (cause) {
    return cause;
  }
}

/** Throws `StorageFull`. */
function assertSpace(directory: string): void {
  const { bavail, bsize } = statfsSync(directory);
  if (bavail * bsize < SPACE_TO_BEGIN_BYTES)
    throw writeFailure(directory, Object.assign(new Error(), { code: 'ENOSPC' }));
}

function damaged(directory: string, why: string, cause?: unknown): StorageError {
  return new StorageError(
    'StorageDamaged',
    `the storage ${directory} can't be read: ${why}; restore it from a backup`,
    {
      cause,
    },
  );
}
