import type { KubeObject } from '../../src/api/object';
import type { ResourceType } from '../../src/api/resource-type';
import { AdrasteiaError } from '../../src/errors';
import type { Cluster, ObjectList, WatchEvent, WatchOptions } from '../../src/ports/cluster';
import { type Change, Informer, type InformerState, isNewer } from '../../src/runtime/informer';
import { FakeClock, settle } from '../support/fake-clock';
import { silentLogger } from '../support/silent-logger';

const TYPE: ResourceType = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true };

function object(name: string, resourceVersion: string, uid = name): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'ns', uid, resourceVersion } };
}

/** One watch connection of the scripted server. */
interface Connection {
  readonly options: WatchOptions;
  send(event: WatchEvent): void;
  fail(error: Error): void;
  end(): void;
}

/** A server that says what a test tells it to; only pages and watch are asked of it. */
class ScriptedServer {
  readonly connections: Connection[] = [];
  lists = 0;
  list: () => Promise<ObjectList> = () => Promise.resolve({ items: [], resourceVersion: '1' });

  get cluster(): Cluster {
    const partial: Pick<Cluster, 'pages' | 'watch'> = {
      pages: () => this.page(),
      watch: (_type, options) => this.open(options),
    };
    return partial as Cluster;
  }

  private async *page(): AsyncIterable<ObjectList> {
    this.lists += 1;
    yield await this.list();
  }

  get last(): Connection {
    const connection = this.connections.at(-1);
    if (connection === undefined) throw new Error('nobody watches');
    return connection;
  }

  private async *open(options: WatchOptions): AsyncIterable<WatchEvent> {
    const queue: (WatchEvent | Error | 'end')[] = [];
    let wake: () => void = () => undefined;
    const push = (item: WatchEvent | Error | 'end'): void => {
      queue.push(item);
      wake();
    };
    this.connections.push({ options, send: push, fail: push, end: () => push('end') });
    options.signal.addEventListener('abort', () => push('end'));
    for (;;) {
      const item = queue.shift();
      if (item === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      } else if (item === 'end') return;
      else if (item instanceof Error) throw item;
      else yield item;
    }
  }
}

interface Setup {
  readonly server: ScriptedServer;
  readonly clock: FakeClock;
  readonly informer: Informer;
  readonly changes: Change[];
  readonly states: InformerState[];
}

function setup(server = new ScriptedServer()): Setup {
  const clock = new FakeClock();
  const changes: Change[] = [];
  const states: InformerState[] = [];
  const informer = new Informer({
    cluster: server.cluster,
    clock,
    log: silentLogger(),
    type: TYPE,
    statusOnly: false,
    onChange: (change) => changes.push(change),
    onState: (state) => states.push(state),
  });
  return { server, clock, informer, changes, states };
}

async function started(server?: ScriptedServer): Promise<Setup> {
  const made = setup(server);
  made.informer.start();
  await settle();
  return made;
}

const names = (informer: Informer): string[] =>
  [...informer.values()]
    .map((entry) => `${entry.object.metadata.name}@${entry.object.metadata.resourceVersion ?? ''}`)
    .sort();

