import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kinds } from '../../constructs/kinds';
import { controllerRules } from '../../constructs/platform';
import { isJsonObject } from '../../src/api/json';
import { describeObject, valueAt } from '../../src/api/object';
import { kindKey } from '../../src/api/resource-type';
import { caseFolders, conformanceCases, exampleFolders, kindFolders, kindOf, objectsOf } from './cases';

describe('kinds', () => {
  it.each(kindFolders())('the kinds of constructs/%s are listed in kinds.ts', (folder) => {
    const list = readFileSync(join(__dirname, '../../constructs/kinds.ts'), 'utf8');
    expect(list).toMatch(new RegExp(`from '\\./${folder}(/[^']*)?'`));
  });

  it('are listed once each', () => {
    const keys = kinds.map(({ type }) => kindKey(type));
    expect(new Set(keys).size).toBe(keys.length);
  });

  it.each(kinds.map((kind) => ({ key: kindKey(kind.type), kind })))('$key has a CRD that serves it', ({ kind }) => {
    const crd = kind.crd();
    const { group, plural, kind: name, version, namespaced } = kind.type;
    expect(crd.metadata.name).toBe(`${plural}.${group}`);
    expect(crd['spec']).toMatchObject({
      group,
      scope: namespaced ? 'Namespaced' : 'Cluster',
      names: { kind: name, plural },
    });
    const versions = valueAt(crd, ['spec', 'versions']);
    const served = Array.isArray(versions)
      ? versions.filter(isJsonObject).find((candidate) => candidate['name'] === version)
      : undefined;
    expect(served).toMatchObject({ served: true, storage: true });
    expect(valueAt(served, ['subresources', 'status']) !== undefined).toBe(kind.statusSubresource);
  });

  it.each(
    kinds.flatMap((kind) => (kind.planner === undefined ? [] : [{ key: kindKey(kind.type), planner: kind.planner }])),
  )('the controller may do what the planner of $key declares', ({ planner }) => {
    const granted = new Set(
      controllerRules(kinds).flatMap(({ apiGroups, resources }) =>
        resources.map((resource) => `${resource}.${apiGroups.join()}`),
      ),
    );
    for (const { plural, group } of [...planner.reads, ...planner.applies, ...planner.observes])
      expect(granted).toContain(`${plural}.${group}`);
  });
});

describe('cases and examples', () => {
  it('are there', () => {
    expect(caseFolders().length).toBeGreaterThan(0);
    expect(exampleFolders().length).toBeGreaterThan(0);
  });

  it.each(exampleFolders())('%s is valid by the rules of its kinds', (folder) => {
    for (const object of objectsOf(folder)) {
      expect({ object: describeObject(object), problems: kindOf(object)?.validate(object) ?? [] }).toEqual({
        object: describeObject(object),
        problems: [],
      });
    }
  });

  it.each(conformanceCases())('$name asks for an environment', ({ objects }) => {
    expect(objects.filter((object) => kindOf(object)?.planner !== undefined)).not.toEqual([]);
  });
});
