/**
 * A controller that dies at any write, anywhere around it, loses nothing and orphans nothing: creation, change, stop and
 * deletion of a real environment on a real API server.
 */
import { kinds } from '../../constructs/kinds';
import type { Manifest } from '../../src/api/object';
import type { ResourceType } from '../../src/api/resource-type';
import { runtimeKinds } from '../../src/controller/runtime-kinds';
import { type Scenario, sweep } from '../support/crash-sweep';
import type { Harness } from '../support/harness';
import { CLAIM, STATEFUL_SET } from '../support/widget';

jest.setTimeout(600_000);

const [ENVIRONMENT, TEMPLATE, ENTRY_POINT] = ['Environment', 'EnvironmentTemplate', 'EntryPoint'].map((name) => {
  const kind = kinds.find(({ type }) => type.group === 'adrasteia.dev' && type.kind === name);
  if (kind === undefined) throw new Error(`no kind ${name}`);
  return kind.type;
}) as [ResourceType, ResourceType, ResourceType];

const INVENTORY: ResourceType = {
  group: 'adrasteia.dev',
  version: 'v1alpha1',
  kind: 'Inventory',
  plural: 'inventories',
  namespaced: true,
};

/** Everything that an environment consists of, and itself. */
const types = [
  ENVIRONMENT,
  INVENTORY,
  // Routes are of the Gateway API, which a cluster may not have.
  ...(kinds.find(({ type }) => type === ENVIRONMENT)?.planner?.applies ?? []).filter(
    ({ group }) => group !== 'gateway.networking.k8s.io',
  ),
];

function template(change: { readonly image?: string; readonly withEntry?: boolean } = {}): Manifest {
  const claim = (name: string, reclaim: string) => ({
    name,
    container: { image: change.image ?? 'registry.example.org/app:1', ports: [{ name: 'http', port: 8080 }] },
    ...(name === 'main' ? { web: { port: 'http', signIn: 'App' } } : {}),
    storage: { mountPath: '/home/dev', size: '1Gi', reclaim },
  });
  return {
    apiVersion: 'adrasteia.dev/v1alpha1',
    kind: 'EnvironmentTemplate',
    metadata: { name: 'template' },
    spec: {
      displayName: 'Crash test',
      workloads: [claim('main', 'Retain'), claim('cache', 'Delete')],
      ...(change.withEntry === false ? {} : { entryPointRef: { name: 'default' } }),
    },
  };
}

function environment(desiredState: 'Running' | 'Stopped' = 'Running'): Manifest {
  return {
    apiVersion: 'adrasteia.dev/v1alpha1',
    kind: 'Environment',
    metadata: { name: 'thesis' },
    spec: {
      templateRef: { kind: 'EnvironmentTemplate', name: 'template' },
      owner: { kind: 'User', name: 'ada' },
      desiredState,
    },
  };
}

const entryPoint: Manifest = {
  apiVersion: 'adrasteia.dev/v1alpha1',
  kind: 'EntryPoint',
  metadata: { name: 'default' },
  spec: { routing: 'Host', baseDomain: 'dev.example.org', ingress: { className: 'nginx' } },
};

const place = (harness: Harness, manifest: Manifest): Manifest => ({
  ...manifest,
  metadata: { ...manifest.metadata, namespace: harness.namespace },
});

async function prepareTemplate(harness: Harness): Promise<void> {
  await harness.apply(ENTRY_POINT, place(harness, entryPoint));
  await harness.apply(TEMPLATE, place(harness, template()));
}

async function prepareEnvironment(harness: Harness): Promise<void> {
  await prepareTemplate(harness);
  await harness.apply(ENVIRONMENT, place(harness, environment()));
  await harness.until(ENVIRONMENT, 'thesis', 'has its pod', (live) =>
    JSON.stringify(live.status ?? {}).includes('"stages":[{'),
  );
}

const statusIs = async (harness: Harness, holds: (status: Record<string, unknown>) => boolean): Promise<boolean> => {
  const live = await harness.get(ENVIRONMENT, 'thesis');
  return live?.status !== undefined && holds(live.status as Record<string, unknown>);
};

const scenarios: readonly Scenario[] = [
  {
    name: 'creation',
    prepare: prepareTemplate,
    act: async (harness) => {
      await harness.apply(ENVIRONMENT, place(harness, environment()));
    },
    // The pod is admitted, and waits for a node that this cluster doesn't have: nothing further happens.
    isDone: (harness) => statusIs(harness, (status) => JSON.stringify(status['stages'] ?? []).includes('Admitted')),
  },
  {
    name: 'change of the template, which takes the entry away',
    prepare: prepareEnvironment,
    act: async (harness) => {
      await harness.apply(
        TEMPLATE,
        place(harness, template({ image: 'registry.example.org/app:2', withEntry: false })),
      );
    },
    isDone: async (harness) => {
      const live = await harness.get(STATEFUL_SET, 'thesis');
      const ingresses = await harness.cluster.list(
        { group: 'networking.k8s.io', version: 'v1', kind: 'Ingress', plural: 'ingresses', namespaced: true },
        { namespace: harness.namespace },
      );
      return JSON.stringify(live?.spec ?? {}).includes('app:2') && ingresses.items.length === 0;
    },
  },
  {
    name: 'stop',
    prepare: prepareEnvironment,
    act: async (harness) => {
      await harness.apply(ENVIRONMENT, place(harness, environment('Stopped')));
    },
    isDone: (harness) => statusIs(harness, (status) => status['phase'] === 'Stopped'),
  },
  {
    name: 'deletion',
    prepare: prepareEnvironment,
    act: async (harness) => {
      await harness.delete(ENVIRONMENT, 'thesis');
    },
    isDone: async (harness) => {
      if ((await harness.get(ENVIRONMENT, 'thesis')) !== undefined) return false;
      // What the garbage collector does takes its own time.
      const sets = await harness.cluster.list(STATEFUL_SET, { namespace: harness.namespace });
      const inventories = await harness.cluster.list(INVENTORY, { namespace: harness.namespace });
      const claims = await harness.cluster.list(CLAIM, { namespace: harness.namespace });
      return sets.items.length === 0 && inventories.items.length === 0 && claims.items.length === 1;
    },
  },
];

describe('a crash at any point around any write ends in the same state', () => {
  test.each(scenarios)('of a $name', async (scenario) => {
    const crds = kinds.map((kind) => kind.crd());
    const cases = await sweep(scenario, { kinds: () => runtimeKinds(kinds), crds, types, parallel: 4 });
    const failed = cases.filter(({ differences }) => differences.length > 0);
    expect(
      failed.map(
        ({ index, position, write, differences }) => `${position} write ${index} (${write}): ${differences.join('; ')}`,
      ),
    ).toEqual([]);
    expect(cases.length).toBeGreaterThanOrEqual(3);
  });
});
