/**
 * The kinds as the runtime takes them: those that plan, with their construct trees rendered.
 */
import type { kinds as allKinds } from '../../constructs/kinds';
import type { RuntimeKind } from '../runtime/reconciler';
import { renderPlanner } from '../synth/render-planner';
import { TreeMemo } from '../synth/tree-memo';

/** Trees kept between looks. Few: a tree is asked for again only when something of it has to be written. */
const TREES = 64;

export function runtimeKinds(kinds: typeof allKinds): readonly RuntimeKind[] {
  const memo = new TreeMemo(TREES);
  return kinds.flatMap((kind) =>
    kind.planner === undefined ? [] : [{ ...kind, planner: renderPlanner(kind.planner, memo) }],
  );
}
