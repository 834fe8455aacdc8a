import fc from 'fast-check';
import { type QueueKey, WorkQueue } from '../../src/runtime/queue';
import { FakeClock } from '../support/fake-clock';

const key = (id: string, namespace = 'ns'): QueueKey => ({ id: `${namespace}/${id}`, namespace });

function queueWith(clock = new FakeClock()): { queue: WorkQueue; clock: FakeClock } {
  return { queue: new WorkQueue({ clock, backoffMs: 100, backoffLimitMs: 1_000 }), clock };
}

async function takeAll(queue: WorkQueue): Promise<string[]> {
  const ids: string[] = [];
  while (queue.depth > 0) {
    const next = await queue.take();
    if (next === undefined) break;
    ids.push(next.id);
    queue.done(next);
  }
  return ids;
}

describe('WorkQueue', () => {
  test('a key that is asked for many times is given out once', async () => {
    const { queue } = queueWith();
    for (let i = 0; i < 5; i++) queue.add(key('a'), 'User');
    expect(await takeAll(queue)).toEqual(['ns/a']);
  });

  test('a key that is asked for while it is worked on comes again afterwards, and not before', async () => {
    const { queue } = queueWith();
    queue.add(key('a'), 'User');
    const taken = await queue.take();
    queue.add(key('a'), 'User');
    expect(queue.depth).toBe(0);
    queue.done(taken ?? key('a'));
    expect(await takeAll(queue)).toEqual(['ns/a']);
  });

  test('what a user waits for goes before what the runtime does by itself', async () => {
    const { queue } = queueWith();
    queue.add(key('background'), 'Background');
    queue.add(key('child'), 'Child');
    queue.add(key('user'), 'User');
    expect(await takeAll(queue)).toEqual(['ns/user', 'ns/child', 'ns/background']);
  });

  test('a waiting key moves up when it is asked for at a higher priority, and never down', async () => {
    const { queue } = queueWith();
    queue.add(key('a'), 'Background');
    queue.add(key('b'), 'Child');
    queue.add(key('a'), 'User');
    queue.add(key('a'), 'Background');
    expect(await takeAll(queue)).toEqual(['ns/a', 'ns/b']);
  });

  test('namespaces take turns, so that a busy one does not keep another waiting', async () => {
    const { queue } = queueWith();
    for (let i = 0; i < 100; i++) queue.add(key(`many-${i}`, 'busy'), 'Child');
    queue.add(key('one', 'quiet'), 'Child');
    const order = await takeAll(queue);
    expect(order.indexOf('quiet/one')).toBe(1);
    expect(order).toHaveLength(101);
  });

  test('a failing key comes back after pauses that double up to the limit, and from the start after a success', async () => {
    const { queue, clock } = queueWith();
    const pauses: number[] = [];
    for (let i = 0; i < 6; i++) {
      queue.addFailed(key('a'));
      const from = clock.now();
      while (queue.depth === 0) clock.advance(10);
      pauses.push(clock.now() - from);
      await takeAll(queue);
    }
    expect(pauses).toEqual([100, 200, 400, 800, 1_000, 1_000]);
    queue.succeeded(key('a'));
    queue.addFailed(key('a'));
    clock.advance(100);
    expect(queue.depth).toBe(1);
  });

  test('of two pauses for one key the earlier stands', () => {
    const { queue, clock } = queueWith();
    queue.addAfter(key('a'), 500, 'Child');
    queue.addAfter(key('a'), 100, 'Child');
    queue.addAfter(key('a'), 900, 'Child');
    clock.advance(100);
    expect(queue.depth).toBe(1);
    expect(clock.pending).toBe(0);
  });

  test('a worker that waits is given the next key as soon as there is one', async () => {
    const { queue } = queueWith();
    const taken = queue.take();
    queue.add(key('a'), 'User');
    expect((await taken)?.id).toBe('ns/a');
  });

  test('a closed queue gives out nothing and lets waiting workers go', async () => {
    const { queue, clock } = queueWith();
    const taken = queue.take();
    queue.addAfter(key('later'), 50, 'User');
    queue.close();
    queue.add(key('a'), 'User');
    clock.advance(1_000);
    expect(await taken).toBeUndefined();
    expect(await queue.take()).toBeUndefined();
  });

  test('forgetting a key cancels its pause', () => {
    const { queue, clock } = queueWith();
    queue.addFailed(key('a'));
    queue.forget(key('a'));
    clock.advance(10_000);
    expect(queue.isIdle).toBe(true);
  });

  test('whatever is asked for in whatever order is given out exactly once before it is asked for again', async () => {
    const steps = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 9 }), fc.constantFrom('User', 'Child', 'Background' as const)),
      { maxLength: 60 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (requests) => {
        const { queue } = queueWith();
        for (const [id, priority] of requests) queue.add(key(String(id), `ns-${id % 3}`), priority);
        const order = await takeAll(queue);
        expect([...order].sort()).toEqual([...new Set(requests.map(([id]) => `ns-${id % 3}/${id}`))].sort());
      }),
    );
  });
});
