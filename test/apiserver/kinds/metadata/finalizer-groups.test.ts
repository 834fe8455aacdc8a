import type { KubeObject } from '../../../../src/api/object';
import { kindFacts } from '../../../../src/apiserver/kinds';
import { knowsFinalizers } from '../../../../src/apiserver/kinds/metadata';
import type { StrategyContext } from '../../../../src/apiserver/resources/resource';

const UNKNOWN = 'name is neither a standard finalizer name nor is it fully qualified';

describe('a finalizer without a path that Kubernetes does not know', () => {
  // What a v1.34 server answers to `foo.example.com` on a new object.
  it.each([
    { group: '', isRefused: true },
    { group: 'rbac.authorization.k8s.io', isRefused: true },
    { group: 'storage.k8s.io', isRefused: true },
    { group: 'admissionregistration.k8s.io', isRefused: false },
    { group: 'apiextensions.k8s.io', isRefused: false },
    { group: 'apiregistration.k8s.io', isRefused: false },
    { group: 'coordination.k8s.io', isRefused: false },
    { group: 'node.k8s.io', isRefused: false },
  ])('is refused by some groups: "$group" $isRefused', ({ group, isRefused }) => {
    expect(knowsFinalizers(group)).toBe(isRefused);
  });

  it.each([
    { group: 'storage.k8s.io', resource: 'storageclasses', isRefused: true },
    { group: 'coordination.k8s.io', resource: 'leases', isRefused: false },
  ])('is refused by their updates too: $resource $isRefused', ({ group, resource, isRefused }) => {
    const object = {
      apiVersion: `${group}/v1`,
      kind: 'Any',
      metadata: { name: 'a', namespace: 'default', resourceVersion: '1', finalizers: ['foo.example.com'] },
      spec: {},
      provisioner: 'x',
    } as unknown as KubeObject;
    const context = { subresource: '' } as unknown as StrategyContext;
    const errors = kindFacts(group, resource)?.strategy.validateUpdate?.(object, object, context) ?? [];
    expect(errors.some(({ detail }) => detail.includes(UNKNOWN))).toBe(isRefused);
  });
});
