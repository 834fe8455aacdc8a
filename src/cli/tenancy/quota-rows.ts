/** Quotas as tables show them. */
import type { Quota } from '../../tenancy/quota';

export interface QuotaRow {
  /** `cpu`, `memory`, `storage`, `environments`, or the name of an extended resource. */
  readonly resource: string;
  /** Empty where nobody has counted. */
  readonly used: string;
  readonly of: string;
}

/** One row for each resource that the quota limits. */
export function quotaRows(quota: Quota, used: Quota | undefined): readonly QuotaRow[] {
  const usedOf = new Map(amountsOf(used ?? {}));
  return amountsOf(quota).map(([resource, of]) => ({ resource, used: usedOf.get(resource) ?? '', of }));
}

/** `cpu 2, memory 4Gi, environments 3`; empty where nothing is limited. */
export function quotaText(quota: Quota): string {
  return amountsOf(quota)
    .map(([resource, amount]) => `${resource} ${amount}`)
    .join(', ');
}

function amountsOf({
  cpu,
  memory,
  storage,
  environments,
  extended = {},
}: Quota): readonly (readonly [string, string])[] {
  const named: readonly (readonly [string, string | number | undefined])[] = [
    ['cpu', cpu],
    ['memory', memory],
    ['storage', storage],
    ['environments', environments],
    ...Object.entries(extended).sort(([a], [b]) => (a < b ? -1 : 1)),
  ];
  return named.flatMap(([resource, amount]) => (amount === undefined ? [] : [[resource, String(amount)] as const]));
}
