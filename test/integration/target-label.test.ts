/** Two controllers side by side, each with the tenants and workspaces that carry its label. */

import { kinds } from '../../constructs/kinds';
import { NAMESPACE, ROLE_BINDING } from '../../constructs/parts/resource-types';
import { connectCluster } from '../../src/adapters/kubernetes/client';
import { systemClock } from '../../src/adapters/system-clock';
import { type KubeObject, type Manifest, valueAt } from '../../src/api/object';
import type { ResourceType } from '../../src/api/resource-type';
import { FINALIZER } from '../../src/api/well-known';
import { Controller } from '../../src/controller/controller';
import { runtimeKinds } from '../../src/controller/runtime-kinds';
import { LEASE } from '../../src/runtime/lease';
import { testKubeconfig } from '../support/cluster';
import { engineCrds, typeOf } from '../support/engine';
import { eventually } from '../support/eventually';
import { Harness, type Running } from '../support/harness';
import { shipRoles } from '../support/shipped-roles';
import { silentLogger } from '../support/silent-logger';
import { removeTenancyObjects } from '../support/tenancy-objects';

jest.setTimeout(120_000);

const KEY = 'example.org/controller';
const TENANT = typeOf('Tenant');
const WORKSPACE = typeOf('Workspace');

let harness: Harness;
let first: Running;
let next: Running;
/** Names and label values of this test's own, since tenants and workspaces are everybody's. */
let ada: string;
let grace: string;
let tea: string;
let valueOf: (controller: 'first' | 'next') => string;

beforeEach(async () => {
  harness = await Harness.make(engineCrds());
  [ada, grace, tea] = ['ada', 'grace', 'tea'].map((name) => `${name}-${harness.namespace}`) as [string, string, string];
  valueOf = (controller) => `${controller}-${harness.namespace}`;
  await shipRoles(harness.cluster);
  const start = (controller: 'first' | 'next', served: typeof kinds): Promise<Running> =>
    harness.start(runtimeKinds(served, { targetLabel: { key: KEY, value: valueOf(controller) } }), {
      everywhere: true,
    });
  first = await start('first', kinds);
  // One of them looks after environments, and after what goes with them.
  const people = kinds.filter(({ isTenancy, withEnvironments }) => isTenancy === true && withEnvironments !== true);
  next = await start('next', people);
});
afterEach(async () => {
  const made = [
    { type: TENANT, name: ada },
    { type: TENANT, name: grace },
    { type: WORKSPACE, name: tea },
  ];
  for (const { type, name } of made)
    if ((await harness.cluster.get(type, { name })) !== undefined) await label(type, name, 'first');
  await removeTenancyObjects(harness.cluster, made);
  await harness.close();
});

const object = (kind: string, name: string, spec: object, controller?: 'first' | 'next'): Manifest => ({
  apiVersion: 'adrasteia.dev/v1alpha1',
  kind,
  metadata: { name, ...(controller === undefined ? {} : { labels: { [KEY]: valueOf(controller) } }) },
  spec,
});
const person = (name: string, controller?: 'first' | 'next', spec: object = {}): Manifest =>
  object('Tenant', name, { firstName: 'A', lastName: 'Person', email: `${name}@example.org`, ...spec }, controller);

const patch = (type: ResourceType, name: string, change: object): Promise<KubeObject> =>
  harness.cluster.patch(type, { name }, change, { type: 'merge', fieldManager: 'test' });
const label = (type: ResourceType, name: string, controller: 'first' | 'next' | undefined): Promise<KubeObject> =>
  patch(type, name, { metadata: { labels: { [KEY]: controller === undefined ? null : valueOf(controller) } } });

const gone = (type: ResourceType, name: string): Promise<unknown> =>
  eventually(`${type.kind} ${name} is gone`, async () => (await harness.cluster.get(type, { name })) === undefined);
const until = (type: ResourceType, name: string, what: string, holds: (live: KubeObject) => boolean) =>
  eventually(`${type.kind} ${name} ${what}`, async () => {
    const live = await harness.cluster.get(type, { name });
    return live !== undefined && holds(live) ? live : undefined;
  });
const isReady = (live: KubeObject): boolean => valueAt(live, ['status', 'conditions', 0, 'reason']) === 'Ready';

/** What a controller has written that has to do with a name. */
const writesOf = ({ cluster }: Running, name: string): readonly string[] =>
  cluster.words.filter((word) => word.includes(name));

/** Resolves when both controllers have seen all that came before, and have nothing left to do. */
async function allSeen(): Promise<void> {
  const probes = (['first', 'next'] as const).map((controller) => ({
    controller,
    name: `probe-${controller}-${harness.namespace}`,
  }));
  for (const { controller, name } of probes) {
    await harness.apply(TENANT, person(name, controller));
    await until(TENANT, name, 'is ready', isReady);
  }
  await removeTenancyObjects(
    harness.cluster,
    probes.map(({ name }) => ({ type: TENANT, name })),
  );
  await first.drained();
  await next.drained();
}

