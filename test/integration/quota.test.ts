/** Quota as reservation on an API server: who gets the last of it, who waits, and that what runs goes on running. */
import { CLAIM, STATEFUL_SET } from '../../constructs/parts/resource-types';
import type { JsonObject } from '../../src/api/json';
import { isJsonObject } from '../../src/api/json';
import type { KubeObject, Manifest } from '../../src/api/object';
import { valueAt } from '../../src/api/object';
import { hasCode } from '../../src/errors';
import { PlanInterruption } from '../../src/plan/interruption';
import { anyEnvironment, anyTemplate, engineCrds, engineKinds, kode, kodeTemplate, typeOf } from '../support/engine';
import { eventually } from '../support/eventually';
import { Harness, type Running } from '../support/harness';

jest.setTimeout(120_000);

const ENVIRONMENT = typeOf('Environment');
const TEMPLATE = typeOf('EnvironmentTemplate');
const ALLOCATION = typeOf('QuotaAllocation');
const TENANCY = typeOf('Tenancy');
const TENANT = typeOf('Tenant');
const KODE = typeOf('Kode', 'kode.jacero.io');
const KODE_TEMPLATE = typeOf('KodeTemplate', 'kode.jacero.io');
const KINDS = engineKinds();

let harness: Harness;
let running: Running;
beforeEach(async () => {
  harness = await Harness.make(engineCrds());
  await harness.apply(TEMPLATE, placed(anyTemplate()));
  running = await harness.start(KINDS);
});
afterEach(async () => {
  await harness.close();
});

const placed = (manifest: Manifest, namespace = harness.namespace): Manifest => ({
  ...manifest,
  metadata: { ...manifest.metadata, namespace },
});

/** Each environment of the template takes one core, 1Gi of memory and 1Gi of storage. */
const allocation = (hard: JsonObject, namespace = harness.namespace): Manifest =>
  placed(
    { apiVersion: 'adrasteia.dev/v1alpha1', kind: 'QuotaAllocation', metadata: { name: 'quota' }, spec: { hard } },
    namespace,
  );
/** As well as telling the controller: one that hasn't seen it yet lets everything start. */
async function allocate(hard: JsonObject): Promise<void> {
  const { metadata } = await harness.apply(ALLOCATION, allocation(hard));
  const probe = anyEnvironment('probe');
  const object: KubeObject = { ...probe, metadata: { ...probe.metadata, namespace: harness.namespace, uid: 'probe' } };
  await eventually('the controller knows the quota', () => {
    const plan = running.runtime.preview(object);
    if (plan === undefined || plan instanceof PlanInterruption) return false;
    if (plan.outcome === 'hold') return plan.reason === 'QuotaExceeded';
    return plan.outcome === 'apply' && plan.swap?.object.metadata.uid === metadata.uid;
  });
}
const ask = (name: string, spec: Record<string, unknown> = {}): Promise<KubeObject> =>
  harness.apply(ENVIRONMENT, placed(anyEnvironment(name, spec)));
const replicasOf = async (name: string): Promise<unknown> =>
  valueAt(await harness.get(STATEFUL_SET, name), ['spec', 'replicas']);
const blockedBy = (object: KubeObject): unknown => valueAt(object, ['status', 'blockedBy', 'reason']);
const runs = (name: string): Promise<KubeObject> =>
  harness.until(STATEFUL_SET, name, 'runs', (set) => valueAt(set, ['spec', 'replicas']) === 1);
const waits = (name: string): Promise<KubeObject> =>
  harness.until(ENVIRONMENT, name, 'waits for room', (object) => blockedBy(object) === 'QuotaExceeded');
const holders = async (): Promise<readonly string[]> => {
  const grants = valueAt(await harness.get(ALLOCATION, 'quota'), ['status', 'grants']);
  return (Array.isArray(grants) ? grants : []).filter(isJsonObject).map((grant) => valueAt(grant, ['name']) as string);
};
const used = async (): Promise<unknown> => valueAt(await harness.get(ALLOCATION, 'quota'), ['status', 'used']);

