/** What the objects of a namespace use of a quota, counted anew: what the quota's controller writes. */
import type { KubeObject } from '../../../api/object';
import type { ObjectReader } from '../../resources/object-reader';
import type { GroupResource } from '../../status-error';
import {
  type Amounts,
  addedAmounts,
  amountsAt,
  amountsWhere,
  NO_AMOUNTS,
  quantityText,
  ZERO,
} from '../resource-amounts';
import { objectCountEvaluator, type QuotaEvaluator, scopesOf } from './quota-evaluator';
import { SPECIAL_EVALUATORS } from './quota-evaluators';

const COUNT = /^count\/([^.]+)(?:\.(.+))?$/;

/**
 * `status.used` for the resources that `spec.hard` limits and that are counted; a resource that nobody serves is left out.
 * `isServed` tells whether there is such a resource.
 */
export function usedAmounts(
  quota: KubeObject,
  {
    reader,
    now,
    isServed,
  }: {
    readonly reader: Pick<ObjectReader, 'list'>;
    readonly now: Date;
    readonly isServed: (type: GroupResource) => boolean;
  },
): Readonly<Record<string, string>> {
  const limited = [...amountsAt(quota, 'spec', 'hard').keys()].sort();
  const scopes = scopesOf(quota);
  let used: Amounts = NO_AMOUNTS;
  const counted = new Set<string>();
  for (const evaluator of evaluatorsFor(limited)) {
    const names = limited.filter((name) => evaluator.isMeasured(name));
    if (names.length === 0 || !isServed(evaluator.type)) continue;
    for (const name of names) counted.add(name);
    for (const object of reader.list(evaluator.type, quota.metadata.namespace ?? '')) {
      if (!scopes.every((scope) => evaluator.isInScope?.(scope, object) ?? false)) continue;
      used = addedAmounts(
        used,
        amountsWhere(evaluator.usageOf(object, now), (name) => names.includes(name)),
      );
    }
  }
  return Object.fromEntries(
    limited.filter((name) => counted.has(name)).map((name) => [name, quantityText(used.get(name) ?? ZERO)]),
  );
}

/** The evaluators of all that may be limited by these names. */
function evaluatorsFor(names: readonly string[]): readonly QuotaEvaluator[] {
  const evaluators = new Map<string, QuotaEvaluator>();
  const add = (evaluator: QuotaEvaluator): void => {
    const key = `${evaluator.type.group}/${evaluator.type.resource}`;
    if (!evaluators.has(key)) evaluators.set(key, evaluator);
  };
  SPECIAL_EVALUATORS.forEach(add);
  for (const resource of ['configmaps', 'resourcequotas', 'replicationcontrollers', 'secrets']) {
    add(objectCountEvaluator({ group: '', resource }));
  }
  for (const name of names) {
    const [, resource, group = ''] = COUNT.exec(name) ?? [];
    if (resource !== undefined) add(objectCountEvaluator({ group, resource }));
  }
  return [...evaluators.values()];
}
