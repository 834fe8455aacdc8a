import {
  storedAffinity,
  storedEnv,
  storedPeers,
  storedProbe,
  storedResources,
  storedTolerations,
  storedVolume,
} from '../../../constructs/parts/stored-form';

describe('the stored form', () => {
  test('of variables has each name once, with the last value at the first place', () => {
    expect(
      storedEnv([
        { name: 'A', value: '1' },
        { name: 'B', value: '2' },
        { name: 'A', value: '3' },
      ]),
    ).toEqual([
      { name: 'A', value: '3' },
      { name: 'B', value: '2' },
    ]);
  });

  test('of an empty variable has no value', () => {
    expect(storedEnv([{ name: 'A', value: '' }])).toEqual([{ name: 'A' }]);
  });

  test('of references to the pod is complete, since they are atomic', () => {
    expect(
      storedEnv([
        { name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        { name: 'B', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '1000m' } } },
      ]),
    ).toEqual([
      { name: 'A', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } },
      { name: 'B', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '1' } } },
    ]);
  });

  test('of resources has canonical amounts and no empty lists', () => {
    expect(storedResources({ limits: { memory: '1024Mi', cpu: 0.5 }, requests: {} })).toEqual({
      limits: { memory: '1Gi', cpu: '500m' },
    });
    expect(storedResources({ limits: {} })).toBeUndefined();
    expect(storedResources(undefined)).toBeUndefined();
  });

  test('leaves text that is no quantity for the server to refuse', () => {
    expect(storedResources({ limits: { memory: 'much' } })).toEqual({ limits: { memory: 'much' } });
  });

  test('of a probe has neither zeros nor empty texts', () => {
    expect(
      storedProbe({
        httpGet: { path: '', host: '', port: 0, httpHeaders: [] },
        timeoutSeconds: 0,
        failureThreshold: 3,
      }),
    ).toEqual({ httpGet: { port: 0 }, failureThreshold: 3 });
  });

  test('of tolerations has no empty members', () => {
    expect(storedTolerations([{ key: 'gpu', operator: 'Exists', value: '', effect: '' }])).toEqual([
      { key: 'gpu', operator: 'Exists' },
    ]);
  });

  test('keeps empty selectors, which select everything, and drops empty lists', () => {
    expect(storedPeers([{ namespaceSelector: {}, podSelector: { matchExpressions: [] } }])).toEqual([
      { namespaceSelector: {}, podSelector: {} },
    ]);
    expect(storedAffinity({ podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [] } })).toEqual({
      podAffinity: {},
    });
  });

  test('of a projected volume has the defaults of its atomic list', () => {
    const source = {
      projected: {
        sources: [
          { serviceAccountToken: { path: 't' } },
          { downwardAPI: { items: [{ path: 'l', fieldRef: { fieldPath: 'metadata.labels' } }] } },
        ],
      },
    };
    expect(storedVolume('v', source)).toEqual({
      name: 'v',
      projected: {
        sources: [
          { serviceAccountToken: { path: 't', expirationSeconds: 3600 } },
          { downwardAPI: { items: [{ path: 'l', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.labels' } }] } },
        ],
      },
    });
  });

  test('of volumes has canonical sizes', () => {
    expect(storedVolume('v', { emptyDir: { medium: '', sizeLimit: '0.5Gi' } })).toEqual({
      name: 'v',
      emptyDir: { sizeLimit: '512Mi' },
    });
    const resources = (storage: string) => ({
      ephemeral: { volumeClaimTemplate: { spec: { resources: { requests: { storage } } } } },
    });
    expect(storedVolume('v', resources('1024Mi'))).toEqual({ name: 'v', ...resources('1Gi') });
  });
});
