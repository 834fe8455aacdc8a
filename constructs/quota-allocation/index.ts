/**
 * The kind QuotaAllocation: its environments reserve in it by their own plans; its own plan takes back what nobody holds any more.
 */
import type { Construct } from 'constructs';
import type { KubeObject } from '../../src/api/object';
import { kindKey, kindKeyOf, type ResourceType } from '../../src/api/resource-type';
import type { Planner, TreeSource } from '../../src/plan/kind';
import type { Lookup } from '../../src/plan/lookup';
import type { Plan, StatusOf } from '../../src/plan/plan';
import { QUOTA_ALLOCATION, type QuotaAllocationObject, type QuotaGrant } from '../../src/tenancy/quota-allocation';
import { released } from '../../src/tenancy/reservation';
import { CLAIM } from '../parts/resource-types';

export { QUOTA_ALLOCATION } from '../../src/tenancy/quota-allocation';

/** The planner of QuotaAllocations. `holders` are the kinds whose objects hold grants; it reads those that do, by name, and no others. */
export function quotaAllocationPlanner(holders: readonly ResourceType[]): Planner<TreeSource<Construct>> {
  return {
    reads: [QUOTA_ALLOCATION.type, ...holders, CLAIM],
    mayLack: [QUOTA_ALLOCATION.type, ...holders, CLAIM],
    applies: [],
    observes: [],
    plan: (object, lookup) => planOf(object, holders, lookup),
  };
}

function planOf(object: KubeObject, holders: readonly ResourceType[], lookup: Lookup): Plan<TreeSource<Construct>> {
  const { name, namespace = '' } = object.metadata;
  // Asked for, so that a change of its status, which others write, is planned from as well.
  const current = lookup.get<QuotaAllocationObject>(QUOTA_ALLOCATION.type, { namespace, name });
  const allocation = current.found ? current.object : (object as QuotaAllocationObject);
  const status = released(allocation, {
    holder: (grant) => isThere(grant, { namespace, holders, lookup }),
    volume: (name) => lookup.get(CLAIM, { namespace, name }).found,
  });
  return {
    outcome: 'apply',
    tree: NOTHING,
    status: asItIs,
    ...(status === undefined
      ? {}
      : { swap: { type: QUOTA_ALLOCATION.type, object: allocation, status: { ...status }, when: 'Before' as const } }),
  };
}

/** A grant of a kind that isn't known here is kept: its holder may well run. */
function isThere(
  grant: QuotaGrant,
  {
    namespace,
    holders,
    lookup,
  }: { readonly namespace: string; readonly holders: readonly ResourceType[]; readonly lookup: Lookup },
): boolean {
  const type = holders.find((holder) => kindKey(holder) === kindKeyOf(grant));
  if (type === undefined) return true;
  const holder = lookup.get<KubeObject>(type, { namespace, name: grant.name });
  return holder.found && holder.object.metadata.uid === grant.uid;
}

/** It makes nothing. */
const NOTHING: TreeSource<Construct> = { inputs: 'nothing', build: () => undefined };

/** Its status is only ever swapped. */
const asItIs: StatusOf = ({ previous: { conditions: _none, ...fields } }) => ({
  fields,
  conditions: [],
  settled: true,
});
