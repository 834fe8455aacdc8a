/**
 * The promise that the doors give the same objects, over everything there is to go through them.
 */
import { tmpdir } from 'node:os';
import { kinds } from '../../constructs/kinds';
import { platformTree } from '../../constructs/platform';
import { packageVersion } from '../../src/adapters/files/package-version';
import { canonicalJson } from '../../src/api/json';
import { describeObject, type KubeObject, type Manifest, referenceKey, referenceTo } from '../../src/api/object';
import { AdrasteiaError } from '../../src/errors';
import type { Kind } from '../../src/plan/kind';
import {
  DEFAULT_NAMESPACE,
  lookupOver,
  renderPlanner,
  renderTree,
  TreeMemo,
  withForeseenStatus,
} from '../../src/synth';
import { conformanceCases, isForAnyCluster, kindOf } from './cases';
import { Cdk8sDoor } from './cdk8s-door';
import { PulumiDoor } from './pulumi-door';

/** What comes out of a door: objects, or the code of the refusal. */
type Outcome = { readonly objects: readonly string[] } | { readonly refused: string };

describe('doors', () => {
  const cdk8s = new Cdk8sDoor(tmpdir());
  let pulumi: PulumiDoor;
  beforeAll(async () => {
    pulumi = await PulumiDoor.open();
  });

  it.each(conformanceCases())(
    '$name comes out of cdk8s and Pulumi as it went in, as custom resources',
    async ({ name, objects }) => {
      const expected = { objects: canonical(objects) };
      expect(await outcomeOf(() => cdk8s.write(name, objects, 'CustomResources'))).toEqual(expected);
      expect(await outcomeOf(() => pulumi.write(name, objects, 'CustomResources'))).toEqual(expected);
    },
  );

  it.each(conformanceCases())(
    '$name is expanded by cdk8s and Pulumi to what the controller would apply',
    async ({ name, objects }) => {
      const expected = await outcomeOf(() => controllerObjects(objects));
      expect(await outcomeOf(() => cdk8s.write(name, objects, 'Expanded'))).toEqual(expected);
      expect(await outcomeOf(() => pulumi.write(name, objects, 'Expanded'))).toEqual(expected);
    },
  );

  it('give the same platform', async () => {
    const expected = canonical(
      renderTree(platformTree({ kinds, version: packageVersion() })).map(({ manifest }) => manifest),
    );
    expect(canonical(cdk8s.writePlatform())).toEqual(expected);
    expect(canonical(await pulumi.writePlatform())).toEqual(expected);
  });

  it('cover objects that are expanded, not only such that are refused', async () => {
    const outcomes = await Promise.all(
      conformanceCases().map(({ objects }) => outcomeOf(() => controllerObjects(objects))),
    );
    expect(outcomes.filter((outcome) => 'objects' in outcome && outcome.objects.length > 0)).not.toEqual([]);
  });
});

/** Canonical texts in the order of names: doors may write objects in another order. */
function canonical(objects: readonly Manifest[]): readonly string[] {
  return objects.map((object) => `${referenceKey(referenceTo(object))} ${canonicalJson(object)}`).sort();
}

async function outcomeOf(door: () => readonly Manifest[] | Promise<readonly Manifest[]>): Promise<Outcome> {
  try {
    return { objects: canonical(await door()) };
  } catch (error) {
    if (error instanceof AdrasteiaError) return { refused: error.code };
    throw error;
  }
}

/**
 * What the controller plans for the objects, as a cluster would hold them: with a namespace, a UID and the defaults of
 * their kinds. What only a controller can do is refused as a door has to refuse it.
 */
function controllerObjects(objects: readonly Manifest[]): readonly Manifest[] {
  const stored = withForeseenStatus(objects.map(asStored), kinds);
  return stored.flatMap((object, index) => {
    const kind = kindOf(object);
    // Not ours, such as a Secret that is referred to: it is there beforehand, and the doors pass it on.
    if (kind === undefined) return [object];
    // The gate acts by it; with the defaults of its kind, as planners saw it.
    if (kind.isReadByPrograms === true)
      return objects.slice(index, index + 1).map((given) => kind.withDefaults?.(given) ?? given);
    return kind.planner === undefined ? [] : plannedObjects(object, kind.planner, stored);
  });
}

function plannedObjects(
  object: KubeObject,
  planner: NonNullable<(typeof kinds)[number]['planner']>,
  stored: readonly KubeObject[],
): readonly Manifest[] {
  const lookup = lookupOver(stored, { askedBy: describeObject(object), mayLack: planner.mayLack ?? [] });
  const plan = renderPlanner(planner, new TreeMemo()).plan(object, lookup);
  if (plan.outcome !== 'apply') throw new AdrasteiaError('ObjectInvalid', plan.outcome);
  const planned = plan.tree.objects();
  if (planned.some(({ handling }) => handling.generate !== undefined))
    throw new AdrasteiaError('GeneratedValueNeeded', describeObject(object));
  if (plan.finalize === true) expect(planner.finalizes).toBe(true);
  return planned.map(({ manifest }) => manifest).filter(isForAnyCluster);
}

function asStored(object: Manifest): KubeObject {
  const kind: Kind | undefined = kindOf(object);
  if (kind === undefined) return object;
  const namespace = kind.type.namespaced ? { namespace: object.metadata.namespace ?? DEFAULT_NAMESPACE } : {};
  const placed = {
    ...object,
    metadata: { ...object.metadata, ...namespace, uid: `uid-of-${object.metadata.name}`, generation: 1 },
  };
  return kind.withDefaults?.(placed) ?? placed;
}
