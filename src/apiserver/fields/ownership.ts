/**
 * Who owns what after a write: fields that it changes or removes leave their owners.
 * @see sigs.k8s.io/structured-merge-diff/v6/merge/update.go, v6.3
 */
import { type Comparison, compareObjects, isSame } from './comparison';
import { ConflictError, conflictsOf } from './conflict';
import type { FieldFilter } from './field-filter';
import { difference, type FieldSet, intersection, NO_FIELDS, union } from './field-set';
import { type ManagedEntry, type ManagerIdentity, type Managers, withOwned } from './managed-fields';
import type { VersionConverter, VersionedValue } from './version-converter';

/** A write as far as ownership goes. Both objects are in the version of the request. */
export interface Change {
  readonly before: VersionedValue;
  readonly after: VersionedValue;
  readonly versions: VersionConverter;
  readonly filter: FieldFilter;
}

export interface Ownership {
  readonly managers: Managers;
  /** The fields that the write sets and whose ownership the endpoint lets pass. */
  readonly taken: FieldSet;
}

/**
 * The managers after a change that one of them makes, whose own entry stays as it is.
 * Throws `ConflictError` where others own what changes and it isn't forced, `TypeMismatch` where objects can't be compared.
 */
export function ownershipAfter(
  change: Change,
  managers: Managers,
  { writer, isForced }: { readonly writer?: string; readonly isForced: boolean },
): Ownership {
  const comparisons = new Comparisons(change);
  if (comparisons.nothingChanged) return { managers, taken: NO_FIELDS };

  const owned: { owner: ManagerIdentity; fields: FieldSet }[] = [];
  const left = new Map<string, ManagedEntry>();
  for (const [identifier, entry] of managers) {
    if (identifier === writer) {
      if (entry.fields.size > 0) left.set(identifier, entry);
      continue;
    }
    const changes = comparisons.find(entry.apiVersion);
    // A version that is no longer served: what it says of fields means nothing any more.
    if (changes === undefined) continue;
    const fields = intersection(entry.fields, changes.taken);
    if (fields.size > 0) owned.push({ owner: entry, fields });
    const kept = difference(difference(entry.fields, fields), changes.removed);
    if (kept.size > 0) left.set(identifier, withOwned(entry, kept));
  }
  if (owned.length > 0 && !isForced) throw new ConflictError(conflictsOf(owned));
  return { managers: left, taken: comparisons.own.taken };
}

interface Changes {
  /** Modified or added. */
  readonly taken: FieldSet;
  readonly removed: FieldSet;
}

/** The change as seen in each version that a manager uses. */
class Comparisons {
  readonly nothingChanged: boolean;
  readonly own: Changes;
  readonly #change: Change;
  readonly #known = new Map<string, Changes | undefined>();

  constructor(change: Change) {
    this.#change = change;
    const { before, after, versions } = change;
    const comparison = compareObjects(versions.getType(before.apiVersion), before.value, after.value);
    this.nothingChanged = isSame(comparison);
    this.own = this.#filtered(comparison);
    this.#known.set(before.apiVersion, this.own);
  }

  find(apiVersion: string): Changes | undefined {
    if (!this.#known.has(apiVersion)) this.#known.set(apiVersion, this.#compare(apiVersion));
    return this.#known.get(apiVersion);
  }

  #compare(apiVersion: string): Changes | undefined {
    const { versions } = this.#change;
    const before = versions.findConverted(this.#change.before, apiVersion);
    const after = versions.findConverted(this.#change.after, apiVersion);
    if (before === undefined || after === undefined) return undefined;
    return this.#filtered(compareObjects(versions.getType(apiVersion), before.value, after.value));
  }

  #filtered({ removed, modified, added }: Comparison): Changes {
    const { filter } = this.#change;
    return { taken: filter(union(modified, added)), removed: filter(removed) };
  }
}
