import type { KubeObject } from '../../src/api/object';
import type { ResourceType } from '../../src/api/resource-type';
import { hasCode } from '../../src/errors';
import { PlanInterruption } from '../../src/plan/interruption';
import type { Change } from '../../src/runtime/informer';
import { type Caches, ReadIndex, RecordingLookup } from '../../src/runtime/reads';

const MAP: ResourceType = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true };
const CLASS: ResourceType = {
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'StorageClass',
  plural: 'storageclasses',
  namespaced: false,
};

function object(name: string, labels: Record<string, string> = {}, namespace = 'ns'): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace, labels } };
}

function changed(before: KubeObject | undefined, after: KubeObject | undefined, type = MAP): Change {
  const entry = (value: KubeObject | undefined) =>
    value === undefined ? undefined : { object: value, owned: undefined };
  return { type, before: entry(before), after: entry(after), isOwn: false };
}

function lookup(objects: readonly KubeObject[], overrides: Partial<Caches> = {}, now = 1_000): RecordingLookup {
  return new RecordingLookup(
    {
      find: () => ({
        get: ({ name, namespace }) =>
          objects.find((item) => item.metadata.name === name && item.metadata.namespace === namespace),
        values: () => objects,
      }),
      secret: () => ({ found: false }),
      observe: () => ({ state: 'Failed', message: 'no answer' }),
      ...overrides,
    },
    [MAP],
    now,
  );
}

describe('a plan’s questions', () => {
  test('an answer, an absence and a list query each bring the asker back when the answer changes', () => {
    const index = new ReadIndex();
    const asking = lookup([object('there')]);
    expect(asking.get(MAP, { namespace: 'ns', name: 'there' }).found).toBe(true);
    expect(asking.get(MAP, { namespace: 'ns', name: 'missing' }).found).toBe(false);
    expect(asking.list(MAP, { namespace: 'ns', labels: { role: 'x' } })).toEqual([]);
    index.record('owner', asking.reads);
    expect(index.concernedBy(changed(object('there'), object('there')))).toEqual(['owner']);
    expect(index.concernedBy(changed(undefined, object('missing')))).toEqual(['owner']);
    expect(index.concernedBy(changed(undefined, object('any', { role: 'x' })))).toEqual(['owner']);
    expect(index.concernedBy(changed(object('any', { role: 'x' }), object('any', { role: 'y' })))).toEqual(['owner']);
  });

  test('nobody is brought back by an object that nobody asked about', () => {
    const index = new ReadIndex();
    const asking = lookup([]);
    asking.get(MAP, { namespace: 'ns', name: 'a' });
    asking.list(MAP, { namespace: 'ns', labels: { role: 'x' } });
    index.record('owner', asking.reads);
    expect(index.concernedBy(changed(undefined, object('b')))).toEqual([]);
    expect(index.concernedBy(changed(undefined, object('a', {}, 'elsewhere')))).toEqual([]);
    expect(index.concernedBy(changed(undefined, object('c', { role: 'x' }, 'elsewhere')))).toEqual([]);
  });

  test('a list of all namespaces and one of the namespace alone bring their askers back, and one of another namespace doesn’t', () => {
    const index = new ReadIndex();
    for (const [owner, selection] of [
      ['all', {}],
      ['here', { namespace: 'ns' }],
      ['elsewhere', { namespace: 'elsewhere' }],
    ] as const) {
      const asking = lookup([]);
      asking.list(MAP, selection);
      index.record(owner, asking.reads);
    }
    expect([...index.concernedBy(changed(undefined, object('a')))].sort()).toEqual(['all', 'here']);
    expect([...index.concernedByKind(MAP)].sort()).toEqual(['all', 'elsewhere', 'here']);
    index.forget('here');
    expect(index.concernedBy(changed(object('a'), undefined))).toEqual(['all']);
  });

  test('a new plan’s questions replace those of the one before', () => {
    const index = new ReadIndex();
    const first = lookup([]);
    first.get(MAP, { namespace: 'ns', name: 'a' });
    first.list(MAP, {});
    index.record('owner', first.reads);
    const second = lookup([]);
    second.get(MAP, { namespace: 'ns', name: 'b' });
    index.record('owner', second.reads);
    expect(index.concernedBy(changed(undefined, object('a')))).toEqual([]);
    expect(index.concernedBy(changed(undefined, object('b')))).toEqual(['owner']);
    expect(index.concernedByKind(MAP)).toEqual(['owner']);
    index.forget('owner');
    expect(index.concernedByKind(MAP)).toEqual([]);
  });

  test('a question that cannot be answered leaves the plan, and is remembered', () => {
    const index = new ReadIndex();
    const asking = lookup([], { find: () => new PlanInterruption('Suspended', 'is being listed') });
    expect(() => asking.get(MAP, { namespace: 'ns', name: 'a' })).toThrow(PlanInterruption);
    index.record('owner', asking.reads);
    expect(index.concernedByKind(MAP)).toEqual(['owner']);
  });

  test('a kind that is not declared is refused by its code', () => {
    let thrown: unknown;
    try {
      lookup([]).get(CLASS, { name: 'fast' });
    } catch (error) {
      thrown = error;
    }
    expect(hasCode(thrown, 'ReadNotDeclared')).toBe(true);
  });

  test('an instant that has not passed is remembered, and one that has is not', () => {
    const asking = lookup([], {}, 1_000);
    expect(asking.clock.hasPassed(1_000)).toBe(true);
    expect(asking.clock.hasPassed(2_000)).toBe(false);
    expect(asking.reads.instants).toEqual([2_000]);
  });

  test('a list comes in the order of namespaces and names', () => {
    const asking = lookup([object('b', {}, 'y'), object('a', {}, 'y'), object('c', {}, 'x')]);
    expect(asking.list(MAP, {}).map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`)).toEqual([
      'x/c',
      'y/a',
      'y/b',
    ]);
  });

  test('a Secret and an observation bring the asker back by their names', () => {
    const index = new ReadIndex();
    const asking = lookup([]);
    asking.secret({ namespace: 'ns', name: 'token' });
    asking.observe('prometheus', { query: 'up' });
    index.record('owner', asking.reads);
    expect(index.concernedBySecret({ namespace: 'ns', name: 'token' })).toEqual(['owner']);
    expect(index.concernedByObservation('prometheus', { query: 'up' })).toEqual(['owner']);
    expect(index.concernedByObservation('prometheus', { query: 'down' })).toEqual([]);
    expect(index.hasSecretReader({ namespace: 'ns', name: 'other' })).toBe(false);
  });
});
