import type { JsonObject } from '../../../src/api/json';
import type { KubeObject } from '../../../src/api/object';
import { usedAmounts } from '../../../src/apiserver/admission/resource-quota/used-amounts';
import { kubeObject, storedObjects } from '../authentication/stored-objects';
import { type Admission, admissionOf, claimingPod, namespaceObjects, podOf, quotaUsageOf } from './admission-request';

/** A quota as it is after its controller counted. */
function quotaOf(hard: Record<string, string>, used: Record<string, string> = {}, spec: JsonObject = {}): KubeObject {
  const none = Object.fromEntries(Object.keys(hard).map((name) => [name, '0']));
  const status = { hard, used: { ...none, ...used } };
  return kubeObject(
    'v1',
    'ResourceQuota',
    { name: 'q', namespace: 'n', uid: 'q' },
    { spec: { hard, ...spec }, status },
  );
}

function serverWith(...quotas: KubeObject[]): Admission {
  return admissionOf([...namespaceObjects('n'), ...quotas]);
}

function usedOf({ objects }: Admission): unknown {
  const quota = objects.find(({ kind }) => kind === 'ResourceQuota');
  return (quota?.status as { used: unknown }).used;
}

const COMPUTE = { pods: '1', 'requests.cpu': '1', 'limits.memory': '1Gi', 'count/pods': '5' };

