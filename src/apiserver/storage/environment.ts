/**
 * LMDB environments, opened only where that is safe.
 *
 * LMDB's binding for Node (3.5) crashes the process when it is given a file that isn't LMDB's, or one that lacks its end. So
 * a new file gets its name only when it is whole and flushed, and an old one is looked at first.
 */
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { open, type RootDatabase } from 'lmdb';

/** The name of an environment's data in its directory. */
export const DATA_FILE = 'data.mdb';

export interface EnvironmentOptions {
  /** Address space, not memory and not disk: the file is about as long as what was written to it. */
  readonly mapBytes: number;
  /** Whether a commit waits until the disk has it. */
  readonly sync: boolean;
}

/** Opens the environment in a directory, both made where they are missing. Throws where its file is damaged. */
export function openEnvironment(directory: string, options: EnvironmentOptions): RootDatabase {
  // Secrets may be in here.
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const file = join(directory, DATA_FILE);
  if (!existsSync(file)) create(directory, options);
  assertWhole(file);
  return openUnchecked(directory, options);
}

/** Makes the names in a directory as safe as the contents that were flushed. */
export function flushDirectory(directory: string): void {
  flushFile(directory);
}

function openUnchecked(directory: string, { mapBytes, sync }: EnvironmentOptions): RootDatabase {
  return open({
    path: directory,
    mapSize: mapBytes,
    maxDbs: 4,
    // A commit is done when it is flushed. With overlapping flushes it would depend on which boot of the machine wrote it.
    overlappingSync: false,
    // Each batch is a transaction by itself, and a failed one is told to those who wait for it alone.
    eventTurnBatching: false,
    ...(!sync && { noSync: true }),
  });
}

/** Where two do this at once, the first one's file stays. */
function create(directory: string, options: EnvironmentOptions): void {
  const unfinished = mkdtempSync(join(directory, 'new-'));
  try {
    void openUnchecked(unfinished, options).close();
    if (options.sync) flushFile(join(unfinished, DATA_FILE));
    linkSync(join(unfinished, DATA_FILE), join(directory, DATA_FILE));
    if (options.sync) flushFile(directory);
  } catch (error) {
    if (!existsSync(join(directory, DATA_FILE))) throw error;
  } finally {
    rmSync(unfinished, { recursive: true });
  }
}

/** Where things are in the first two pages, each of which describes a state of the tree; the newer one counts. */
const HEADER = {
  bytes: 168,
  page: 0,
  flags: 18,
  magic: 24,
  version: 28,
  pageSize: 48,
  lastPage: 144,
  transaction: 152,
};
const META_FLAG = 8;
const MAGIC = 0xbeefc0de;
const VERSION = 2;

/** @see mdb.c (`MDB_page`, `MDB_meta`) in lmdb 3.5 */
function assertWhole(path: string): void {
  const file = openSync(path, 'r');
  try {
    const first = headerAt(file, { path, page: 0, position: 0 });
    const pageSize = first.readUInt32LE(HEADER.pageSize);
    const second = headerAt(file, { path, page: 1, position: pageSize });
    const isSecondNewer = second.readBigUInt64LE(HEADER.transaction) > first.readBigUInt64LE(HEADER.transaction);
    const newest = isSecondNewer ? second : first;
    const wanted = (newest.readBigUInt64LE(HEADER.lastPage) + 1n) * BigInt(pageSize);
    const { size } = fstatSync(file);
    if (BigInt(size) < wanted) {
      throw new Error(`${path} has ${String(size)} of the ${String(wanted)} bytes that it says it has`);
    }
  } finally {
    closeSync(file);
  }
}

/** Throws where it isn't one. */
function headerAt(
  file: number,
  { path, page, position }: { readonly path: string; readonly page: number; readonly position: number },
): Buffer {
  const header = Buffer.alloc(HEADER.bytes);
  readSync(file, header, 0, header.length, position);
  const isHeader =
    header.readBigUInt64LE(HEADER.page) === BigInt(page) &&
    header.readUInt16LE(HEADER.flags) === META_FLAG &&
    header.readUInt32LE(HEADER.magic) === MAGIC;
  if (!isHeader) throw new Error(`${path} is no LMDB file`);
  const version = header.readUInt32LE(HEADER.version) & 0xffff;
  if (version !== VERSION) throw new Error(`${path} has LMDB's format ${String(version)}, not ${String(VERSION)}`);
  return header;
}

function flushFile(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
