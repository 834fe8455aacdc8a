/**
 * What is left of a storage when the power fails in the middle of a transaction.
 *
 * A transaction reaches the disk in two steps: first the pages it made, in any order, in part, or torn; when all of them are
 * flushed, the page that says where the newest tree begins. So the file is copied after every acknowledged commit, the
 * pages in which two copies differ are the transaction's, and every state between the two is made of them and opened. That
 * proves that no transaction touches what the state before it needs, also where it uses pages again that old history has
 * left. That the steps have this order is LMDB's promise; `test/e2e/apiserver-crash` watches it being kept.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiskStorage } from '../../../src/apiserver/storage/disk-storage';
import type { StorageEvent, StoredRecord } from '../../../src/apiserver/storage/storage';
import { collect, put, remove } from './storage-conformance';

const PAGE = 4096;
/** Pages that describe a state; a write of either is complete or has not happened, being shorter than a sector. */
const HEADERS = 2;

interface Contents {
  readonly revision: number;
  readonly records: readonly StoredRecord[];
  readonly events: readonly StorageEvent[];
}

describe('a power cut', () => {
  let base: string;
  let storage: DiskStorage;
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'power-cut-'));
    mkdirSync(join(base, 'cut'));
    // Little history, so that pages are used again all the time.
    storage = DiskStorage.open({ directory: join(base, 'whole'), sync: false, history: { changes: 3 } });
  });
  afterEach(async () => {
    await storage.close();
    rmSync(base, { recursive: true });
  });

  const image = (): Buffer => readFileSync(join(base, 'whole', 'data.mdb'));

  async function contentsOf(file: Buffer): Promise<Contents> {
    writeFileSync(join(base, 'cut', 'data.mdb'), file);
    const cut = DiskStorage.open({ directory: join(base, 'cut'), sync: false, history: { changes: 3 } });
    const contents = contentsNow(cut);
    await cut.close();
    return contents;
  }

  it('at any point of any transaction leaves what was acknowledged, and nothing else', async () => {
    let before = image();
    let was = contentsNow(storage);
    let reused = 0;
    for (const step of steps()) {
      await step(storage);
      const after = image();
      const is = contentsNow(storage);
      const pages = changedPages(before, after);
      const data = pages.filter((page) => page >= HEADERS);
      reused += data.filter((page) => page * PAGE < before.length && !isZero(before, page)).length;
      expect(data.length).toBeGreaterThan(0);
      expect(pages.length).toBeGreaterThan(data.length);
      for (const cut of cuts(before, after, data)) expect(await contentsOf(cut)).toEqual(was);
      expect(await contentsOf(withPages(before, after, pages))).toEqual(is);
      before = after;
      was = is;
    }
    expect(reused).toBeGreaterThan(100);
  }, 60_000);
});

/** Transactions of all sorts: small and large texts, deletions, several at once, and compactions. */
function steps(): ((storage: DiskStorage) => Promise<unknown>)[] {
  return Array.from({ length: 24 }, (_, round) => {
    const key = `/pods/${String(round % 5)}`;
    const text = String.fromCharCode(97 + round).repeat(round % 3 === 0 ? 9_000 : 300 * (round % 4));
    if (round % 7 === 6) return (storage) => storage.compact(storage.revision);
    if (round % 5 === 4)
      return (storage) => (storage.get(key) === undefined ? put(storage, key) : remove(storage, key));
    if (round % 4 === 3) return (storage) => Promise.all([put(storage, key, text), put(storage, `${key}/b`, text)]);
    return (storage) => put(storage, key, text);
  });
}

/** What may be on the disk before the header is written: some of the pages, or pieces of them. */
function* cuts(before: Buffer, after: Buffer, data: readonly number[]): Generator<Buffer> {
  yield withPages(before, after, data);
  for (let count = 0; count < data.length; count += Math.ceil(data.length / 4)) {
    yield withPages(before, after, data.slice(0, count));
    yield withPages(before, after, data.slice(count));
  }
  const torn = withPages(before, after, data);
  const garbled = withPages(before, after, data);
  for (const page of data) {
    const half = page * PAGE + PAGE / 2;
    before.copy(torn, half, Math.min(half, before.length), Math.min(half + PAGE / 2, before.length));
    garbled.fill(0xa5, page * PAGE, (page + 1) * PAGE);
  }
  yield torn;
  yield garbled;
}

function withPages(before: Buffer, after: Buffer, pages: readonly number[]): Buffer {
  // The file is made longer, and that flushed, before a transaction uses it.
  const made = Buffer.alloc(Math.max(before.length, after.length));
  before.copy(made);
  for (const page of pages) after.copy(made, page * PAGE, page * PAGE, (page + 1) * PAGE);
  return made;
}

function changedPages(before: Buffer, after: Buffer): number[] {
  const pages: number[] = [];
  for (let page = 0; page * PAGE < after.length; page += 1) {
    const was = before.subarray(page * PAGE, (page + 1) * PAGE);
    const is = after.subarray(page * PAGE, (page + 1) * PAGE);
    if (was.length === 0 ? !isZero(after, page) : !was.equals(is)) pages.push(page);
  }
  return pages;
}

function isZero(file: Buffer, page: number): boolean {
  return file.subarray(page * PAGE, (page + 1) * PAGE).every((byte) => byte === 0);
}

function contentsNow(storage: DiskStorage): Contents {
  const { events, end } = collect(storage, '/', storage.oldestRevision);
  end();
  return { revision: storage.revision, records: storage.list({ prefix: '/' }).records, events };
}
