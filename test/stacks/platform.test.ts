import { Provider } from '@pulumi/kubernetes/provider';
import { kinds } from '../../constructs/kinds';
import { packageVersion } from '../../src/adapters/files/package-version';
import { PlatformComponent } from '../../stacks/platform';
import { type MockedResource, mockedObjects, recordMocks, settled } from '../support/pulumi-monitor';

describe('the platform in a stack', () => {
  let recorded: readonly MockedResource[];
  beforeAll(async () => {
    recorded = await recordMocks();
  });
  const typesOf = (resources: readonly MockedResource[]): readonly string[] =>
    [...new Set(resources.map(({ type }) => type))].sort();

  it('consists of typed resources', async () => {
    expect(typesOf(await mockedObjects(recorded, new PlatformComponent('typed')))).toEqual([
      'kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition',
      'kubernetes:apps/v1:Deployment',
      'kubernetes:core/v1:Namespace',
      'kubernetes:core/v1:Service',
      'kubernetes:core/v1:ServiceAccount',
      'kubernetes:networking.k8s.io/v1:NetworkPolicy',
      'kubernetes:policy/v1:PodDisruptionBudget',
      'kubernetes:rbac.authorization.k8s.io/v1:ClusterRole',
      'kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding',
      'kubernetes:rbac.authorization.k8s.io/v1:Role',
      'kubernetes:rbac.authorization.k8s.io/v1:RoleBinding',
    ]);
  });

  it('holds the CRD of every kind', async () => {
    const crds = (await mockedObjects(recorded, new PlatformComponent('crds', { tenancy: true }))).filter(({ type }) =>
      type.endsWith(':CustomResourceDefinition'),
    );
    expect(crds.map(({ inputs }) => inputs['metadata'])).toEqual(
      expect.arrayContaining(
        kinds.map((kind) => expect.objectContaining({ name: kind.crd().metadata.name }) as unknown),
      ),
    );
    expect(crds).toHaveLength(kinds.length);
  });

  it('is one component of which every object is a child', async () => {
    const urns = await settled(new PlatformComponent('parent'));
    for (const urn of urns) expect(urn).toContain('::adrasteia:platform:Platform$kubernetes:');
  });

  it('uses the provider that it is given for every object', async () => {
    const provider = new Provider('some-cluster', {});
    const objects = await mockedObjects(recorded, new PlatformComponent('provided', {}, { provider }));
    for (const object of objects) expect(object.provider).toContain('::some-cluster::');
  });

  it('runs the image that it is given, else that of its version', async () => {
    const imageOf = async (component: PlatformComponent): Promise<string> => {
      const deployment = (await mockedObjects(recorded, component)).find(
        ({ type }) => type === 'kubernetes:apps/v1:Deployment',
      );
      return JSON.stringify(deployment?.inputs['spec']);
    };
    expect(await imageOf(new PlatformComponent('default-image'))).toContain(
      `"image":"adrasteia/controller:${packageVersion()}"`,
    );
    expect(await imageOf(new PlatformComponent('own-image', { image: 'mirror.example.org/a:1' }))).toContain(
      '"image":"mirror.example.org/a:1"',
    );
  });
});