describe('a quota', () => {
  it.each<[string, JsonObject, Record<string, string>, string]>([
    [
      'does not know what a container takes that says nothing',
      claimingPod({}),
      {},
      'failed quota: q: must specify limits.memory for: c; requests.cpu for: c',
    ],
    [
      'names all containers that say nothing',
      podOf({
        containers: [{ name: 'c' }, { name: 'b', resources: { requests: { cpu: '1' } } }],
        initContainers: [{ name: 'i' }],
      }),
      {},
      'failed quota: q: must specify limits.memory for: b,c,i; requests.cpu for: c,i',
    ],
    [
      'is exceeded in two things',
      claimingPod({ requests: { cpu: '1500m' }, limits: { memory: '2Gi' } }),
      {},
      'exceeded quota: q, requested: limits.memory=2Gi,requests.cpu=1500m, used: limits.memory=0,requests.cpu=0, limited: limits.memory=1Gi,requests.cpu=1',
    ],
    [
      'is exceeded by what comes on top',
      claimingPod({ requests: { cpu: '600m' }, limits: { memory: '100Mi' } }),
      { pods: '1', 'requests.cpu': '500m' },
      'exceeded quota: q, requested: pods=1,requests.cpu=600m, used: pods=1,requests.cpu=500m, limited: pods=1,requests.cpu=1',
    ],
  ])('%s', async (_what, pod, used, why) => {
    const server = serverWith(quotaOf(COMPUTE, used));
    expect((await server.admit(pod)).message).toBe(`pods "a" is forbidden: ${why}`);
    expect(usedOf(server)).toMatchObject(used);
  });

  it('notes what is taken', async () => {
    const server = serverWith(quotaOf(COMPUTE));
    await server.admit(claimingPod({ requests: { cpu: '500m' }, limits: { memory: '512Mi' } }));
    expect(usedOf(server)).toEqual({ 'count/pods': '1', 'limits.memory': '512Mi', pods: '1', 'requests.cpu': '500m' });
  });

  it('notes nothing of a dry run', async () => {
    const server = serverWith(quotaOf({ pods: '1' }));
    await server.admit(claimingPod({}), { dryRun: true });
    expect(usedOf(server)).toEqual({ pods: '0' });
  });

  it('gets back what a failed request took', async () => {
    const server = serverWith(
      quotaOf({ pods: '2', 'requests.memory': '2Gi' }, { pods: '1', 'requests.memory': '1Gi' }),
    );
    const { releases } = await server.admit(claimingPod({ requests: { memory: '512Mi' } }));
    expect(usedOf(server)).toEqual({ pods: '2', 'requests.memory': '1536Mi' });
    for (const release of releases) await release();
    expect(usedOf(server)).toEqual({ pods: '1', 'requests.memory': '1Gi' });
  });

  it('lets no two requests take the same', async () => {
    const server = serverWith(quotaOf({ pods: '3' }));
    const answers = await Promise.all(
      Array.from({ length: 5 }, (_, index) => server.admit(claimingPod({}, { name: `p${index}` }))),
    );
    expect(answers.filter(({ message }) => message === undefined)).toHaveLength(3);
    expect(usedOf(server)).toEqual({ pods: '3' });
  });

  it('is read again where somebody else wrote it', async () => {
    const objects = [...namespaceObjects('n'), quotaOf({ pods: '2' })];
    const writes = quotaUsageOf(objects);
    let misses = 2;
    const usage: typeof writes = {
      replaceUsed: async (quota, used) => (misses-- > 0 ? false : writes.replaceUsed(quota, used)),
    };
    const server = admissionOf(objects, { usage });
    expect((await server.admit(claimingPod({}))).message).toBeUndefined();
    expect(usedOf(server)).toEqual({ pods: '1' });
  });

  it('gives up where somebody else always writes it', async () => {
    const server = admissionOf([...namespaceObjects('n'), quotaOf({ pods: '2' })], {
      usage: { replaceUsed: async () => false },
    });
    expect((await server.admit(claimingPod({}))).error).toMatchObject({ status: { code: 409, reason: 'Conflict' } });
  });

  it('that was not counted yet lets nothing in', async () => {
    const quota = { ...quotaOf({ pods: '1' }), status: { hard: { pods: '1' } } };
    expect((await serverWith(quota).admit(claimingPod({}))).message).toBe(
      'pods "a" is forbidden: status unknown for quota: q, resources: pods',
    );
  });

  const scoped = (scopes: string[]): JsonObject => ({ scopes });
  const selecting = (scopeName: string, operator: string, values: string[] = []): JsonObject => ({
    scopeSelector: { matchExpressions: [{ scopeName, operator, values }] },
  });
  const NONE_LEFT = 'exceeded quota: q, requested: pods=1, used: pods=0, limited: pods=0';
  const critical = podOf({ containers: [{ name: 'c' }], priorityClassName: 'system-node-critical' });
  const affine = podOf({
    containers: [{ name: 'c' }],
    affinity: {
      podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'x', namespaces: ['y'] }] },
    },
  });
  const timed = podOf({ containers: [{ name: 'c', resources: { limits: { cpu: '1' } } }], activeDeadlineSeconds: 5 });

  it.each<[string, JsonObject, JsonObject, string | undefined]>([
    ['best effort takes in who asks for nothing', scoped(['BestEffort']), claimingPod({}), NONE_LEFT],
    ['best effort leaves out who asks', scoped(['BestEffort']), claimingPod({ requests: { cpu: '1' } }), undefined],
    ['two scopes must both fit', scoped(['Terminating', 'NotBestEffort']), timed, NONE_LEFT],
    ['and one is not enough', scoped(['Terminating', 'BestEffort']), timed, undefined],
    ['a class among the values', selecting('PriorityClass', 'In', ['system-node-critical']), critical, NONE_LEFT],
    ['no class', selecting('PriorityClass', 'In', ['system-node-critical']), claimingPod({}), undefined],
    ['no class, where it must not be one', selecting('PriorityClass', 'NotIn', ['x']), claimingPod({}), NONE_LEFT],
    ['affinity to other namespaces', selecting('CrossNamespacePodAffinity', 'Exists'), affine, NONE_LEFT],
  ])('has scopes: %s', async (_what, spec, pod, why) => {
    const objects = [
      quotaOf({ pods: '0' }, {}, spec),
      kubeObject('scheduling.k8s.io/v1', 'PriorityClass', { name: 'system-node-critical' }, { value: 2000001000 }),
    ];
    const { message } = await serverWith(...objects).admit(pod);
    expect(message).toBe(why === undefined ? undefined : `pods "a" is forbidden: ${why}`);
  });

  it('counts sidecars with the containers, and other init containers where they need more', async () => {
    const pod = podOf({
      containers: [{ name: 'c', resources: { requests: { cpu: '1' } } }],
      initContainers: [
        { name: 's', restartPolicy: 'Always', resources: { requests: { cpu: '500m' } } },
        { name: 'i', resources: { requests: { cpu: '3' } } },
      ],
    });
    const { message } = await serverWith(quotaOf({ 'requests.cpu': '1' })).admit(pod);
    expect(message).toContain('requested: requests.cpu=3500m,');
  });

  it('counts what a pod claims as a whole instead', async () => {
    const resources = { requests: { cpu: '4' }, limits: { cpu: '5' } };
    const pod = podOf({ containers: [{ name: 'c' }], resources });
    const { message } = await serverWith(quotaOf({ 'requests.cpu': '1', 'limits.cpu': '10m' })).admit(pod);
    expect(message).toContain('requested: limits.cpu=5,requests.cpu=4, used:');
  });

  it('counts huge pages and what is not Kubernetes’ own', async () => {
    const claims = { 'example.com/gpu': '2', 'hugepages-2Mi': '2Mi' };
    const hard = { 'requests.example.com/gpu': '1', 'requests.hugepages-2Mi': '1Mi', 'hugepages-2Mi': '1Mi' };
    const { message } = await serverWith(quotaOf(hard)).admit(claimingPod({ requests: claims, limits: claims }));
    expect(message).toContain(
      'requested: hugepages-2Mi=2Mi,requests.example.com/gpu=2,requests.hugepages-2Mi=2Mi, used: hugepages-2Mi=0',
    );
  });

  const service = (type: string, ports: number, members: JsonObject = {}): JsonObject => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 's', namespace: 'n', resourceVersion: '1' },
    spec: { type, ports: Array.from({ length: ports }, (_, index) => ({ port: index + 1 })), ...members },
  });

  it.each<[string, JsonObject, JsonObject | undefined, string | undefined]>([
    [
      'a node port each',
      service('NodePort', 2),
      undefined,
      'exceeded quota: q, requested: services.nodeports=2, used: services.nodeports=0, limited: services.nodeports=1',
    ],
    ['none', service('ClusterIP', 5), undefined, undefined],
    [
      'none that are not allocated',
      service('LoadBalancer', 5, { allocateLoadBalancerNodePorts: false }),
      undefined,
      undefined,
    ],
    [
      'what an update adds',
      service('NodePort', 3),
      service('NodePort', 1),
      'exceeded quota: q, requested: services.nodeports=2, used: services.nodeports=0, limited: services.nodeports=1',
    ],
    ['nothing, where an update adds nothing', service('NodePort', 3), service('NodePort', 4), undefined],
  ])('counts of a service %s', async (_what, sent, old, why) => {
    const quota = quotaOf({ services: '2', 'services.nodeports': '1' });
    const about = old === undefined ? {} : ({ operation: 'UPDATE', oldObject: old as unknown as KubeObject } as const);
    const { message } = await serverWith(quota).admit(sent, about);
    expect(message).toBe(why === undefined ? undefined : `services "s" is forbidden: ${why}`);
  });

  it.each<[Record<string, string>, Record<string, string>, string, string]>([
    [
      { 'requests.storage': '1Gi' },
      {},
      '2Gi',
      'requested: requests.storage=2Gi, used: requests.storage=0, limited: requests.storage=1Gi',
    ],
    [
      { 'gold.storageclass.storage.k8s.io/requests.storage': '500Mi' },
      {},
      '600Mi',
      'requested: gold.storageclass.storage.k8s.io/requests.storage=600Mi, used: gold.storageclass.storage.k8s.io/requests.storage=0, limited: gold.storageclass.storage.k8s.io/requests.storage=500Mi',
    ],
    [
      { persistentvolumeclaims: '1' },
      { persistentvolumeclaims: '1' },
      '1Mi',
      'requested: persistentvolumeclaims=1, used: persistentvolumeclaims=1, limited: persistentvolumeclaims=1',
    ],
  ])('of %o with %o is exceeded by a claim for %s', async (hard, used, storage, why) => {
    const claim = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'a', namespace: 'n' },
      spec: { storageClassName: 'gold', resources: { requests: { storage } } },
    };
    const { message } = await serverWith(quotaOf(hard, used)).admit(claim);
    expect(message).toBe(`persistentvolumeclaims "a" is forbidden: exceeded quota: q, ${why}`);
  });

  it('counts objects of any kind', async () => {
    const widget = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w', namespace: 'n' } };
    const server = serverWith(quotaOf({ 'count/widgets.example.com': '1' }));
    expect((await server.admit(widget)).message).toBeUndefined();
    expect((await server.admit(widget)).message).toBe(
      'widgets.example.com "w" is forbidden: exceeded quota: q, requested: count/widgets.example.com=1, used: count/widgets.example.com=1, limited: count/widgets.example.com=1',
    );
  });

  it('does not count events', async () => {
    const event = { apiVersion: 'v1', kind: 'Event', metadata: { name: 'e', namespace: 'n' } };
    expect((await serverWith(quotaOf({ 'count/events': '0' })).admit(event)).message).toBeUndefined();
  });
});

