/**
 * Keeps the objects of a namespace within its quotas: what a request takes is noted in their status before the object is
 * stored.
 * @see https://kubernetes.io/docs/concepts/policy/resource-quotas/
 */
import type { KubeObject } from '../../../api/object';
import type { ObjectReader } from '../../resources/object-reader';
import { conflict, OPTIMISTIC_LOCK } from '../../status-error';
import type { AdmissionPlugin, Release } from '../admission';
import { type Amounts, amountsAt, growthOf, quantityText, ZERO } from '../resource-amounts';
import { type QuotaClaim, type QuotaRequest, quotaClaims } from './quota-check';
import { findQuotaEvaluator } from './quota-evaluators';

/** Writes what is used of a quota. */
export interface QuotaUsage {
  /**
   * Replaces `status.used` of a quota as long as nobody wrote the quota since it was read (its `resourceVersion`). False
   * where somebody did, or where it is gone.
   */
  replaceUsed(quota: KubeObject, used: Readonly<Record<string, string>>): Promise<boolean>;
}

export interface ResourceQuotaDependencies {
  readonly reader: ObjectReader;
  readonly usage: QuotaUsage;
  readonly now: () => Date;
}

const QUOTAS = { group: '', resource: 'resourcequotas' } as const;
const ATTEMPTS = 4;

export function resourceQuota({ reader, usage, now }: ResourceQuotaDependencies): AdmissionPlugin {
  const turns = new Map<string, Promise<unknown>>();

  /** One after the other in each namespace, so that requests of this server never meet at a quota. */
  function inTurn<Result>(namespace: string, work: () => Promise<Result>): Promise<Result> {
    const turn = (turns.get(namespace) ?? Promise.resolve()).then(work, work);
    turns.set(namespace, turn);
    const leave = (): void => {
      if (turns.get(namespace) === turn) turns.delete(namespace);
    };
    turn.then(leave, leave);
    return turn;
  }

  async function reserve(request: QuotaRequest, namespace: string): Promise<Release | undefined> {
    const done: QuotaClaim[] = [];
    let waiting: ReadonlySet<string> | undefined;
    for (let attempt = 1; ; attempt++) {
      const quotas = reader.list(QUOTAS, namespace).filter(({ metadata: { name } }) => waiting?.has(name) ?? true);
      const claims = await claimsOrRelease(quotas, request, done);
      if (request.attributes.dryRun) return undefined;
      const failed = new Set<string>();
      for (const claim of claims) {
        if (await usage.replaceUsed(claim.quota, textsOf(claim.used))) done.push(claim);
        else failed.add(claim.quota.metadata.name);
      }
      const [first] = failed;
      if (first === undefined) break;
      if (attempt === ATTEMPTS) {
        await release(done, namespace);
        throw conflict(QUOTAS, first, OPTIMISTIC_LOCK);
      }
      waiting = failed;
    }
    return done.length === 0 ? undefined : () => inTurn(namespace, () => release(done, namespace));
  }

  async function claimsOrRelease(
    quotas: readonly KubeObject[],
    request: QuotaRequest,
    done: readonly QuotaClaim[],
  ): Promise<readonly QuotaClaim[]> {
    try {
      return quotaClaims(quotas, request);
    } catch (error) {
      await release(done, request.attributes.namespace);
      throw error;
    }
  }

  /** What can't be given back now, the quota's controller finds out when it counts. */
  async function release(claims: readonly QuotaClaim[], namespace: string): Promise<void> {
    for (const { quota, requested } of claims) {
      for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
        const current = reader.find(QUOTAS, namespace, quota.metadata.name);
        if (current === undefined) break;
        if (current.metadata.uid !== quota.metadata.uid) break;
        const before = amountsAt(current, 'status', 'used');
        const left = new Map([...growthOf(before, requested)].filter(([name]) => before.has(name)));
        if (await usage.replaceUsed(current, textsOf(left))) break;
      }
    }
  }

  return {
    name: 'ResourceQuota',
    validate(object, attributes) {
      const { operation, namespace, group, kind } = attributes;
      if (object === undefined || namespace === '' || (operation !== 'CREATE' && operation !== 'UPDATE'))
        return undefined;
      if (operation === 'CREATE' && group === '' && kind === 'Namespace') return undefined;
      const evaluator = findQuotaEvaluator(attributes);
      if (evaluator?.handles(attributes, object) !== true) return undefined;
      if (reader.list(QUOTAS, namespace).length === 0) return undefined;
      return inTurn(namespace, () => reserve({ object, attributes, evaluator, now: now() }, namespace));
    },
  };
}

function textsOf(amounts: Amounts): Readonly<Record<string, string>> {
  const names = [...amounts.keys()].sort();
  return Object.fromEntries(names.map((name) => [name, quantityText(amounts.get(name) ?? ZERO)]));
}
