/** What a storage does with its directory: restarts, locks, formats, damage and full disks. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';
import { DiskStorage } from '../../../src/apiserver/storage/disk-storage';
import { FileReserve } from '../../../src/apiserver/storage/file-reserve';
import { RevisionFile } from '../../../src/apiserver/storage/revision-file';
import { collect, put, remove } from './storage-conformance';

describe('the directory of a storage', () => {
  let directory: string;
  let storage: DiskStorage;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'disk-files-'));
    storage = DiskStorage.open({ directory, sync: false });
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await storage.close();
    rmSync(directory, { recursive: true });
  });

  async function reopen(options: { readonly history?: { readonly changes?: number } } = {}): Promise<void> {
    await storage.close();
    storage = DiskStorage.open({ directory, sync: false, ...options });
  }

  it('is made where it is missing, for its owner alone', async () => {
    const missing = join(directory, 'a', 'b');
    const other = DiskStorage.open({ directory: missing, sync: false });
    expect(statSync(missing).mode & 0o777).toBe(0o700);
    await other.close();
  });

  it('gives everything back after a restart, history and watchers’ old texts included', async () => {
    await put(storage, '/a', 'first');
    await put(storage, '/a', 'second');
    await put(storage, '/b', 'ünïcödé \u{1f600}');
    await remove(storage, '/a');
    const { events } = collect(storage, '/', 0);
    const before = storage.list({ prefix: '/' });
    await reopen();
    expect(storage.list({ prefix: '/' })).toEqual(before);
    expect(collect(storage, '/', 0).events).toEqual(events);
    expect(storage.list({ prefix: '/', revision: 2 }).records.map(({ text }) => text)).toEqual(['2 second']);
  });

  it('remembers the newest revision though nothing of it is left', async () => {
    await put(storage, '/a');
    await remove(storage, '/a');
    await storage.compact(2);
    await reopen();
    expect(storage.revision).toBe(2);
    expect(storage.oldestRevision).toBe(2);
    expect(await put(storage, '/a')).toBe(3);
  });

  it('keeps compacted what was compacted, and forgets more where less is wanted', async () => {
    for (let count = 0; count < 10; count += 1) await put(storage, '/a');
    await storage.compact(4);
    await reopen();
    expect(storage.oldestRevision).toBe(4);
    await reopen({ history: { changes: 2 } });
    expect(storage.oldestRevision).toBe(8);
    await put(storage, '/a');
    await reopen();
    expect(storage.oldestRevision).toBe(8);
  });

  it('does not grow while the same key is written again and again', async () => {
    await reopen({ history: { changes: 10 } });
    const text = 'x'.repeat(5000);
    for (let count = 0; count < 50; count += 1) await put(storage, '/a', text);
    const size = statSync(join(directory, 'data.mdb')).size;
    for (let count = 0; count < 500; count += 1) await put(storage, '/a', text);
    expect(statSync(join(directory, 'data.mdb')).size).toBe(size);
  });

  it('writes all that is committed in one turn at once', async () => {
    const write = jest.spyOn(RevisionFile.prototype, 'write');
    await Promise.all(Array.from({ length: 64 }, (_, index) => put(storage, `/${String(index)}`)));
    expect(write).toHaveBeenCalledTimes(1);
  });

  it('is refused to a second owner until the first has closed it', async () => {
    expect(failureOf(() => DiskStorage.open({ directory }))).toMatchObject({ code: 'StorageLocked' });
    await put(storage, '/a');
    await reopen();
    expect(storage.get('/a')?.text).toBe('1 text');
  });

  it.each([
    { code: 'StorageFormatUnknown', because: 'its format is newer', format: 2 },
    { code: 'StorageFormatUnknown', because: 'its format is nonsense', format: 'one' },
    { code: 'StorageDamaged', because: 'it has changes but no format', format: undefined },
  ])('is refused with $code where $because, and stays as it is', async ({ code, format }) => {
    await put(storage, '/a');
    await storage.close();
    await withMeta(directory, (meta) =>
      format === undefined ? meta.removeSync('format') : meta.putSync('format', format),
    );
    expect(failureOf(() => DiskStorage.open({ directory }))).toMatchObject({ code });
    await withMeta(directory, (meta) => meta.putSync('format', 1));
    storage = DiskStorage.open({ directory, sync: false });
    expect(storage.get('/a')?.text).toBe('1 text');
  });

  it.each([
    { because: 'is something else', damage: () => Buffer.from('x'.repeat(10_000)) },
    { because: 'is empty', damage: () => Buffer.alloc(0) },
    { because: 'has lost its beginning', damage: (file: Buffer) => file.subarray(4096) },
    { because: 'has lost its end', damage: (file: Buffer) => file.subarray(0, 5 * 4096) },
    { because: 'has another version', damage: (file: Buffer) => file.fill(3, 28, 29) },
  ])('is refused where its file $because, and can be mended', async ({ damage }) => {
    for (let count = 0; count < 10; count += 1) await put(storage, '/a');
    await storage.close();
    const path = join(directory, 'data.mdb');
    const file = readFileSync(path);
    writeFileSync(path, damage(Buffer.from(file)));
    expect(failureOf(() => DiskStorage.open({ directory }))).toMatchObject({ code: 'StorageDamaged' });
    writeFileSync(path, file);
    storage = DiskStorage.open({ directory, sync: false });
    expect(storage.revision).toBe(10);
  });

  it('can be copied while nothing is written', async () => {
    await put(storage, '/a');
    const copy = join(directory, 'copy');
    mkdirSync(copy);
    copyFileSync(join(directory, 'data.mdb'), join(copy, 'data.mdb'));
    const copied = DiskStorage.open({ directory: copy, sync: false });
    expect(copied.list({ prefix: '/' })).toEqual(storage.list({ prefix: '/' }));
    await copied.close();
  });

  describe('on a full disk', () => {
    const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });

    it('refuses what it cannot keep, shows nothing of it, and goes on when there is space', async () => {
      await put(storage, '/a');
      const { events } = collect(storage, '/', 1);
      const ensure = jest.spyOn(FileReserve.prototype, 'ensure').mockRejectedValueOnce(full);
      const failed = await Promise.allSettled([put(storage, '/a', 'more'), put(storage, '/b')]);
      for (const result of failed) {
        expect(result).toMatchObject({ status: 'rejected', reason: { code: 'StorageFull', cause: full } });
      }
      expect(ensure).toHaveBeenCalledTimes(1);
      expect(storage.list({ prefix: '/' })).toMatchObject({ revision: 1, records: [{ text: '1 text' }] });
      expect(storage.get('/b')).toBeUndefined();
      expect(events).toEqual([]);
      // Revisions 2 and 3 were in texts that nobody may take for these.
      expect(await put(storage, '/b')).toBe(4);
      expect(events.map(({ revision }) => revision)).toEqual([4]);
      await reopen();
      expect(storage.list({ prefix: '/' }).records.map(({ text }) => text)).toEqual(['1 text', '4 text']);
    });

    it('lets a writer try that waited for one who failed', async () => {
      jest.spyOn(FileReserve.prototype, 'ensure').mockRejectedValueOnce(full);
      const first = storage.commit({ key: '/a', ifRevision: 0, text: () => 'first' });
      const second = storage.commit({ key: '/a', ifRevision: 0, text: () => 'second' });
      await expect(first).rejects.toMatchObject({ code: 'StorageFull' });
      expect(await second).toMatchObject({ conflict: false, record: { text: 'second' } });
    });

    it('fails a compaction, and may be asked again', async () => {
      await put(storage, '/a');
      await put(storage, '/a');
      jest.spyOn(FileReserve.prototype, 'ensure').mockRejectedValueOnce(full);
      await expect(storage.compact(2)).rejects.toMatchObject({ code: 'StorageFull' });
      await storage.compact(2);
      await reopen();
      expect(storage.oldestRevision).toBe(2);
    });

    it('learns of it before the database does', async () => {
      const reserve = new FileReserve('/dev/full', { sync: true });
      await expect(reserve.ensure(1)).rejects.toMatchObject({ code: 'ENOSPC' });
      await reserve.close();
    });

    it('has always more space than it uses', async () => {
      for (let count = 0; count < 40; count += 1) {
        await put(storage, `/${String(count)}`, 'x'.repeat(100_000));
        // Zeros at the end: the database has not been there.
        const file = readFileSync(join(directory, 'data.mdb'));
        expect(file.subarray(-100_000).every((byte) => byte === 0)).toBe(true);
      }
    });
  });
});

async function withMeta(
  directory: string,
  change: (meta: {
    putSync: (key: string, value: unknown) => unknown;
    removeSync: (key: string) => unknown;
  }) => unknown,
): Promise<void> {
  const root = open({ path: directory, maxDbs: 4, overlappingSync: false });
  change(root.openDB<unknown, string>('meta', { encoding: 'json' }));
  await root.close();
}

function failureOf(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}
