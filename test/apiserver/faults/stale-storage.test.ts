import type { StaleRead } from '../../../src/apiserver/faults/request-faults';
import { staleStorage } from '../../../src/apiserver/faults/stale-storage';
import { MemoryStorage } from '../../../src/apiserver/storage/memory-storage';

describe('a stale storage', () => {
  let storage: MemoryStorage;
  beforeEach(async () => {
    storage = new MemoryStorage();
    const put = (key: string, ifRevision: number): Promise<unknown> =>
      storage.commit({ key, ifRevision, text: (revision) => `${key} at ${String(revision)}` });
    await put('/pods/a', 0);
    await put('/pods/ab', 0);
    await put('/pods/a', 1);
    await storage.commit({ key: '/pods/ab', ifRevision: 2, text: () => 'gone', delete: true });
  });

  it.each<{ readonly fault: Omit<StaleRead, 'type'>; readonly revision: number; readonly because: string }>([
    { fault: {}, revision: 3, because: 'one revision is the least that is stale' },
    { fault: { behind: 2 }, revision: 2, because: 'it is so far behind' },
    { fault: { revision: 1 }, revision: 1, because: 'it is named' },
    { fault: { revision: 9 }, revision: 4, because: 'the future is not known' },
    { fault: { behind: 9 }, revision: 0, because: 'history begins there' },
  ])('shows revision $revision where $because', ({ fault, revision }) => {
    const stale = staleStorage(storage, { type: 'stale', ...fault });
    expect(stale.revision).toBe(revision);
    expect(stale.list({ prefix: '/' })).toEqual(storage.list({ prefix: '/', revision }));
    expect(stale.count('/pods/')).toBe(storage.list({ prefix: '/pods/', revision }).records.length);
  });

  it('reads single keys as they were, those that are gone and those that were not there', () => {
    const stale = staleStorage(storage, { type: 'stale', revision: 2 });
    expect(stale.get('/pods/a')?.text).toBe('/pods/a at 1');
    expect(stale.get('/pods/ab')?.text).toBe('/pods/ab at 2');
    expect(stale.get('/pods/')).toBeUndefined();
    expect(staleStorage(storage, { type: 'stale', revision: 0 }).get('/pods/a')).toBeUndefined();
  });

  it('reaches no further back than history', async () => {
    await storage.compact(3);
    expect(staleStorage(storage, { type: 'stale', revision: 1 }).revision).toBe(3);
  });
});
