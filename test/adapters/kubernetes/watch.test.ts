import type { ServerResponse } from 'node:http';
import { KubernetesCluster } from '../../../src/adapters/kubernetes/client';
import type { WatchEvent, WatchOptions } from '../../../src/ports/cluster';
import {
  type Answerer,
  CONFIG_MAPS,
  configMap,
  json,
  type LoopbackApi,
  refuse,
  rejection,
  startApi,
} from './loopback-api';

let api: LoopbackApi | undefined;
let cluster: KubernetesCluster | undefined;

async function start(answer: Answerer): Promise<KubernetesCluster> {
  api = await startApi(answer);
  cluster = new KubernetesCluster(api.connection());
  return cluster;
}

afterEach(async () => {
  await cluster?.close();
  await api?.close();
});

function options(more: Partial<WatchOptions> = {}): WatchOptions {
  return { resourceVersion: '5', timeoutSeconds: 300, signal: new AbortController().signal, ...more };
}

async function collect(events: AsyncIterable<WatchEvent>): Promise<WatchEvent[]> {
  const all: WatchEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

function event(type: string, object: unknown): string {
  return `${JSON.stringify({ type, object })}\n`;
}

const BOOKMARK = event('BOOKMARK', { kind: 'ConfigMap', apiVersion: 'v1', metadata: { resourceVersion: '9' } });

describe('a watch', () => {
  it('asks for changes after a version, with bookmarks', async () => {
    const kubernetes = await start((_request, response) => response.end());
    await collect(
      kubernetes.watch(
        CONFIG_MAPS,
        options({ namespace: 'default', labelSelector: 'a=b', fieldSelector: 'metadata.name=x' }),
      ),
    );
    const url = api?.received[0]?.url;
    expect(url?.pathname).toBe('/api/v1/namespaces/default/configmaps');
    expect(Object.fromEntries(url?.searchParams ?? [])).toEqual({
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: '5',
      timeoutSeconds: '300',
      labelSelector: 'a=b',
      fieldSelector: 'metadata.name=x',
    });
  });

  it('gives events in order until the server ends it', async () => {
    const kubernetes = await start((_request, response) => {
      response.end(event('ADDED', configMap('ä')) + BOOKMARK + event('DELETED', configMap('ä')) + event('LATER', {}));
    });
    expect(await collect(kubernetes.watch(CONFIG_MAPS, options()))).toEqual([
      { type: 'ADDED', object: configMap('ä') },
      { type: 'BOOKMARK', resourceVersion: '9' },
      { type: 'DELETED', object: configMap('ä') },
    ]);
  });

  it('fails with ApiExpired where the server refuses the version at once', async () => {
    const kubernetes = await start((_request, response) => {
      refuse(response, { code: 410, reason: 'Expired', message: 'too old resource version: 5 (9)' });
    });
    expect(await rejection(collect(kubernetes.watch(CONFIG_MAPS, options())))).toMatchObject({
      code: 'ApiExpired',
      message: 'cannot watch ConfigMap: too old resource version: 5 (9)',
    });
  });

  it.each([
    [410, 'Expired', 'ApiExpired'],
    [410, 'Gone', 'ApiExpired'],
    [429, 'TooManyRequests', 'ApiTooManyRequests'],
    [500, 'InternalError', 'ApiInternal'],
  ])('fails where an ERROR event carries %i %s', async (code, reason, expected) => {
    const kubernetes = await start((_request, response) => {
      response.end(BOOKMARK + event('ERROR', { kind: 'Status', code, reason, message: 'words' }));
    });
    const seen: WatchEvent[] = [];
    const run = async (): Promise<void> => {
      for await (const item of kubernetes.watch(CONFIG_MAPS, options())) seen.push(item);
    };
    expect(await rejection(run())).toMatchObject({ code: expected, message: 'cannot watch ConfigMap: words' });
    expect(seen).toHaveLength(1);
  });

  it('fails with ApiUnreachable where the connection breaks', async () => {
    const kubernetes = await start((request, response) => {
      response.write(BOOKMARK, () => request.socket.destroy());
    });
    expect(await rejection(collect(kubernetes.watch(CONFIG_MAPS, options())))).toMatchObject({
      code: 'ApiUnreachable',
    });
  });

  it('fails with ApiInternal where a line is no event', async () => {
    const kubernetes = await start((_request, response) => response.end('<html>\n'));
    expect(await rejection(collect(kubernetes.watch(CONFIG_MAPS, options())))).toMatchObject({ code: 'ApiInternal' });
  });

  it.each(['before it starts', 'before the answer', 'between events'])(
    'ends quietly when it is aborted %s',
    async (when) => {
      const abort = new AbortController();
      const kubernetes = await start((_request, response) => {
        if (when === 'before the answer') abort.abort();
        else response.write(BOOKMARK);
      });
      if (when === 'before it starts') abort.abort();
      const seen: WatchEvent[] = [];
      for await (const item of kubernetes.watch(CONFIG_MAPS, options({ signal: abort.signal }))) {
        seen.push(item);
        abort.abort();
      }
      expect(seen).toHaveLength(when === 'between events' ? 1 : 0);
    },
  );

  it('gives up its connection when the reader leaves', async () => {
    let gone: (() => void) | undefined;
    const left = new Promise<void>((resolve) => {
      gone = resolve;
    });
    const kubernetes = await start((_request, response) => {
      response.on('close', () => gone?.());
      response.write(BOOKMARK);
    });
    for await (const item of kubernetes.watch(CONFIG_MAPS, options())) {
      expect(item.type).toBe('BOOKMARK');
      break;
    }
    await left;
  });

  it('never keeps a request waiting, however many are open', async () => {
    const open: ServerResponse[] = [];
    const kubernetes = await start((request, response) => {
      if (request.url.searchParams.has('watch')) {
        response.write(BOOKMARK);
        open.push(response);
      } else json(response, 200, configMap('x'));
    });
    const abort = new AbortController();
    const watches = Array.from({ length: 40 }, () =>
      kubernetes.watch(CONFIG_MAPS, options({ signal: abort.signal }))[Symbol.asyncIterator](),
    );
    await Promise.all(watches.map((watch) => watch.next()));
    expect(open).toHaveLength(40);
    expect(await kubernetes.get(CONFIG_MAPS, { namespace: 'default', name: 'x' })).toEqual(configMap('x'));
    abort.abort();
    await Promise.all(watches.map((watch) => watch.next()));
  });
});
