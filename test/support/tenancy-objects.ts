/** Tenants, workspaces and the Tenancy of one test: they are everybody's, so each goes with the test that made it. */

import type { KubernetesCluster } from '../../src/adapters/kubernetes/client';
import type { KubeObject } from '../../src/api/object';
import { valueAt } from '../../src/api/object';
import type { ResourceType } from '../../src/api/resource-type';
import { eventually } from './eventually';
import type { Harness } from './harness';

/** An object that has no namespace. */
export interface ClusterObject {
  readonly type: ResourceType;
  readonly name: string;
}

export class TenancyObjects {
  private readonly made: ClusterObject[] = [];

  constructor(private readonly harness: Harness) {}

  /** Makes or changes an object. */
  async put(type: ResourceType, name: string, spec: object): Promise<void> {
    if (!this.made.some((other) => other.type === type && other.name === name)) this.made.push({ type, name });
    const { group, version, kind } = type;
    const apiVersion = group === '' ? version : `${group}/${version}`;
    await this.harness.apply(type, { apiVersion, kind, metadata: { name }, spec });
  }

  remove(type: ResourceType, name: string): Promise<void> {
    return removeTenancyObject(this.harness.cluster, { type, name });
  }

  /** The object, once it says that it is ready. */
  ready(type: ResourceType, name: string): Promise<KubeObject> {
    return eventually(`${type.kind} ${name} is ready`, async () => {
      const object = await this.harness.cluster.get(type, { name });
      return valueAt(object, ['status', 'conditions', 0, 'reason']) === 'Ready' ? object : undefined;
    });
  }

  /** Removes all that was made. */
  async clear(): Promise<void> {
    await removeTenancyObjects(this.harness.cluster, this.made.splice(0));
  }
}

/** Deletes an object, its volumes included, and waits until it is gone. */
export async function removeTenancyObject(cluster: KubernetesCluster, { type, name }: ClusterObject): Promise<void> {
  if ((await cluster.get(type, { name })) === undefined) return;
  const metadata = { annotations: { 'adrasteia.dev/delete-volumes': 'true' } };
  await cluster.patch(type, { name }, { metadata }, { type: 'merge', fieldManager: 'test' });
  await cluster.delete(type, { name });
  await eventually(`${type.kind} ${name} is gone`, async () => (await cluster.get(type, { name })) === undefined);
}

/**
 * Tenants and workspaces side by side, since Kubernetes waits several seconds before it empties a namespace; then what they
 * depend on, the last first.
 */
export async function removeTenancyObjects(
  cluster: KubernetesCluster,
  objects: readonly ClusterObject[],
): Promise<void> {
  const ownsNamespaces = ({ type }: ClusterObject): boolean => type.kind === 'Tenant' || type.kind === 'Workspace';
  await Promise.all(objects.filter(ownsNamespaces).map((object) => removeTenancyObject(cluster, object)));
  for (const object of objects.toReversed()) await removeTenancyObject(cluster, object);
}
