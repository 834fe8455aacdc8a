/** The rules of a quota, over any history of requests. */
import fc from 'fast-check';
import { compareQuantities, parseQuantity } from '../../src/api/quantity';
import type { Quota } from '../../src/tenancy/quota';
import type { QuotaAllocationObject, QuotaAllocationStatus } from '../../src/tenancy/quota-allocation';
import { type Footprint, type Reservation, released, reserve, usedOf } from '../../src/tenancy/reservation';

function allocation(hard: Quota, status?: QuotaAllocationStatus): QuotaAllocationObject {
  return {
    apiVersion: 'adrasteia.dev/v1alpha1',
    kind: 'QuotaAllocation',
    metadata: { name: 'quota', namespace: 'tenant-ada' },
    spec: { hard },
    ...(status === undefined ? {} : { status }),
  };
}

const holder = (uid: string) => ({
  apiVersion: 'adrasteia.dev/v1alpha1',
  kind: 'Environment',
  name: `env-${uid}`,
  uid,
});

const takes = (more: Partial<Footprint> = {}): Footprint => ({
  environments: 1,
  cpu: '1',
  memory: '1Gi',
  extended: {},
  volumes: {},
  ...more,
});

function ask(at: QuotaAllocationObject, uid: string, footprint: Footprint, isThere = false): Reservation {
  return reserve(at, { holder: holder(uid), takes: footprint, isThere: () => isThere });
}

/** The allocation after a request that is granted. */
function granted(at: QuotaAllocationObject, uid: string, footprint: Footprint, isThere = false): QuotaAllocationObject {
  const answer = ask(at, uid, footprint, isThere);
  if (answer.outcome !== 'Granted') throw new Error(`not granted: ${answer.outcome}`);
  return allocation(at.spec.hard, answer.status);
}

describe('a reservation', () => {
  test('is granted while there is room, held from then on, and refused to the next one with what is left', () => {
    const empty = allocation({ cpu: '1500m', memory: '4Gi', environments: 5 });
    const one = granted(empty, 'a', takes());
    expect(ask(one, 'a', takes())).toEqual({ outcome: 'Held' });
    expect(ask(one, 'b', takes({ extended: { 'nvidia.com/gpu': '2' } }))).toEqual({
      outcome: 'Refused',
      message:
        'The quota of namespace tenant-ada has no room: it takes cpu 1 where 500m of 1500m is left: stop or delete another environment, or ask for a larger quota',
    });
  });

  test('names everything that there is too little of', () => {
    const answer = ask(
      allocation({ cpu: '1', storage: '5Gi', environments: 0, extended: { 'nvidia.com/gpu': '1' } }),
      'a',
      takes({ volumes: { home: '10Gi' }, extended: { 'nvidia.com/gpu': '2' } }),
    );
    expect(answer).toMatchObject({
      message: expect.stringContaining(
        'it takes environments 1 where 0 of 0 is left, nvidia.com/gpu 2 where 1 of 1 is left, storage 10Gi where 5Gi of 5Gi is left:',
      ) as unknown,
    });
  });

  test('that gives something back is granted whatever the quota is, after the fact', () => {
    const one = granted(allocation({ cpu: '1' }), 'a', takes({ volumes: { home: '1Gi' } }));
    const shrunk = allocation({ cpu: '0', storage: '0', environments: 0 }, one.status);
    expect(ask(shrunk, 'a', takes({ cpu: '0', memory: '0', volumes: { home: '1Gi' } }))).toMatchObject({
      outcome: 'Granted',
      when: 'After',
      status: { used: { cpu: '0', memory: '0', storage: '1Gi', environments: 1 } },
    });
  });

  test('of what is there already is granted whatever the quota is', () => {
    expect(granted(allocation({ cpu: '0', environments: 0 }), 'a', takes(), true).status).toMatchObject({
      used: { cpu: '1', environments: 1 },
    });
  });

  test('of a volume that an earlier environment left counts it once', () => {
    const left = allocation(
      { storage: '1Gi' },
      { used: {}, grants: [{ ...holder('old'), environments: 0, cpu: '0', memory: '0', volumes: { home: '1Gi' } }] },
    );
    expect(ask(left, 'b', takes({ volumes: { other: '1Gi' } }))).toMatchObject({ outcome: 'Refused' });
    const next = granted(left, 'a', takes({ volumes: { home: '1Gi' } }));
    expect(next.status?.grants?.map(({ uid }) => uid)).toEqual(['a']);
    expect(usedOf(next)).toMatchObject({ storage: '1Gi' });
  });
});

