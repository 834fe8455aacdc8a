/**
 * What an applier no longer applies: removed, unless somebody else owns it.
 * @see sigs.k8s.io/structured-merge-diff/v6/merge/update.go, v6.3
 */
import { difference, type FieldSet, intersection, NO_FIELDS, union } from './field-set';
import type { ManagedEntry, Managers } from './managed-fields';
import { withoutFields } from './removal';
import { setFields } from './set-fields';
import { withNamedFields } from './typed-set';
import type { VersionConverter, VersionedValue } from './version-converter';

/**
 * The merged object without what the applier owned by `last` and nobody owns now. `managers` has the applier's new entry.
 */
export function prunedObject(
  merged: VersionedValue,
  last: ManagedEntry | undefined,
  managers: Managers,
  versions: VersionConverter,
): VersionedValue {
  if (last === undefined || last.fields.size === 0) return merged;
  const owned = ownedByVersion(managers);
  // Everything is still owned, in the same words.
  if (difference(last.fields, owned.get(last.apiVersion) ?? NO_FIELDS).size === 0) return merged;

  const lastMerged = versions.findConverted(merged, last.apiVersion);
  if (lastMerged === undefined) return merged;
  const type = versions.getType(last.apiVersion);
  let pruned: VersionedValue = {
    value: withoutFields(type, lastMerged.value, withNamedFields(last.fields, type)),
    apiVersion: last.apiVersion,
  };
  pruned = withOwnedItems(lastMerged, pruned, owned, versions);
  pruned = withDanglingItems(lastMerged, pruned, last, versions);
  return versions.findConverted(pruned, merged.apiVersion) ?? merged;
}

function ownedByVersion(managers: Managers): Map<string, FieldSet> {
  const owned = new Map<string, FieldSet>();
  for (const { apiVersion, fields } of managers.values()) {
    owned.set(apiVersion, union(owned.get(apiVersion) ?? NO_FIELDS, fields));
  }
  return owned;
}

/** Puts back what any manager owns, the version of the pruned object first. */
function withOwnedItems(
  merged: VersionedValue,
  pruned: VersionedValue,
  owned: ReadonlyMap<string, FieldSet>,
  versions: VersionConverter,
): VersionedValue {
  const order = [pruned.apiVersion, ...[...owned.keys()].filter((version) => version !== pruned.apiVersion).sort()];
  let whole = merged;
  let rest = pruned;
  for (const version of order) {
    const fields = owned.get(version);
    const wholeHere = versions.findConverted(whole, version);
    const restHere = versions.findConverted(rest, version);
    if (fields === undefined || wholeHere === undefined || restHere === undefined) continue;
    const type = versions.getType(version);
    const wholeSet = withNamedFields(setFields(type, wholeHere.value), type);
    const restSet = withNamedFields(setFields(type, restHere.value), type);
    const kept = union(restSet, withNamedFields(fields, type));
    whole = wholeHere;
    rest = { value: withoutFields(type, wholeHere.value, difference(wholeSet, kept)), apiVersion: version };
  }
  return rest;
}

/** Puts back what nobody owned: only what the applier owned is its to remove. */
function withDanglingItems(
  merged: VersionedValue,
  pruned: VersionedValue,
  last: ManagedEntry,
  versions: VersionConverter,
): VersionedValue {
  const rest = versions.findConverted(pruned, last.apiVersion);
  if (rest === undefined) return merged;
  const type = versions.getType(last.apiVersion);
  const prunedSet = withNamedFields(setFields(type, rest.value), type);
  const mergedSet = withNamedFields(setFields(type, merged.value), type);
  const removed = intersection(difference(mergedSet, prunedSet), withNamedFields(last.fields, type));
  return { value: withoutFields(type, merged.value, removed), apiVersion: last.apiVersion };
}
