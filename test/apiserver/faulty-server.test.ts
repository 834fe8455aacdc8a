/** Faults on a running server, as its clients meet them. */
import { lostRace, serviceUnavailable } from '../../src/apiserver/faults/fault-errors';
import { FaultPlan } from '../../src/apiserver/faults/fault-plan';
import type { Fault, FaultRule } from '../../src/apiserver/faults/fault-rule';
import { FakeClock, settle } from '../support/fake-clock';
import { type Asked, RunningServer } from './running-server';

const PATH = '/api/v1/namespaces/default/configmaps';

let clock: FakeClock;
let plan: FaultPlan;
let server: RunningServer;
let name: string;
let count = 0;
beforeAll(async () => {
  clock = new FakeClock(Date.now());
  plan = new FaultPlan(clock);
  server = await RunningServer.start({ clock, faults: plan });
});
afterAll(() => server.stop());
beforeEach(() => {
  count += 1;
  name = `test-${String(count)}`;
});
afterEach(() => {
  plan.clear();
});

const create = (): Asked => ({ method: 'POST', path: PATH, body: { metadata: { name } } });
const get = (): Asked => ({ path: `${PATH}/${name}` });
const label = (value: string): Asked => ({
  method: 'PATCH',
  path: `${PATH}/${name}`,
  headers: { 'content-type': 'application/merge-patch+json' },
  body: { metadata: { labels: { value } } },
});
/** A rule for the next request that matches. */
const once = (match: FaultRule['match'], fault: Fault): void => {
  plan.add({ match: { resource: 'configmaps', ...match }, fault, times: 1 });
};
const codeOf = async (asked: Asked): Promise<number> => (await server.ask(asked)).code;

describe('a request', () => {
  it('that is to fail fails, and nothing is done', async () => {
    once({ verb: 'create' }, { type: 'error', error: serviceUnavailable() });
    const { code, object } = await server.json(create());
    expect({ code, kind: object['kind'] }).toEqual({ code: 503, kind: 'Status' });
    expect(await codeOf(get())).toBe(404);
    expect(await codeOf(create())).toBe(201);
  });

  it('that is to be dropped has no answer, and nothing is done', async () => {
    once({ verb: 'create' }, { type: 'drop' });
    await expect(server.ask(create())).rejects.toThrow('socket hang up');
    expect(await codeOf(get())).toBe(404);
  });

  it('that is to wait is answered when its time has come', async () => {
    once({ verb: 'get' }, { type: 'latency', delayMs: 5000 });
    const answer = codeOf(get());
    // The request is on its way; it is there when the clock has its delay.
    while (!clock.isDueIn(5000)) await settle(1);
    clock.advance(5000);
    expect(await answer).toBe(404);
  });

  it('that reads what is old doesn’t see the last change', async () => {
    await server.ask(create());
    await server.ask(label('new'));
    once({ verb: 'get' }, { type: 'stale', behind: 1 });
    expect((await server.json(get())).object.metadata['labels']).toBeUndefined();
    expect((await server.json(get())).object.metadata).toMatchObject({ labels: { value: 'new' } });
    once({ verb: 'list' }, { type: 'stale', behind: 2 });
    const { object } = await server.json({ path: `${PATH}?fieldSelector=metadata.name%3D${name}` });
    expect(object['items']).toEqual([]);
  });
});

describe('a write that is committed', () => {
  it('and dropped is there, though its client never learns', async () => {
    once({ verb: 'create' }, { type: 'dropAfterCommit' });
    await expect(server.ask(create())).rejects.toThrow('socket hang up');
    expect(await codeOf(get())).toBe(200);
  });

  it('and told to have failed is there', async () => {
    await server.ask(create());
    once({ verb: 'patch' }, { type: 'errorAfterCommit', error: lostRace });
    expect(await codeOf(label('kept'))).toBe(409);
    expect((await server.json(get())).object.metadata).toMatchObject({ labels: { value: 'kept' } });
  });
});

describe('a watch', () => {
  const watch = (): ReturnType<RunningServer['watch']> =>
    server.watch(
      `${PATH}?watch=1&resourceVersion=${String(server.storage.revision)}&fieldSelector=metadata.name%3D${name}`,
    );
  const changes = async (): Promise<void> => {
    await server.ask(create());
    for (const value of ['1', '2']) await server.ask(label(value));
  };

  it.each<readonly [what: string, fault: Fault, expected: readonly string[]]>([
    ['drops an event', { type: 'dropEvent' }, ['MODIFIED', 'MODIFIED']],
    ['doubles one', { type: 'doubleEvent' }, ['ADDED', 'ADDED', 'MODIFIED', 'MODIFIED']],
    ['swaps two', { type: 'reorderEvent' }, ['MODIFIED', 'ADDED', 'MODIFIED']],
  ])('%s', async (_what, fault, expected) => {
    once({ verb: 'watch', name, event: { type: 'ADDED' } }, fault);
    const watching = await watch();
    await changes();
    const types: string[] = [];
    while (types.length < expected.length) types.push((await watching.next()).type);
    expect(types).toEqual(expected);
    watching.close();
  });

  it.each<readonly [what: string, fault: Fault, expected: readonly string[]]>([
    ['ends after an event', { type: 'endWatch', afterEvents: 1 }, ['ADDED']],
    ['is told that its version is too old', { type: 'expireWatch', afterEvents: 1 }, ['ADDED', 'ERROR']],
  ])('%s', async (_what, fault, expected) => {
    once({ verb: 'watch', name }, fault);
    const watching = await watch();
    await changes();
    for (const type of expected) expect((await watching.next()).type).toBe(type);
    await expect(watching.next()).rejects.toThrow('the watch has ended');
  });

  it('loses its connection', async () => {
    once({ verb: 'watch', name }, { type: 'dropWatch', afterEvents: 1 });
    const watching = await watch();
    await server.ask(create());
    await watching.next().catch(() => undefined);
    await expect(watching.next()).rejects.toThrow();
  });
});
