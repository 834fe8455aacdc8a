/**
 * Keeps the number of entries small: the oldest of too many updaters become one for each version.
 * @see k8s.io/apimachinery/pkg/util/managedfields/internal/capmanagers.go, v0.34
 */
import { NO_FIELDS, union } from './field-set';
import {
  compareAges,
  compareTexts,
  identifierOf,
  type ManagedEntry,
  type ManagerIdentity,
  type Managers,
} from './managed-fields';

/** How many entries of updaters an object may have. */
const MAXIMUM = 10;

/** The name under which old entries are kept. */
const ANCIENT = 'ancient-changes';

export function cappedManagers(managers: Managers): Managers {
  if (managers.size <= MAXIMUM) return managers;
  const updaters = [...managers].filter(([, { operation }]) => operation === 'Update').sort(byAge);
  if (updaters.length <= MAXIMUM) return managers;

  const capped = new Map(managers);
  const oldestOfVersion = new Map<string, string>();
  let count = updaters.length;
  for (const [identifier, entry] of updaters) {
    if (count <= MAXIMUM) break;
    const { apiVersion, time } = entry;
    const oldest = oldestOfVersion.get(apiVersion);
    if (oldest === undefined) {
      oldestOfVersion.set(apiVersion, identifier);
      continue;
    }
    const bucket: ManagerIdentity = { manager: ANCIENT, operation: 'Update', apiVersion, subresource: '' };
    const bucketIdentifier = identifierOf(bucket);
    let kept = capped.get(bucketIdentifier);
    if (kept === undefined) {
      kept = capped.get(oldest);
      capped.delete(oldest);
    }
    // The entry that is joined is younger than what is in the bucket.
    capped.set(bucketIdentifier, {
      ...bucket,
      fields: union(entry.fields, kept?.fields ?? NO_FIELDS),
      ...(time === undefined ? {} : { time }),
    });
    capped.delete(identifier);
    count--;
  }
  return capped;
}

function byAge([left, leftEntry]: [string, ManagedEntry], [right, rightEntry]: [string, ManagedEntry]): number {
  return compareAges(leftEntry, rightEntry) || compareTexts(left, right);
}
