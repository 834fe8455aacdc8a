import type { Manifest } from '../../src/api/object';
import { EnvironmentComponent } from '../../stacks/environment';
import { type MockedResource, mockedObjects, recordMocks } from '../support/pulumi-monitor';

const TEMPLATE: Manifest = {
  apiVersion: 'adrasteia.dev/v1alpha1',
  kind: 'EnvironmentTemplate',
  metadata: { name: 'server', namespace: 'team-a' },
  spec: {
    workloads: [
      {
        name: 'main',
        container: { image: 'registry.example.org/server:1' },
        storage: { mountPath: '/data', size: '1Gi' },
      },
    ],
  },
};
const ENVIRONMENT: Manifest = {
  apiVersion: 'adrasteia.dev/v1alpha1',
  kind: 'Environment',
  metadata: { name: 'mine', namespace: 'team-a' },
  spec: { templateRef: { kind: 'EnvironmentTemplate', name: 'server' }, owner: { kind: 'User', name: 'ada' } },
};

describe('environments in a stack', () => {
  let recorded: readonly MockedResource[];
  beforeAll(async () => {
    recorded = await recordMocks();
  });

  it('are custom resources for a controller to expand', async () => {
    const resources = await mockedObjects(
      recorded,
      new EnvironmentComponent('as-custom-resources', { objects: [TEMPLATE, ENVIRONMENT] }),
    );
    expect(resources.map(({ type, name }) => ({ type, name }))).toEqual([
      { type: 'kubernetes:adrasteia.dev/v1alpha1:EnvironmentTemplate', name: 'as-custom-resources/team-a/server' },
      { type: 'kubernetes:adrasteia.dev/v1alpha1:Environment', name: 'as-custom-resources/team-a/mine' },
    ]);
    expect(resources.map(({ inputs }) => inputs)).toEqual([TEMPLATE, ENVIRONMENT]);
  });

  it('need neither CRD nor controller in the expanded form', async () => {
    const resources = await mockedObjects(
      recorded,
      new EnvironmentComponent('expanded', { objects: [TEMPLATE, ENVIRONMENT], form: 'Expanded' }),
    );
    const types = resources.map(({ type }) => type);
    expect(types).toEqual(
      expect.arrayContaining(['kubernetes:apps/v1:StatefulSet', 'kubernetes:core/v1:PersistentVolumeClaim']),
    );
    expect(types.filter((type) => type.includes('adrasteia.dev'))).toEqual([]);
  });

  it('are refused before anything is registered where one of them is not valid', () => {
    const invalid = { ...ENVIRONMENT, spec: { owner: { kind: 'User', name: 'ada' } } };
    const make = (): unknown => new EnvironmentComponent('invalid', { objects: [TEMPLATE, invalid] });
    expect(make).toThrow(
      expect.objectContaining({
        code: 'ObjectInvalid',
        message: expect.stringContaining('templateRef') as string,
      }) as Error,
    );
    expect(recorded.filter(({ name }) => name.startsWith('invalid/'))).toEqual([]);
  });

  it('are refused in the expanded form without what they refer to', () => {
    const make = (): unknown => new EnvironmentComponent('alone', { objects: [ENVIRONMENT], form: 'Expanded' });
    expect(make).toThrow(expect.objectContaining({ code: 'ReferenceMissing' }) as Error);
  });
});
