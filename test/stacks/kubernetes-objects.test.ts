import { Provider } from '@pulumi/kubernetes/provider';
import { ComponentResource, type ComponentResourceOptions } from '@pulumi/pulumi';
import type { Manifest } from '../../src/api/object';
import { type ObjectInStack, registerObjects } from '../../stacks/kubernetes-objects';
import { type MockedResource, mockedObjects, recordMocks, settled } from '../support/pulumi-monitor';

class SomeComponent extends ComponentResource {
  readonly objects;
  constructor(name: string, objects: readonly ObjectInStack[], options: ComponentResourceOptions = {}) {
    super('test:doors:Some', name, {}, options);
    this.objects = registerObjects({ name, component: this, objects, options });
    this.registerOutputs();
  }
}

describe('objects in a stack', () => {
  let recorded: readonly MockedResource[];
  beforeAll(async () => {
    recorded = await recordMocks();
  });
  const register = (
    name: string,
    manifests: readonly Manifest[],
    options?: ComponentResourceOptions,
  ): Promise<readonly MockedResource[]> =>
    mockedObjects(
      recorded,
      new SomeComponent(
        name,
        manifests.map((manifest) => ({ manifest })),
        options,
      ),
    );

  it('have the class that the provider has for their kind, else that of custom resources', async () => {
    const registered = await register('typed', [
      object('v1', 'ConfigMap'),
      object('adrasteia.dev/v1alpha1', 'Environment'),
    ]);
    expect(registered.map(({ type }) => type)).toEqual([
      'kubernetes:core/v1:ConfigMap',
      'kubernetes:adrasteia.dev/v1alpha1:Environment',
    ]);
  });

  it('are children of the component, named after it and themselves', async () => {
    const component = new SomeComponent('named', [{ manifest: object('v1', 'Service', 'team-a') }]);
    expect(await settled(component)).toEqual([
      'urn:pulumi:stack::project::test:doors:Some$kubernetes:core/v1:Service::named/team-a/one',
    ]);
  });

  it('are registered field by field as they are', async () => {
    const manifests = [
      { ...object('v1', 'Secret', 'team-a'), type: 'Opaque', data: { key: 'dmFsdWU=' }, immutable: false },
      { ...object('v1', 'ConfigMap', 'team-a'), data: { empty: '', lines: 'a\nb\n' } },
      {
        ...object('a.example/v1', 'Odd', 'team-a'),
        spec: { list: [], none: {}, zero: 0, no: false, 'x-kubernetes-anything': true },
        extra: 'kept',
      },
    ];
    expect((await register('as-they-are', manifests)).map(({ inputs }) => inputs)).toEqual(manifests);
  });

  it('use the provider of the component', async () => {
    const provider = new Provider('cluster', {});
    const [registered] = await register('with-provider', [object('v1', 'ConfigMap')], { provider });
    expect(registered?.provider).toMatch(/::pulumi:providers:kubernetes::cluster::/);
  });

  it('come after their namespace, their CRD and what they name, in whatever order they are given', async () => {
    const environment = object('adrasteia.dev/v1alpha1', 'Environment', 'team-a');
    const crd = {
      ...object('apiextensions.k8s.io/v1', 'CustomResourceDefinition'),
      spec: { group: 'adrasteia.dev', names: { kind: 'Environment' } },
    };
    const service: ObjectInStack = {
      manifest: object('v1', 'Service', 'team-a'),
      dependsOn: ['Environment.adrasteia.dev/team-a/one'],
    };
    const namespace = { ...object('v1', 'Namespace'), metadata: { name: 'team-a' } };
    const component = new SomeComponent('ordered', [
      service,
      { manifest: environment },
      { manifest: crd },
      { manifest: namespace },
    ]);
    expect([...component.objects.keys()]).toEqual([
      'CustomResourceDefinition.apiextensions.k8s.io//one',
      'Namespace//team-a',
      'Environment.adrasteia.dev/team-a/one',
      'Service/team-a/one',
    ]);
    await settled(component);
  });

  it('end in some order where they depend on each other', async () => {
    const a: ObjectInStack = { manifest: object('v1', 'ConfigMap'), dependsOn: ['Secret//one'] };
    const b: ObjectInStack = { manifest: object('v1', 'Secret'), dependsOn: ['ConfigMap//one'] };
    const component = new SomeComponent('ring', [a, b]);
    expect(component.objects.size).toBe(2);
    await settled(component);
  });
});

function object(apiVersion: string, kind: string, namespace?: string): Manifest {
  return { apiVersion, kind, metadata: { name: 'one', ...(namespace === undefined ? {} : { namespace }) } };
}
