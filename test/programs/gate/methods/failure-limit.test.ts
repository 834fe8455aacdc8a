import fc from 'fast-check';
import { Attempts } from '../../../../src/programs/gate/methods/attempts';
import { FailureLimit } from '../../../../src/programs/gate/methods/failure-limit';
import { FakeClock } from '../../../support/fake-clock';

describe('a limit on failures', () => {
  test('allows a burst, then one from time to time', () => {
    const limit = new FailureLimit({ burst: 3, refillMs: 1000, mostKeys: 10 });
    const isAllowed = (now: number): boolean => {
      const { isAllowed: is } = limit.permission('key', now);
      if (is) limit.take('key', now);
      return is;
    };
    expect([0, 0, 0, 0].map(isAllowed)).toEqual([true, true, true, false]);
    expect([999, 1000, 1001].map(isAllowed)).toEqual([false, true, false]);
    expect(limit.permission('key', 1500)).toEqual({ isAllowed: false, isFirst: false, retryAfterMs: 500 });
    expect([100_000, 100_000, 100_000, 100_000].map(isAllowed)).toEqual([true, true, true, false]);
  });

  test('says which refusal is the first since an attempt was allowed', () => {
    const limit = new FailureLimit({ burst: 1, refillMs: 1000, mostKeys: 10 });
    limit.take('key', 0);
    const isFirst = (now: number): boolean | undefined => {
      const permission = limit.permission('key', now);
      return permission.isAllowed ? undefined : permission.isFirst;
    };
    expect([isFirst(0), isFirst(1), isFirst(1000)]).toEqual([true, false, undefined]);
    limit.take('key', 1000);
    expect(isFirst(1000)).toBe(true);
  });

  test('forgets whose failure turned out to be none', () => {
    const limit = new FailureLimit({ burst: 2, refillMs: 1000, mostKeys: 10 });
    limit.take('key', 0);
    limit.giveBack('key');
    expect(limit.size).toBe(0);
  });

  test('never remembers more keys than it may, and forgets those first that failed longest ago', () => {
    const limit = new FailureLimit({ burst: 1, refillMs: 1000, mostKeys: 3 });
    for (const key of ['a', 'b', 'c', 'a', 'd']) limit.take(key, 0);
    expect(limit.size).toBe(3);
    expect(['a', 'b', 'c', 'd'].map((key) => limit.permission(key, 0).isAllowed)).toEqual([false, true, false, false]);
  });

  test('allows no more than the burst and what has come since, whatever the times', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(500), { maxLength: 200 }), (steps) => {
        const limit = new FailureLimit({ burst: 5, refillMs: 1000, mostKeys: 10 });
        let now = 0;
        let allowed = 0;
        for (const step of steps) {
          now += step;
          if (!limit.permission('key', now).isAllowed) continue;
          limit.take('key', now);
          allowed++;
        }
        return allowed <= 5 + now / 1000 + 1e-6;
      }),
    );
  });
});

describe('attempts with passwords', () => {
  const attempt = { environment: 'team/thesis', sourceAddress: '192.0.2.1', user: 'ada' };
  const allowed = (attempts: Attempts, times: number, make: (index: number) => Partial<typeof attempt>): number =>
    Array.from({ length: times }, (_each, index) => attempts.begin({ ...attempt, ...make(index) }).isAllowed).filter(
      Boolean,
    ).length;

  test('10,000 wrong ones from one address are ten and no more', () => {
    expect(allowed(new Attempts(new FakeClock()), 10_000, () => ({}))).toBe(10);
  });

  test('10,000 wrong ones for one user from as many addresses are thirty and no more', () => {
    const attempts = new Attempts(new FakeClock());
    const from = (index: number) => ({ sourceAddress: `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}` });
    expect(allowed(attempts, 10_000, from)).toBe(30);
  });

  test('10,000 wrong ones of as many addresses and users are two hundred and no more', () => {
    const attempts = new Attempts(new FakeClock());
    const of = (index: number) => ({ sourceAddress: `10.0.${index >> 8}.${index & 255}`, user: `user-${index}` });
    expect(allowed(attempts, 10_000, of)).toBe(200);
  });

  test('addresses of one IPv6 network are one', () => {
    const attempts = new Attempts(new FakeClock());
    const inNetwork = (index: number) => ({
      sourceAddress: `2001:db8:0:1::${index.toString(16)}`,
      user: `user-${index}`,
    });
    expect(allowed(attempts, 100, inNetwork)).toBe(10);
    const others = (index: number) => ({
      sourceAddress: `2001:db8:0:${(index + 2).toString(16)}::1`,
      user: `u${index}`,
    });
    expect(allowed(attempts, 100, others)).toBe(100);
  });

  test('those of one environment say nothing of another', () => {
    const attempts = new Attempts(new FakeClock());
    allowed(attempts, 100, () => ({}));
    expect(allowed(attempts, 1, () => ({ environment: 'team/other' }))).toBe(1);
  });

  test('right ones cost nothing', () => {
    const attempts = new Attempts(new FakeClock());
    for (let time = 0; time < 1000; time++) {
      const begun = attempts.begin(attempt);
      if (!begun.isAllowed) throw new Error(`refused at ${time}`);
      begun.succeeded();
    }
  });

  test('after a while one more is allowed, and is said to be', () => {
    const clock = new FakeClock();
    const attempts = new Attempts(clock);
    allowed(attempts, 11, () => ({}));
    const refused = attempts.begin(attempt);
    expect(refused).toEqual({ isAllowed: false, isFirst: false, retryAfterSeconds: 6 });
    clock.advance(6000);
    expect(attempts.begin(attempt).isAllowed).toBe(true);
  });
});
