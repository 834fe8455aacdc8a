/** What is used of a namespace's quota, as plans read it. */
import type { Lookup } from '../plan/lookup';
import type { Quota } from './quota';
import { QUOTA_ALLOCATION, QUOTA_ALLOCATION_NAME, type QuotaAllocationObject } from './quota-allocation';
import { usedOf } from './reservation';

/** What the namespace's allocator has given; nothing of anything where there is none yet. */
export function findUsed(namespace: string, lookup: Lookup): Quota {
  const answer = lookup.get<QuotaAllocationObject>(QUOTA_ALLOCATION.type, { namespace, name: QUOTA_ALLOCATION_NAME });
  return usedOf(answer.found ? answer.object : undefined);
}
