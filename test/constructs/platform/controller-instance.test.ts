import { kinds } from '../../../constructs/kinds';
import { controllerRules, type PlatformProps, platformTree } from '../../../constructs/platform';
import { type Manifest, valueAt } from '../../../src/api/object';
import { renderTree } from '../../../src/synth/render-tree';

const LABEL = 'adrasteia.dev/controller=next';
const PROPS: PlatformProps = { kinds, version: '1.2.3', tenancy: true };
const render = (props: Partial<PlatformProps>): readonly Manifest[] =>
  renderTree(platformTree({ ...PROPS, ...props })).map(({ manifest }) => manifest);
const find = (objects: readonly Manifest[], kind: string, name: string): Manifest | undefined =>
  objects.find((object) => object.kind === kind && object.metadata.name === name);
const argumentsOf = (objects: readonly Manifest[], name: string): unknown =>
  valueAt(find(objects, 'Deployment', name), ['spec', 'template', 'spec', 'containers', 0, 'args']);

describe('the platform’s own controller', () => {
  it('is told its target label, and keeps its lease', () => {
    expect(argumentsOf(render({ targetLabel: LABEL }), 'adrasteia-controller')).toEqual([
      'controller',
      '--tenancy',
      `--target-label=${LABEL}`,
      '--lease-name=adrasteia-controller',
    ]);
  });

  it('is told nothing of it where there is none', () => {
    expect(argumentsOf(render({}), 'adrasteia-controller')).toEqual(['controller', '--tenancy']);
    expect(argumentsOf(render({ tenancy: false }), 'adrasteia-controller')).toEqual(['controller']);
  });
});

describe('a further controller', () => {
  const further = render({ targetLabel: LABEL, instance: 'next' });

  it('is its account, rights and workload under a name of its own, and nothing of the platform', () => {
    expect(further.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual(
      [
        'ServiceAccount',
        'ClusterRole',
        'ClusterRoleBinding',
        'Role',
        'RoleBinding',
        'NetworkPolicy',
        'Service',
        'Deployment',
        'PodDisruptionBudget',
      ].map((kind) => `${kind} adrasteia-controller-next`),
    );
  });

  it('shares no object with the platform, so that either goes without the other', () => {
    const keys = (objects: readonly Manifest[]) => objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    const own = new Set(keys(render({ targetLabel: 'adrasteia.dev/controller=first' })));
    expect(keys(further).filter((key) => own.has(key))).toEqual([]);
  });

  it('has a lease of its own, and leaves environments to the first', () => {
    expect(argumentsOf(further, 'adrasteia-controller-next')).toEqual([
      'controller',
      '--tenancy',
      `--target-label=${LABEL}`,
      '--lease-name=adrasteia-controller-next',
      '--no-environments',
    ]);
    expect(valueAt(find(further, 'Role', 'adrasteia-controller-next'), ['rules', 1, 'resourceNames'])).toEqual([
      'adrasteia-controller-next',
    ]);
  });

  it('has the rights for tenants and workspaces, and none of those for environments alone', () => {
    const rules = valueAt(find(further, 'ClusterRole', 'adrasteia-controller-next'), ['rules']);
    expect(rules).toEqual(
      JSON.parse(
        JSON.stringify(
          controllerRules(
            kinds.filter(({ isTenancy, withEnvironments }) => isTenancy === true && withEnvironments !== true),
          ),
        ),
      ),
    );
    expect(JSON.stringify(rules)).not.toContain('environments/status');
  });

  it('is selected apart from the first, whose Service and budget would count its pods otherwise', () => {
    const selector = (objects: readonly Manifest[], name: string): unknown =>
      valueAt(find(objects, 'Service', name), ['spec', 'selector', 'app.kubernetes.io/component']);
    expect(selector(further, 'adrasteia-controller-next')).toBe('controller-next');
    expect(selector(render({}), 'adrasteia-controller')).toBe('controller');
  });
});

test.each([
  { props: { targetLabel: 'next' }, says: 'is no label', because: 'it lacks a value' },
  { props: { targetLabel: LABEL, tenancy: false }, says: 'ask for tenancy', because: 'no tenants are served' },
  { props: { instance: 'next' }, says: 'give it a target label', because: 'both would look after all' },
  { props: { instance: 'Next!', targetLabel: LABEL }, says: 'lower-case letters', because: 'it is part of names' },
])('$props is refused, since $because', ({ props, says }) => {
  expect(() => render(props)).toThrow(
    expect.objectContaining({ code: 'UsageInvalid', message: expect.stringContaining(says) as string }) as Error,
  );
});
