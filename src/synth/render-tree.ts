/**
 * From a construct tree to the objects to apply, in memory. All doors render through here: the controller, `cdk8s synth` and
 * Pulumi, so all give the same bytes for the same inputs.
 *
 * cdk8s' own synthesis isn't used: it validates and sorts the whole app once for every chart and writes files. Its settings
 * that would come from the environment are given here, and the order of members is ours.
 */
import { ApiObject, App, Chart, YamlOutputType } from 'cdk8s';
import type { Construct, IConstruct } from 'constructs';
import { plannedFacts } from '../../constructs/parts/planned';
import { type Manifest, referenceKey, referenceTo } from '../api/object';
import { AdrasteiaError } from '../errors';
import type { TreeSource } from '../plan/kind';
import type { PlannedObject } from '../plan/planned-object';
import { applyOrder, orderableKey } from './apply-order';
import { manifestOf } from './manifest-of';

/**
 * The objects of a tree, in an order that respects their dependencies and doesn't depend on where constructs stand.
 *
 * A dependency between constructs is one between all objects below the first and all below the second. Throws
 * `ObjectDuplicate` and `DependencyCycle`, and what `build` throws.
 */
export function renderTree(source: TreeSource<Construct>): readonly PlannedObject[] {
  const app = new App({
    outdir: 'dist',
    outputFileExtension: '.k8s.yaml',
    yamlOutputType: YamlOutputType.FILE_PER_APP,
    recordConstructMetadata: false,
  });
  source.build(new Chart(app, 'tree', { disableResourceNameHashes: true, labels: {} }));

  const constructs = app.node.findAll();
  const manifests = new Map<ApiObject, Manifest>();
  const keys = new Set<string>();
  for (const construct of constructs) {
    if (!ApiObject.isApiObject(construct)) continue;
    const manifest = manifestOf(construct);
    const key = referenceKey(referenceTo(manifest));
    if (keys.has(key))
      throw new AdrasteiaError('ObjectDuplicate', `The tree holds ${key} twice: give one of the two another name`);
    keys.add(key);
    manifests.set(construct, manifest);
  }

  const dependencies = dependenciesOf(constructs, manifests);
  const planned = [...manifests].map(([object, manifest]) => {
    const { readyWhen, handling } = plannedFacts(object);
    const dependsOn = [...(dependencies.get(object) ?? [])].sort();
    return { ...orderableKey(referenceTo(manifest)), dependsOn, planned: { manifest, dependsOn, readyWhen, handling } };
  });
  return applyOrder(planned).map((item) => item.planned);
}

/** Keys that each object waits for, from the dependencies of the object and of every construct above it. */
function dependenciesOf(
  constructs: readonly IConstruct[],
  manifests: ReadonlyMap<ApiObject, Manifest>,
): ReadonlyMap<ApiObject, ReadonlySet<string>> {
  const objectsBelow = (construct: IConstruct): readonly ApiObject[] =>
    construct.node.findAll().filter((below): below is ApiObject => ApiObject.isApiObject(below));
  const dependencies = new Map<ApiObject, Set<string>>();
  for (const construct of constructs) {
    const targets = construct.node.dependencies.flatMap(objectsBelow);
    if (targets.length === 0) continue;
    for (const source of objectsBelow(construct)) {
      const keys = dependencies.get(source) ?? new Set<string>();
      for (const target of targets) {
        const manifest = manifests.get(target);
        // A construct that depends on another inside itself means the rest of its objects.
        if (manifest !== undefined && target !== source) keys.add(referenceKey(referenceTo(manifest)));
      }
      dependencies.set(source, keys);
    }
  }
  return dependencies;
}