describe('what is taken back', () => {
  const everything = { holder: () => true, volume: () => true };

  test('is what is held by nobody; volumes are counted until they are gone', () => {
    const two = granted(
      granted(allocation({}), 'a', takes({ volumes: { home: '1Gi' } })),
      'b',
      takes({ extended: { 'nvidia.com/gpu': '1' } }),
    );
    expect(released(two, everything)).toBeUndefined();
    const status = released(two, { holder: ({ uid }) => uid === 'b', volume: () => true });
    expect(status?.used).toEqual({
      cpu: '1',
      memory: '1Gi',
      storage: '1Gi',
      environments: 1,
      extended: { 'nvidia.com/gpu': '1' },
    });
    const left = allocation({}, status);
    expect(released(left, everything)).toBeUndefined();
    expect(released(left, { holder: () => false, volume: () => false })).toEqual({
      used: { cpu: '0', memory: '0', storage: '0', environments: 0 },
      grants: [],
    });
  });

  test('is nothing where nothing was ever given', () => {
    expect(released(allocation({ cpu: '1' }), { holder: () => false, volume: () => false })).toBeUndefined();
  });
});

describe('any history of requests', () => {
  const amount = fc.integer({ min: 0, max: 8 });
  const hard = fc.record({
    cpu: amount.map(String),
    memory: amount.map((count) => `${count}Gi`),
    environments: amount,
  });
  const step = fc.record({
    uid: fc.constantFrom('a', 'b', 'c', 'd'),
    act: fc.constantFrom<'start' | 'stop' | 'leave' | 'resize'>('start', 'stop', 'leave', 'resize'),
    cpu: fc.integer({ min: 0, max: 4 }),
    memory: fc.integer({ min: 0, max: 4 }),
    hard,
  });

  test('never gives more than there is, unless the quota became smaller, and its sum is that of its grants', () => {
    fc.assert(
      fc.property(hard, fc.array(step, { maxLength: 30 }), (first, steps) => {
        let at = allocation(first);
        for (const { uid, act, cpu, memory, hard: next } of steps) {
          const before = usedOf(at);
          if (act === 'resize') {
            at = allocation(next, at.status);
            continue;
          }
          if (act === 'leave') {
            at = allocation(
              at.spec.hard,
              released(at, { holder: (grant) => grant.uid !== uid, volume: () => false }) ?? at.status,
            );
            continue;
          }
          const footprint =
            act === 'stop' ? takes({ cpu: '0', memory: '0' }) : takes({ cpu: String(cpu), memory: `${memory}Gi` });
          const answer = ask(at, uid, footprint);
          if (answer.outcome === 'Granted') at = allocation(at.spec.hard, answer.status);
          for (const name of ['cpu', 'memory', 'environments'] as const) {
            const used = usedOf(at)[name] ?? 0;
            const isWithin = compareQuantities(used, at.spec.hard[name] ?? 0) <= 0;
            expect(isWithin || compareQuantities(used, before[name] ?? 0) <= 0).toBe(true);
          }
        }
        const sum = (at.status?.grants ?? []).reduce((total, { cpu }) => total + parseQuantity(cpu).nanos, 0n);
        expect(parseQuantity(usedOf(at).cpu ?? 0).nanos).toBe(sum);
        expect(released(at, everyone)).toBeUndefined();
      }),
    );
  });

  const everyone = { holder: () => true, volume: () => true };
});
