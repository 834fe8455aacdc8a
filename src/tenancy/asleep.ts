/** When a tenant's namespaces are removed for want of use. */
import { parseDuration } from '../api/duration';
import type { ResourceType } from '../api/resource-type';
import type { Lookup } from '../plan/lookup';
import type { TenancySpec } from './tenancy';

export interface SleepQuestion {
  /** Last log-in, or when the tenant was made, RFC 3339; absent where neither is known. */
  readonly since: string | null | undefined;
  readonly namespaces: readonly string[];
  /** Kinds of what somebody could miss: environments and volumes. */
  readonly keepers: readonly ResourceType[];
}

/** True long after the last log-in, where nothing is in the namespaces that somebody could miss. */
export function isAsleep(
  { since, namespaces, keepers }: SleepQuestion,
  { namespaces: { keepFor } }: TenancySpec,
  lookup: Lookup,
): boolean {
  if (keepFor === undefined || since === undefined || since === null) return false;
  if (!lookup.clock.hasPassed(Date.parse(since) + parseDuration(keepFor))) return false;
  return namespaces.every((namespace) => keepers.every((type) => lookup.list(type, { namespace }).length === 0));
}
