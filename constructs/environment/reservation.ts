/**
 * What an environment asks of its namespace's quota before anything of it is applied. Where there is no quota, nothing is asked.
 */
import type { KubeObject } from '../../src/api/object';
import type { Lookup } from '../../src/plan/lookup';
import type { StatusSwap } from '../../src/plan/plan';
import {
  QUOTA_ALLOCATION,
  QUOTA_ALLOCATION_NAME,
  type QuotaAllocationObject,
} from '../../src/tenancy/quota-allocation';
import { reserve } from '../../src/tenancy/reservation';
import { INVENTORY } from '../inventory';
import { replicasOf } from '../parts/access';
import { footprintOf } from '../parts/footprint';
import { madeClaims } from '../parts/layout-name';
import type { PartProps } from '../parts/object-meta';
import { finalPodTemplates } from './patched-objects';

export type EnvironmentReservation =
  | { readonly outcome: 'Free'; readonly swap?: StatusSwap }
  | { readonly outcome: 'Refused'; readonly message: string };

/** What becomes of the environment's claim on the quota: it is free to go on, once the swap is written, or there is no room. */
export function reservationOf(object: KubeObject, props: PartProps, lookup: Lookup): EnvironmentReservation {
  const { name, namespace = '', uid = '' } = object.metadata;
  const found = lookup.get<QuotaAllocationObject>(QUOTA_ALLOCATION.type, { namespace, name: QUOTA_ALLOCATION_NAME });
  if (!found.found) return { outcome: 'Free' };
  const { object: allocation } = found;
  const { model, layout } = props;
  const result = reserve(allocation, {
    holder: { apiVersion: object.apiVersion, kind: object.kind, name, uid },
    takes: footprintOf({
      pods: replicasOf(model) === 0 ? [] : finalPodTemplates(props),
      claims: madeClaims(model, layout),
      defaultRequest: allocation.spec.defaultRequest ?? {},
    }),
    // An inventory is written when something is first applied, and nobody but the controller writes one.
    isThere: () => lookup.get(INVENTORY.type, { namespace, name: uid }).found,
  });
  switch (result.outcome) {
    case 'Held':
      return { outcome: 'Free' };
    case 'Refused':
      return result;
    case 'Granted': {
      const { status, when } = result;
      return {
        outcome: 'Free',
        swap: { type: QUOTA_ALLOCATION.type, object: allocation, status: { ...status }, when },
      };
    }
  }
}
