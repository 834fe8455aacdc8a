import type { Identity } from '../../../src/access/identity';
import { SECRET } from '../../../src/programs/gate/keys/shared-secret';
import { CUTS_SECRET, type SignOutCut, SignOutCuts } from '../../../src/programs/gate/sign-out-cuts';
import { FakeClock, settle } from '../../support/fake-clock';
import { silentLogger } from '../../support/silent-logger';
import { FakeCluster } from '../controller-manager/fake-cluster';
import { ADA } from './authorization/authorizer-harness';

const NAMESPACE = 'gate';
const BOB: Identity = { ...ADA, user: 'bob' };

let clock: FakeClock;
let cluster: FakeCluster;
let stopping: AbortController;
let following: Promise<void>[];
beforeEach(() => {
  clock = new FakeClock();
  cluster = new FakeCluster(clock, [SECRET]);
  stopping = new AbortController();
  following = [];
});
afterEach(async () => {
  stopping.abort();
  await Promise.all(following);
});

async function replica(of: FakeClock = clock) {
  const told: (readonly [user: string, mark: string])[] = [];
  const onCut = ({ user }: Identity, { mark }: SignOutCut) => told.push([user, mark]);
  const cuts = new SignOutCuts({ cluster, clock: of, log: silentLogger(), namespace: NAMESPACE, onCut });
  following.push(cuts.follow(stopping.signal));
  await settle();
  return { cuts, told };
}

describe('who signed out', () => {
  test('is told to all replicas, under the same mark', async () => {
    const [one, other] = [await replica(), await replica()];
    await one.cuts.note(ADA);
    await other.cuts.note(BOB);
    await settle();
    expect(one.told.map(([user]) => user)).toEqual(['ada', 'bob']);
    expect(other.told).toEqual(one.told);
  });

  test('has a mark above those before, also by a clock that is behind', async () => {
    const one = await replica();
    const behind = await replica(new FakeClock(clock.now() - 60_000));
    await one.cuts.note(ADA);
    await behind.cuts.note(BOB);
    await settle();
    const [first = '', second = ''] = one.told.map(([, mark]) => mark);
    expect(Number(second)).toBeGreaterThan(Number(first));
  });

  test('is told to a replica that begins later, under the same mark, for some minutes', async () => {
    const one = await replica();
    await one.cuts.note(ADA);
    await settle();
    expect((await replica()).told).toEqual(one.told);
    clock.advance(11 * 60_000);
    await one.cuts.note(BOB);
    expect((await replica()).told.map(([user]) => user)).toEqual(['bob']);
  });

  test('is told again by the next where somebody has spoilt the Secret', async () => {
    const one = await replica();
    await one.cuts.note(ADA);
    const data = { 'people.json': Buffer.from('nonsense').toString('base64') };
    await cluster.patch(SECRET, { namespace: NAMESPACE, name: CUTS_SECRET }, { data }, { type: 'merge' });
    await one.cuts.note(BOB);
    await settle();
    expect(one.told.map(([user]) => user)).toEqual(['ada', 'bob']);
  });
});
