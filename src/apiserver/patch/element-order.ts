/**
 * The order of a merged list: that of the patch for what the patch names, that of the original for the rest, and the two
 * woven together by the places they had in the original.
 * @see k8s.io/apimachinery/pkg/util/strategicpatch/patch.go, v0.34
 */
import { isJsonObject, type JsonValue } from '../../api/json';
import { valueText } from '../fields/value-text';
import { goTypeOf } from './json-list';
import { failedPatch } from './patch-error';

/** What names an item: the value of its merge key, or itself where the list has none. */
export type ItemName = JsonValue | undefined;

export function itemName(item: JsonValue, mergeKey: string): ItemName {
  if (mergeKey === '') return item;
  return isJsonObject(item) && Object.hasOwn(item, mergeKey) ? item[mergeKey] : undefined;
}

/** The name of an item. Throws `StatusError` 500 where it has none. */
export function getItemName(item: JsonValue, mergeKey: string): JsonValue {
  if (mergeKey === '') return item;
  if (!isJsonObject(item)) throw failedPatch(`expected a map[string]interface {}, but received a ${goTypeOf(item)}`);
  const name = itemName(item, mergeKey);
  if (name === undefined) throw withoutMergeKey(item, mergeKey);
  return name;
}

export function withoutMergeKey(item: JsonValue, mergeKey: string): Error {
  return failedPatch(`map: ${valueText(item)} does not contain declared merge key: ${mergeKey}`);
}

/** The place of each name's first item. */
type Places = ReadonlyMap<ItemName, number>;

function placesIn(items: readonly JsonValue[], mergeKey: string): Places {
  const places = new Map<ItemName, number>();
  for (const [place, item] of items.entries()) {
    const name = itemName(item, mergeKey);
    if (!places.has(name)) places.set(name, place);
  }
  return places;
}

/** The merged items in order. `wanted`: the items, or their names alone, in the order that the patch gives. */
export function orderedItems(
  merged: readonly JsonValue[],
  wanted: readonly JsonValue[],
  original: readonly JsonValue[],
  mergeKey: string,
): JsonValue[] {
  for (const item of merged) getItemName(item, mergeKey);
  for (const item of wanted) getItemName(item, mergeKey);
  const wantedPlaces = placesIn(wanted, mergeKey);
  const originalPlaces = placesIn(original, mergeKey);
  const named: JsonValue[] = [];
  const others: JsonValue[] = [];
  for (const item of merged) (wantedPlaces.has(itemName(item, mergeKey)) ? named : others).push(item);
  const left = sortedByPlace(others, originalPlaces, mergeKey);
  const right = sortedByPlace(named, wantedPlaces, mergeKey);
  return woven(left, right, originalPlaces, mergeKey);
}

/** Items that a directive deletes come last. */
function sortedByPlace(items: readonly JsonValue[], places: Places, mergeKey: string): JsonValue[] {
  const kept = items.filter((item) => !isDeletion(item, mergeKey));
  const placeOf = (item: JsonValue | undefined): number | undefined =>
    item === undefined ? undefined : places.get(itemName(item, mergeKey));
  if (kept.every((item) => placeOf(item) !== undefined)) {
    kept.sort((left, right) => (placeOf(left) ?? 0) - (placeOf(right) ?? 0));
  } else {
    insertionSort(kept, placeOf);
  }
  return [...kept, ...items.filter((item) => isDeletion(item, mergeKey))];
}

function isDeletion(item: JsonValue, mergeKey: string): boolean {
  return mergeKey !== '' && isJsonObject(item) && item['$patch'] === 'delete';
}

/** Items without a place are moved before whatever stands there, and whatever follows before them: the real server's way. */
function insertionSort(items: JsonValue[], placeOf: (item: JsonValue | undefined) => number | undefined): void {
  for (let end = 1; end < items.length; end++) {
    for (let i = end; i > 0; i--) {
      const [before, item] = [items[i - 1], items[i]];
      const [placeBefore, place] = [placeOf(before), placeOf(item)];
      const isLess = placeBefore === undefined || place === undefined || place < placeBefore;
      if (!isLess || before === undefined || item === undefined) break;
      items[i - 1] = item;
      items[i] = before;
    }
  }
}

function woven(left: readonly JsonValue[], right: readonly JsonValue[], places: Places, mergeKey: string): JsonValue[] {
  const items: JsonValue[] = [];
  let next = 0;
  for (const item of right) {
    const place = places.get(itemName(item, mergeKey));
    while (next < left.length) {
      const candidate = left[next] ?? null;
      const before = places.get(itemName(candidate, mergeKey));
      if (place === undefined || before === undefined || before >= place) break;
      items.push(candidate);
      next++;
    }
    items.push(item);
  }
  items.push(...left.slice(next));
  return items;
}
