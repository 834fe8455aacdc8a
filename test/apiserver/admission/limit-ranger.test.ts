import type { JsonObject } from '../../../src/api/json';
import type { KubeObject } from '../../../src/api/object';
import { kubeObject } from '../authentication/stored-objects';
import { admissionOf, claimingPod, namespaceObjects, podOf } from './admission-request';

function rangeOf(limits: readonly JsonObject[], name = 'l'): KubeObject {
  return kubeObject('v1', 'LimitRange', { name, namespace: 'n' }, { spec: { limits } });
}

/** The answers were recorded from a real server. */
const CONTAINER = {
  type: 'Container',
  default: { cpu: '500m', memory: '1Gi' },
  defaultRequest: { cpu: '100m', memory: '1Gi' },
  min: { cpu: '50m', memory: '10Mi' },
  max: { cpu: '2', memory: '2Gi' },
  maxLimitRequestRatio: { cpu: '4' },
};
const UNLIMITED_CPU = {
  type: 'Container',
  default: { memory: '1Gi' },
  defaultRequest: { cpu: '50m', memory: '1Gi' },
  min: { cpu: '50m' },
  max: { memory: '1Gi' },
  maxLimitRequestRatio: { memory: '2' },
};
const POD = { type: 'Pod', min: { cpu: '1' }, max: { memory: '1Gi' }, maxLimitRequestRatio: { cpu: '1500m' } };

describe('a limit range', () => {
  it.each<[string, JsonObject, JsonObject, string]>([
    [
      'too small',
      CONTAINER,
      { requests: { cpu: '10m' } },
      '[minimum cpu usage per Container is 50m, but request is 10m, cpu max limit to request ratio per Container is 4, but provided ratio is 50.000000]',
    ],
    [
      'too large',
      CONTAINER,
      { requests: { cpu: '3', memory: '3Gi' }, limits: { cpu: '3', memory: '3Gi' } },
      '[maximum cpu usage per Container is 2, but limit is 3, maximum memory usage per Container is 2Gi, but limit is 3Gi]',
    ],
    [
      'too small and too far apart',
      CONTAINER,
      { requests: { cpu: '100m', memory: '5Mi' }, limits: { cpu: '1', memory: '5Mi' } },
      '[minimum memory usage per Container is 10Mi, but request is 5Mi, cpu max limit to request ratio per Container is 4, but provided ratio is 10.000000]',
    ],
    [
      'nothing, which no ratio fits',
      UNLIMITED_CPU,
      { requests: { cpu: '100m', memory: '0' }, limits: { memory: '0' } },
      'memory max limit to request ratio per Container is 2, but no request is specified or request is 0',
    ],
    [
      'not said for the pod',
      POD,
      {},
      '[minimum cpu usage per Pod is 1.  No request is specified, maximum memory usage per Pod is 1Gi.  No limit is specified, cpu max limit to request ratio per Pod is 1500m, but no request is specified or request is 0]',
    ],
  ])('refuses what is %s', async (_what, limit, resources, why) => {
    const { message } = await admissionOf([...namespaceObjects('n'), rangeOf([limit])]).admit(claimingPod(resources));
    expect(message).toBe(`pods "a" is forbidden: ${why}`);
  });

  it('adds up what the containers of a pod claim', async () => {
    const pod = podOf({
      containers: [
        { name: 'c', resources: { requests: { cpu: '500m' }, limits: { memory: '1Gi', cpu: '2' } } },
        { name: 'd', resources: { requests: { cpu: '500m' }, limits: { memory: '1Gi' } } },
      ],
    });
    const { message } = await admissionOf([...namespaceObjects('n'), rangeOf([POD])]).admit(pod);
    expect(message).toBe(
      'pods "a" is forbidden: [maximum memory usage per Pod is 1Gi, but limit is 2Gi, cpu max limit to request ratio per Pod is 1500m, but provided ratio is 2.000000]',
    );
  });

  it('gives defaults to containers that say nothing, and notes it', async () => {
    const pod = podOf({
      containers: [
        { name: 'c', image: 'x' },
        { name: 'd', image: 'x', resources: { limits: { cpu: '1' }, requests: { cpu: '1' } } },
      ],
      initContainers: [{ name: 'i', image: 'x' }],
    });
    const range = rangeOf([{ type: 'Container', default: { cpu: '2', memory: '1Gi' }, defaultRequest: { cpu: '1' } }]);
    const { object } = await admissionOf([...namespaceObjects('n'), range]).admit(pod);
    expect(object).toMatchObject({
      metadata: {
        annotations: {
          'kubernetes.io/limit-ranger':
            'LimitRanger plugin set: cpu request for container c; cpu, memory limit for container c; memory limit for container d; cpu request for init container i; cpu, memory limit for init container i',
        },
      },
      spec: {
        containers: [
          { resources: { requests: { cpu: '1' }, limits: { cpu: '2', memory: '1Gi' } } },
          { resources: { requests: { cpu: '1' }, limits: { cpu: '1', memory: '1Gi' } } },
        ],
      },
    });
  });

  it.each([
    { storage: '500Mi', why: 'minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 500Mi' },
    { storage: '3Gi', why: 'maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 3Gi' },
    { storage: '1Gi', why: undefined },
  ])('holds a claim for $storage: $why', async ({ storage, why }) => {
    const range = rangeOf([{ type: 'PersistentVolumeClaim', min: { storage: '1Gi' }, max: { storage: '2Gi' } }]);
    const claim = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'a', namespace: 'n' },
      spec: { resources: { requests: { storage } } },
    };
    const { message } = await admissionOf([...namespaceObjects('n'), range]).admit(claim);
    expect(message).toBe(why === undefined ? undefined : `persistentvolumeclaims "a" is forbidden: ${why}`);
  });

  it('leaves updates of pods alone', async () => {
    const oldObject = claimingPod({}) as unknown as KubeObject;
    const { admit } = admissionOf([...namespaceObjects('n'), rangeOf([CONTAINER])]);
    expect((await admit(claimingPod({}), { operation: 'UPDATE', oldObject })).message).toBeUndefined();
  });
});
