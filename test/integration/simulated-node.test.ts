/**
 * The simulated node beside a real control plane: that one's controllers make pods and bind claims, the node does the rest.
 */
import { CLAIM, POD, STATEFUL_SET } from '../../constructs/parts/resource-types';
import { systemClock } from '../../src/adapters/system-clock';
import { type KubeObject, type Manifest, valueAt } from '../../src/api/object';
import { SIMULATED_LABEL } from '../../src/api/well-known';
import { SimulatedNode, type SimulatedNodeOptions, standardStorageClass } from '../../src/programs/simulated-node';
import { NODE, STORAGE_CLASS, VOLUME } from '../../src/programs/simulated-node/resource-types';
import { eventually } from '../support/eventually';
import { Harness } from '../support/harness';
import { silentLogger } from '../support/silent-logger';

jest.setTimeout(60_000);

const JOB = { group: 'batch', version: 'v1', kind: 'Job', plural: 'jobs', namespaced: true } as const;
const LABELS = { app: 'thesis' };
const CONTAINER = { name: 'app', image: 'registry.example.org/app:1' };

let harness: Harness;
let node: SimulatedNode;
let nodeName: string;
let log: ReturnType<typeof silentLogger>;

function makeNode(options: SimulatedNodeOptions = {}): SimulatedNode {
  return new SimulatedNode({
    cluster: harness.cluster,
    clock: systemClock,
    log,
    options: { name: nodeName, brokenImages: ['registry.example.org/broken'], ...options },
  });
}

beforeEach(async () => {
  harness = await Harness.make([]);
  log = silentLogger();
  nodeName = `node-${harness.namespace}`;
  await harness.cluster.create(STORAGE_CLASS, storageClass('Immediate'));
  node = makeNode();
  await node.start();
});

