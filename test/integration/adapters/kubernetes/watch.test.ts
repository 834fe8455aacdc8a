import type { KubernetesCluster } from '../../../../src/adapters/kubernetes/client';
import type { WatchEvent } from '../../../../src/ports/cluster';
import { CONFIG_MAPS, type ConfigMap, type ThrowAway, throwAwayNamespace } from './throw-away-namespace';

let room: ThrowAway;
let cluster: KubernetesCluster;

beforeAll(async () => {
  room = await throwAwayNamespace();
  cluster = room.cluster;
});

afterAll(() => room.remove());

function configMap(name: string, data: Readonly<Record<string, string>>): ConfigMap {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: room.namespace }, data };
}

/** What a watch of the room sees until it has seen `count` changes; `name` keeps other tests' objects out. */
async function changes(name: string, resourceVersion: string, count: number): Promise<WatchEvent[]> {
  const abort = new AbortController();
  const seen: WatchEvent[] = [];
  const selection = { namespace: room.namespace, fieldSelector: `metadata.name=${name}` };
  for await (const event of cluster.watch(CONFIG_MAPS, {
    ...selection,
    resourceVersion,
    timeoutSeconds: 300,
    signal: abort.signal,
  })) {
    if (event.type !== 'BOOKMARK') seen.push(event);
    if (seen.length === count) abort.abort();
  }
  return seen;
}

function summary(events: readonly WatchEvent[]): unknown[] {
  return events.map((event) =>
    event.type === 'BOOKMARK' ? event.type : [event.type, event.object['data'], event.object.kind],
  );
}

describe('a watch', () => {
  it('shows each change after its version, once and in order', async () => {
    const { resourceVersion } = await cluster.list(CONFIG_MAPS, { namespace: room.namespace });
    const watching = changes('watched', resourceVersion, 3);
    await cluster.create(CONFIG_MAPS, configMap('watched', { a: 'ä → ✓' }));
    await cluster.patch(
      CONFIG_MAPS,
      { namespace: room.namespace, name: 'watched' },
      { data: { a: '2' } },
      { type: 'merge' },
    );
    await cluster.delete(CONFIG_MAPS, { namespace: room.namespace, name: 'watched' });
    expect(summary(await watching)).toEqual([
      ['ADDED', { a: 'ä → ✓' }, 'ConfigMap'],
      ['MODIFIED', { a: '2' }, 'ConfigMap'],
      ['DELETED', { a: '2' }, 'ConfigMap'],
    ]);
  });

  it('resumes after the version of the last event seen', async () => {
    const name = 'resumed';
    const created = await cluster.create(CONFIG_MAPS, configMap(name, { a: '1' }));
    const [first] = await (async () => {
      const watching = changes(name, created.metadata.resourceVersion ?? '', 1);
      await cluster.patch(CONFIG_MAPS, { namespace: room.namespace, name }, { data: { a: '2' } }, { type: 'merge' });
      return watching;
    })();
    await cluster.patch(CONFIG_MAPS, { namespace: room.namespace, name }, { data: { a: '3' } }, { type: 'merge' });
    const last = first === undefined || first.type === 'BOOKMARK' ? '' : (first.object.metadata.resourceVersion ?? '');
    expect(summary(await changes(name, last, 1))).toEqual([['MODIFIED', { a: '3' }, 'ConfigMap']]);
  });

  it('ends by itself when its time is over, after a bookmark with a version that its own selection never saw', async () => {
    const { resourceVersion } = await cluster.list(CONFIG_MAPS, { namespace: room.namespace });
    const selection = { namespace: room.namespace, fieldSelector: 'metadata.name=nobody' };
    const seen: WatchEvent[] = [];
    const watching = (async () => {
      for await (const event of cluster.watch(CONFIG_MAPS, {
        ...selection,
        resourceVersion,
        timeoutSeconds: 4,
        signal: new AbortController().signal,
      })) {
        seen.push(event);
      }
    })();
    const other = await cluster.create(CONFIG_MAPS, configMap('somebody', {}));
    await watching;
    expect(new Set(seen.map(({ type }) => type))).toEqual(new Set(['BOOKMARK']));
    const last = seen.at(-1);
    expect(last?.type === 'BOOKMARK' && Number(last.resourceVersion)).toBeGreaterThanOrEqual(
      Number(other.metadata.resourceVersion),
    );
  }, 20_000);
});
