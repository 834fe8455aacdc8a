/** The whole server, over HTTPS: what writes, watches and deletions do to each other. */
import type { JsonObject } from '../../src/api/json';
import { FakeClock } from '../support/fake-clock';
import { type Asked, RunningServer } from './running-server';

const MERGE = { 'content-type': 'application/merge-patch+json' };

let clock: FakeClock;
let server: RunningServer;
let count = 0;
let path: string;
beforeAll(async () => {
  clock = new FakeClock(Date.now());
  server = await RunningServer.start({ clock });
});
afterAll(() => server.stop());
beforeEach(async () => {
  count += 1;
  const name = `test-${String(count)}`;
  await server.json({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name } } });
  path = `/api/v1/namespaces/${name}/configmaps`;
});

type Metadata = Readonly<Record<string, unknown>>;

const create = (metadata: Metadata, query = ''): ReturnType<RunningServer['json']> =>
  server.json({ method: 'POST', path: `${path}${query}`, body: { metadata } });
const merge = (name: string, patch: unknown, query = ''): ReturnType<RunningServer['json']> =>
  server.json({ method: 'PATCH', path: `${path}/${name}${query}`, headers: MERGE, body: patch });
const remove = (name: string, more: Partial<Asked> = {}): ReturnType<RunningServer['json']> =>
  server.json({ method: 'DELETE', path: `${path}/${name}`, ...more });
const get = (name: string): ReturnType<RunningServer['json']> => server.json({ path: `${path}/${name}` });
const versionOf = ({ metadata }: { readonly metadata: JsonObject }): string => metadata['resourceVersion'] as string;

describe('a create', () => {
  it('gives a name that nobody has to what has the beginning of one', async () => {
    const made = await Promise.all(Array.from({ length: 20 }, () => create({ generateName: 'x-' })));
    const names = made.map(({ object }) => object.metadata['name']);
    expect(new Set(names).size).toBe(20);
    for (const name of names) expect(name).toMatch(/^x-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  });

  it('of many at once under one name is made once', async () => {
    const made = await Promise.all(Array.from({ length: 10 }, () => create({ name: 'one' })));
    expect(made.map(({ code }) => code).sort()).toEqual([201, ...Array.from({ length: 9 }, () => 409)]);
  });

  it('that is tried dry stores nothing', async () => {
    const before = server.storage.revision;
    expect((await create({ name: 'dry' }, '?dryRun=All')).code).toBe(201);
    expect((await get('dry')).code).toBe(404);
    expect(server.storage.revision).toBe(before);
  });
});

describe('an update', () => {
  it('of an old version is refused, and one of the newest goes through', async () => {
    const { object } = await create({ name: 'a' });
    await merge('a', { data: { x: '1' } });
    const put = (body: unknown) => server.json({ method: 'PUT', path: `${path}/a`, body });
    expect((await put({ ...object, data: { x: '2' } })).object).toMatchObject({ code: 409, reason: 'Conflict' });
    const { object: newest } = await get('a');
    expect((await put({ ...newest, data: { x: '2' } })).code).toBe(200);
  });

  it('without a version is taken as the newest', async () => {
    await create({ name: 'a' });
    const put = { method: 'PUT', path: `${path}/a`, body: { metadata: { name: 'a' }, data: { x: '1' } } };
    expect((await server.json(put)).object).toMatchObject({ data: { x: '1' } });
  });

  it('by many patches at once keeps them all', async () => {
    await create({ name: 'a' });
    const keys = Array.from({ length: 20 }, (_, index) => `k${String(index)}`);
    const codes = await Promise.all(keys.map(async (key) => (await merge('a', { data: { [key]: '1' } })).code));
    expect(new Set(codes)).toEqual(new Set([200]));
    expect(Object.keys((await get('a')).object['data'] as JsonObject).sort()).toEqual([...keys].sort());
  });

  it('that changes nothing writes nothing, and wakes nobody', async () => {
    const { object } = await create({ name: 'a' });
    const watching = await server.watch(`${path}?watch=1&resourceVersion=${versionOf(object)}`);
    const { object: same } = await merge('a', { data: null });
    expect(versionOf(same)).toBe(versionOf(object));
    await merge('a', { data: { x: '1' } });
    expect(await watching.next()).toMatchObject({ type: 'MODIFIED', object: { data: { x: '1' } } });
    watching.close();
  });

  it('that is tried dry stores nothing', async () => {
    const { object } = await create({ name: 'a' });
    expect((await merge('a', { data: { x: '1' } }, '?dryRun=All')).object).toMatchObject({ data: { x: '1' } });
    expect((await get('a')).object).toEqual(object);
  });
});

describe('a deletion', () => {
  it('of what has finalizers is over with the update that takes off the last', async () => {
    await create({ name: 'a', finalizers: ['example.com/x', 'example.com/y'] });
    const { code, object } = await remove('a');
    expect({ code, deletedAt: object.metadata['deletionTimestamp'] }).toEqual({
      code: 200,
      deletedAt: `${new Date(clock.now()).toISOString().slice(0, 19)}Z`,
    });
    const watching = await server.watch(`${path}?watch=1&resourceVersion=${versionOf(object)}`);
    await merge('a', { metadata: { finalizers: ['example.com/y'] } });
    await merge('a', { metadata: { finalizers: null } });
    expect((await get('a')).code).toBe(404);
    expect(await watching.next()).toMatchObject({ type: 'MODIFIED' });
    expect(await watching.next()).toMatchObject({ type: 'DELETED', object: { metadata: { name: 'a' } } });
    watching.close();
  });

  it('that is tried dry leaves the object', async () => {
    await create({ name: 'a' });
    expect((await remove('a', { body: { dryRun: ['All'] } })).object).toMatchObject({ status: 'Success' });
    expect((await get('a')).code).toBe(200);
  });

  it('of a collection takes what is selected, and answers with it', async () => {
    await create({ name: 'a', labels: { app: 'web' } });
    await create({ name: 'b', labels: { app: 'db' } });
    const { object } = await server.json({ method: 'DELETE', path: `${path}?labelSelector=app%3Dweb` });
    expect(object).toMatchObject({ kind: 'ConfigMapList', items: [{ metadata: { name: 'a' } }] });
    expect([(await get('a')).code, (await get('b')).code]).toEqual([404, 200]);
  });
});

describe('a list', () => {
  it('in pages is that of one moment, whatever changes meanwhile', async () => {
    for (const name of ['a', 'b', 'c', 'd']) await create({ name });
    const first = await server.json({ path: `${path}?limit=2` });
    await remove('d');
    await create({ name: 'e' });
    const token = first.object.metadata['continue'] as string;
    const second = await server.json({ path: `${path}?limit=2&continue=${token}` });
    const names = [first, second].flatMap(({ object }) =>
      (object['items'] as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name),
    );
    expect(names).toEqual(['a', 'b', 'c', 'd']);
    expect(first.object.metadata).toMatchObject({ remainingItemCount: 2 });
    expect(versionOf(second.object)).toBe(versionOf(first.object));
  });

  it('shows an old moment where exactly that is asked for', async () => {
    const { object } = await create({ name: 'a' });
    await create({ name: 'b' });
    const at = `resourceVersion=${versionOf(object)}`;
    const exact = await server.json({ path: `${path}?${at}&resourceVersionMatch=Exact` });
    const newer = await server.json({ path: `${path}?${at}&resourceVersionMatch=NotOlderThan` });
    expect(exact.object['items']).toHaveLength(1);
    expect(newer.object['items']).toHaveLength(2);
  });
});

describe('a watch', () => {
  it('tells what is there, then where that ends, where the client wishes so', async () => {
    await create({ name: 'a' });
    const wish = 'watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
    const watching = await server.watch(`${path}?${wish}`);
    expect(await watching.next()).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'a' } } });
    expect(await watching.next()).toMatchObject({
      type: 'BOOKMARK',
      object: { kind: 'ConfigMap', metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } },
    });
    watching.close();
  });

  it('tells every minute how far it has come, to a client that takes that', async () => {
    const { object } = await create({ name: 'a' });
    const query = `watch=1&allowWatchBookmarks=true&resourceVersion=${versionOf(object)}`;
    const watching = await server.watch(`${path}?${query}`);
    const elsewhere = { method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: 'elsewhere' } } };
    const { object: other } = await server.json(elsewhere);
    clock.advance(60_000);
    const { type, object: bookmark } = await watching.next();
    expect(type).toBe('BOOKMARK');
    expect(Number(versionOf(bookmark))).toBeGreaterThanOrEqual(Number(versionOf(other)));
    watching.close();
  });

  it('ends when its time is over', async () => {
    const watching = await server.watch(`${path}?watch=1&timeoutSeconds=30`);
    clock.advance(30_000);
    await expect(watching.next()).rejects.toThrow('the watch has ended');
  });

  it('of a version that is forgotten is told so in its stream', async () => {
    const { object } = await create({ name: 'a' });
    await create({ name: 'b' });
    await create({ name: 'c' });
    await server.storage.compact(server.storage.revision);
    const watching = await server.watch(`${path}?watch=1&resourceVersion=${versionOf(object)}`);
    expect(await watching.next()).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } });
    await expect(watching.next()).rejects.toThrow('the watch has ended');
  });
});