describe('Informer (against a scripted server)', () => {
  test('watches from the version of its list', async () => {
    const server = new ScriptedServer();
    server.list = () => Promise.resolve({ items: [object('a', '3')], resourceVersion: '5' });
    const { informer, states } = await started(server);
    expect(names(informer)).toEqual(['a@3']);
    expect(states).toEqual(['Synced']);
    expect(server.last.options.resourceVersion).toBe('5');
    await informer.close();
  });

  test('ends at once when it is closed while it lists', async () => {
    const server = new ScriptedServer();
    let answer: (list: ObjectList) => void = () => undefined;
    server.list = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const { informer } = await started(server);
    const closed = informer.close();
    answer({ items: [], resourceVersion: '1' });
    await closed;
    expect(server.connections).toHaveLength(0);
  });

  test('resumes a watch that ended from the last version it saw, bookmarks included, without listing', async () => {
    const { server, clock, informer } = await started();
    server.last.send({ type: 'ADDED', object: object('a', '7') });
    server.last.send({ type: 'BOOKMARK', resourceVersion: '20' });
    await settle();
    clock.advance(10_000);
    server.last.end();
    await settle();
    expect(server.last.options.resourceVersion).toBe('20');
    expect(server.lists).toBe(1);
    await informer.close();
  });

  test('keeps its content while it lists again after 410, and reports only what differs', async () => {
    const { server, informer, changes } = await started();
    server.last.send({ type: 'ADDED', object: object('kept', '2') });
    server.last.send({ type: 'ADDED', object: object('changed', '3') });
    server.last.send({ type: 'ADDED', object: object('vanished', '4') });
    await settle();
    changes.length = 0;
    let answer: (list: ObjectList) => void = () => undefined;
    server.list = () => new Promise((resolve) => (answer = resolve));
    server.last.fail(new AdrasteiaError('ApiExpired', 'too old'));
    await settle();
    expect(names(informer)).toEqual(['changed@3', 'kept@2', 'vanished@4']);
    answer({ items: [object('kept', '2'), object('changed', '9')], resourceVersion: '10' });
    await settle();
    expect(names(informer)).toEqual(['changed@9', 'kept@2']);
    expect(changes.map((change) => (change.after ?? change.before)?.object.metadata.name)).toEqual([
      'changed',
      'vanished',
    ]);
    await informer.close();
  });

  test('cuts a watch that has fallen silent, and resumes it', async () => {
    const { server, clock, informer } = await started();
    server.last.send({ type: 'ADDED', object: object('a', '7') });
    await settle();
    clock.advance(69_000);
    await settle();
    expect(server.connections).toHaveLength(1);
    clock.advance(1_000);
    await settle();
    expect(server.connections).toHaveLength(2);
    expect(server.last.options.resourceVersion).toBe('7');
    await informer.close();
  });

  test('never goes back to an older version, whatever comes late or twice', async () => {
    const { server, informer } = await started();
    server.last.send({ type: 'ADDED', object: object('a', '9') });
    server.last.send({ type: 'MODIFIED', object: object('a', '8') });
    server.last.send({ type: 'MODIFIED', object: object('a', '10') });
    server.last.send({ type: 'ADDED', object: object('a', '9') });
    await settle();
    expect(names(informer)).toEqual(['a@10']);
    await informer.close();
  });

  test('the deletion of an older object does not remove a newer one of the same name', async () => {
    const { server, informer } = await started();
    server.last.send({ type: 'ADDED', object: object('a', '12', 'new') });
    server.last.send({ type: 'DELETED', object: object('a', '11', 'old') });
    await settle();
    expect(names(informer)).toEqual(['a@12']);
    await informer.close();
  });

  test('the answer to a write of ours is visible at once, and a list taken before does not undo it', async () => {
    const { server, informer } = await started();
    let answer: (list: ObjectList) => void = () => undefined;
    server.list = () => new Promise((resolve) => (answer = resolve));
    server.last.fail(new AdrasteiaError('ApiExpired', 'too old'));
    await settle();
    informer.overlay(object('written', '30'));
    answer({ items: [], resourceVersion: '25' });
    await settle();
    expect(names(informer)).toEqual(['written@30']);
    await informer.close();
  });

  test('a kind that is not served is unavailable with the reason, is asked for again, and is there when it is', async () => {
    const server = new ScriptedServer();
    server.list = () => Promise.reject(new AdrasteiaError('ApiNotFound', 'no such kind'));
    const { clock, informer, states } = await started(server);
    expect(informer.reason).toBe('no such kind');
    server.list = () => Promise.resolve({ items: [object('a', '3')], resourceVersion: '5' });
    clock.advance(1_000);
    await settle();
    expect(states).toEqual(['Unavailable', 'Synced']);
    await informer.close();
  });

  test('a cache that was there once answers on while the server is away', async () => {
    const { server, clock, informer, states } = await started();
    server.last.send({ type: 'ADDED', object: object('a', '7') });
    await settle();
    server.last.fail(new AdrasteiaError('ApiUnreachable', 'gone'));
    await settle();
    expect(names(informer)).toEqual(['a@7']);
    expect(states).toEqual(['Synced']);
    clock.advance(60_000);
    await settle();
    expect(server.last.options.resourceVersion).toBe('7');
    await informer.close();
  });

  test.each([
    ['9', '10', false],
    ['10', '9', true],
    ['10', '10', false],
    ['18446744073709551615', '9007199254740993', true],
  ])('version %s is newer than %s: %s', (a, b, expected) => {
    expect(isNewer(a, b)).toBe(expected);
  });
});
