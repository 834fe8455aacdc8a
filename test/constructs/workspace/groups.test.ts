/** Groups of the identity provider as members and managers of a workspace. */
import { kinds } from '../../../constructs/kinds';
import type { Manifest } from '../../../src/api/object';
import { valueAt } from '../../../src/api/object';
import { expand } from '../../../src/synth/expand';
import { TENANT_ENROLLER } from '../../../src/tenancy/roles';

const of = (kind: string, name: string, spec: object): Manifest => ({
  apiVersion: 'adrasteia.dev/v1alpha1',
  kind,
  metadata: { name },
  spec,
});
const tea = (groups: object): Manifest => of('Workspace', 'tea', { displayName: 'Tea', groups });

function word(binding: Manifest, path: readonly (string | number)[]): string {
  const value = valueAt(binding, path);
  return typeof value === 'string' ? value : '';
}

/** Who is bound to what, and where; sorted. */
function boundOf(...given: readonly Manifest[]): readonly string[] {
  const { manifests, problems } = expand(given, kinds);
  expect(problems).toEqual([]);
  return manifests
    .filter(({ kind }) => kind.endsWith('RoleBinding'))
    .map((binding) =>
      [
        binding.metadata.namespace ?? 'everywhere',
        word(binding, ['roleRef', 'name']),
        word(binding, ['subjects', 0, 'kind']),
        word(binding, ['subjects', 0, 'name']),
      ].join(' '),
    )
    .sort();
}

describe('a group', () => {
  it('of members reads the workspace’s templates, and one of managers edits them and finds people', () => {
    expect(boundOf(tea({ members: ['/students', 'staff'], managers: ['/teachers'] }))).toEqual([
      `everywhere ${TENANT_ENROLLER.name} Group /teachers`,
      'workspace-tea adrasteia-workspace-manager Group /teachers',
      'workspace-tea adrasteia-workspace-member Group /students',
      'workspace-tea adrasteia-workspace-member Group staff',
    ]);
  });

  it('is bound as the API server calls it', () => {
    const tenancy = of('Tenancy', 'default', { users: { groupPrefix: 'oidc:' } });
    expect(boundOf(tea({ members: ['staff'] }), tenancy)).toEqual([
      'workspace-tea adrasteia-workspace-member Group oidc:staff',
    ]);
  });

  it('isn’t one of Kubernetes’ own', () => {
    const workspace = kinds.find(({ type }) => type.kind === 'Workspace' && type.group === 'adrasteia.dev');
    const problems = workspace?.validate(tea({ managers: ['system:authenticated'] })) ?? [];
    expect(problems.map(({ path }) => path)).toEqual(['spec.groups.managers[0]']);
  });
});
