/**
 * One process at a time in a directory.
 *
 * The lock is the reader table of a tiny LMDB environment in which nothing is ever written: whoever has the directory open
 * holds a reader's slot there. Slots are guarded by locks of the kernel, so that those of a process that was killed count
 * no longer, and no process number that was given twice is taken for a living owner.
 */
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { openEnvironment } from './environment';
import { StorageError } from './storage-error';

/** Directories that this process holds: the kernel's locks don't tell apart two owners in one process. */
const held = new Set<string>();

/** The smallest that holds an empty environment many times over. */
const MAP_BYTES = 1024 * 1024;

/**
 * Takes the directory, which must be there, for this process. Returns what gives it back. Throws `StorageLocked`; of two
 * processes that try at the same time, one or none gets it.
 */
export function lockDirectory(directory: string): () => Promise<void> {
  const path = realpathSync(directory);
  if (held.has(path)) throw lockedError(path, 'this process has it open already');
  const table = openEnvironment(join(path, 'owner'), { mapBytes: MAP_BYTES, sync: true });
  try {
    const slot = table.useReadTransaction();
    // Takes the slot, and waits for it for some seconds where a process of the same number has it: in another container.
    table.get('owner', { transaction: slot });
    table.readerCheck();
    const others = readerProcesses(table.readerList()).filter((process_) => process_ !== process.pid);
    if (others.length > 0) throw lockedError(path, `process ${others.join(', ')} has it open`);
    held.add(path);
    return async () => {
      slot.done();
      const closed = table.close();
      held.delete(path);
      await closed;
    };
  } catch (error) {
    void table.close();
    if (error instanceof StorageError) throw error;
    throw lockedError(
      path,
      `a process of the same number (${String(process.pid)}) has it open in another container`,
      error,
    );
  }
}

/** The process numbers in LMDB's table of readers: the first column of each line but the first. */
function readerProcesses(list: string): number[] {
  return list
    .split('\n')
    .map((line) => Number.parseInt(line, 10))
    .filter((number) => number > 0);
}

function lockedError(path: string, why: string, cause?: unknown): StorageError {
  return new StorageError('StorageLocked', `the storage ${path} is in use: ${why}; stop the other server first`, {
    cause,
  });
}
