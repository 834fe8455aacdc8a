import fc from 'fast-check';
import { FaultPlan } from '../../../src/apiserver/faults/fault-plan';
import type { EventFault, FaultRule } from '../../../src/apiserver/faults/fault-rule';
import type { RequestFacts, WatchedEvent, WatchFaults } from '../../../src/apiserver/faults/request-faults';
import { FakeClock } from '../../support/fake-clock';

const FACTS: RequestFacts = {
  verb: 'watch',
  group: '',
  version: 'v1',
  resource: 'pods',
  subresource: '',
  namespace: 'team',
  name: '',
  userAgent: 'controller',
};

function eventOf(name: string, type = 'MODIFIED'): WatchedEvent {
  return { type, record: { key: `/pods/team/${name}`, text: '{}' } };
}

describe('a watch with faults', () => {
  let clock: FakeClock;
  let plan: FaultPlan;
  let told: string[];
  beforeEach(() => {
    clock = new FakeClock();
    plan = new FaultPlan(clock);
    told = [];
  });

  function openWatch(facts = FACTS): WatchFaults<WatchedEvent> {
    return plan.openWatch(facts, {
      send: ({ record }) => told.push(record.key.slice(-1)),
      end: () => told.push('end'),
      drop: () => told.push('connection dropped'),
      fail: ({ status }) => told.push(`${String(status.code)} ${String(status.reason)}`),
    });
  }

  function pass(watch: WatchFaults<WatchedEvent>, names: string): void {
    for (const name of names) watch.onWatchEvent(eventOf(name));
  }

  it.each<{
    readonly rule: Omit<FaultRule, 'match'> & Partial<FaultRule>;
    readonly sent: string;
    readonly because: string;
  }>([
    { rule: { fault: { type: 'dropEvent' }, nth: 2, times: 1 }, sent: 'acd', because: 'the second is lost' },
    { rule: { fault: { type: 'doubleEvent' }, times: 1 }, sent: 'aabcd', because: 'the first comes twice' },
    { rule: { fault: { type: 'reorderEvent' }, nth: 2, times: 1 }, sent: 'acbd', because: 'the third overtakes' },
    { rule: { fault: { type: 'reorderEvent', behind: 2 }, times: 1 }, sent: 'bcad', because: 'two overtake' },
    { rule: { fault: { type: 'reorderEvent', behind: 9 }, times: 1 }, sent: 'bcd', because: 'nine never come' },
    { rule: { fault: { type: 'reorderEvent', behind: 2 }, times: 2 }, sent: 'cdab', because: 'each waits for two' },
    {
      rule: { fault: { type: 'dropEvent' }, match: { event: { name: ['b', 'd'] } } },
      sent: 'ac',
      because: 'the rule is for names',
    },
    {
      rule: { fault: { type: 'dropEvent' }, match: { event: { type: 'ADDED' } } },
      sent: 'abcd',
      because: 'the rule is for another type',
    },
    {
      rule: { fault: { type: 'dropEvent' }, match: { event: { where: ({ record }) => record.key > '/pods/team/b' } } },
      sent: 'ab',
      because: 'the rule has a predicate',
    },
    {
      rule: { fault: { type: 'dropEvent' }, match: { namespace: 'other' } },
      sent: 'abcd',
      because: 'another is meant',
    },
    { rule: { fault: { type: 'endWatch', afterEvents: 2 } }, sent: 'abend', because: 'two events are enough' },
    { rule: { fault: { type: 'dropWatch', afterEvents: 1 } }, sent: 'aconnection dropped', because: 'one is enough' },
    { rule: { fault: { type: 'expireWatch', afterEvents: 3 } }, sent: 'abc410 Expired', because: 'three are enough' },
    { rule: { fault: { type: 'expireWatch' } }, sent: '410 Expired', because: 'it is too late from the beginning' },
  ])('sends of abcd $sent, as $because', ({ rule, sent }) => {
    plan.add({ match: {}, ...rule });
    const watch = openWatch();
    pass(watch, 'abcd');
    expect(told.join('')).toBe(sent);
  });

  it('keeps what follows a delayed event behind it, delayed ones too', () => {
    plan.add({ match: { event: { name: ['b', 'd'] } }, fault: { type: 'delayEvent', delayMs: 100 } });
    const watch = openWatch();
    pass(watch, 'abcde');
    expect(told.join('')).toBe('a');
    clock.advance(100);
    expect(told.join('')).toBe('abc');
    pass(watch, 'f');
    clock.advance(99);
    expect(told.join('')).toBe('abc');
    clock.advance(1);
    expect(told.join('')).toBe('abcdef');
  });

  it('that is closed sends nothing more, and waits for nothing', () => {
    plan.add({ match: {}, fault: { type: 'delayEvent', delayMs: 100 } });
    const watch = openWatch();
    pass(watch, 'ab');
    watch.close();
    pass(watch, 'c');
    expect(clock.pending).toBe(0);
    clock.advance(200);
    expect(told).toEqual([]);
  });

  it('ends in the middle where a rule is added that wants it so, once for each use', () => {
    const first = openWatch();
    const second = openWatch();
    pass(first, 'a');
    const rule = plan.add({ match: { resource: 'pods' }, fault: { type: 'endWatch' }, times: 1 });
    pass(first, 'b');
    pass(second, 'c');
    expect(told).toEqual(['a', 'end', 'c']);
    expect(rule.uses).toBe(1);
  });

  it('counts matches over all watches', () => {
    plan.add({ match: {}, fault: { type: 'dropEvent' }, nth: 3, times: 1 });
    const first = openWatch();
    const second = openWatch();
    pass(first, 'ab');
    pass(second, 'cd');
    expect(told.join('')).toBe('abd');
    expect(plan.records).toMatchObject([{ event: { record: { key: '/pods/team/c' } } }]);
  });

  it('loses none but those that are dropped, whatever else happens, once there are events enough and time', () => {
    const fault = fc.oneof(
      fc.constant<EventFault>({ type: 'doubleEvent' }),
      fc.constant<EventFault>({ type: 'dropEvent' }),
      fc.integer({ min: 1, max: 9 }).map((delayMs): EventFault => ({ type: 'delayEvent', delayMs })),
      fc.integer({ min: 1, max: 4 }).map((behind): EventFault => ({ type: 'reorderEvent', behind })),
    );
    const rules = fc.array(fc.record({ fault, nth: fc.integer({ min: 1, max: 10 }), times: fc.constant(1) }));
    fc.assert(
      fc.property(rules, fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 20 }), (added, pauses) => {
        plan = new FaultPlan(clock);
        told = [];
        for (const rule of added) plan.add({ match: { event: { where: isLetter } }, ...rule });
        const watch = openWatch();
        const names = Array.from('abcdefghijklmnopqrst').slice(0, pauses.length);
        for (const [index, name] of names.entries()) {
          watch.onWatchEvent(eventOf(name));
          clock.advance(pauses[index] ?? 0);
        }
        clock.advance(1_000);
        pass(watch, '0123456789'.repeat(3));
        const expected = names.flatMap((name) => {
          const faults = plan.records
            .filter(({ event }) => event?.record.key.endsWith(name))
            .map(({ fault: { type } }) => type);
          if (faults.includes('dropEvent')) return [];
          return faults.includes('doubleEvent') ? [name, name] : [name];
        });
        expect(told.filter((name) => /[a-z]/.test(name)).sort()).toEqual(expected);
      }),
    );
  });
});

function isLetter({ record }: WatchedEvent): boolean {
  return /[a-z]$/.test(record.key);
}
