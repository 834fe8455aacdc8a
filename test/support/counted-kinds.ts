/**
 * Our kinds on a real control plane, once its quota controller counts them. It looks for new kinds twice a minute, and a quota
 * that was made before it knew one lacks that count for five minutes more, in which nothing of the kind is let into its namespace.
 */

import { randomBytes } from 'node:crypto';
import { NAMESPACE } from '../../constructs/parts/resource-types';
import { connectCluster } from '../../src/adapters/kubernetes/client';
import { valueAt } from '../../src/api/object';
import type { ResourceType } from '../../src/api/resource-type';
import { installCrds, typeOfCrd } from './crds';
import { engineCrds } from './engine';
import { eventually } from './eventually';

const QUOTA: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'ResourceQuota',
  plural: 'resourcequotas',
  namespaced: true,
};

/** Installs the CRD of every kind, and resolves when a quota that is made now would count its objects. */
export async function installCountedKinds(kubeconfig: string): Promise<void> {
  const cluster = connectCluster({ kubeconfig });
  try {
    const crds = engineCrds();
    await installCrds(cluster, crds);
    const counts = crds
      .map(typeOfCrd)
      .filter(({ namespaced }) => namespaced)
      .map(({ plural, group }) => `count/${plural}.${group}`);
    const namespace = `test-${randomBytes(4).toString('hex')}`;
    await cluster.create(NAMESPACE, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    // Of each quota the first answer is the last one for five minutes, so each look takes a new one.
    await eventually('the quota controller counts the kinds', async () => {
      const { metadata } = await cluster.create(QUOTA, {
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        metadata: { name: `counts-${randomBytes(4).toString('hex')}`, namespace },
        spec: { hard: Object.fromEntries(counts.map((count) => [count, '1'])) },
      });
      const quota = { namespace, name: metadata.name };
      const used = await eventually('a quota is looked at', async () => {
        const status = (await cluster.get(QUOTA, quota))?.status;
        return status !== undefined && valueAt({ status }, ['status', 'hard']) !== undefined && status;
      });
      await cluster.delete(QUOTA, quota);
      return counts.every((count) => valueAt({ used }, ['used', 'used', count]) !== undefined);
    });
    await cluster.delete(NAMESPACE, { name: namespace });
  } finally {
    await cluster.close();
  }
}