afterEach(async () => {
  for (const type of [STATEFUL_SET, JOB, POD, CLAIM]) {
    const { items } = await harness.cluster.list(type, { namespace: harness.namespace });
    for (const { metadata } of items) await harness.cluster.delete(type, metadata);
  }
  // Nobody else lets go of the pods, or of the volumes.
  await eventually('all pods and volumes are gone', async () => (await remaining()) === 0);
  await node.stop();
  await harness.cluster.delete(NODE, { name: nodeName });
  await harness.cluster.delete(STORAGE_CLASS, { name: harness.namespace });
  await harness.close();
  // Other suites' namespaces may be on their way out; their refusals are not this suite's.
  const ours = log.lines.filter(
    ({ keys }) => keys['namespace'] === undefined || keys['namespace'] === harness.namespace,
  );
  expect(ours.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
});

describe('a simulated node', () => {
  it('is a ready node that says it is simulated', async () => {
    const live = await harness.cluster.get(NODE, { name: nodeName });
    expect(live?.metadata.labels?.[SIMULATED_LABEL]).toBe('true');
    expect(conditionOf(live, 'Ready')).toBe('True');
  });

  it('makes a StatefulSet with a claim ready, and lets both go', async () => {
    await harness.apply(STATEFUL_SET, statefulSet());
    await harness.until(STATEFUL_SET, 'thesis', 'is ready', (live) => valueAt(live, ['status', 'readyReplicas']) === 2);

    const pods = await Promise.all(['thesis-0', 'thesis-1'].map((name) => harness.get(POD, name)));
    const addresses = pods.map((pod) => valueAt(pod, ['status', 'podIP']));
    expect(new Set(addresses).size).toBe(2);
    expect(pods.map((pod) => pod?.metadata.annotations?.[SIMULATED_LABEL])).toEqual(['true', 'true']);
    const claim = await harness.get(CLAIM, 'data-thesis-0');
    expect(valueAt(claim, ['status', 'capacity', 'storage'])).toBe('1Gi');

    await harness.delete(STATEFUL_SET, 'thesis');
    await harness.untilGone(POD, 'thesis-0');
    await harness.untilGone(POD, 'thesis-1');
    expect(await harness.get(CLAIM, 'data-thesis-0')).toBeDefined();
    await harness.delete(CLAIM, 'data-thesis-0');
    await harness.untilGone(CLAIM, 'data-thesis-0');
    await eventually('its volume is gone', async () => (await volumes()).length === 1);
  });

  it('leaves a claim of an unknown class pending, and its pod unscheduled with the reason', async () => {
    await harness.apply(CLAIM, claim('data', 'no-such-class'));
    await harness.apply(POD, pod('reader', { volumes: [volumeOf('data')] }));
    // Pods and claims are watched apart: the node may see the pod before the claim, and says so until it sees both.
    const reason = '0/1 nodes are available: persistentvolumeclaim "data" is not bound';
    await harness.until(
      POD,
      'reader',
      'is called unschedulable for its claim',
      (object) =>
        conditionOf(object, 'PodScheduled') === 'False' &&
        valueAt(object, ['status', 'conditions', 0, 'message']) === reason,
    );
    expect(valueAt(await harness.get(CLAIM, 'data'), ['status', 'phase'])).toBe('Pending');
  });

  it('provisions a claim that waits for its first pod when there is one', async () => {
    await harness.cluster.delete(STORAGE_CLASS, { name: harness.namespace });
    await harness.cluster.create(STORAGE_CLASS, storageClass('WaitForFirstConsumer'));
    await harness.apply(CLAIM, claim('data', harness.namespace));
    await harness.apply(POD, pod('reader', { volumes: [volumeOf('data')] }));
    await untilReady('reader');
  });

  it('lets a claim grow', async () => {
    await harness.apply(CLAIM, claim('data', harness.namespace));
    await harness.until(CLAIM, 'data', 'is bound', (live) => valueAt(live, ['status', 'phase']) === 'Bound');
    await harness.apply(CLAIM, claim('data', harness.namespace, '3Gi'));
    await harness.until(
      CLAIM,
      'data',
      'is larger',
      (live) => valueAt(live, ['status', 'capacity', 'storage']) === '3Gi',
    );
  });

  it('runs init containers first, stops at an image that cannot be pulled, and goes on when it is mended', async () => {
    await harness.apply(
      POD,
      pod('broken', {
        initContainers: [{ ...CONTAINER, name: 'clone' }],
        containers: [{ ...CONTAINER, image: 'registry.example.org/broken:2' }],
      }),
    );
    const live = await harness.until(
      POD,
      'broken',
      'cannot pull',
      (object) => waitingReason(object) === 'ImagePullBackOff',
    );
    expect(valueAt(live, ['status', 'initContainerStatuses', 0, 'state', 'terminated', 'exitCode'])).toBe(0);
    expect(valueAt(live, ['status', 'phase'])).toBe('Pending');
    await harness.cluster.patch(
      POD,
      live.metadata,
      [{ op: 'replace', path: '/spec/containers/0/image', value: CONTAINER.image }],
      { type: 'json' },
    );
    await untilReady('broken');
  });

  it('completes a job', async () => {
    const template = { spec: { restartPolicy: 'Never', containers: [CONTAINER] } };
    await harness.apply(JOB, { apiVersion: 'batch/v1', kind: 'Job', metadata: placed('import'), spec: { template } });
    await harness.until(JOB, 'import', 'is complete', (live) => conditionOf(live, 'Complete') === 'True');
  });

  it('goes on where another one of its name stopped', async () => {
    await node.stop();
    await harness.apply(STATEFUL_SET, statefulSet());
    await harness.until(POD, 'thesis-0', 'is made', () => true);
    node = makeNode({ delays: { ready: 60_000 } });
    await node.start();
    await harness.until(POD, 'thesis-0', 'runs', (live) => valueAt(live, ['status', 'phase']) === 'Running');
    await node.stop();
    node = makeNode();
    await node.start();
    await harness.until(STATEFUL_SET, 'thesis', 'is ready', (live) => valueAt(live, ['status', 'readyReplicas']) === 2);
  });
});

function placed(name: string): { name: string; namespace: string } {
  return { name, namespace: harness.namespace };
}

function storageClass(volumeBindingMode: string): Manifest {
  return { ...standardStorageClass(), metadata: { name: harness.namespace }, volumeBindingMode };
}

function claim(name: string, storageClassName: string, storage = '1Gi'): Manifest {
  const spec = { storageClassName, accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } };
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: placed(name), spec };
}

function volumeOf(claimName: string): object {
  return { name: 'data', persistentVolumeClaim: { claimName } };
}

function pod(name: string, spec: object): Manifest {
  return { apiVersion: 'v1', kind: 'Pod', metadata: placed(name), spec: { containers: [CONTAINER], ...spec } };
}

function statefulSet(): Manifest {
  const { metadata: _metadata, ...template } = claim('data', harness.namespace);
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: placed('thesis'),
    spec: {
      replicas: 2,
      serviceName: 'thesis',
      selector: { matchLabels: LABELS },
      template: { metadata: { labels: LABELS }, spec: { containers: [CONTAINER] } },
      volumeClaimTemplates: [{ ...template, metadata: { name: 'data' } }],
    },
  };
}

function conditionOf(object: unknown, type: string): string | undefined {
  const conditions = (valueAt(object, ['status', 'conditions']) ?? []) as unknown as readonly {
    type: string;
    status: string;
  }[];
  return conditions.find((condition) => condition.type === type)?.status;
}

function waitingReason(object: unknown): unknown {
  return valueAt(object, ['status', 'containerStatuses', 0, 'state', 'waiting', 'reason']);
}

async function untilReady(name: string): Promise<void> {
  await harness.until(POD, name, 'is ready', (live) => conditionOf(live, 'Ready') === 'True');
}

async function volumes(): Promise<readonly KubeObject[]> {
  const { items } = await harness.cluster.list(VOLUME, {});
  return items.filter((volume) => valueAt(volume, ['spec', 'claimRef', 'namespace']) === harness.namespace);
}

async function remaining(): Promise<number> {
  const pods = await harness.cluster.list(POD, { namespace: harness.namespace });
  return pods.items.length + (await volumes()).length;
}
