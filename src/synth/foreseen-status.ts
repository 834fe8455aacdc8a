/**
 * The status that tenants and workspaces come to have: plans read it of each other, and no file holds it. A Tenant's rights in a
 * Workspace, say, are made in the namespace that the Workspace's status names.
 *
 * Only theirs: what a plan reads of an environment's status depends on what runs, which nobody foresees.
 */
import type { Construct } from 'constructs';
import { type Manifest, type ObjectReference, referenceKey, referenceTo } from '../api/object';
import { apiVersionOf } from '../api/resource-type';
import { AdrasteiaError } from '../errors';
import type { Kind, Planner, TreeSource } from '../plan/kind';
import type { Observed } from '../plan/plan';
import { lookupOver } from './lookup-over';
import { renderTree } from './render-tree';

/** Nothing is there yet, and nothing was refused. */
export const NOTHING_OBSERVED: Observed = {
  child: () => undefined,
  descendants: () => [],
  refusals: new Map(),
  ensured: new Map(),
  previous: {},
};

/**
 * The objects, complete with defaults, as they are once everything that they ask for is there: tenants and workspaces with the fields
 * of their status, without conditions, whatever status they were given with. One that can't be planned has none: whoever plans it
 * says why.
 */
export function withForeseenStatus<Given extends Manifest>(
  objects: readonly Given[],
  kinds: readonly Kind<TreeSource<Construct>>[],
): readonly Given[] {
  const kindOf = (object: Manifest) =>
    kinds.find(({ type }) => type.kind === object.kind && apiVersionOf(type) === object.apiVersion);
  const isTenancy = (object: Manifest): boolean => kindOf(object)?.isTenancy === true;
  const asSpecified = objects.map((object): Given => (isTenancy(object) ? { ...object, status: undefined } : object));
  return asSpecified.map((object) => {
    const kind = kindOf(object);
    if (kind?.isTenancy !== true || kind.planner === undefined || kind.validate(object).length > 0) return object;
    return { ...object, status: foreseen(object, kind.planner, asSpecified) };
  });
}

function foreseen(
  object: Manifest,
  planner: Planner<TreeSource<Construct>>,
  others: readonly Manifest[],
): object | undefined {
  try {
    const lookup = lookupOver(others, { askedBy: object.metadata.name, mayLack: planner.mayLack ?? [] });
    const plan = planner.plan(object, lookup);
    if (plan.outcome !== 'apply') return undefined;
    const planned = new Map(
      renderTree(plan.tree).map(({ manifest }) => [referenceKey(referenceTo(manifest)), manifest]),
    );
    const child = (reference: ObjectReference): Manifest | undefined => planned.get(referenceKey(reference));
    return plan.status({ ...NOTHING_OBSERVED, child }).fields;
  } catch (error) {
    if (error instanceof AdrasteiaError) return undefined;
    throw error;
  }
}
