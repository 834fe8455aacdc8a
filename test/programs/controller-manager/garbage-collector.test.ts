import type { KubeObject } from '../../../src/api/object';
import { CONFIG_MAP } from '../../../src/programs/controller-manager/resource-types';
import { type NewObject, withManager } from './running-manager';

/** A config map that belongs to another. */
function ownedBy({ metadata }: KubeObject, change: { readonly uid?: string; readonly name?: string } = {}): NewObject {
  const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: metadata.name, uid: metadata.uid ?? '', ...change };
  return { metadata: { name: 'dependent', ownerReferences: [owner] } };
}

describe('the garbage collector', () => {
  it('asks nothing about an object whose owner it knows', async () => {
    await withManager(async ({ cluster, create, settled }) => {
      const owner = await create(CONFIG_MAP, { metadata: { name: 'owner' } });
      const get = jest.spyOn(cluster, 'get');
      const dependent = await create(CONFIG_MAP, ownedBy(owner));
      await cluster.patch(CONFIG_MAP, dependent.metadata, { data: { a: 'b' } }, { type: 'merge' });
      await settled();
      expect(get).not.toHaveBeenCalled();
    });
  });

  it('deletes what has lost its owner', async () => {
    await withManager(async ({ cluster, create, settled }) => {
      const owner = await create(CONFIG_MAP, { metadata: { name: 'owner' } });
      const dependent = await create(CONFIG_MAP, ownedBy(owner));
      await cluster.delete(CONFIG_MAP, owner.metadata);
      await settled();
      expect(cluster.find(CONFIG_MAP, dependent.metadata)).toBeUndefined();
    });
  });

  it.each([
    ['another UID', { uid: 'never-there' }],
    ['another name', { name: 'never-there' }],
  ])('deletes what names an owner that isn’t there: %s', async (_, change) => {
    await withManager(async ({ cluster, create }) => {
      const owner = await create(CONFIG_MAP, { metadata: { name: 'owner' } });
      const dependent = await create(CONFIG_MAP, ownedBy(owner, change));
      expect(cluster.find(CONFIG_MAP, dependent.metadata)).toBeUndefined();
    });
  });
});
