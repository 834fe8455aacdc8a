import { LEASE, LeaderElection } from '../../../src/runtime/lease';
import { eventually } from '../../support/eventually';
import { FakeClock, settle } from '../../support/fake-clock';
import { Harness } from '../../support/harness';
import { silentLogger } from '../../support/silent-logger';

jest.setTimeout(120_000);

interface Replica {
  readonly election: LeaderElection;
  readonly clock: FakeClock;
  readonly log: string[];
}

let harness: Harness;
beforeEach(async () => {
  harness = await Harness.make([]);
});
afterEach(async () => {
  await harness.close();
});

function replica(
  identity: string,
  cluster = harness.cluster as ConstructorParameters<typeof LeaderElection>[0]['cluster'],
): Replica {
  const clock = new FakeClock();
  const log: string[] = [];
  const election = new LeaderElection({
    cluster,
    clock,
    log: silentLogger(),
    namespace: harness.namespace,
    name: 'controller',
    identity,
    onLead: () => log.push('lead'),
    onLost: () => log.push('lost'),
  });
  return { election, clock, log };
}

/** Turns a replica's clock by its retry period, and lets the round end. */
async function round({ clock }: Replica): Promise<void> {
  clock.advance(2_000);
  await eventually('the round has ended', () => clock.isDueIn(2_000));
}

async function started(one: Replica): Promise<Replica> {
  one.election.start();
  await eventually('the first round has ended', () => one.clock.isDueIn(2_000));
  return one;
}

describe('leader election', () => {
  test('the first replica leads, and the second stands by', async () => {
    const a = await started(replica('a'));
    const b = await started(replica('b'));
    expect([a.election.isLeading, b.election.isLeading]).toEqual([true, false]);
    await a.election.stop();
    await b.election.stop();
  });

  test('a stop gives the lease back, and a standby leads at its next look', async () => {
    const a = await started(replica('a'));
    const b = await started(replica('b'));
    await a.election.stop();
    await round(b);
    expect(b.election.isLeading).toBe(true);
    await b.election.stop();
  });

  test('a leader that is gone is followed when its lease has run out by the follower’s own clock, and not before', async () => {
    const a = await started(replica('a'));
    const b = await started(replica('b'));
    for (let elapsed = 0; elapsed < 8_000; elapsed += 2_000) {
      await round(b);
      expect(b.election.isLeading).toBe(false);
    }
    await round(b);
    expect(b.election.isLeading).toBe(true);
    expect(a.election.isLeading).toBe(true);
    await round(a);
    expect(a.log).toEqual(['lead', 'lost']);
    await b.election.stop();
    await a.election.stop();
  });

  test('a leader that cannot reach the API stops before its lease can be taken', async () => {
    let isCut = false;
    const cut = new Proxy(harness.cluster, {
      get: (target, property) => {
        const value: unknown = Reflect.get(target, property, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) =>
          isCut ? Promise.reject(new Error('cut')) : (value as (...all: unknown[]) => unknown).apply(target, args);
      },
    });
    const a = await started(replica('a', cut));
    isCut = true;
    await round(a);
    await round(a);
    a.clock.advance(2_000);
    await eventually('the next look is at the deadline', () => a.clock.isDueIn(1_000));
    expect(a.election.isLeading).toBe(true);
    a.clock.advance(1_000);
    await eventually('it is no longer leading', () => a.log.join() === 'lead,lost');
    isCut = false;
    await a.election.stop();
  });

  test('the record says who leads, since when, and how often it changed', async () => {
    const a = await started(replica('a'));
    await a.election.stop();
    const b = await started(replica('b'));
    await settle();
    const lease = await harness.get(LEASE, 'controller');
    expect(lease?.spec).toMatchObject({ holderIdentity: 'b', leaseDurationSeconds: 10, leaseTransitions: 1 });
    await b.election.stop();
  });
});
