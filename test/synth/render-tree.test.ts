import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { PlannedApiObject, setPlannedFacts } from '../../constructs/parts/planned';
import type { TreeSource } from '../../src/plan/kind';
import { DEFAULT_HANDLING } from '../../src/plan/planned-object';
import { renderTree } from '../../src/synth';

const tree = (build: (scope: Construct) => void): TreeSource<Construct> => ({ inputs: {}, build });
const object = (scope: Construct, name: string, kind = 'ConfigMap'): ApiObject =>
  new ApiObject(scope, name, { apiVersion: 'v1', kind, metadata: { name, namespace: 'a' } });
const namesOf = (source: TreeSource<Construct>): readonly string[] =>
  renderTree(source).map(({ manifest }) => manifest.metadata.name);

describe('a rendered tree', () => {
  test('has its objects by kind and name, however they were added', () => {
    const kinds = {
      set: 'StatefulSet',
      files: 'ConfigMap',
      account: 'ServiceAccount',
      extra: 'ConfigMap',
      own: 'Widget',
    };
    const inOrder = Object.entries(kinds);
    const build = (entries: readonly (readonly [string, string])[]) =>
      tree((scope) => void entries.map(([name, kind]) => object(scope, name, kind)));
    expect(namesOf(build(inOrder))).toEqual(['account', 'extra', 'files', 'set', 'own']);
    expect(namesOf(build([...inOrder].reverse()))).toEqual(namesOf(build(inOrder)));
  });

  test('puts dependencies first, whatever their kind', () => {
    const source = tree((scope) =>
      object(scope, 'account', 'ServiceAccount').addDependency(object(scope, 'set', 'StatefulSet')),
    );
    expect(namesOf(source)).toEqual(['set', 'account']);
    expect(renderTree(source)[1]?.dependsOn).toEqual(['StatefulSet/a/set']);
  });

  test('takes a dependency between constructs for one between all their objects', () => {
    const source = tree((scope) => {
      const [first, second] = [new Construct(scope, 'first'), new Construct(scope, 'second')];
      for (const name of ['a', 'b']) object(new Construct(first, name), name);
      for (const name of ['c', 'd']) object(second, name);
      first.node.addDependency(second);
    });
    expect(renderTree(source).map(({ manifest, dependsOn }) => [manifest.metadata.name, dependsOn])).toEqual([
      ['c', []],
      ['d', []],
      ['a', ['ConfigMap/a/c', 'ConfigMap/a/d']],
      ['b', ['ConfigMap/a/c', 'ConfigMap/a/d']],
    ]);
  });

  test('includes the objects of nested charts', () => {
    expect(namesOf(tree((scope) => void object(new Chart(scope, 'inner', { labels: { a: 'b' } }), 'inside')))).toEqual([
      'inside',
    ]);
  });

  test('carries the facts for the runtime beside the manifest', () => {
    const source = tree((scope) => {
      const claim = new PlannedApiObject(
        scope,
        'claim',
        { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'claim' } },
        { handling: { prune: 'Keep' } },
      );
      setPlannedFacts(claim, { readyWhen: [{ path: ['status', 'phase'], operator: 'Equals', value: 'Bound' }] });
      object(scope, 'plain');
    });
    expect(renderTree(source)).toEqual([
      expect.objectContaining({ readyWhen: [], handling: DEFAULT_HANDLING }),
      {
        manifest: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'claim' } },
        dependsOn: [],
        readyWhen: [{ path: ['status', 'phase'], operator: 'Equals', value: 'Bound' }],
        handling: { ...DEFAULT_HANDLING, prune: 'Keep' },
      },
    ]);
  });

  test('of objects that wait for each other is an error with the way round', () => {
    const source = tree((scope) => {
      const [a, b, c] = [object(scope, 'a'), object(scope, 'b'), object(scope, 'c')];
      a.addDependency(b);
      b.addDependency(c);
      c.addDependency(a);
    });
    expect(() => renderTree(source)).toThrow(
      expect.objectContaining({
        code: 'DependencyCycle',
        message:
          'Objects wait for each other: ConfigMap/a/a -> ConfigMap/a/b -> ConfigMap/a/c -> ConfigMap/a/a: take out one of these dependencies',
      }) as Error,
    );
  });

  test('with one object twice is an error', () => {
    const source = tree((scope) => {
      object(new Construct(scope, 'one'), 'same');
      object(new Construct(scope, 'other'), 'same');
    });
    expect(() => renderTree(source)).toThrow(
      expect.objectContaining({
        code: 'ObjectDuplicate',
        message: expect.stringContaining('ConfigMap/a/same') as string,
      }) as Error,
    );
  });
});
