import { ObjectStore } from '../../src/runtime/object-store';

describe('a store of objects', () => {
  test('tells equal names in different namespaces apart', () => {
    const store = new ObjectStore<number>();
    store.set({ namespace: 'a', name: 'x' }, 1);
    store.set({ namespace: 'b', name: 'x' }, 2);
    store.set({ name: 'x' }, 3);
    expect([
      store.get({ namespace: 'a', name: 'x' }),
      store.get({ namespace: 'b', name: 'x' }),
      store.get({ name: 'x' }),
    ]).toEqual([1, 2, 3]);
    expect(store.get({ namespace: 'c', name: 'x' })).toBeUndefined();
    expect([...store.values()]).toEqual([1, 2, 3]);
  });

  test('counts each name once, and nothing that is gone', () => {
    const store = new ObjectStore<number>();
    store.set({ namespace: 'a', name: 'x' }, 1);
    store.set({ namespace: 'a', name: 'x' }, 2);
    expect(store.size).toBe(1);
    store.delete({ namespace: 'a', name: 'y' });
    store.delete({ namespace: 'b', name: 'x' });
    expect(store.size).toBe(1);
    store.delete({ namespace: 'a', name: 'x' });
    expect([store.size, [...store.values()]]).toEqual([0, []]);
  });
});
