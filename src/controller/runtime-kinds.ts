/**
 * The kinds as the runtime takes them: those that plan, with their construct trees rendered.
 */
import type { kinds as allKinds } from '../../constructs/kinds';
import type { Label } from '../api/label';
import type { RuntimeKind } from '../runtime/reconciler';
import { renderPlanner } from '../synth/render-planner';
import { TreeMemo } from '../synth/tree-memo';

/** Trees kept between looks. Few: a tree is asked for again only when something of it has to be written. */
const TREES = 64;

/** Of tenants and workspaces only those with the target label, where there is one; default all. */
export function runtimeKinds(kinds: typeof allKinds, targetLabel?: Label): readonly RuntimeKind[] {
  const memo = new TreeMemo(TREES);
  return kinds.flatMap((kind) =>
    kind.planner === undefined
      ? []
      : [
          {
            ...kind,
            planner: renderPlanner(kind.planner, memo),
            ...(isChosenByLabel(kind) && targetLabel !== undefined ? { targetLabel } : {}),
          },
        ],
  );
}

/** What goes with environments is looked after whole. */
function isChosenByLabel({ isTenancy, withEnvironments }: (typeof allKinds)[number]): boolean {
  return isTenancy === true && withEnvironments !== true;
}
