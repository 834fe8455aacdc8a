import { lostRace, overload, requestTimeout, serviceUnavailable } from '../../../src/apiserver/faults/fault-errors';
import { FaultPlan } from '../../../src/apiserver/faults/fault-plan';
import type { FaultMatch, FaultRule } from '../../../src/apiserver/faults/fault-rule';
import type { RequestFacts } from '../../../src/apiserver/faults/request-faults';
import { FakeClock, settle } from '../../support/fake-clock';

const FACTS: RequestFacts = {
  verb: 'update',
  group: 'apps',
  version: 'v1',
  resource: 'deployments',
  subresource: '',
  namespace: 'team',
  name: 'web',
  userAgent: 'kubectl/v1.34.4 (linux/amd64)',
};

describe('a fault plan', () => {
  let clock: FakeClock;
  let plan: FaultPlan;
  beforeEach(() => {
    clock = new FakeClock();
    plan = new FaultPlan(clock);
  });

  it('without rules asks nobody to wait', () => {
    expect(plan.beforeHandle(FACTS)).toBeUndefined();
    expect(plan.afterCommit(FACTS)).toBeUndefined();
  });

  it.each<{ readonly match: FaultMatch; readonly is: boolean; readonly because: string }>([
    { match: {}, is: true, because: 'what is not said always holds' },
    { match: { verb: 'update', group: 'apps', version: 'v1', resource: 'deployments' }, is: true, because: 'all hold' },
    { match: { verb: ['get', 'update'] }, is: true, because: 'one of several is enough' },
    { match: { verb: ['get', 'list'] }, is: false, because: 'none of several holds' },
    { match: { verb: 'update', name: 'other' }, is: false, because: 'one of two does not hold' },
    { match: { namespace: '' }, is: false, because: 'an empty namespace is none' },
    { match: { subresource: '' }, is: true, because: 'an empty subresource is the object itself' },
    { match: { subresource: 'status' }, is: false, because: 'the object itself is no subresource' },
    { match: { userAgent: 'v1.34' }, is: true, because: 'a part of the user agent is enough' },
    { match: { userAgent: 'controller' }, is: false, because: 'the user agent is another' },
    { match: { where: ({ name }) => name.startsWith('w') }, is: true, because: 'the predicate holds' },
    { match: { where: () => false }, is: false, because: 'the predicate does not hold' },
  ])('uses a rule on a request: $is, as $because', async ({ match, is }) => {
    const rule = plan.add({ match, fault: { type: 'drop' } });
    expect(await plan.beforeHandle(FACTS)).toEqual(is ? { type: 'drop' } : undefined);
    expect(rule.uses).toBe(is ? 1 : 0);
  });

  it.each<{ readonly rule: Pick<FaultRule, 'nth' | 'times'>; readonly troubled: readonly number[] }>([
    { rule: {}, troubled: [1, 2, 3, 4, 5] },
    { rule: { times: 2 }, troubled: [1, 2] },
    { rule: { nth: 3 }, troubled: [3, 4, 5] },
    { rule: { nth: 3, times: 1 }, troubled: [3] },
    { rule: { times: 0 }, troubled: [] },
  ])('with $rule troubles of five requests $troubled', async ({ rule, troubled }) => {
    plan.add({ match: { name: 'web' }, fault: { type: 'drop' }, ...rule });
    const found: number[] = [];
    for (const request of [1, 2, 3, 4, 5]) {
      // Requests that don't match are not counted.
      await plan.beforeHandle({ ...FACTS, name: 'other' });
      if ((await plan.beforeHandle(FACTS)) !== undefined) found.push(request);
    }
    expect(found).toEqual(troubled);
  });

  it('stops with a rule that is removed', async () => {
    const rule = plan.add({ match: {}, fault: { type: 'drop' } });
    await plan.beforeHandle(FACTS);
    rule.remove();
    expect(plan.beforeHandle(FACTS)).toBeUndefined();
    expect(rule.uses).toBe(1);
  });

  it('uses the first rule that answers, and leaves later ones for later requests', async () => {
    plan.add({ match: {}, fault: { type: 'drop' }, times: 1 });
    const second = plan.add({ match: {}, fault: { type: 'error', error: serviceUnavailable() }, times: 1 });
    expect(await plan.beforeHandle(FACTS)).toEqual({ type: 'drop' });
    expect(second.uses).toBe(0);
    expect(await plan.beforeHandle(FACTS)).toMatchObject({ type: 'error', error: { status: { code: 503 } } });
  });

  it('adds up delays before it answers, by the clock that it was given', async () => {
    plan.add({ match: {}, fault: { type: 'latency', delayMs: 100 } });
    plan.add({ match: {}, fault: { type: 'latency', delayMs: 50 } });
    plan.add({ match: {}, fault: { type: 'stale', behind: 3 } });
    const answered = jest.fn();
    void plan.beforeHandle(FACTS)?.then(answered);
    clock.advance(149);
    await settle();
    expect(answered).not.toHaveBeenCalled();
    clock.advance(1);
    await settle();
    expect(answered).toHaveBeenCalledWith({ type: 'stale', behind: 3 });
  });

  it('lets all go on that it delays when it is cleared', async () => {
    plan.add({ match: {}, fault: { type: 'latency', delayMs: 100 } });
    const delayed = plan.beforeHandle(FACTS);
    plan.clear();
    expect(await delayed).toBeUndefined();
    expect(clock.pending).toBe(0);
    expect(plan.beforeHandle(FACTS)).toBeUndefined();
  });

  it('keeps what happens before a write apart from what happens after it', async () => {
    plan.add({ match: {}, fault: { type: 'dropAfterCommit' }, times: 1 });
    plan.add({ match: {}, fault: { type: 'latencyAfterCommit', delayMs: 10 } });
    plan.add({ match: {}, fault: { type: 'errorAfterCommit', error: requestTimeout() } });
    expect(plan.beforeHandle(FACTS)).toBeUndefined();
    expect(await plan.afterCommit(FACTS)).toEqual({ type: 'drop' });
    const late = plan.afterCommit(FACTS);
    clock.advance(10);
    expect(await late).toMatchObject({ type: 'error', error: { status: { code: 504, reason: 'Timeout' } } });
  });

  it('makes an error for the request at hand', async () => {
    plan.add({ match: { verb: 'update' }, fault: { type: 'error', error: lostRace } });
    const answer = await plan.beforeHandle(FACTS);
    expect(answer).toMatchObject({
      error: {
        status: {
          code: 409,
          reason: 'Conflict',
          message:
            'Operation cannot be fulfilled on deployments.apps "web": the object has been modified; please apply your changes to the latest version and try again',
        },
      },
    });
  });

  it('asks clients of an overloaded server to come back after a time', () => {
    expect(overload(7).status).toMatchObject({
      code: 429,
      reason: 'TooManyRequests',
      details: { retryAfterSeconds: 7 },
    });
  });

  it('records what it did, to whom and when', async () => {
    const fault = { type: 'drop' } as const;
    plan.add({ match: { name: 'web' }, fault });
    clock.advance(5);
    await plan.beforeHandle({ ...FACTS, name: 'other' });
    await plan.beforeHandle(FACTS);
    expect(plan.records).toEqual([{ fault, facts: FACTS, atMs: clock.now() }]);
  });
});
