/**
 * A controller that dies at any write, anywhere around it, loses nothing and orphans nothing: creation, change, stop and
 * deletion of a real environment, and of tenants and workspaces, on a real API server.
 */

import { kinds } from '../../constructs/kinds';
import { CLAIM, NAMESPACE, STATEFUL_SET } from '../../constructs/parts/resource-types';
import { type KubeObject, type Manifest, valueAt } from '../../src/api/object';
import { kindKey, type ResourceType } from '../../src/api/resource-type';
import { runtimeKinds } from '../../src/controller/runtime-kinds';
import { type Scenario, sweep } from '../support/crash-sweep';
import { engineCrds, typeOf } from '../support/engine';
import { eventually } from '../support/eventually';
import { Harness } from '../support/harness';
import { shipRoles } from '../support/shipped-roles';

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

/** Of the template that the environment was made from before it changed, by namespace. */
const hashesBefore = new Map<string, unknown>();
const hashIn = (status: unknown): unknown => valueAt(status, ['template', 'hash']);

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
      hashesBefore.set(harness.namespace, hashIn((await harness.get(ENVIRONMENT, 'thesis'))?.status));
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
      if (!JSON.stringify(live?.spec ?? {}).includes('app:2') || ingresses.items.length > 0) return false;
      // While something starts, statuses are written a moment later.
      return statusIs(harness, (status) => hashIn(status) !== hashesBefore.get(harness.namespace));
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

const LABEL = 'example.org/case';
const [TENANT, WORKSPACE, TENANCY] = ['Tenant', 'Workspace', 'Tenancy'].map((name) => typeOf(name)) as [
  ResourceType,
  ResourceType,
  ResourceType,
];
const tenancyTypes = [
  TENANT,
  WORKSPACE,
  INVENTORY,
  ...new Map(
    [TENANT, WORKSPACE]
      .flatMap((type) => kinds.find((kind) => kind.type === type)?.planner?.applies ?? [])
      .map((type) => [kindKey(type), type]),
  ).values(),
];
/** Of all cases: it is nobody's name that a case has. */
const PERSONAL = 'personal-storage';

const tenancyObject = (harness: Harness, kind: string, name: string, spec: object): Manifest => ({
  apiVersion: 'adrasteia.dev/v1alpha1',
  kind,
  metadata: { name: `${name}-${harness.namespace}`, labels: { [LABEL]: harness.namespace } },
  spec,
});
const workspace = (harness: Harness, spec: object = {}): Promise<unknown> =>
  harness.apply(
    WORKSPACE,
    tenancyObject(harness, 'Workspace', 'tea', { displayName: 'Tea', enrolment: 'Approval', ...spec }),
  );
const tenant = (harness: Harness, role: string, spec: object = {}): Promise<unknown> =>
  harness.apply(
    TENANT,
    tenancyObject(harness, 'Tenant', 'ada', {
      firstName: 'Ada',
      lastName: 'Lovelace',
      email: 'ada@example.org',
      workspaces: [{ name: `tea-${harness.namespace}`, role }],
      ...spec,
    }),
  );
const live = (harness: Harness, type: ResourceType, name: string): Promise<KubeObject | undefined> =>
  harness.cluster.get(type, { name: `${name}-${harness.namespace}` });
const isThere = async (harness: Harness, type: ResourceType, name: string): Promise<boolean> =>
  (await live(harness, type, name)) !== undefined;
/** Both are ready, and the tenant is in the workspace as what its entry says. */
const isSettled = async (harness: Harness, role: string): Promise<boolean> => {
  const [ada, tea] = [await live(harness, TENANT, 'ada'), await live(harness, WORKSPACE, 'tea')];
  return (
    [ada, tea].every(
      (object) =>
        valueAt(object, ['status', 'conditions', 0, 'reason']) === 'Ready' &&
        valueAt(object, ['status', 'observedGeneration']) === object?.metadata.generation,
    ) &&
    valueAt(ada, ['status', 'workspaces', 0, 'state']) === 'Enrolled' &&
    valueAt(ada, ['status', 'workspaces', 0, 'role']) === role
  );
};
const prepareTenancy = async (harness: Harness): Promise<void> => {
  await workspace(harness);
  await tenant(harness, 'Manager', { sandbox: true, quota: {} });
  await eventually('they are ready', () => isSettled(harness, 'Manager'));
};

const tenancyScenarios: readonly Scenario[] = [
  {
    name: 'creation of a workspace and of its manager',
    prepare: async () => undefined,
    act: async (harness) => {
      await workspace(harness);
      await tenant(harness, 'Manager');
    },
    isDone: (harness) => isSettled(harness, 'Manager'),
  },
  {
    name: 'change of both, by which a manager becomes a member and loses its sandbox',
    prepare: prepareTenancy,
    act: async (harness) => {
      await workspace(harness, { quota: { cpu: '2' } });
      await tenant(harness, 'Member', { sandbox: false, personalTemplates: true });
    },
    isDone: async (harness) =>
      (await isSettled(harness, 'Member')) &&
      valueAt(await live(harness, TENANT, 'ada'), ['status', 'quota', 'cpu']) === '2' &&
      !(await isThere(harness, NAMESPACE, 'sandbox-ada')),
  },
  {
    name: 'deletion of a workspace, and then of a tenant',
    prepare: prepareTenancy,
    act: async (harness) => {
      for (const [type, name] of [
        [WORKSPACE, 'tea'],
        [TENANT, 'ada'],
      ] as const)
        await harness.cluster.delete(type, { name: `${name}-${harness.namespace}` });
    },
    // The claim of personal storage stays: whether it does is told by the end state.
    isDone: async (harness) => {
      const left = [
        await isThere(harness, TENANT, 'ada'),
        await isThere(harness, WORKSPACE, 'tea'),
        await isThere(harness, NAMESPACE, 'tenant-ada'),
        await isThere(harness, NAMESPACE, 'sandbox-ada'),
        await isThere(harness, NAMESPACE, 'workspace-tea'),
        (await harness.cluster.list(INVENTORY, { namespace: harness.namespace })).items.length > 0,
      ];
      return !left.includes(true);
    },
  },
];

describe('of tenancy, a crash at any point around any write ends in the same state', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await Harness.make(engineCrds());
    await shipRoles(harness.cluster);
    await harness.apply(NAMESPACE, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: PERSONAL } });
    await harness.apply(TENANCY, {
      apiVersion: 'adrasteia.dev/v1alpha1',
      kind: 'Tenancy',
      metadata: { name: 'default' },
      spec: { personalStorage: { namespace: PERSONAL } },
    });
  });
  afterAll(async () => {
    await harness.cluster.delete(TENANCY, { name: 'default' });
    await harness.cluster.delete(NAMESPACE, { name: PERSONAL });
    await harness.close();
  });

  test.each(tenancyScenarios)('of a $name', async (scenario) => {
    const cases = await sweep(scenario, {
      // Each case's controllers have tenants and workspaces of their own.
      kinds: (namespace) => runtimeKinds(kinds, { targetLabel: { key: LABEL, value: namespace } }),
      crds: engineCrds(),
      types: tenancyTypes,
      parallel: 4,
      everywhere: true,
      // To die before a write is to have died after the one before it, but for what runs beside them.
      positions: ['committed'],
    });
    expect(
      cases.flatMap(({ index, position, write, differences }) =>
        differences.map((difference) => `${position} write ${index} (${write}): ${difference}`),
      ),
    ).toEqual([]);
    expect(cases.length).toBeGreaterThanOrEqual(10);
  });
});
