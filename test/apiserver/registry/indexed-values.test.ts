import type { KubeObject } from '../../../src/api/object';
import { IndexedValues } from '../../../src/apiserver/registry/indexed-values';
import type { ValueIndex } from '../../../src/apiserver/resources/object-reader';
import { MemoryStorage } from '../../../src/apiserver/storage/memory-storage';

const INDEX: ValueIndex = {
  type: { group: '', resource: 'services' },
  valuesOf: (object: KubeObject) => object['values'] as readonly string[],
};

async function put(storage: MemoryStorage, key: string, values: readonly string[] | undefined): Promise<void> {
  await storage.commit({
    key,
    ifRevision: storage.get(key)?.modRevision ?? 0,
    text: () => JSON.stringify({ values }),
    ...(values === undefined && { delete: true }),
  });
}

describe('indexed values', () => {
  it('are those of the objects that are there, each as long as one object has it', async () => {
    const storage = new MemoryStorage();
    await put(storage, '/services/a', ['1', '2']);
    await put(storage, '/other/x', ['9']);
    const values = new IndexedValues(storage, '/services/', INDEX);
    const present = (): string[] => ['1', '2', '3', '9'].filter((value) => values.has(value));
    expect(present()).toEqual(['1', '2']);
    await put(storage, '/services/b', ['2', '3']);
    expect(present()).toEqual(['1', '2', '3']);
    await put(storage, '/services/a', ['1']);
    expect(present()).toEqual(['1', '2', '3']);
    await put(storage, '/services/b', undefined);
    expect(present()).toEqual(['1']);
  });
});
