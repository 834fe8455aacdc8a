/**
 * A planner of construct trees as a planner of rendered trees: what the runtime runs.
 */
import type { Construct } from 'constructs';
import { describeObject, type KubeObject } from '../api/object';
import { kindKey, kindKeyOf } from '../api/resource-type';
import { AdrasteiaError } from '../errors';
import type { Planner, TreeSource } from '../plan/kind';
import type { RenderedTree } from '../plan/plan';
import type { PlannedObject } from '../plan/planned-object';
import type { TreeMemo } from './tree-memo';

/**
 * The same planner, with its trees rendered through a memo under the object's UID. Asking for the objects throws what
 * `renderTree` throws, and `ApplyNotDeclared` where the tree holds a kind that the planner doesn't declare.
 */
export function renderPlanner(planner: Planner<TreeSource<Construct>>, memo: TreeMemo): Planner<RenderedTree> {
  const declared = new Set(planner.applies.map(kindKey));
  return {
    ...planner,
    plan(object, lookup) {
      const plan = planner.plan(object, lookup);
      if (plan.outcome !== 'apply') return plan;
      const tree = memo.render(object.metadata.uid ?? describeObject(object), plan.tree);
      return {
        ...plan,
        tree: { digest: tree.digest, objects: () => assertDeclared(tree.objects(), declared, object) },
      };
    },
  };
}

function assertDeclared(
  objects: readonly PlannedObject[],
  declared: ReadonlySet<string>,
  owner: KubeObject,
): readonly PlannedObject[] {
  for (const { manifest } of objects) {
    if (declared.has(kindKeyOf(manifest))) continue;
    throw new AdrasteiaError(
      'ApplyNotDeclared',
      `The plan for ${describeObject(owner)} applies ${kindKeyOf(manifest)} ${manifest.metadata.name}: add the kind to \`applies\` of its planner`,
    );
  }
  return objects;
}
