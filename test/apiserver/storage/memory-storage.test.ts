import { MemoryStorage } from '../../../src/apiserver/storage/memory-storage';
import { collect, describeStorage, put } from './storage-conformance';

describe('a storage in memory', () => {
  describeStorage({ open: (history) => new MemoryStorage({ ...(history !== undefined && { history }) }), runs: 150 });

  it('has committed when commit returns', () => {
    const storage = new MemoryStorage();
    const { events } = collect(storage, '/', 0);
    void put(storage, '/a');
    expect(storage.get('/a')?.modRevision).toBe(1);
    expect(events).toHaveLength(1);
  });
});
