/** What of an object goes beyond a limit range, in the words of the API. */
import type { JsonObject } from '../../api/json';
import type { Quantity } from '../../api/quantity';
import { objectsAt, stringAt } from '../authentication/json-members';
import { specAmounts } from './pod-resources';
import { type Amounts, amountsAt, NO_AMOUNTS, quantityText, ZERO } from './resource-amounts';

/** What something claims. */
interface Claims {
  readonly requests: Amounts;
  readonly limits: Amounts;
}

/** All that is wrong with an object, in the order of the range's limits. */
export function limitProblems(range: JsonObject, resource: string, object: unknown): readonly string[] {
  const problems: string[] = [];
  for (const limit of objectsAt(range, 'spec', 'limits')) {
    const type = stringAt(limit, 'type');
    if (resource === 'persistentvolumeclaims') {
      if (type === 'PersistentVolumeClaim') problems.push(...claimProblems(limit, object));
    } else if (type === 'Container') {
      const containers = [...objectsAt(object, 'spec', 'containers'), ...objectsAt(object, 'spec', 'initContainers')];
      for (const container of containers) problems.push(...computeProblems(limit, type, claimsOf(container)));
    } else if (type === 'Pod') {
      const claims = { requests: specAmounts(object, 'requests'), limits: specAmounts(object, 'limits') };
      problems.push(...computeProblems(limit, type, claims));
    }
  }
  return problems;
}

function claimsOf(container: JsonObject): Claims {
  return {
    requests: amountsAt(container, 'resources', 'requests'),
    limits: amountsAt(container, 'resources', 'limits'),
  };
}

function claimProblems(limit: JsonObject, claim: unknown): readonly string[] {
  const requests = amountsAt(claim, 'spec', 'resources', 'requests');
  const type = 'PersistentVolumeClaim';
  return told([
    ...each(limit, 'min', (name, enforced) => belowMinimum(name, enforced, type, { requests, limits: NO_AMOUNTS })),
    ...each(limit, 'max', (name, enforced) => {
      const request = requests.get(name);
      const begin = `maximum ${name} usage per ${type} is ${quantityText(enforced)}`;
      if (request === undefined) return `${begin}.  No request is specified`;
      return millis(request) > millis(enforced) ? `${begin}, but request is ${quantityText(request)}` : undefined;
    }),
  ]);
}

function computeProblems(limit: JsonObject, type: string, claims: Claims): readonly string[] {
  return told([
    ...each(limit, 'min', (name, enforced) => belowMinimum(name, enforced, type, claims)),
    ...each(limit, 'max', (name, enforced) => aboveMaximum(name, enforced, type, claims)),
    ...each(limit, 'maxLimitRequestRatio', (name, enforced) => aboveRatio(name, enforced, type, claims)),
  ]);
}

function each(
  limit: JsonObject,
  member: string,
  check: (name: string, enforced: Quantity) => string | undefined,
): readonly (string | undefined)[] {
  const amounts = amountsAt(limit, member);
  return [...amounts.keys()].sort().map((name) => check(name, amounts.get(name) ?? ZERO));
}

function told(problems: readonly (string | undefined)[]): readonly string[] {
  return problems.filter((problem) => problem !== undefined);
}

function belowMinimum(name: string, enforced: Quantity, type: string, claims: Claims): string | undefined {
  const request = claims.requests.get(name);
  const limit = claims.limits.get(name);
  const begin = `minimum ${name} usage per ${type} is ${quantityText(enforced)}`;
  if (request === undefined) return `${begin}.  No request is specified`;
  if (millis(request) < millis(enforced)) return `${begin}, but request is ${quantityText(request)}`;
  if (limit !== undefined && millis(limit) < millis(enforced)) return `${begin}, but limit is ${quantityText(limit)}`;
  return undefined;
}

function aboveMaximum(name: string, enforced: Quantity, type: string, claims: Claims): string | undefined {
  const request = claims.requests.get(name);
  const limit = claims.limits.get(name);
  const begin = `maximum ${name} usage per ${type} is ${quantityText(enforced)}`;
  if (limit === undefined) return `${begin}.  No limit is specified`;
  if (millis(limit) > millis(enforced)) return `${begin}, but limit is ${quantityText(limit)}`;
  if (request !== undefined && millis(request) > millis(enforced)) {
    return `${begin}, but request is ${quantityText(request)}`;
  }
  return undefined;
}

function aboveRatio(name: string, enforced: Quantity, type: string, claims: Claims): string | undefined {
  const request = millis(claims.requests.get(name) ?? ZERO);
  const limit = millis(claims.limits.get(name) ?? ZERO);
  const begin = `${name} max limit to request ratio per ${type} is ${quantityText(enforced)}`;
  if (request === 0n) return `${begin}, but no request is specified or request is 0`;
  if (limit === 0n) return `${begin}, but no limit is specified or limit is 0`;
  const ratio = Number(limit) / Number(request);
  return ratio * 1000 > Number(millis(enforced)) ? `${begin}, but provided ratio is ${ratio.toFixed(6)}` : undefined;
}

/** In thousandths, the finest that limits tell apart; rounded up. */
function millis({ nanos }: Quantity): bigint {
  return (nanos + 999_999n) / 1_000_000n;
}
