/**
 * How the items of a list are told apart: the path element of each.
 * @see sigs.k8s.io/structured-merge-diff/v6/typed/helpers.go, v6.3
 */
import { isJsonObject, type JsonValue } from '../../api/json';
import { type ItemKey, keyElement, type PathElement, valueElement } from './path-element';
import { TypeMismatch } from './type-problem';
import type { ListType } from './value-type';

/** The element of an item, or what keeps it from having one. */
export type ItemElement = { readonly element: PathElement } | { readonly problem: string };

export function findItemElement(list: ListType, item: JsonValue): ItemElement {
  if (list.keys.length > 0) return keyedElement(list, item);
  if (item === null) return { problem: "associative list without keys has an element that's an explicit null" };
  if (typeof item !== 'object') return { element: valueElement(item) };
  if (Array.isArray(item)) return { problem: 'not supported: associative list with lists as elements' };
  return { problem: "associative list without keys has an element that's a map type" };
}

function keyedElement(list: ListType, item: JsonValue): ItemElement {
  if (item === null) return { problem: 'associative list with keys may not have a null element' };
  if (!isJsonObject(item)) return { problem: 'associative list with keys may not have non-map elements' };
  const keys: ItemKey[] = [];
  for (const name of list.keys) {
    const value = Object.hasOwn(item, name) ? item[name] : undefined;
    const held = value ?? (value === null ? null : list.findKeyDefault(name));
    // An item that leaves out a key is another one than those that have it.
    if (held !== undefined) keys.push([name, held]);
  }
  if (keys.length === 0) {
    const names = list.keys.map((name) => JSON.stringify(name)).join(' ');
    const which = `omits all key fields [${names}] (and doesn't have default values for any key fields)`;
    return { problem: `associative list with keys has an element that ${which}` };
  }
  if (keys.length > 1) keys.sort(byName);
  return { element: keyElement(keys) };
}

function byName([left]: ItemKey, [right]: ItemKey): number {
  return left < right ? -1 : 1;
}

/** The element of an item. Throws `TypeMismatch` where it has none. */
export function getItemElement(list: ListType, item: JsonValue, index: number): PathElement {
  const found = findItemElement(list, item);
  if ('element' in found) return found.element;
  throw new TypeMismatch([{ path: '', message: `element ${index}: ${found.problem}` }]);
}

/** The items of a list by their elements, in the order of each one's first. Throws `TypeMismatch`. */
export function itemsByElement(list: ListType, items: readonly JsonValue[]): Map<PathElement, JsonValue[]> {
  const found = new Map<PathElement, JsonValue[]>();
  for (const [index, item] of items.entries()) {
    const element = getItemElement(list, item, index);
    const same = found.get(element);
    if (same === undefined) found.set(element, [item]);
    else same.push(item);
  }
  return found;
}
