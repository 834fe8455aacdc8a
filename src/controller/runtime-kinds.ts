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

export interface RuntimeKindsOptions {
  /** Of tenants and workspaces only those with this label. Default all. */
  readonly targetLabel?: Label;
  /** What is looked at again though nothing has changed, is so after this many milliseconds to twice as many. Default: as its kind says. */
  readonly resyncMs?: number;
}

/** The kinds that plan, with their trees rendered. */
export function runtimeKinds(
  kinds: typeof allKinds,
  { targetLabel, resyncMs }: RuntimeKindsOptions = {},
): readonly RuntimeKind[] {
  const memo = new TreeMemo(TREES);
  const again = resyncMs === undefined ? {} : { resync: { afterMs: resyncMs, withinMs: resyncMs } };
  return kinds.flatMap((kind) =>
    kind.planner === undefined
      ? []
      : [
          {
            ...kind,
            planner: {
              ...renderPlanner(kind.planner, memo),
              ...(kind.planner.resync === undefined ? {} : again),
            },
            ...(isChosenByLabel(kind) && targetLabel !== undefined ? { targetLabel } : {}),
          },
        ],
  );
}

/** What goes with environments is looked after whole. */
function isChosenByLabel({ isTenancy, withEnvironments }: (typeof allKinds)[number]): boolean {
  return isTenancy === true && withEnvironments !== true;
}
