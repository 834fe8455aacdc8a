/** What every storage must do, whatever it keeps its records in. */
import fc from 'fast-check';
import type { HistoryLimits } from '../../../src/apiserver/storage/change-log';
import {
  type Committed,
  RevisionCompacted,
  RevisionNotReached,
  type Storage,
  type StorageEvent,
  type StorageWrite,
  type WriteConflict,
} from '../../../src/apiserver/storage/storage';
import { StorageModel } from './storage-model';

/** How a suite comes by a storage. */
export interface StorageUnderTest {
  /** A new one, empty. */
  readonly open: (history?: Partial<HistoryLimits>) => Storage;
  /** Closes it and opens what it left; absent where nothing is left. */
  readonly reopen?: (storage: Storage) => Promise<Storage>;
  readonly runs: number;
}

/** Writes `text`, with the revision in front, whatever is there now. */
export async function put(storage: Storage, key: string, text = 'text'): Promise<number> {
  const result = await storage.commit(writeOf(storage, key, text));
  if (result.conflict) throw new Error(`${key} is at ${String(result.found?.modRevision)}`);
  return result.revision;
}

export async function remove(storage: Storage, key: string): Promise<number> {
  const result = await storage.commit({ ...writeOf(storage, key, 'deleted'), delete: true });
  if (result.conflict) throw new Error(`${key} is at ${String(result.found?.modRevision)}`);
  return result.revision;
}

function writeOf(storage: Storage, key: string, text: string): StorageWrite {
  const ifRevision = storage.get(key)?.modRevision ?? 0;
  return { key, ifRevision, text: (revision) => `${String(revision)} ${text}` };
}

/** Gathers what a subscription delivers. */
export function collect(storage: Storage, prefix: string, after: number): { events: StorageEvent[]; end: () => void } {
  const events: StorageEvent[] = [];
  const end = storage.subscribe(prefix, after, (fresh) => {
    events.push(...fresh);
  });
  return { events, end };
}

