/**
 * A live value with an applied one laid over it. Nothing is removed by it.
 *
 * The result shares the parts of its sources that it doesn't change.
 * @see sigs.k8s.io/structured-merge-diff/v6/typed/merge.go, v6.3
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../api/json';
import type { Draft, DraftObject } from '../draft';
import { getItemElement } from './list-item';
import { setMember } from './member';
import type { PathElement } from './path-element';
import { TypeMismatch } from './type-problem';
import { kindOf, type ListType, type MapType, type ValueType } from './value-type';

/** The merged object. Throws `TypeMismatch` where an item of a list has no key. */
export function mergedObject(type: ValueType, live: JsonValue, applied: JsonValue): JsonValue {
  return mergedValue(type, live, applied) ?? null;
}

/** At least one side is there. Undefined where nothing is left. */
function mergedValue(
  type: ValueType,
  live: JsonValue | undefined,
  applied: JsonValue | undefined,
): JsonValue | undefined {
  const telling = applied === undefined ? (live ?? null) : applied;
  const kind = kindOf(type, telling);
  if (kind === 'map' && type.map !== undefined && !type.map.atomic) {
    const left = isJsonObject(live) ? live : EMPTY_MAP;
    const right = isJsonObject(applied) ? applied : EMPTY_MAP;
    if (hasMembers(left) || hasMembers(right)) return mergedMap(type.map, left, right);
  } else if (kind === 'list' && type.list !== undefined && !type.list.atomic) {
    const left = Array.isArray(live) ? (live as readonly JsonValue[]) : [];
    const right = Array.isArray(applied) ? (applied as readonly JsonValue[]) : [];
    if (left.length > 0 || right.length > 0) return mergedList(type.list, left, right);
  }
  return applied === undefined ? live : applied;
}

const EMPTY_MAP: JsonObject = {};

function hasMembers(value: JsonObject): boolean {
  for (const name of Object.keys(value)) if (value[name] !== undefined) return true;
  return false;
}

function mergedMap(map: MapType, live: JsonObject, applied: JsonObject): JsonObject | undefined {
  const members: DraftObject = {};
  const take = (name: string, value: JsonValue | undefined): void => {
    if (value !== undefined) setMember(members, name, value as Draft);
  };
  for (const name of Object.keys(live)) {
    const left = live[name];
    if (left === undefined) continue;
    const right = Object.hasOwn(applied, name) ? applied[name] : undefined;
    take(name, right === undefined ? left : mergedValue(memberType(map, name), left, right));
  }
  for (const name of Object.keys(applied)) {
    const right = applied[name];
    if (right === undefined || (Object.hasOwn(live, name) && live[name] !== undefined)) continue;
    take(name, mergedValue(memberType(map, name), undefined, right));
  }
  return hasMembers(members) ? members : undefined;
}

function memberType(map: MapType, name: string): ValueType {
  const type = map.findMember(name);
  if (type === undefined) throw new TypeMismatch([{ path: `.${name}`, message: 'field not declared in schema' }]);
  return type;
}

/** The items of one side: the element of each, and one value for each element. */
interface IndexedItems {
  readonly elements: readonly PathElement[];
  readonly values: ReadonlyMap<PathElement, JsonValue>;
}

function indexedItems(list: ListType, items: readonly JsonValue[]): IndexedItems {
  const elements: PathElement[] = [];
  const values = new Map<PathElement, JsonValue>();
  for (const [index, item] of items.entries()) {
    const element = getItemElement(list, item, index);
    elements.push(element);
    // What is there twice isn't merged: the applied item replaces both.
    values.set(element, values.has(element) ? null : item);
  }
  return { elements, values };
}

/**
 * Live items that aren't applied keep their places among those that are; these come in the applied order.
 */
function mergedList(
  list: ListType,
  live: readonly JsonValue[],
  applied: readonly JsonValue[],
): readonly JsonValue[] | undefined {
  const right = indexedItems(list, applied);
  const left = indexedItems(list, live);
  const items: JsonValue[] = [];
  const merged = new Set<PathElement>();
  const shared = right.elements.filter((element) => left.values.has(element));
  let nextShared = 0;
  const take = (leftItem: JsonValue | undefined, rightItem: JsonValue | undefined): void => {
    const item = mergedValue(list.items, leftItem, rightItem);
    if (item !== undefined) items.push(item);
  };

  let l = 0;
  let r = 0;
  while (l < live.length || r < applied.length) {
    const leftElement = left.elements[l];
    const rightElement = right.elements[r];
    if (leftElement !== undefined && rightElement !== undefined) {
      if (leftElement === rightElement) {
        merged.add(leftElement);
        take(left.values.get(leftElement), right.values.get(leftElement));
        l++;
        r++;
        nextShared++;
        continue;
      }
      const awaited = shared[nextShared];
      if (right.values.has(leftElement) && awaited !== undefined && awaited !== leftElement) {
        // Applied too, but its turn comes later.
        l++;
        continue;
      }
    }
    if (leftElement !== undefined) {
      if (!right.values.has(leftElement)) {
        take(live[l], undefined);
        l++;
        continue;
      }
      if (merged.has(leftElement)) l++;
    }
    if (rightElement !== undefined) {
      merged.add(rightElement);
      take(left.values.get(rightElement), right.values.get(rightElement));
      r++;
      if (shared[nextShared] === rightElement) nextShared++;
    }
  }
  return items.length === 0 ? undefined : items;
}