describe('what is used of a quota', () => {
  it('is counted anew from the objects that are there', () => {
    const objects = [
      ...['a', 'b'].map(
        (name) => claimingPod({ requests: { cpu: '250m', memory: '1Gi' } }, { name }) as unknown as KubeObject,
      ),
      {
        ...claimingPod({ requests: { cpu: '1' } }, { name: 'done' }),
        status: { phase: 'Succeeded' },
      } as unknown as KubeObject,
      kubeObject('v1', 'ConfigMap', { name: 'c', namespace: 'n' }),
      kubeObject('v1', 'ConfigMap', { name: 'c', namespace: 'other' }),
    ];
    const hard = {
      pods: '9',
      'count/pods': '9',
      'requests.cpu': '9',
      memory: '9Gi',
      'count/configmaps': '9',
      configmaps: '9',
      'count/widgets.example.com': '1',
      'services.nodeports': '1',
    };
    const used = usedAmounts(quotaOf(hard), {
      reader: storedObjects(objects),
      now: new Date(0),
      isServed: ({ group }) => group !== 'example.com',
    });
    expect(used).toEqual({
      configmaps: '1',
      'count/configmaps': '1',
      'count/pods': '3',
      memory: '2Gi',
      pods: '2',
      'requests.cpu': '500m',
      'services.nodeports': '0',
    });
  });
});
