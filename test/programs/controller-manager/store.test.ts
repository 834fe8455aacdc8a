import type { KubeObject } from '../../../src/api/object';
import { CLAIM } from '../../../src/programs/controller-manager/resource-types';
import { SharedStores } from '../../../src/programs/controller-manager/shared-stores';
import { FakeClock, settle } from '../../support/fake-clock';
import { silentLogger } from '../../support/silent-logger';
import { FakeCluster } from './fake-cluster';

const NAME = { namespace: 'team', name: 'data' };

async function storeWith(change: Partial<KubeObject['metadata']> = {}) {
  const clock = new FakeClock();
  const cluster = new FakeCluster(clock, [CLAIM]);
  const object = await cluster.create(CLAIM, { apiVersion: 'v1', kind: CLAIM.kind, metadata: { ...NAME, ...change } });
  const stores = new SharedStores({ cluster, clock, log: silentLogger() });
  const store = stores.of(CLAIM);
  await stores.start();
  await settle();
  return { cluster, store, stores, object };
}

describe('a store', () => {
  it('has what was written before the watch brings it', async () => {
    const { store, stores } = await storeWith();
    const made = await store.create({
      apiVersion: 'v1',
      kind: CLAIM.kind,
      metadata: { namespace: 'team', name: 'more' },
    });
    expect(store.get(made.metadata)).toEqual(made);
    expect(store.inNamespace('team')).toHaveLength(2);
    await stores.stop();
  });

  it('doesn’t bring back what is gone when the answer to a write comes after the news of its end', async () => {
    const { cluster, store, stores, object } = await storeWith({ finalizers: ['hold'] });
    await cluster.delete(CLAIM, NAME);
    await settle();
    const { patch } = cluster;
    cluster.patch = async (...call) => {
      const answer = await patch.apply(cluster, call);
      await settle();
      return answer;
    };
    await store.patch(object, { metadata: { finalizers: [] } });
    await settle();
    expect(cluster.all(CLAIM)).toEqual([]);
    expect([...store.values()]).toEqual([]);
    await stores.stop();
  });

  it('finds objects by their controller, and those that have none', async () => {
    const owner = { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u', controller: true };
    const { store, stores, object } = await storeWith({ ownerReferences: [owner] });
    expect(store.controlledBy('u')).toHaveLength(1);
    expect(store.orphansIn('team')).toEqual([]);
    await store.patch(object, { metadata: { ownerReferences: [] } });
    expect(store.controlledBy('u')).toEqual([]);
    expect(store.orphansIn('team')).toHaveLength(1);
    await stores.stop();
  });
});
