/**
 * The environments that are measured, and the same children written without a controller: the limit that the API server sets.
 */

import { randomBytes } from 'node:crypto';
import { kinds } from '../constructs/kinds';
import { NAMESPACE } from '../constructs/parts/resource-types';
import { type Manifest, referenceTo } from '../src/api/object';
import { kindKey, kindKeyOf, type ResourceType } from '../src/api/resource-type';
import type { Cluster } from '../src/ports/cluster';
import { INVENTORY } from '../src/runtime/inventory';
import { expand } from '../src/synth/expand';

export const TEMPLATE: ResourceType = {
  group: 'adrasteia.dev',
  version: 'v1alpha1',
  kind: 'ClusterEnvironmentTemplate',
  plural: 'clusterenvironmenttemplates',
  namespaced: false,
};
export const ENVIRONMENT: ResourceType = {
  group: 'adrasteia.dev',
  version: 'v1alpha1',
  kind: 'Environment',
  plural: 'environments',
  namespaced: true,
};
export const ENTRY_POINT: ResourceType = {
  group: 'adrasteia.dev',
  version: 'v1alpha1',
  kind: 'EntryPoint',
  plural: 'entrypoints',
  namespaced: true,
};

/** Requests in flight: more than keeps a two-core API server busy. */
const IN_FLIGHT = 16;

/** A template whose environments have every object that a container environment can have, and need no generated value. */
export function template(): Manifest {
  return {
    apiVersion: 'adrasteia.dev/v1alpha1',
    kind: 'ClusterEnvironmentTemplate',
    metadata: { name: 'bench' },
    spec: {
      displayName: 'Bench',
      workloads: [
        {
          name: 'main',
          container: {
            image: 'registry.example.org/bench/app:1',
            ports: [{ name: 'http', port: 8080 }],
            env: [{ name: 'TZ', value: 'UTC' }],
            resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { memory: '4Gi' } },
          },
          web: { port: 'http', signIn: 'App' },
          storage: { mountPath: '/home/dev', size: '10Gi' },
        },
      ],
      entryPointRef: { name: 'default' },
    },
  };
}

export function entryPoint(namespace: string): Manifest {
  return {
    apiVersion: 'adrasteia.dev/v1alpha1',
    kind: 'EntryPoint',
    metadata: { name: 'default', namespace },
    spec: { routing: 'Host', baseDomain: 'dev.example.org', ingress: { className: 'nginx' } },
  };
}

export function environment(namespace: string, name: string): Manifest {
  return {
    apiVersion: 'adrasteia.dev/v1alpha1',
    kind: 'Environment',
    metadata: { name, namespace },
    spec: { templateRef: { kind: 'ClusterEnvironmentTemplate', name: 'bench' }, owner: { kind: 'User', name: 'ada' } },
  };
}

/** The children of an environment, as the doors write them. */
export function childrenOf(namespace: string, name: string): readonly Manifest[] {
  const { manifests } = expand([template(), entryPoint(namespace), environment(namespace, name)], kinds);
  return manifests.filter((manifest) => !manifest.apiVersion.startsWith('adrasteia.dev/'));
}

export async function freshNamespace(cluster: Cluster): Promise<string> {
  const name = `bench-${randomBytes(4).toString('hex')}`;
  await cluster.create(NAMESPACE, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  return name;
}

/** Does things in parallel, a fixed number at a time. */
export async function inParallel<T>(items: readonly T[], act: (item: T) => Promise<unknown>): Promise<void> {
  const queue = [...items];
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      for (let item = queue.shift(); item !== undefined; item = queue.shift()) await act(item);
    }),
  );
}

/**
 * The same writes without a controller, as fast as the API server takes them: the object itself, an inventory, the children and
 * a status. Environments a second.
 */
export async function rawLimit(cluster: Cluster, namespace: string, count: number): Promise<number> {
  const types = new Map(
    kinds
      .flatMap(({ planner, type: { namespaced } }) => (namespaced ? (planner?.applies ?? []) : []))
      .map((type) => [kindKey(type), type]),
  );
  const all = Array.from({ length: count }, (_, index) => ({
    name: `raw-${index}`,
    children: childrenOf(namespace, `raw-${index}`),
  }));
  const startedAt = performance.now();
  await inParallel(all, async ({ name, children }) => {
    await cluster.create(ENVIRONMENT, environment(namespace, name));
    await cluster.apply(INVENTORY, inventory(namespace, name, children), { fieldManager: 'raw', force: true });
    await Promise.all(
      children.map(async (manifest) => {
        const type = types.get(kindKeyOf(manifest));
        if (type !== undefined) await cluster.apply(type, manifest, { fieldManager: 'raw', force: true });
      }),
    );
    await cluster.patch(ENVIRONMENT, { namespace, name }, { status: STATUS }, { type: 'merge', subresource: 'status' });
  });
  return count / ((performance.now() - startedAt) / 1000);
}

function inventory(namespace: string, name: string, children: readonly Manifest[]): Manifest {
  return {
    apiVersion: 'adrasteia.dev/v1alpha1',
    kind: 'Inventory',
    metadata: { name, namespace },
    spec: { owner: `Environment.adrasteia.dev/${name}`, entries: children.map((child) => ({ ...referenceTo(child) })) },
  };
}

const STATUS = {
  phase: 'Starting',
  conditions: ['Ready', 'Admitted', 'Reachable'].map((type) => ({
    type,
    status: 'False',
    reason: 'Starting',
    message: 'The pod waits for its volumes and a node',
    lastTransitionTime: '2026-01-01T00:00:00Z',
  })),
};
