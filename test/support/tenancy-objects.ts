/** Tenants, workspaces and the Tenancy of one test: they are everybody's, so each goes with the test that made it. */

import type { KubeObject } from '../../src/api/object';
import { valueAt } from '../../src/api/object';
import type { ResourceType } from '../../src/api/resource-type';
import { eventually } from './eventually';
import type { Harness } from './harness';

export class TenancyObjects {
  private readonly made: { readonly type: ResourceType; readonly name: string }[] = [];

  constructor(private readonly harness: Harness) {}

  /** Makes or changes an object. */
  async put(type: ResourceType, name: string, spec: object): Promise<void> {
    if (!this.made.some((other) => other.type === type && other.name === name)) this.made.push({ type, name });
    const { group, version, kind } = type;
    const apiVersion = group === '' ? version : `${group}/${version}`;
    await this.harness.apply(type, { apiVersion, kind, metadata: { name }, spec });
  }

  /** Deletes an object, its volumes included, and waits until it is gone. */
  async remove(type: ResourceType, name: string): Promise<void> {
    const { cluster } = this.harness;
    if ((await cluster.get(type, { name })) === undefined) return;
    await cluster.patch(
      type,
      { name },
      { metadata: { annotations: { 'adrasteia.dev/delete-volumes': 'true' } } },
      { type: 'merge', fieldManager: 'test' },
    );
    await cluster.delete(type, { name });
    await eventually(`${type.kind} ${name} is gone`, async () => (await cluster.get(type, { name })) === undefined);
  }

  /** The object, once it says that it is ready. */
  ready(type: ResourceType, name: string): Promise<KubeObject> {
    return eventually(`${type.kind} ${name} is ready`, async () => {
      const object = await this.harness.cluster.get(type, { name });
      return valueAt(object, ['status', 'conditions', 0, 'reason']) === 'Ready' ? object : undefined;
    });
  }

  /** Removes all that was made, the last first. */
  async clear(): Promise<void> {
    for (const { type, name } of this.made.splice(0).reverse()) await this.remove(type, name);
  }
}
