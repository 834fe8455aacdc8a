import type { KubeObject, ManagedFields, Manifest } from '../../src/api/object';
import { desiredDigest, ownedDigest } from '../../src/runtime/owned-fields';

const manifest: Manifest = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'team', labels: { app: 'web' } },
  spec: { ports: [{ port: 80, targetPort: 'http' }], selector: { app: 'web' } },
};

const ours: ManagedFields = {
  manager: 'adrasteia',
  operation: 'Apply',
  fieldsV1: {
    'f:metadata': { 'f:labels': { 'f:app': {} } },
    'f:spec': {
      'f:ports': { 'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:port': {}, 'f:targetPort': {} } },
      'f:selector': {},
    },
  },
};

function live(
  change: Partial<{ labels: Record<string, string>; spec: unknown; managedFields: ManagedFields[] }> = {},
): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'web',
      namespace: 'team',
      uid: 'u1',
      resourceVersion: '7',
      labels: change.labels ?? { app: 'web', other: 'theirs' },
      managedFields: change.managedFields ?? [ours],
    },
    spec: change.spec ?? {
      clusterIP: '10.96.0.7',
      ports: [{ port: 80, targetPort: 'http', protocol: 'TCP' }],
      selector: { app: 'web' },
      type: 'ClusterIP',
    },
    status: { loadBalancer: {} },
  };
}

describe('the fields that we own', () => {
  test('are equal to the manifest when defaults and other managers have added theirs', () => {
    expect(ownedDigest(live())).toBe(desiredDigest(manifest));
  });

  test.each([
    ['a value of ours is changed', live({ labels: { app: 'changed' } })],
    ['a value of ours is removed', live({ labels: {} })],
    [
      'an item of ours is changed',
      live({ spec: { ports: [{ port: 80, targetPort: 'admin', protocol: 'TCP' }], selector: { app: 'web' } } }),
    ],
    ['an item of ours is gone', live({ spec: { ports: [], selector: { app: 'web' } } })],
    [
      'an atomic map of ours has one more member',
      live({
        spec: { ports: [{ port: 80, targetPort: 'http', protocol: 'TCP' }], selector: { app: 'web', more: 'x' } },
      }),
    ],
    [
      'somebody took a field over',
      live({ managedFields: [{ ...ours, fieldsV1: { 'f:metadata': { 'f:labels': { 'f:app': {} } } } }] }),
    ],
  ])('differ from the manifest when %s', (_because, object) => {
    expect(ownedDigest(object)).not.toBe(desiredDigest(manifest));
  });

  test('are none where we have applied nothing, or only a subresource', () => {
    expect(ownedDigest(live({ managedFields: [] }))).toBeUndefined();
    expect(ownedDigest(live({ managedFields: [{ ...ours, subresource: 'status' }] }))).toBeUndefined();
    expect(ownedDigest(live({ managedFields: [{ ...ours, operation: 'Update' }] }))).toBeUndefined();
  });

  test('keep the order of the live list, whatever the order of the record', () => {
    const spec = { finalizers: ['b', 'a'] };
    const record: ManagedFields = {
      manager: 'adrasteia',
      operation: 'Apply',
      fieldsV1: { 'f:spec': { 'f:finalizers': { 'v:"a"': {}, 'v:"b"': {} } } },
    };
    expect(ownedDigest(live({ spec, managedFields: [record] }))).toBe(
      desiredDigest({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'x' }, spec }),
    );
  });
});
