/** Amounts of resources by their names (`cpu`, `memory`, `requests.storage`, …), and how they add up. */
import { canonicalQuantity, parseQuantity, type Quantity } from '../../api/quantity';
import { objectAt } from '../authentication/json-members';

export type Amounts = ReadonlyMap<string, Quantity>;

export const NO_AMOUNTS: Amounts = new Map();
export const ONE: Quantity = { nanos: 10n ** 9n, format: 'DecimalSI' };
export const ZERO: Quantity = { nanos: 0n, format: 'DecimalSI' };

/** The amounts in the object at a path; what isn't a quantity is left out. */
export function amountsAt(value: unknown, ...path: readonly (string | number)[]): Amounts {
  const amounts = new Map<string, Quantity>();
  for (const [name, text] of Object.entries(objectAt(value, ...path) ?? {})) {
    if (typeof text !== 'string' && typeof text !== 'number') continue;
    try {
      amounts.set(name, parseQuantity(text));
    } catch {
      // Validation tells what is no quantity.
    }
  }
  return amounts;
}

/** A whole number as a quantity. */
export function countOf(count: number): Quantity {
  return { nanos: BigInt(count) * 10n ** 9n, format: 'DecimalSI' };
}

/** The sum; a zero takes the other's format. */
export function sumOf(a: Quantity, b: Quantity): Quantity {
  return { nanos: a.nanos + b.nanos, format: a.nanos === 0n ? b.format : a.format };
}

/** All amounts of both, added up. */
export function addedAmounts(a: Amounts, b: Amounts): Amounts {
  if (b.size === 0) return a;
  const result = new Map(a);
  for (const [name, amount] of b) {
    const before = result.get(name);
    result.set(name, before === undefined ? amount : sumOf(before, amount));
  }
  return result;
}

/** All amounts of both, of each the larger one. */
export function largerAmounts(a: Amounts, b: Amounts): Amounts {
  if (b.size === 0) return a;
  const result = new Map(a);
  for (const [name, amount] of b) {
    const before = result.get(name);
    if (before === undefined || amount.nanos > before.nanos) result.set(name, amount);
  }
  return result;
}

/** What the first has more than the second, of each resource of both; never less than nothing. */
export function growthOf(a: Amounts, b: Amounts): Amounts {
  const result = new Map<string, Quantity>();
  for (const name of new Set([...a.keys(), ...b.keys()])) {
    const now = a.get(name) ?? ZERO;
    const difference = now.nanos - (b.get(name)?.nanos ?? 0n);
    result.set(name, difference > 0n ? { nanos: difference, format: now.format } : ZERO);
  }
  return result;
}

/** The amounts under the names for which a test holds. */
export function amountsWhere(amounts: Amounts, test: (name: string, amount: Quantity) => boolean): Amounts {
  return new Map([...amounts].filter(([name, amount]) => test(name, amount)));
}

/** `cpu=1,memory=1Gi`, in the order of the names. */
export function amountsText(amounts: Amounts): string {
  return [...amounts.keys()]
    .sort()
    .map((name) => `${name}=${quantityText(amounts.get(name) ?? ZERO)}`)
    .join(',');
}

/** A quantity's canonical text. */
export function quantityText({ nanos, format }: Quantity): string {
  const units = nanos / 10n ** 9n;
  if (format === 'BinarySI' && units * 10n ** 9n === nanos && units % 1024n === 0n) {
    return canonicalQuantity(`${units / 1024n}Ki`);
  }
  return canonicalQuantity(format === 'DecimalExponent' ? `${nanos}e-9` : `${nanos}n`);
}
