/** Amounts of resources: maps from a resource's name to a quantity. */
import type { JsonObject } from '../../../api/json';
import { canonicalResourceAmount, compareQuantities } from '../../../api/quantity';
import { type DraftObject, findObject } from '../../draft';
import { addQuantities, hasKey, listAt, mapAt, objectAt, textAt } from '../json-members';

type Amounts = Readonly<Record<string, string>>;

/** Rounds the amounts under a key up to thousandths, in place: no finer ones are stored. */
export function roundAmounts(parent: DraftObject | undefined, key: string): void {
  const amounts = findObject(parent, key);
  if (amounts === undefined) return;
  for (const name of Object.keys(amounts)) {
    const amount = amounts[name];
    if (typeof amount === 'string' && mayBeFine(amount)) amounts[name] = canonicalResourceAmount(amount);
  }
}

/** Only these endings of a canonical quantity can say less than a thousandth. */
function mayBeFine(amount: string): boolean {
  return amount.endsWith('n') || amount.endsWith('u') || amount.includes('e-');
}

/** Whether the pod may be given more of a resource than there is for certain: true of all but huge pages and extensions. */
export function isOvercommitAllowed(resource: string): boolean {
  return isNativeResource(resource) && !isHugePageResource(resource);
}

/** Whether a resource's name is Kubernetes' own. */
export function isNativeResource(resource: string): boolean {
  return !resource.includes('/') || resource.includes('kubernetes.io/');
}

export function isHugePageResource(resource: string): boolean {
  return resource.startsWith('hugepages-');
}

/** Whether a pod as a whole may ask for a resource. */
export function isPodLevelResource(resource: string): boolean {
  return resource === 'cpu' || resource === 'memory' || isHugePageResource(resource);
}

/** What all containers of a pod together ask for (`requests`) or may take (`limits`). */
export function aggregateAmounts(spec: JsonObject, kind: 'requests' | 'limits'): Amounts {
  const total: Record<string, string> = {};
  for (const container of listAt(spec, 'containers')) addAmounts(total, containerAmounts(container, kind));
  const sidecars: Record<string, string> = {};
  const initial: Record<string, string> = {};
  for (const container of listAt(spec, 'initContainers')) {
    const amounts = containerAmounts(container, kind);
    if (textAt(container, 'restartPolicy') === 'Always') {
      addAmounts(total, amounts);
      addAmounts(sidecars, amounts);
      raiseAmounts(initial, sidecars);
    } else {
      const together = { ...amounts };
      addAmounts(together, sidecars);
      raiseAmounts(initial, together);
    }
  }
  raiseAmounts(total, initial);
  return total;
}

function containerAmounts(container: JsonObject, kind: string): Amounts {
  return mapAt(objectAt(container, 'resources'), kind);
}

/** Adds amounts to a total, in place. */
export function addAmounts(total: Record<string, string>, amounts: Amounts): void {
  for (const [name, amount] of Object.entries(amounts)) {
    const before = hasKey(total, name) ? total[name] : undefined;
    total[name] = before === undefined ? amount : addQuantities(before, amount);
  }
}

function raiseAmounts(total: Record<string, string>, amounts: Amounts): void {
  for (const [name, amount] of Object.entries(amounts)) {
    const before = hasKey(total, name) ? total[name] : undefined;
    if (before === undefined || compareQuantities(amount, before) > 0) total[name] = amount;
  }
}
