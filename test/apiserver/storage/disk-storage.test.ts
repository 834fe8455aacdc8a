import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiskStorage, type DiskStorageOptions } from '../../../src/apiserver/storage/disk-storage';
import { describeStorage } from './storage-conformance';

describe('a storage on disk', () => {
  const base = mkdtempSync(join(tmpdir(), 'disk-storage-'));
  const optionsOf = new Map<unknown, DiskStorageOptions>();
  let count = 0;
  afterAll(() => {
    rmSync(base, { recursive: true });
  });

  function reopened(options: DiskStorageOptions): DiskStorage {
    const storage = DiskStorage.open(options);
    optionsOf.set(storage, options);
    return storage;
  }

  describeStorage({
    open: (history) => {
      count += 1;
      // Flushes are measured and proved elsewhere.
      const directory = join(base, String(count));
      return reopened({ directory, sync: false, cacheSize: 100, ...(history !== undefined && { history }) });
    },
    reopen: async (storage) => {
      await storage.close();
      const options = optionsOf.get(storage);
      if (options === undefined) throw new Error('a storage of another suite');
      return reopened(options);
    },
    runs: 60,
  });
});
