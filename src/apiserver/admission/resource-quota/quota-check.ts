/** What a request would take up of the quotas of its namespace. */
import type { KubeObject } from '../../../api/object';
import type { AdmissionAttributes } from '../admission';
import { refusedByAdmission } from '../refusal';
import { type Amounts, addedAmounts, amountsAt, amountsText, amountsWhere, growthOf, ZERO } from '../resource-amounts';
import { type QuotaEvaluator, scopesOf } from './quota-evaluator';

/** A quota, and what a request takes of it. */
export interface QuotaClaim {
  readonly quota: KubeObject;
  /** Not empty. */
  readonly requested: Amounts;
  /** `status.used` with the request. */
  readonly used: Amounts;
}

export interface QuotaRequest {
  readonly object: KubeObject;
  readonly attributes: AdmissionAttributes;
  readonly evaluator: QuotaEvaluator;
  readonly now: Date;
}

/**
 * The claims on those quotas that the request adds to.
 * @throws StatusError 403 where a quota doesn't allow it, can't be counted yet, or the object doesn't say what it takes.
 */
export function quotaClaims(quotas: readonly KubeObject[], request: QuotaRequest): readonly QuotaClaim[] {
  const { object, attributes, evaluator, now } = request;
  const concerned = quotas.filter((quota) => isConcerned(quota, evaluator, object));
  for (const quota of concerned) checkCountable(quota, request);

  const usage = evaluator.usageOf(object, now);
  const negative = [...usage.keys()].filter((name) => (usage.get(name) ?? ZERO).nanos < 0n).sort();
  if (negative.length > 0) {
    const why = `quota usage is negative for resource(s): ${negative.join(',')}`;
    throw refusedByAdmission(attributes, object, why);
  }
  const claims: QuotaClaim[] = [];
  for (const quota of concerned) {
    const hard = amountsAt(quota, 'status', 'hard');
    const delta = amountsWhere(deltaFor(quota, usage, request), (_name, { nanos }) => nanos !== 0n);
    if (delta.size === 0) continue;
    const requested = amountsWhere(delta, (name) => hard.has(name));
    const used = addedAmounts(amountsAt(quota, 'status', 'used'), requested);
    if (attributes.subresource !== 'status') checkRoom(quota, { hard, requested, used }, request);
    if (requested.size > 0) claims.push({ quota, requested, used });
  }
  return claims;
}

/** True if the quota limits something that the object takes, and all its scopes take the object in. */
function isConcerned(quota: KubeObject, evaluator: QuotaEvaluator, object: KubeObject): boolean {
  const scopes = scopesOf(quota);
  if (!scopes.every((scope) => evaluator.isInScope?.(scope, object) ?? false)) return false;
  return [...amountsAt(quota, 'status', 'hard').keys()].some((name) => evaluator.isMeasured(name));
}

function checkCountable(quota: KubeObject, { object, attributes, evaluator }: QuotaRequest): void {
  const { name } = quota.metadata;
  const used = amountsAt(quota, 'status', 'used');
  const measured = [...amountsAt(quota, 'status', 'hard').keys()].filter((each) => evaluator.isMeasured(each)).sort();
  const missing = evaluator.findMissing?.(measured, object);
  if (missing !== undefined) throw refusedByAdmission(attributes, object, `failed quota: ${name}: ${missing}`);
  if (!measured.every((each) => used.has(each))) {
    const why = `status unknown for quota: ${name}, resources: ${measured.join(',')}`;
    throw refusedByAdmission(attributes, object, why);
  }
}

/** What an update adds to what its old object took of this quota; of a new object all. */
function deltaFor(quota: KubeObject, usage: Amounts, { attributes, evaluator, now }: QuotaRequest): Amounts {
  const { operation, oldObject } = attributes;
  if (operation !== 'UPDATE' || oldObject === undefined) return usage;
  return isConcerned(quota, evaluator, oldObject) ? growthOf(usage, evaluator.usageOf(oldObject, now)) : usage;
}

function checkRoom(
  quota: KubeObject,
  { hard, requested, used }: { readonly hard: Amounts; readonly requested: Amounts; readonly used: Amounts },
  { object, attributes }: QuotaRequest,
): void {
  const isExceeded = (name: string): boolean => {
    const limit = hard.get(name);
    return requested.has(name) && limit !== undefined && (used.get(name) ?? ZERO).nanos > limit.nanos;
  };
  const exceeded = [...requested.keys()].filter(isExceeded);
  if (exceeded.length === 0) return;
  const only = (amounts: Amounts): string => amountsText(amountsWhere(amounts, (name) => exceeded.includes(name)));
  const before = amountsAt(quota, 'status', 'used');
  const why = `exceeded quota: ${quota.metadata.name}, requested: ${only(requested)}, used: ${only(before)}, limited: ${only(hard)}`;
  throw refusedByAdmission(attributes, object, why);
}
