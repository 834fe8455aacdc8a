/** How a Kode is reached from outside, and that it says so truly, on an API server. A simulated node plays the pods. */
import { POD, SERVICE } from '../../constructs/parts/resource-types';
import { systemClock } from '../../src/adapters/system-clock';
import { type KubeObject, type Manifest, valueAt } from '../../src/api/object';
import { SimulatedNode } from '../../src/programs/simulated-node';
import { NODE } from '../../src/programs/simulated-node/resource-types';
import { engineCrds, engineKinds, kode, kodeTemplate, typeOf } from '../support/engine';
import { eventually } from '../support/eventually';
import { httpRouteCrd } from '../support/gateway-api/crds';
import { Harness } from '../support/harness';
import { silentLogger } from '../support/silent-logger';
import { describeWithGo } from '../support/with-go';

jest.setTimeout(120_000);

const GROUP = 'kode.jacero.io';
const KODE = typeOf('Kode', GROUP);
const KODE_TEMPLATE = typeOf('KodeTemplate', GROUP);
const ENTRY_POINT = typeOf('EntryPoint', GROUP);
const INGRESS = { group: 'networking.k8s.io', version: 'v1', kind: 'Ingress', plural: 'ingresses', namespaced: true };
const HTTP_ROUTE = {
  group: 'gateway.networking.k8s.io',
  version: 'v1',
  kind: 'HTTPRoute',
  plural: 'httproutes',
  namespaced: true,
};
const PASSWORD = { password: 'only-for-this-test' };

let harness: Harness;
let node: SimulatedNode;

async function start(crds: readonly Manifest[] = []): Promise<void> {
  harness = await Harness.make([...engineCrds(), ...crds]);
  node = new SimulatedNode({
    cluster: harness.cluster,
    clock: systemClock,
    log: silentLogger(),
    options: { name: `node-${harness.namespace}` },
  });
  await node.start();
  await harness.start(engineKinds());
  await harness.apply(KODE_TEMPLATE, placed(kodeTemplate()));
}

afterEach(async () => {
  const { items } = await harness.cluster.list(KODE, { namespace: harness.namespace });
  for (const { metadata } of items) await harness.cluster.delete(KODE, metadata);
  await eventually('all pods are gone', async () => {
    const pods = await harness.cluster.list(POD, { namespace: harness.namespace });
    return pods.items.length === 0;
  });
  await node.stop();
  await harness.cluster.delete(NODE, { name: `node-${harness.namespace}` });
  await harness.close();
});

const placed = (manifest: Manifest): Manifest => ({
  ...manifest,
  metadata: { ...manifest.metadata, namespace: harness.namespace },
});

async function entryPoint(name: string, spec: object = {}): Promise<void> {
  await harness.apply(
    ENTRY_POINT,
    placed({
      apiVersion: `${GROUP}/v1alpha1`,
      kind: 'EntryPoint',
      metadata: { name },
      spec: { api: 'ingress-api', routingType: 'domain', url: 'kode.example.org', ...spec },
    }),
  );
}

const urlOf = (object: KubeObject) => valueAt(object, ['status', 'kodeUrl']);
const errorOf = (object: KubeObject): string => {
  const error = valueAt(object, ['status', 'lastError']);
  return typeof error === 'string' ? error : '';
};
const isActive = (object: KubeObject) => valueAt(object, ['status', 'phase']) === 'Active';
const urlOfDev = () => `http://dev--${harness.namespace}.kode.example.org/`;

describe('a Kode whose namespace has an EntryPoint', () => {
  beforeEach(async () => {
    await start();
  });

  test('has an Ingress and its URL; a second EntryPoint takes both away, until one of them goes', async () => {
    await entryPoint('public');
    await harness.apply(KODE, placed(kode('dev', PASSWORD)));
    await harness.until(KODE, 'dev', 'is active, with its URL', (live) => isActive(live) && urlOf(live) === urlOfDev());
    const ingress = await harness.get(INGRESS, 'dev');
    expect(valueAt(ingress, ['spec', 'rules', 0, 'host'])).toBe(`dev--${harness.namespace}.kode.example.org`);

    await entryPoint('second');
    const told = await harness.until(KODE, 'dev', 'names both', (live) => errorOf(live).includes('(public, second)'));
    expect([isActive(told), urlOf(told)]).toEqual([true, undefined]);
    await harness.untilGone(INGRESS, 'dev');

    await harness.delete(ENTRY_POINT, 'second');
    await harness.until(KODE, 'dev', 'has its URL again', (live) => urlOf(live) === urlOfDev() && errorOf(live) === '');
    expect(await harness.get(INGRESS, 'dev')).toBeDefined();
  });

  test('has none while anybody could come in, says what to do, and has one once that is done', async () => {
    await entryPoint('public');
    await harness.apply(KODE, placed(kode('dev')));
    const open = await harness.until(
      KODE,
      'dev',
      'is active, and says why nobody comes in',
      (live) => isActive(live) && errorOf(live).includes('give the Kode spec.password'),
    );
    expect(urlOf(open)).toBeUndefined();
    expect(await harness.get(INGRESS, 'dev')).toBeUndefined();
    expect(await harness.get(SERVICE, 'dev')).toBeDefined();

    await harness.apply(KODE, placed(kode('dev', PASSWORD)));
    await harness.until(KODE, 'dev', 'has its URL', (live) => urlOf(live) === urlOfDev());
  });
});

describeWithGo('a Kode that a Gateway leads to', () => {
  test('has a route, and its URL as soon as the Gateway has taken it', async () => {
    await start([httpRouteCrd()]);
    await entryPoint('public', { api: 'gateway-api' });
    await harness.apply(KODE, placed(kode('dev', PASSWORD)));
    const waiting = await harness.until(
      KODE,
      'dev',
      'waits for the Gateway',
      (live) => isActive(live) && errorOf(live).includes(`Gateway ${harness.namespace}/public-gateway`),
    );
    expect(urlOf(waiting)).toBeUndefined();
    const route = await harness.get(HTTP_ROUTE, 'dev');
    const parentRef = { group: HTTP_ROUTE.group, kind: 'Gateway', name: 'public-gateway' };
    expect(valueAt(route, ['spec', 'parentRefs'])).toEqual([parentRef]);

    const accepted = {
      type: 'Accepted',
      status: 'True',
      reason: 'Accepted',
      message: '',
      observedGeneration: 1,
      lastTransitionTime: '2026-01-01T00:00:00Z',
    };
    await harness.cluster.patch(
      HTTP_ROUTE,
      { namespace: harness.namespace, name: 'dev' },
      { status: { parents: [{ controllerName: 'example.org/gateway', parentRef, conditions: [accepted] }] } },
      { type: 'merge', subresource: 'status', fieldManager: 'gateway' },
    );
    await harness.until(KODE, 'dev', 'has its URL', (live) => urlOf(live) === urlOfDev() && errorOf(live) === '');
  });
});
