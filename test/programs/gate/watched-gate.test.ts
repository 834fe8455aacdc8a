import { GATE, GATE_NAME } from '../../../src/access/gate';
import { apiVersionOf } from '../../../src/api/resource-type';
import { type GateChange, WatchedGate } from '../../../src/programs/gate/watched-gate';
import { FakeClock, settle } from '../../support/fake-clock';
import { silentLogger } from '../../support/silent-logger';
import { FakeCluster } from '../controller-manager/fake-cluster';

const GATE_OBJECT = {
  apiVersion: apiVersionOf(GATE.type),
  kind: GATE.type.kind,
  metadata: { name: GATE_NAME },
};

let stopping: AbortController;
let following: Promise<void>[];
let clock: FakeClock;
let cluster: FakeCluster;
beforeEach(() => {
  stopping = new AbortController();
  following = [];
  clock = new FakeClock();
  cluster = new FakeCluster(clock, [GATE.type]);
});
afterEach(async () => {
  stopping.abort();
  await Promise.all(following);
});

async function replica() {
  const told: GateChange[] = [];
  const onChange = (change: GateChange) => told.push(change);
  const gate = new WatchedGate({ cluster, clock, log: silentLogger(), onChange });
  await gate.fill();
  following.push(gate.follow(stopping.signal));
  await settle();
  return { gate, told };
}

const write = async (spec: object): Promise<void> => {
  const name = { name: GATE_NAME };
  if (cluster.find(GATE.type, name) === undefined) await cluster.create(GATE.type, { ...GATE_OBJECT, spec });
  else await cluster.patch(GATE.type, name, { spec }, { type: 'merge' });
  await settle();
};

const urlsOf = (told: readonly GateChange[]) => told.map(({ before, after }) => [before.url, after?.url]);

describe('the Gate that counts', () => {
  test('is told of by what it was and what it is, under marks that grow and are the same at all replicas', async () => {
    await write({ url: 'https://a.example.org' });
    const [one, other] = [await replica(), await replica()];
    await write({ url: 'https://b.example.org' });
    await write({ url: 'https://c.example.org' });
    await cluster.delete(GATE.type, { name: GATE_NAME });
    await settle();
    expect(urlsOf(one.told)).toEqual([
      ['https://a.example.org', 'https://b.example.org'],
      ['https://b.example.org', 'https://c.example.org'],
      ['https://c.example.org', undefined],
    ]);
    expect(other.told).toEqual(one.told);
    const marks = one.told.map(({ mark }) => BigInt(mark));
    expect(marks).toEqual([...new Set(marks)].sort((a, b) => (a < b ? -1 : 1)));
    expect(one.gate.spec).toBeUndefined();
  });

  test('that can’t be used is none, and what it was before is remembered', async () => {
    await write({ url: 'https://a.example.org' });
    const { gate, told } = await replica();
    await write({ url: 'nonsense' });
    expect([gate.spec, told]).toEqual([undefined, []]);
    await write({ url: 'https://b.example.org' });
    expect(urlsOf(told)).toEqual([['https://a.example.org', 'https://b.example.org']]);
  });
});