describe('a quota', () => {
  test('gives the last of it to one of two that ask at once, and tells the other what is left and what it takes', async () => {
    await allocate({ cpu: '1', environments: 5 });
    await Promise.all([ask('one'), ask('two')]);
    await eventually('both have their answer', async () => {
      const objects = await Promise.all(['one', 'two'].map((name) => harness.get(ENVIRONMENT, name)));
      return objects.every((object) => object?.status !== undefined) && (await holders()).length === 1;
    });
    const [winner = ''] = await holders();
    const loser = winner === 'one' ? 'two' : 'one';
    await runs(winner);
    const waiting = await waits(loser);
    expect(valueAt(waiting, ['status', 'blockedBy', 'message'])).toBe(
      `The quota of namespace ${harness.namespace} has no room: it takes cpu 1 where 0 of 1 is left: stop or delete another environment, or ask for a larger quota`,
    );
    expect(await harness.get(STATEFUL_SET, loser)).toBeUndefined();
    expect(await harness.get(CLAIM, `${loser}-home`)).toBeUndefined();
    expect(await used()).toEqual({ cpu: '1', memory: '1Gi', storage: '1Gi', environments: 1 });
  });

  test('lets whoever waits start when another one stops, whose volume stays counted', async () => {
    await allocate({ cpu: '1', storage: '2Gi' });
    await ask('one');
    await runs('one');
    await ask('two');
    await waits('two');
    await ask('one', { desiredState: 'Stopped' });
    await runs('two');
    expect(await replicasOf('one')).toBe(0);
    expect(await used()).toEqual({ cpu: '1', memory: '1Gi', storage: '2Gi', environments: 2 });
    await ask('one', { desiredState: 'Running' });
    await waits('one');
    expect(await replicasOf('one')).toBe(0);
    await ask('three', { desiredState: 'Stopped' });
    const third = await waits('three');
    expect(valueAt(third, ['status', 'blockedBy', 'message'])).toContain('it takes storage 1Gi where 0 of 2Gi is left');
  });

  test('has room again when an environment is deleted, but for the volumes that it leaves', async () => {
    await allocate({ cpu: '1', storage: '2Gi' });
    await ask('one');
    await runs('one');
    await ask('two');
    await waits('two');
    await harness.delete(ENVIRONMENT, 'one');
    await runs('two');
    await eventually('only the volume of the first is left', async () => (await holders()).length === 2);
    expect(await used()).toEqual({ cpu: '1', memory: '1Gi', storage: '2Gi', environments: 1 });
    const { items } = await harness.cluster.list(CLAIM, { namespace: harness.namespace });
    const left = items.find(({ metadata }) => metadata.name.startsWith('one'));
    await harness.delete(CLAIM, left?.metadata.name ?? '');
    await eventually('nothing of the first is left', async () => (await holders()).length === 1);
  });

  test('that becomes smaller stops nothing, and gives nothing until there is room', async () => {
    await allocate({ cpu: '2' });
    await ask('one');
    await ask('two');
    await runs('one');
    await runs('two');
    await allocate({ cpu: '1' });
    await ask('three');
    const waiting = await waits('three');
    expect(valueAt(waiting, ['status', 'blockedBy', 'message'])).toContain('cpu 1 where 0 of 1 is left');
    await ask('two', { displayName: 'Still mine' });
    await running.drained();
    expect([await replicasOf('one'), await replicasOf('two')]).toEqual([1, 1]);
    await allocate({ cpu: '3' });
    await runs('three');
  });

  test('that has no record of who holds what takes what is there as it is, and stops nothing', async () => {
    await ask('one');
    await ask('two');
    await runs('one');
    await runs('two');
    await allocate({ cpu: '1' });
    await eventually('both hold what they have', async () => (await holders()).length === 2);
    await harness.delete(ALLOCATION, 'quota');
    await harness.untilGone(ALLOCATION, 'quota');
    await allocate({ cpu: '1' });
    await eventually('both hold it again', async () => (await holders()).length === 2);
    await ask('three');
    await waits('three');
    expect([await replicasOf('one'), await replicasOf('two')]).toEqual([1, 1]);
  });

  test('is asked before an environment becomes larger, and what it has goes on while there is no room', async () => {
    await allocate({ cpu: '2' });
    await harness.apply(TEMPLATE, placed(anyTemplate({ allow: { overrides: ['resources'] } })));
    await ask('one');
    await ask('two');
    await runs('one');
    await runs('two');
    await ask('one', { overrides: { resources: { requests: { cpu: '2' } } } });
    const waiting = await waits('one');
    expect(valueAt(waiting, ['status', 'blockedBy', 'message'])).toContain('it takes cpu 2 where 1 of 2 is left');
    expect(await replicasOf('one')).toBe(1);
    await ask('two', { desiredState: 'Stopped' });
    await harness.until(STATEFUL_SET, 'one', 'is larger', (set) => JSON.stringify(set).includes('"cpu":"2"'));
  });

  test('is one for the environments of every API', async () => {
    await allocate({ environments: 1 });
    await harness.apply(KODE_TEMPLATE, placed(kodeTemplate()));
    await harness.apply(KODE, placed(kode('desk')));
    await eventually('the first holds it', async () => (await holders()).join() === 'desk');
    await ask('one');
    await waits('one');
    await harness.delete(KODE, 'desk');
    await runs('one');
  });

  test('costs nothing when a controller starts anew, and nothing where there is none', async () => {
    await ask('free');
    await runs('free');
    await running.drained();
    expect(running.cluster.words.filter((word) => word.includes('QuotaAllocation'))).toEqual([]);
    await allocate({ cpu: '2' });
    await ask('one');
    await runs('one');
    await running.drained();
    await running.stop();
    const next = await harness.start(KINDS);
    await next.drained();
    expect(next.cluster.writes).toEqual([]);
  });
});