export function describeStorage({ open, reopen, runs }: StorageUnderTest): void {
  let storage: Storage;
  beforeEach(() => {
    storage = open();
  });
  afterEach(async () => {
    await storage.close();
  });

  describe('a commit', () => {
    it('takes the next revision, counted from 1', async () => {
      expect(storage.revision).toBe(0);
      expect(await put(storage, '/pods/a/x')).toBe(1);
      expect(await put(storage, '/pods/a/y')).toBe(2);
      expect(storage.revision).toBe(2);
    });

    it('keeps the revision that created the key until the key is created again', async () => {
      await put(storage, '/pods/a/x');
      await put(storage, '/pods/a/x', 'more');
      expect(storage.get('/pods/a/x')).toEqual({
        key: '/pods/a/x',
        text: '2 more',
        createRevision: 1,
        modRevision: 2,
      });
      await remove(storage, '/pods/a/x');
      expect(storage.get('/pods/a/x')).toBeUndefined();
      await put(storage, '/pods/a/x');
      expect(storage.get('/pods/a/x')?.createRevision).toBe(4);
    });

    it.each([
      { because: 'the key is there', ifRevision: 0, delete: false },
      { because: 'the key has changed', ifRevision: 1, delete: false },
      { because: 'the key never had this revision', ifRevision: 9, delete: false },
      { because: 'a deletion is no different', ifRevision: 1, delete: true },
    ])('conflicts and changes nothing where $because', async ({ ifRevision, delete: isDeletion }) => {
      await put(storage, '/pods/a/x');
      await put(storage, '/pods/a/x', 'more');
      const text = jest.fn(() => 'never');
      const result = await storage.commit({ key: '/pods/a/x', ifRevision, text, delete: isDeletion });
      expect(result).toEqual({ conflict: true, found: storage.get('/pods/a/x') });
      expect(text).not.toHaveBeenCalled();
      expect(storage.revision).toBe(2);
    });

    it.each([0, 3])('that deletes a key that is not there conflicts, if revision %d is named', async (ifRevision) => {
      const result = await storage.commit({ key: '/pods/a/x', ifRevision, text: () => '', delete: true });
      expect(result).toEqual({ conflict: true, found: undefined });
    });

    it('whose text cannot be made fails, and its revision goes to the next', async () => {
      const failing = storage.commit({
        key: '/pods/a/x',
        ifRevision: 0,
        text: () => {
          throw new Error('no text');
        },
      });
      await expect(failing).rejects.toThrow('no text');
      expect(await put(storage, '/pods/a/x')).toBe(1);
    });

    it('of many writers at once lets one of those win that want to create the same key', async () => {
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, writer) =>
          storage.commit({ key: '/pods/a/x', ifRevision: 0, text: () => `writer ${String(writer)}` }),
        ),
      );
      const won = results.filter((result): result is Committed => !result.conflict);
      expect(won).toHaveLength(1);
      const lost = results.filter((result): result is WriteConflict => result.conflict);
      for (const { found } of lost) expect(found).toEqual(won[0]?.record);
    });

    it('is refused by a storage that is closed', async () => {
      await storage.close();
      await expect(storage.commit({ key: '/a', ifRevision: 0, text: () => '' })).rejects.toThrow('closed');
    });
  });

  describe('a list', () => {
    it('holds the keys of the prefix in their order, and no others', async () => {
      for (const key of ['/pods/b/x', '/pods/a/y', '/podsets/a/x', '/pod', '/pods/a/x', '/pods'])
        await put(storage, key);
      expect(storage.list({ prefix: '/pods/' }).records.map(({ key }) => key)).toEqual([
        '/pods/a/x',
        '/pods/a/y',
        '/pods/b/x',
      ]);
      expect(storage.count('/pods/a/')).toBe(2);
      expect(storage.count('')).toBe(6);
      expect(storage.count('/none/')).toBe(0);
    });

    it('comes in pages that belong together, though keys change between them', async () => {
      for (const name of ['a', 'b', 'c', 'd', 'e']) await put(storage, `/pods/${name}`);
      const first = storage.list({ prefix: '/pods/', limit: 2 });
      expect(first).toMatchObject({ revision: 5, nextKey: '/pods/b\0', remaining: 3 });
      await remove(storage, '/pods/c');
      await put(storage, '/pods/cc');
      await put(storage, '/pods/d', 'changed');
      const rest = storage.list({ prefix: '/pods/', startKey: first.nextKey, revision: first.revision });
      expect(rest.records.map(({ text }) => text)).toEqual(['3 text', '4 text', '5 text']);
      expect(rest).toMatchObject({ revision: 5, remaining: 0 });
      expect(rest.nextKey).toBeUndefined();
    });

    it.each([
      { startKey: '/a', because: 'a start before the prefix is the prefix', keys: ['/pods/a'] },
      { startKey: '/pods/a\0', because: 'nothing follows the last key', keys: [] },
      { startKey: '/z', because: 'a start after the prefix leaves nothing', keys: [] },
    ])('that starts elsewhere holds what is from there on: $because', async ({ startKey, keys }) => {
      await put(storage, '/pods/a');
      await put(storage, '/secrets/a');
      const page = storage.list({ prefix: '/pods/', startKey });
      expect(page.records.map(({ key }) => key)).toEqual(keys);
      expect(page.remaining).toBe(0);
    });

    it('at a revision that is forgotten or still to come is refused', async () => {
      for (const name of ['a', 'b', 'c']) await put(storage, `/pods/${name}`);
      await storage.compact(2);
      expect(storage.oldestRevision).toBe(2);
      expect(() => storage.list({ prefix: '/pods/', revision: 1 })).toThrow(new RevisionCompacted(1, 2));
      expect(storage.list({ prefix: '/pods/', revision: 2 }).records).toHaveLength(2);
      expect(() => storage.list({ prefix: '/pods/', revision: 4 })).toThrow(new RevisionNotReached(4, 3));
    });
  });

  describe('a subscription', () => {
    it('from an older revision brings what was missed and then what is new, each once', async () => {
      await put(storage, '/pods/a');
      await put(storage, '/pods/b');
      await put(storage, '/secrets/a');
      const { events, end } = collect(storage, '/pods/', 1);
      expect(events.map(({ revision }) => revision)).toEqual([2]);
      await put(storage, '/pods/a', 'more');
      await remove(storage, '/pods/a');
      end();
      await put(storage, '/pods/c');
      expect(events).toEqual([
        { revision: 2, key: '/pods/b', after: recordOf('/pods/b', '2 text', 2, 2) },
        {
          revision: 4,
          key: '/pods/a',
          before: recordOf('/pods/a', '1 text', 1, 1),
          after: recordOf('/pods/a', '4 more', 1, 4),
        },
        { revision: 5, key: '/pods/a', before: recordOf('/pods/a', '4 more', 1, 4), deletedText: '5 deleted' },
      ]);
    });

    it('from a revision that is still to come brings only what follows it', async () => {
      const { events } = collect(storage, '/', 2);
      for (const name of ['a', 'b', 'c', 'd']) await put(storage, `/${name}`);
      expect(events.map(({ revision }) => revision)).toEqual([3, 4]);
    });

    it('from a forgotten revision is refused', async () => {
      for (const name of ['a', 'b', 'c']) await put(storage, `/${name}`);
      await storage.compact(2);
      expect(() => storage.subscribe('/', 1, () => undefined)).toThrow(RevisionCompacted);
      expect(collect(storage, '/', 2).events.map(({ revision }) => revision)).toEqual([3]);
    });

    it('sees a change only when it can be read, and before the writer is answered', async () => {
      const seen: string[] = [];
      storage.subscribe('/', 0, ([event]) => {
        seen.push(
          `event ${String(event?.revision)} at ${String(storage.revision)}: ${String(storage.get('/a')?.text)}`,
        );
      });
      await put(storage, '/a').then((revision) => seen.push(`answer ${String(revision)}`));
      expect(seen).toEqual(['event 1 at 1: 1 text', 'answer 1']);
    });

    it('whose sink writes gets what it wrote in a later call, and so do all others, in order', async () => {
      const orders: number[][] = [[], [], []];
      const wrote: Promise<unknown>[] = [];
      const sinkOf =
        (order: number[]) =>
        (events: readonly StorageEvent[]): void => {
          for (const { revision, key } of events) {
            order.push(revision);
            if (key === '/a' && order === orders[1]) wrote.push(put(storage, '/b'), put(storage, '/c'));
          }
        };
      for (const order of orders) storage.subscribe('/', 0, sinkOf(order));
      await put(storage, '/a');
      await Promise.all(wrote);
      expect(orders).toEqual([
        [1, 2, 3],
        [1, 2, 3],
        [1, 2, 3],
      ]);
    });

    it('can be ended from within a sink, and opened there', async () => {
      await put(storage, '/a');
      const inner: number[] = [];
      const outer: number[] = [];
      const end = storage.subscribe('/', 1, (events) => {
        outer.push(...events.map(({ revision }) => revision));
        end();
        storage.subscribe('/', 0, (missed) => inner.push(...missed.map(({ revision }) => revision)));
      });
      await put(storage, '/b');
      await put(storage, '/c');
      expect(outer).toEqual([2]);
      expect(inner).toEqual([1, 2, 3]);
    });
  });

  describe('history', () => {
    it('is forgotten beyond its number of changes', async () => {
      const small = open({ changes: 2 });
      for (const name of ['a', 'b', 'c', 'd']) await put(small, `/${name}`);
      expect(small.oldestRevision).toBe(2);
      expect(small.list({ prefix: '/', revision: 2 }).records).toHaveLength(2);
      expect(() => small.list({ prefix: '/', revision: 1 })).toThrow(RevisionCompacted);
      await small.close();
    });

    it('is forgotten beyond its size, in which newest texts do not count', async () => {
      const small = open({ size: 100 });
      for (const name of ['a', 'b', 'c', 'd']) await put(small, `/${name}`, 'x'.repeat(58));
      expect(small.oldestRevision).toBe(0);
      await put(small, '/a', 'y'.repeat(58));
      expect(small.oldestRevision).toBe(0);
      await put(small, '/a', 'z'.repeat(58));
      expect(small.oldestRevision).toBe(5);
      await small.close();
    });

    it('cannot be compacted to a revision that is still to come, and never grows back', async () => {
      for (const name of ['a', 'b', 'c']) await put(storage, `/${name}`);
      await expect(storage.compact(4)).rejects.toThrow(RevisionNotReached);
      await storage.compact(3);
      await storage.compact(1);
      expect(storage.oldestRevision).toBe(3);
    });
  });

  it('agrees with a naive model in any order of commits, lists, subscriptions and compactions', async () => {
    const key = fc.constantFrom('/pods/a/x', '/pods/a/y', '/pods/b/x', '/pods/b/\u00e9', '/secrets/a/x', '/nodes/n');
    const prefix = fc.constantFrom('/', '/pods/', '/pods/a/', '/nodes/', '/none/');
    // Fractions of what there is: of the history known, or of the keys.
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const write = fc.record({ key, isRight: fc.boolean(), isDeletion: fc.boolean() });
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          do: fc.constant('write' as const),
          writes: fc.array(write, { minLength: 1, maxLength: 6 }),
        }),
      },
      {
        weight: 3,
        arbitrary: fc.record({
          do: fc.constant('list' as const),
          prefix,
          share,
          limit: fc.integer({ min: 0, max: 3 }),
        }),
      },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('subscribe' as const), prefix, share }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('unsubscribe' as const), share }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('compact' as const), share }) },
      { weight: reopen === undefined ? 0 : 1, arbitrary: fc.record({ do: fc.constant('reopen' as const) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.integer({ min: 3, max: 40 }), async (steps, changes) => {
        let tested = open({ changes });
        const model = new StorageModel();
        let open_: { prefix: string; after: number; until?: number; events: StorageEvent[]; end: () => void }[] = [];
        const check = (subscription: (typeof open_)[number]): void => {
          const { prefix: watched, after, until = model.revision, events } = subscription;
          expect(events).toEqual(model.events(watched, after, until));
        };
        const reached = (of: number): number =>
          tested.oldestRevision + Math.round((model.revision - tested.oldestRevision) * of);
        for (const next of steps) {
          switch (next.do) {
            case 'write':
              await writeAll(tested, model, next.writes);
              break;
            case 'list':
              listAll(tested, model, { prefix: next.prefix, revision: reached(next.share), limit: next.limit });
              break;
            case 'subscribe': {
              const after = reached(next.share);
              open_.push({ prefix: next.prefix, after, ...collect(tested, next.prefix, after) });
              break;
            }
            case 'unsubscribe': {
              const ended = open_[Math.floor(next.share * open_.length)];
              ended?.end();
              if (ended !== undefined) ended.until ??= model.revision;
              break;
            }
            case 'compact':
              await tested.compact(reached(next.share));
              break;
            case 'reopen':
              for (const subscription of open_) check(subscription);
              open_ = [];
              tested = (await reopen?.(tested)) ?? tested;
              break;
          }
          expect(tested.revision).toBe(model.revision);
          expect(tested.list({ prefix: '' }).records).toEqual(model.recordsAt(model.revision, ''));
        }
        for (const subscription of open_) check(subscription);
        await tested.close();
      }),
      { numRuns: runs },
    );
  }, 60_000);
}

