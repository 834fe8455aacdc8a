import type { KubeObject } from '../../../src/api/object';
import { objectText } from '../../../src/apiserver/registry/object-text';
import { startWatch, type WatchRequest } from '../../../src/apiserver/registry/watch';
import { type SelectionRequest, selectionOf } from '../../../src/apiserver/selection/selection';
import { MemoryStorage } from '../../../src/apiserver/storage/memory-storage';
import { resourceOf } from './resource-sample';

const RESOURCE = resourceOf();

/** A storage with things in the namespace `n`, and watches of it. */
class Things {
  readonly storage = new MemoryStorage();

  async put(name: string, labels: Readonly<Record<string, string>> = {}, namespace = 'n'): Promise<number> {
    const key = `/example.com/things/${namespace}/${name}`;
    const object: KubeObject = { apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name, namespace, labels } };
    const found = this.storage.get(key);
    const committed = await this.storage.commit({
      key,
      ifRevision: found?.modRevision ?? 0,
      text: (revision) => objectText(object, revision),
    });
    if (committed.conflict) throw new Error('two writes met');
    return committed.revision;
  }

  async remove(name: string): Promise<void> {
    const key = `/example.com/things/n/${name}`;
    const found = this.storage.get(key);
    if (found === undefined) throw new Error(`there is no ${name}`);
    const text = (revision: number): string => objectText(JSON.parse(found.text) as KubeObject, revision);
    await this.storage.commit({ key, ifRevision: found.modRevision, delete: true, text });
  }

  /** Gives what a watch says, as `TYPE name@version`, as it comes. */
  watch(
    options: Partial<Pick<WatchRequest, 'resourceVersion' | 'sendInitialEvents'>> = {},
    selection: Partial<SelectionRequest> = {},
  ): readonly string[] {
    const said: string[] = [];
    startWatch(
      this.storage,
      RESOURCE,
      {
        selection: selectionOf(RESOURCE, { namespace: 'n', ...selection }),
        resourceVersion: options.resourceVersion ?? '',
        sendInitialEvents: options.sendInitialEvents,
      },
      (changes) => {
        for (const { type, record } of changes) {
          const { name, resourceVersion = '' } = (JSON.parse(record.text) as KubeObject).metadata;
          said.push(`${type} ${name}@${resourceVersion}`);
        }
      },
    );
    return said;
  }
}

let things: Things;
beforeEach(async () => {
  things = new Things();
  await things.put('a');
  await things.put('b');
});

describe('a watch begins', () => {
  it.each<readonly [because: string, options: Partial<WatchRequest>, expected: readonly string[]]>([
    ['with what is there, where no version is named', {}, ['ADDED a@1', 'ADDED b@2']],
    ['with what is there, at any version', { resourceVersion: '0' }, ['ADDED a@1', 'ADDED b@2']],
    ['after the version that is named', { resourceVersion: '1' }, ['ADDED b@2']],
    [
      'with what is there, where that is wished',
      { resourceVersion: '1', sendInitialEvents: true },
      ['ADDED a@1', 'ADDED b@2'],
    ],
    ['now, where what is there isn’t wished', { sendInitialEvents: false }, []],
  ])('%s', async (_because, options, expected) => {
    const said = things.watch(options);
    expect(said).toEqual(expected);
    await things.put('c');
    expect(said).toEqual([...expected, 'ADDED c@3']);
  });

  it('at a version that isn’t there yet, and says nothing of what comes before', async () => {
    const said = things.watch({ resourceVersion: '3' });
    await things.put('c');
    await things.put('d');
    expect(said).toEqual(['ADDED d@4']);
  });

  it.each<readonly [because: string, options: Partial<WatchRequest>, reason: string]>([
    ['its version is forgotten', { resourceVersion: '1' }, 'too old resource version: 1 (4)'],
    [
      'what is there at a later version is wished',
      { resourceVersion: '9', sendInitialEvents: true },
      'Timeout: Too large resource version: 9, current: 4',
    ],
    [
      'its version is none',
      { resourceVersion: 'x' },
      'resourceVersion: Invalid value: "x": strconv.ParseUint: parsing "x": invalid syntax',
    ],
  ])('not where %s', async (_because, options, message) => {
    await things.put('a');
    await things.put('a');
    await things.storage.compact(4);
    expect(() => things.watch(options)).toThrow(message);
  });
});

describe('a watch of a selection', () => {
  it('is told of what comes into it as added, and of what leaves it as deleted', async () => {
    const said = things.watch({ resourceVersion: '2' }, { labelSelector: 'app=web' });
    await things.put('a', { app: 'web' });
    await things.put('a', { app: 'web', tier: '1' });
    await things.put('a', { app: 'db' });
    await things.put('a', { app: 'db', tier: '1' });
    await things.remove('a');
    expect(said).toEqual(['ADDED a@3', 'MODIFIED a@4', 'DELETED a@5']);
  });

  it('is told of a deletion with the version of the deletion', async () => {
    const said = things.watch({ resourceVersion: '2' });
    await things.remove('a');
    expect(said).toEqual(['DELETED a@3']);
  });

  it('hears nothing of other namespaces and names', async () => {
    const said = things.watch({ resourceVersion: '2' }, { fieldSelector: 'metadata.name=a' });
    await things.put('a', {}, 'm');
    await things.put('b');
    await things.put('a');
    expect(said).toEqual(['MODIFIED a@5']);
  });
});