describe('a body', () => {
  it('that is too large is refused, and its connection serves the next request', async () => {
    const body = { metadata: { name: 'large' }, data: { x: 'x'.repeat(4_000_000) } };
    expect((await server.json({ method: 'POST', path, body })).object).toMatchObject({
      code: 413,
      message: 'Request entity too large: limit is 3145728',
    });
    expect((await get('large')).code).toBe(404);
  });

  it('with a member called __proto__ changes nothing but itself', async () => {
    const body = '{"metadata":{"name":"a","labels":{"__proto__":"x"}},"data":{"__proto__":"y"},"__proto__":{"z":1}}';
    const { object } = await server.json({ method: 'POST', path, body });
    expect(object['z']).toBeUndefined();
    expect(({} as Record<string, unknown>)['z']).toBeUndefined();
  });
});

describe('an event of events.k8s.io', () => {
  it('is one of the core group as well', async () => {
    const [, namespace = ''] = /namespaces\/([^/]+)/.exec(path) ?? [];
    const event = {
      metadata: { name: 'ready', namespace },
      eventTime: '2026-01-01T00:00:00.000000Z',
      reportingController: 'example.com/controller',
      reportingInstance: 'one',
      action: 'Reconcile',
      reason: 'Ready',
      note: 'All is there.',
      type: 'Normal',
      regarding: { kind: 'ConfigMap', namespace, name: 'a' },
    };
    const group = `/apis/events.k8s.io/v1/namespaces/${namespace}/events`;
    expect((await server.json({ method: 'POST', path: group, body: event })).code).toBe(201);
    expect((await server.json({ path: `/api/v1/namespaces/${namespace}/events/ready` })).object).toMatchObject({
      message: 'All is there.',
      involvedObject: { name: 'a' },
      reportingComponent: 'example.com/controller',
    });
  });
});