test('each acts on the objects with its label alone', async () => {
  await harness.apply(TENANT, person(ada, 'first'));
  await harness.apply(TENANT, person(grace, 'next'));
  await until(TENANT, ada, 'is ready', isReady);
  await until(TENANT, grace, 'is ready', isReady);
  await allSeen();
  expect(writesOf(first, ada)).not.toEqual([]);
  expect(writesOf(next, grace)).not.toEqual([]);
  expect(writesOf(first, grace)).toEqual([]);
  expect(writesOf(next, ada)).toEqual([]);
});

test('an object without the label is neither planned nor finalized, and nothing is said of it', async () => {
  await harness.apply(TENANT, person(ada));
  await allSeen();
  const live = await harness.cluster.get(TENANT, { name: ada });
  expect(live?.status).toBeUndefined();
  expect(live?.metadata.finalizers).toBeUndefined();
  expect(await harness.cluster.get(NAMESPACE, { name: `tenant-${ada}` })).toBeUndefined();
  await label(TENANT, ada, 'next');
  await until(TENANT, ada, 'is taken up', isReady);
});

test('one that changes its label is handed over as it is', async () => {
  await harness.apply(TENANT, person(ada, 'first'));
  await until(TENANT, ada, 'is ready', isReady);
  const before = await harness.cluster.get(NAMESPACE, { name: `tenant-${ada}` });
  await label(TENANT, ada, 'next');
  await allSeen();
  const handedOver = writesOf(first, ada).length;
  await patch(TENANT, ada, { spec: { personalTemplates: true } });
  await eventually('the change is carried out', () =>
    harness.cluster.get(ROLE_BINDING, { namespace: `tenant-${ada}`, name: 'adrasteia-template-editor' }),
  );
  await allSeen();
  expect(writesOf(first, ada)).toHaveLength(handedOver);
  expect(writesOf(next, ada)).not.toEqual([]);
  expect([...writesOf(first, ada), ...writesOf(next, ada)].filter((word) => word.startsWith('delete'))).toEqual([]);
  const after = await harness.cluster.get(NAMESPACE, { name: `tenant-${ada}` });
  expect(after?.metadata.uid).toBe(before?.metadata.uid);
});

test('one that loses its label is let go: nothing is deleted, changed or said, until it is somebody’s again', async () => {
  await harness.apply(TENANT, person(ada, 'first'));
  const ready = await until(TENANT, ada, 'is ready', isReady);
  await label(TENANT, ada, undefined);
  await allSeen();
  const written = writesOf(first, ada).length;
  await patch(TENANT, ada, { spec: { personalTemplates: true } });
  await harness.cluster.delete(ROLE_BINDING, { namespace: `tenant-${ada}`, name: 'adrasteia-environment-user' });
  await harness.cluster.delete(TENANT, { name: ada });
  await allSeen();
  expect(writesOf(first, ada)).toHaveLength(written);
  expect(writesOf(next, ada)).toEqual([]);
  const live = await harness.cluster.get(TENANT, { name: ada });
  expect(live?.metadata.finalizers).toEqual([FINALIZER]);
  expect(live?.status).toEqual(ready.status);
  expect(await harness.cluster.get(NAMESPACE, { name: `tenant-${ada}` })).toBeDefined();
  await label(TENANT, ada, 'next');
  await gone(TENANT, ada);
  await gone(NAMESPACE, `tenant-${ada}`);
});

test('a plan reads the objects of the other controller all the same', async () => {
  await harness.apply(WORKSPACE, object('Workspace', tea, { displayName: 'Tea' }, 'first'));
  await harness.apply(TENANT, person(ada, 'next', { workspaces: [{ name: tea, role: 'Member' }] }));
  const binding = await eventually('the rights are made', () =>
    harness.cluster.get(ROLE_BINDING, { namespace: `workspace-${tea}`, name: `tenant-${ada}-member` }),
  );
  expect(valueAt(binding, ['subjects', 0, 'name'])).toBe(ada);
  await allSeen();
  expect(writesOf(next, `tenant-${ada}-member`)).not.toEqual([]);
  expect(writesOf(first, ada)).toEqual([]);
  expect(writesOf(next, `Workspace.adrasteia.dev/${tea}`)).toEqual([]);
});

test('both hold a lease at the same time, without being told its name', async () => {
  const controllers = (['first', 'next'] as const).map(
    (value) =>
      new Controller({
        cluster: connectCluster({ kubeconfig: testKubeconfig() }),
        clock: systemClock,
        log: silentLogger(),
        tenancy: true,
        environments: false,
        systemNamespace: harness.namespace,
        targetLabel: { key: `${KEY}-lease`, value: valueOf(value) },
        onFatal: (error) => {
          throw error;
        },
      }),
  );
  try {
    for (const controller of controllers) await controller.start();
    await eventually('both lead', () => controllers.every(({ runtime }) => runtime.isLeading));
    const { items } = await harness.cluster.list(LEASE, { namespace: harness.namespace });
    expect(items).toHaveLength(2);
  } finally {
    for (const controller of controllers) await controller.stop();
  }
});
