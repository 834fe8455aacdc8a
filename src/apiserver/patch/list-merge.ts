/**
 * A list with a strategic merge patch for it merged into it.
 * @see k8s.io/apimachinery/pkg/util/strategicpatch/patch.go, v0.34
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../api/json';
import { valueText } from '../fields/value-text';
import type { SchemaNode } from '../schema/schema-node';
import { type ItemName, itemName, orderedItems, withoutMergeKey } from './element-order';
import { goTypeOf, isList } from './json-list';
import { failedPatch, rejectedPatch, unknownDirective } from './patch-error';
import { goKind, type MemberMerging } from './patch-schema';

export interface ListMerge {
  readonly original: readonly JsonValue[];
  readonly patch: readonly JsonValue[];
  readonly merging: MemberMerging;
  /** Merges two items with the same name. */
  readonly mergedMap: (original: JsonObject, patch: JsonObject, schema: SchemaNode) => JsonObject;
  /** The patch names scalars to be deleted. Default false. */
  readonly isDeletion?: boolean;
}

export function mergedList(merge: ListMerge): readonly JsonValue[] {
  const { original, patch, merging } = merge;
  if (original.length === 0 && patch.length === 0) return original;
  const itemType = itemTypeOf(original, patch);
  if (itemType !== OBJECTS) {
    if (merge.isDeletion === true) {
      const deleted = new Set(patch);
      return original.filter((item) => !deleted.has(item));
    }
    return orderedItems([...new Set([...original, ...patch])], patch, original, merging.mergeKey);
  }
  if (merging.mergeKey === '') {
    throw failedPatch(`cannot merge lists without merge key for ${goKind(merging.schema)}`);
  }
  const remaining = afterDirectives(original, patch, merging.mergeKey);
  const merged = mergedItems(remaining.original, remaining.patch, merge);
  return orderedItems(merged, remaining.patch, remaining.original, merging.mergeKey);
}

const OBJECTS = 'map[string]interface {}';

/** The type of all items. Throws `StatusError` where they differ, are lists, or there are none. */
export function itemTypeOf(...lists: readonly (readonly JsonValue[])[]): string {
  let type: string | undefined;
  for (const item of lists.flat()) {
    const own = goTypeOf(item);
    if (type === undefined && isList(item)) throw rejectedPatch();
    type ??= own;
    if (own !== type) {
      throw failedPatch(`list element types are not identical: ${valueText(lists)}`);
    }
  }
  if (type === undefined) throw failedPatch('no elements in any of the given slices');
  return type;
}

interface Sides {
  readonly original: readonly JsonValue[];
  readonly patch: readonly JsonValue[];
}

/** What is left to merge when items that carry `$patch` have had their effect. */
function afterDirectives(original: readonly JsonValue[], patch: readonly JsonValue[], mergeKey: string): Sides {
  const plain: JsonValue[] = [];
  const deleted = new Set<ItemName>();
  let isReplaced = false;
  for (const item of patch) {
    const directive = isJsonObject(item) ? item['$patch'] : undefined;
    if (directive === undefined) {
      plain.push(item);
    } else if (directive === 'delete') {
      const name = itemName(item, mergeKey);
      if (name === undefined) throw withoutMergeKey(item, mergeKey);
      deleted.add(name);
    } else if (directive === 'replace') {
      isReplaced = true;
    } else if (directive === 'merge') {
      throw failedPatch('merging lists cannot yet be specified in the patch');
    } else {
      throw unknownDirective(directive, item);
    }
  }
  if (isReplaced) return { original: plain, patch: [] };
  if (deleted.size === 0) return { original, patch: plain };
  return { original: original.filter((item) => !deleted.has(itemName(item, mergeKey))), patch: plain };
}

function mergedItems(original: readonly JsonValue[], patch: readonly JsonValue[], merge: ListMerge): JsonValue[] {
  const { mergeKey, schema } = merge.merging;
  const merged = [...original];
  const places = new Map<ItemName, number>();
  for (const [place, item] of merged.entries()) {
    const name = itemName(item, mergeKey);
    if (name !== undefined && !places.has(name)) places.set(name, place);
  }
  for (const item of patch) {
    const name = itemName(item, mergeKey);
    if (name === undefined) throw withoutMergeKey(item, mergeKey);
    const place = places.get(name);
    const known = place === undefined ? undefined : merged[place];
    if (place === undefined || !isJsonObject(known) || !isJsonObject(item)) {
      places.set(name, merged.length);
      merged.push(item);
    } else {
      merged[place] = merge.mergedMap(known, item, schema);
    }
  }
  return merged;
}
