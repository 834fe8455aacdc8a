import { SECRET } from '../../../../src/programs/gate/keys/shared-secret';
import { SIGN_OUTS_SECRET, SignOuts } from '../../../../src/programs/gate/sessions/sign-outs';
import { FakeClock, settle } from '../../../support/fake-clock';
import { silentLogger } from '../../../support/silent-logger';
import { FakeCluster } from '../../controller-manager/fake-cluster';

const NAME = { namespace: 'gate', name: SIGN_OUTS_SECRET };
const HOUR = 3_600_000;

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

function list(): SignOuts {
  return new SignOuts({ cluster, clock, log: silentLogger(), namespace: NAME.namespace });
}

async function follow(...lists: readonly SignOuts[]): Promise<void> {
  following.push(...lists.map((each) => each.follow(stopping.signal)));
  await settle();
}

function stored(): readonly string[] {
  const data = cluster.find(SECRET, NAME)?.['data'] as Readonly<Record<string, string>> | undefined;
  const text = Buffer.from(data?.['sessions.json'] ?? '', 'base64').toString();
  return text === '' ? [] : Object.keys(JSON.parse(text) as object);
}

describe('the list of sign-outs', () => {
  it('is shared by all replicas, whoever writes at the same time', async () => {
    const lists = Array.from({ length: 4 }, list);
    await follow(...lists);
    await Promise.all(lists.map((each, index) => each.add(`s${index}`, clock.now() + HOUR)));
    await settle();
    expect([...stored()].sort()).toEqual(['s0', 's1', 's2', 's3']);
    for (const each of lists)
      expect(['s0', 's1', 's2', 's3', 's4'].map((id) => each.has(id))).toEqual([true, true, true, true, false]);
  });

  it('forgets a session once it would be over anyway', async () => {
    const signOuts = list();
    await follow(signOuts);
    await signOuts.add('s1', clock.now() + HOUR);
    clock.advance(2 * HOUR);
    await signOuts.add('s2', clock.now() + HOUR);
    expect(stored()).toEqual(['s2']);
    expect(signOuts.has('s1')).toBe(false);
  });

  it('tells of each id once, also of those that were there before', async () => {
    const early = list();
    await early.add('s1', clock.now() + HOUR);
    const late = list();
    const told: (readonly string[])[] = [];
    late.onSignedOut((ids) => told.push(ids));
    await follow(late);
    await early.add('s2', clock.now() + HOUR);
    await early.add('s2', clock.now() + HOUR);
    await late.add('s3', clock.now() + HOUR);
    await settle();
    expect(told).toEqual([['s1'], ['s2'], ['s3']]);
  });

  it('tells nobody who doesn’t listen any more', async () => {
    const signOuts = list();
    const told: (readonly string[])[] = [];
    const stop = signOuts.onSignedOut((ids) => told.push(ids));
    stop();
    await signOuts.add('s1', clock.now() + HOUR);
    expect(told).toEqual([]);
  });

  it('is kept by replicas when its Secret is deleted, and written again with the next sign-out', async () => {
    const signOuts = list();
    await follow(signOuts);
    await signOuts.add('s1', clock.now() + HOUR);
    await cluster.delete(SECRET, NAME);
    await settle();
    expect(signOuts.has('s1')).toBe(true);
    await signOuts.add('s2', clock.now() + HOUR);
    expect([...stored()].sort()).toEqual(['s1', 's2']);
  });

  it('is up to date by its watch, else by a look, else not at all', async () => {
    const signOuts = list();
    expect(signOuts.isReady).toBe(false);
    expect(await signOuts.isCurrent()).toBe(true);
    expect(signOuts.isReady).toBe(true);
    const other = list();
    await other.add('s1', clock.now() + HOUR);
    expect(signOuts.has('s1')).toBe(false);
    expect(await signOuts.isCurrent()).toBe(true);
    expect(signOuts.has('s1')).toBe(true);
    cluster.get = () => Promise.reject(new Error('down'));
    expect(await signOuts.isCurrent()).toBe(false);
    await follow(signOuts);
    expect(await signOuts.isCurrent()).toBe(true);
    // A watch that says nothing for long may be dead.
    clock.advance(30_000);
    expect(await signOuts.isCurrent()).toBe(false);
  });

  it('isn’t waited for longer than a sidecar waits', async () => {
    const signOuts = list();
    cluster.get = () => new Promise(() => undefined);
    const answer = signOuts.isCurrent();
    clock.advance(2000);
    expect(await answer).toBe(false);
  });

  it('that can’t be read isn’t up to date, until it is written anew', async () => {
    const signOuts = list();
    await follow(signOuts);
    await signOuts.add('s1', clock.now() + HOUR);
    await cluster.patch(
      SECRET,
      NAME,
      { data: { 'sessions.json': Buffer.from('{"s1":"soon"}').toString('base64') } },
      { type: 'merge' },
    );
    await settle();
    expect(signOuts.isReady).toBe(false);
    expect(signOuts.has('s1')).toBe(true);
    await signOuts.add('s2', clock.now() + HOUR);
    expect(signOuts.isReady).toBe(true);
    expect([...stored()].sort()).toEqual(['s1', 's2']);
  });
});
