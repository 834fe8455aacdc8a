import type { KubeObject } from '../../../../src/api/object';
import { KEYS_SECRET, KeyRing } from '../../../../src/programs/gate/keys/key-ring';
import { KEY_AGE_MS, SETTLING_MS } from '../../../../src/programs/gate/keys/rotation';
import { SECRET } from '../../../../src/programs/gate/keys/shared-secret';
import { FakeClock, settle } from '../../../support/fake-clock';
import { silentLogger } from '../../../support/silent-logger';
import { FakeCluster } from '../../controller-manager/fake-cluster';

const NAME = { namespace: 'gate', name: KEYS_SECRET };

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

function ring(): KeyRing {
  return new KeyRing({
    cluster,
    clock,
    log: silentLogger(),
    namespace: NAME.namespace,
    longestTokenMs: () => 86_400_000,
  });
}

async function follow(...rings: readonly KeyRing[]): Promise<void> {
  following.push(...rings.map((each) => each.follow(stopping.signal)));
  await settle();
}

function stored(): KubeObject | undefined {
  return cluster.find(SECRET, NAME);
}

function keyCount(): number {
  return Object.keys(stored()?.['data'] ?? {}).length;
}

describe('replicas', () => {
  it('that start together agree on one key', async () => {
    const rings = Array.from({ length: 5 }, ring);
    await follow(...rings);
    expect(keyCount()).toBe(1);
    expect(new Set(rings.map((each) => each.sealing()?.id)).size).toBe(1);
    expect(rings.every(({ isReady }) => isReady)).toBe(true);
  });

  it('rotate once among them, and seal by the new key only when all have had time to read it', async () => {
    const rings = Array.from({ length: 3 }, ring);
    await follow(...rings);
    const first = rings[0]?.sealing()?.id;
    clock.advance(KEY_AGE_MS + 5 * 60_000);
    await settle();
    expect(keyCount()).toBe(2);
    expect(rings.map((each) => each.sealing()?.id)).toEqual([first, first, first]);
    clock.advance(SETTLING_MS);
    const second = rings[0]?.sealing()?.id;
    expect(second).not.toBe(first);
    expect(rings.map((each) => each.sealing()?.id)).toEqual([second, second, second]);
    expect(await rings[1]?.find(first ?? '')).toMatchObject({ id: first });
  });

  it('make new keys when somebody deletes the Secret, and forget the old ones', async () => {
    const rings = [ring(), ring()];
    await follow(...rings);
    const before = rings[0]?.sealing()?.id ?? '';
    await cluster.delete(SECRET, NAME);
    await settle();
    expect(keyCount()).toBe(1);
    expect(rings[0]?.sealing()?.id).not.toBe(before);
    expect(rings[0]?.sealing()?.id).toBe(rings[1]?.sealing()?.id);
    expect(await rings[1]?.find(before)).toBeUndefined();
  });
});

describe('an answer that comes late', () => {
  it('doesn’t bring back what was there before', async () => {
    const asking = ring();
    await asking.rotate();
    const before = stored();
    clock.advance(KEY_AGE_MS);
    await asking.rotate();
    clock.advance(SETTLING_MS);
    const sealing = asking.sealing();
    const get = cluster.get.bind(cluster);
    cluster.get = () => Promise.resolve(before);
    expect(await asking.find('made-up')).toBeUndefined();
    cluster.get = get;
    expect(asking.sealing()).toEqual(sealing);
    expect(keyCount()).toBe(2);
  });
});

describe('a key that isn’t known', () => {
  it('is looked for in the Secret, before the watch tells of it', async () => {
    const [early, late] = [ring(), ring()];
    await early.rotate();
    expect(await late.find(early.sealing()?.id ?? '')).toMatchObject({ id: early.sealing()?.id });
  });

  it('doesn’t make the gate ask for every token that names one', async () => {
    const asking = ring();
    await asking.rotate();
    let reads = 0;
    const get = cluster.get.bind(cluster);
    cluster.get = (type, name) => {
      reads += 1;
      return get(type, name);
    };
    for (let count = 0; count < 100; count++) expect(await asking.find(`made-up-${count}`)).toBeUndefined();
    expect(reads).toBe(1);
    clock.advance(2000);
    await asking.find('made-up');
    expect(reads).toBe(2);
  });
});