/** Commits all at once, and makes those that were committed in the model, by revision. */
async function writeAll(
  storage: Storage,
  model: StorageModel,
  writes: readonly { readonly key: string; readonly isRight: boolean; readonly isDeletion: boolean }[],
): Promise<void> {
  const asked = writes.map(({ key, isRight, isDeletion }, index) => ({
    key,
    ifRevision: (model.now.get(key)?.modRevision ?? 0) + (isRight ? 0 : 1),
    delete: isDeletion,
    text: (revision: number) => `${String(revision)} of write ${String(index)}${'.'.repeat(index)}`,
  }));
  const results = await Promise.all(asked.map(async (write) => ({ write, result: await storage.commit(write) })));
  const committed = results.flatMap(({ write, result }) => (result.conflict ? [] : [{ write, result }]));
  committed.sort((a, b) => a.result.revision - b.result.revision);
  for (const { write, result } of committed) {
    const before = model.now.get(write.key);
    expect(result.revision).toBe(model.revision + 1);
    expect(before?.modRevision ?? 0).toBe(write.ifRevision);
    if (write.delete) model.delete(write.key, write.text(result.revision));
    else model.put(write.key, write.text(result.revision));
    expect(result.record).toEqual(write.delete ? before : model.now.get(write.key));
  }
  for (const { write, result } of results) {
    if (!result.conflict) continue;
    // It saw what is there now, or what was there when all were asked.
    expect(write.ifRevision !== (result.found?.modRevision ?? 0) || (write.delete && result.found === undefined)).toBe(
      true,
    );
  }
}

function listAll(
  storage: Storage,
  model: StorageModel,
  { prefix, revision, limit }: { readonly prefix: string; readonly revision: number; readonly limit: number },
): void {
  const wanted = model.recordsAt(revision, prefix);
  const found = [];
  let startKey: string | undefined;
  do {
    const page = storage.list({ prefix, revision, limit, ...(startKey !== undefined && { startKey }) });
    found.push(...page.records);
    expect(page.revision).toBe(revision);
    expect(page.remaining).toBe(wanted.length - found.length);
    if (limit > 0) expect(page.records.length).toBeLessThanOrEqual(limit);
    startKey = page.nextKey;
  } while (startKey !== undefined);
  expect(found).toEqual(wanted);
  expect(storage.count(prefix)).toBe(model.recordsAt(model.revision, prefix).length);
}

function recordOf(key: string, text: string, createRevision: number, modRevision: number): object {
  return { key, text, createRevision, modRevision };
}