test('a controller that serves no tenants asks no quota', async () => {
  await running.stop();
  const served = KINDS.filter(({ isTenancy }) => isTenancy !== true);
  await harness.apply(ALLOCATION, allocation({ cpu: '0' }));
  await harness.start(served);
  await ask('one');
  await runs('one');
  expect(await holders()).toEqual([]);
});

describe('a tenant', () => {
  let tenant: string;
  beforeEach(async () => {
    await running.stop();
    await harness.start(KINDS, { everywhere: true });
    tenant = `ada-${harness.namespace}`;
  });

  const person = (spec: JsonObject = {}): Manifest => ({
    apiVersion: 'adrasteia.dev/v1alpha1',
    kind: 'Tenant',
    metadata: { name: tenant },
    spec: {
      firstName: 'Ada',
      lastName: 'Lovelace',
      email: 'ada@example.org',
      quota: { cpu: '1', storage: '2Gi', environments: 3 },
      ...spec,
    },
  });
  const until = (what: string, holds: (object: KubeObject) => boolean): Promise<KubeObject> =>
    eventually(what, async () => {
      const object = await harness.cluster.get(TENANT, { name: tenant });
      return object !== undefined && holds(object) ? object : undefined;
    });
  const isReady = ({ status }: KubeObject): boolean => JSON.stringify(status ?? {}).includes('"reason":"Ready"');
  const remove = async (): Promise<void> => {
    await harness.cluster.delete(TENANT, { name: tenant });
    await eventually('it is gone', async () => (await harness.cluster.get(TENANT, { name: tenant })) === undefined);
  };

  test('sees what is used of its quota; a record that is deleted is made again from what is there', async () => {
    const namespace = `tenant-${tenant}`;
    await harness.apply(TENANT, person());
    const ready = await until('it is ready', isReady);
    expect(valueAt(ready, ['status', 'used'])).toEqual({ cpu: '0', memory: '0', storage: '0', environments: 0 });
    const owner = { kind: 'Tenant', name: tenant };
    await harness.apply(TEMPLATE, placed(anyTemplate(), namespace));
    // Kubernetes' own quota has to be added up first.
    await eventually('the environment is made', async () => {
      try {
        return await harness.apply(ENVIRONMENT, placed(anyEnvironment('one', { owner }), namespace));
      } catch (error) {
        if (hasCode(error, 'ApiForbidden')) return undefined;
        throw error;
      }
    });
    const isUsed = (object: KubeObject): boolean => valueAt(object, ['status', 'used', 'cpu']) === '1';
    const live = await until('it sees what is used', isUsed);
    expect(valueAt(live, ['status', 'used'])).toEqual({ cpu: '1', memory: '1Gi', storage: '1Gi', environments: 1 });
    const record = { name: 'quota', namespace };
    const before = await harness.cluster.get(ALLOCATION, record);
    await harness.cluster.delete(ALLOCATION, record);
    await eventually('the record is made again', async () => {
      const now = await harness.cluster.get(ALLOCATION, record);
      return now?.metadata.uid !== before?.metadata.uid && valueAt(now, ['status', 'used', 'cpu']) === '1';
    });
    await until('it sees that too', isUsed);
    const set = await harness.cluster.get(STATEFUL_SET, { name: 'one', namespace });
    expect(valueAt(set, ['spec', 'replicas'])).toBe(1);
    await harness.cluster.patch(
      TENANT,
      { name: tenant },
      { metadata: { annotations: { 'adrasteia.dev/delete-volumes': 'true' } } },
      { type: 'merge' },
    );
    await remove();
  });

  test('that is asleep has no record, and one again when it is awake', async () => {
    const lastLogin = '2001-01-01T00:00:00Z';
    await harness.apply(TENANCY, {
      apiVersion: 'adrasteia.dev/v1alpha1',
      kind: 'Tenancy',
      metadata: { name: 'default' },
      spec: {},
    });
    await harness.apply(TENANT, person({ lastLogin }));
    await until('it is ready', isReady);
    const record = () => harness.cluster.get(ALLOCATION, { name: 'quota', namespace: `tenant-${tenant}` });
    await eventually('it has a record', async () => (await record()) !== undefined);
    await harness.cluster.patch(
      TENANCY,
      { name: 'default' },
      { spec: { namespaces: { keepFor: '30d' } } },
      { type: 'merge' },
    );
    await eventually('it has none', async () => (await record()) === undefined);
    await harness.cluster.delete(TENANCY, { name: 'default' });
    await eventually('it has one again', async () => (await record()) !== undefined);
    await remove();
  });
});
