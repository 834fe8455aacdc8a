/**
 * Lists whose order a patch gives by `$setElementOrder/NAME`.
 * @see k8s.io/apimachinery/pkg/util/strategicpatch/patch.go, v0.34
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../api/json';
import { valueText } from '../fields/value-text';
import type { SchemaNode } from '../schema/schema-node';
import { getItemName, orderedItems } from './element-order';
import { itemTypeOf, mergedList } from './list-merge';
import { failedPatch } from './patch-error';
import type { MemberMerging } from './patch-schema';

export interface OrderedList {
  /** Undefined where the object has no such list. */
  readonly original: readonly JsonValue[] | undefined;
  /** Undefined where the patch has no such list. */
  readonly patch: readonly JsonValue[] | undefined;
  readonly order: readonly JsonValue[];
  readonly merging: MemberMerging;
  readonly mergedMap: (original: JsonObject, patch: JsonObject, schema: SchemaNode) => JsonObject;
  readonly removeDirectives: (value: JsonValue) => JsonValue | undefined;
}

/** The merged list in the order wanted; undefined where neither side has it. */
export function orderedByDirective(list: OrderedList): readonly JsonValue[] | undefined {
  const { original, patch, order, merging, mergedMap, removeDirectives } = list;
  checkOrder(patch ?? [], order, merging.mergeKey);
  let merged: readonly JsonValue[];
  if (original === undefined) {
    if (patch === undefined) return undefined;
    merged = patch.map(removeDirectives).filter((item) => item !== undefined);
  } else if (patch === undefined) {
    merged = original;
  } else {
    merged = merging.strategy === 'merge' ? mergedList({ original, patch, merging, mergedMap }) : patch;
  }
  itemTypeOf(original ?? [], patch ?? []);
  return orderedItems(merged, order, original ?? [], merging.mergeKey);
}

/** What a patch changes must stand in the order that it gives. */
function checkOrder(patch: readonly JsonValue[], order: readonly JsonValue[], mergeKey: string): void {
  if (order.length === 0 || patch.length === 0) return;
  const kept = mergeKey === '' ? patch : patch.filter((item) => !hasDirective(item));
  let next = 0;
  for (const wanted of order) {
    const item = kept[next];
    if (item === undefined) return;
    if (getItemName(item, mergeKey) === getItemName(wanted, mergeKey)) next++;
  }
  if (next >= kept.length) return;
  const told = `${valueText(patch)}\n doesn't match $setElementOrder list:\n${valueText(order)}\n`;
  throw failedPatch(`The order in patch list:\n${told}`);
}

function hasDirective(item: JsonValue): boolean {
  return isJsonObject(item) && Object.hasOwn(item, '$patch');
}
