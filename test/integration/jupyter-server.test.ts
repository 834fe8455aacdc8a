/** A JupyterServer, whose status is no subresource, from its first apply to its end. */
import { CLAIM, POD, SECRET, STATEFUL_SET } from '../../constructs/parts/resource-types';
import { systemClock } from '../../src/adapters/system-clock';
import type { JsonObject } from '../../src/api/json';
import { type KubeObject, type Manifest, valueAt } from '../../src/api/object';
import { SimulatedNode } from '../../src/programs/simulated-node';
import { NODE, STORAGE_CLASS } from '../../src/programs/simulated-node/resource-types';
import { engineCrds, engineKinds, typeOf } from '../support/engine';
import { eventually } from '../support/eventually';
import { Harness } from '../support/harness';
import { silentLogger } from '../support/silent-logger';

jest.setTimeout(120_000);

const GROUPS = ['amalthea.dev', 'renku.io'] as const;

let harness: Harness;
let node: SimulatedNode;

beforeEach(async () => {
  harness = await Harness.make(engineCrds());
  await harness.cluster.create(STORAGE_CLASS, {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: harness.namespace },
    provisioner: 'adrasteia.dev/simulated',
    volumeBindingMode: 'WaitForFirstConsumer',
  });
  node = new SimulatedNode({
    cluster: harness.cluster,
    clock: systemClock,
    log: silentLogger(),
    options: { name: `node-${harness.namespace}` },
  });
  await node.start();
});

afterEach(async () => {
  for (const group of GROUPS) {
    const { items } = await harness.cluster.list(typeOf('JupyterServer', group), { namespace: harness.namespace });
    for (const { metadata } of items) await harness.cluster.delete(typeOf('JupyterServer', group), metadata);
  }
  await eventually('all pods and claims are gone', async () => {
    const left = await Promise.all(
      [POD, CLAIM].map((type) => harness.cluster.list(type, { namespace: harness.namespace })),
    );
    return left.every(({ items }) => items.length === 0);
  });
  await node.stop();
  await harness.cluster.delete(NODE, { name: `node-${harness.namespace}` });
  await harness.cluster.delete(STORAGE_CLASS, { name: harness.namespace });
  await harness.close();
});

const stateOf = (object: KubeObject) => valueAt(object, ['status', 'state']);

function server(group: string, spec: JsonObject = {}): Manifest {
  return {
    apiVersion: `${group}/v1alpha1`,
    kind: 'JupyterServer',
    metadata: { name: 'thesis', namespace: harness.namespace },
    spec: {
      routing: { host: 'sessions.example.org', path: '/thesis' },
      storage: { pvc: { enabled: true, storageClassName: harness.namespace } },
      ...spec,
    },
  };
}

describe.each(GROUPS)('a JupyterServer of %s', (group) => {
  const type = typeOf('JupyterServer', group);

  test('runs, rests when it is hibernated, comes back, and leaves nothing behind', async () => {
    await harness.start(engineKinds());
    await harness.apply(type, server(group));
    const running = await harness.until(type, 'thesis', 'runs', (live) => stateOf(live) === 'running');
    expect(running.status).toMatchObject({
      create_fn: { fullServerURL: 'http://sessions.example.org/thesis' },
      children: { statefulset: { name: 'thesis' }, pvc: { status: { phase: 'Bound' } } },
      mainPod: { name: 'thesis-0', status: { phase: 'Running' } },
      containerStates: { init: {}, regular: { 'jupyter-server': 'ready' } },
    });
    // A generation in a status that makes a generation would be written for ever.
    expect(JSON.stringify(valueAt(running, ['status', 'conditions']))).not.toContain('observedGeneration');
    const secret = await harness.get(SECRET, 'thesis');
    const token = valueAt(secret, ['data', 'jupyterServerAppToken']);
    if (typeof token !== 'string') throw new Error('the Secret holds no token');
    expect(Buffer.from(token, 'base64').toString()).toMatch(/^[0-9a-f]{64}$/);

    await harness.apply(type, server(group, { jupyterServer: { hibernated: true } }));
    await harness.untilGone(POD, 'thesis-0');
    await harness.until(
      type,
      'thesis',
      'rests',
      (live) => stateOf(live) === 'hibernated' && valueAt(live, ['status', 'mainPod', 'name']) === undefined,
    );
    expect(await harness.get(CLAIM, 'thesis')).toBeDefined();

    await harness.apply(type, server(group, { jupyterServer: { hibernated: false } }));
    await harness.until(type, 'thesis', 'runs again', (live) => stateOf(live) === 'running');

    await harness.delete(type, 'thesis');
    await harness.untilGone(type, 'thesis');
    await harness.untilGone(CLAIM, 'thesis');
  });

  test('is patched as it asks, and held with the name of a patch that can’t be', async () => {
    const patches = (operation: JsonObject) => ({
      patches: [{ type: 'application/json-patch+json', patch: [operation] }],
    });
    const add = (path: string, value: JsonObject) => patches({ op: 'add', path, value });
    await harness.start(engineKinds());
    const image = 'registry.example.org/extra:1';
    await harness.apply(
      type,
      server(group, add('/statefulset/spec/template/spec/containers/-', { name: 'extra', image })),
    );
    await harness.until(type, 'thesis', 'runs', (live) => stateOf(live) === 'running');
    const set = await harness.get(STATEFUL_SET, 'thesis');
    expect(valueAt(set, ['spec', 'template', 'spec', 'containers', 1, 'image'])).toBe(image);

    await harness.apply(type, server(group, patches({ op: 'remove', path: '/service' })));
    await harness.until(type, 'thesis', 'is told which', (live) =>
      JSON.stringify(valueAt(live, ['status', 'conditions'])).includes('spec.patches[0]: takes service out'),
    );
    expect(await harness.get(POD, 'thesis-0')).toBeDefined();
  });
});
