/**
 * The fields in which two values of a type differ. It runs at every write: where nothing differs it makes nothing.
 * @see sigs.k8s.io/structured-merge-diff/v6/typed/compare.go, v6.3
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../api/json';
import { equalValues } from './equality';
import { type FieldNode, type FieldSet, LEAF, NO_FIELDS } from './field-set';
import { getItemElement, itemsByElement } from './list-item';
import { fieldElement, type PathElement } from './path-element';
import { TypeMismatch } from './type-problem';
import { areSameKind, kindOf, type ListType, type MapType, type ValueKind, type ValueType } from './value-type';

/** No field is in more than one of the three. */
export interface Comparison {
  readonly removed: FieldSet;
  readonly modified: FieldSet;
  readonly added: FieldSet;
}

/** What changes between two objects. Throws `TypeMismatch` where they aren't of the type. */
export function compareObjects(type: ValueType, before: JsonValue, after: JsonValue): Comparison {
  const level = new Level();
  level.compare(type, before, after, '');
  const root = '';
  return {
    removed: level.removed?.get(root)?.children ?? NO_FIELDS,
    modified: level.modified?.get(root)?.children ?? NO_FIELDS,
    added: level.added?.get(root)?.children ?? NO_FIELDS,
  };
}

export function isSame({ removed, modified, added }: Comparison): boolean {
  return removed.size === 0 && modified.size === 0 && added.size === 0;
}

/** The differences below one field. Maps are made when the first difference is found. */
class Level {
  removed: Map<PathElement, FieldNode> | undefined;
  modified: Map<PathElement, FieldNode> | undefined;
  added: Map<PathElement, FieldNode> | undefined;

  /** Compares the values of one element, of which both are there. */
  compare(type: ValueType, before: JsonValue, after: JsonValue, element: PathElement): void {
    // To look whether anything differs costs less than to look what.
    if (!equalValues(before, after)) this.#compareUnequal(type, before, after, element);
  }

  #compareUnequal(type: ValueType, before: JsonValue, after: JsonValue, element: PathElement): void {
    if (!areSameKind(type, before, after)) this.#compareAs(kindOf(type, before), { type, before, after, element });
    this.#compareAs(kindOf(type, after), { type, before, after, element });
  }

  /** The values are known to differ. */
  #compareAs(kind: ValueKind, { type, before, after, element }: Compared): void {
    if (kind === 'map' && type.map !== undefined && !type.map.atomic) {
      const left = isJsonObject(before) ? before : EMPTY_MAP;
      const right = isJsonObject(after) ? after : EMPTY_MAP;
      if (hasMembers(left) || hasMembers(right)) {
        const below = new Level();
        below.#compareMembers(type.map, left, right);
        this.#take(element, below);
        return;
      }
    } else if (kind === 'list' && type.list !== undefined && !type.list.atomic) {
      const left = Array.isArray(before) ? (before as readonly JsonValue[]) : [];
      const right = Array.isArray(after) ? (after as readonly JsonValue[]) : [];
      if (left.length > 0 || right.length > 0) {
        const below = new Level();
        below.#compareItems(type.list, left, right);
        this.#take(element, below);
        return;
      }
    }
    (this.modified ??= new Map()).set(element, LEAF);
  }

  #compareMembers(map: MapType, before: JsonObject, after: JsonObject): void {
    for (const name of Object.keys(before)) {
      const left = before[name];
      if (left === undefined) continue;
      const right = Object.hasOwn(after, name) ? after[name] : undefined;
      // First of all: most members are equal, and need no type.
      if (equalValues(left, right)) continue;
      const type = memberType(map, name);
      const element = fieldElement(name);
      if (right === undefined) (this.removed ??= new Map()).set(element, presentNode(type, left));
      else this.#compareUnequal(type, left, right, element);
    }
    for (const name of Object.keys(after)) {
      const right = after[name];
      if (right === undefined || (Object.hasOwn(before, name) && before[name] !== undefined)) continue;
      (this.added ??= new Map()).set(fieldElement(name), presentNode(memberType(map, name), right));
    }
  }

  #compareItems(list: ListType, before: readonly JsonValue[], after: readonly JsonValue[]): void {
    const left = itemsByElement(list, before);
    const right = itemsByElement(list, after);
    for (const [element, items] of left) this.#compareSameItems(list, element, items, right.get(element) ?? []);
    for (const [element, items] of right) {
      if (!left.has(element)) this.#compareSameItems(list, element, [], items);
    }
  }

  /** Items that are there twice are compared together, as one value, and have nothing below them. */
  #compareSameItems(
    list: ListType,
    element: PathElement,
    before: readonly JsonValue[],
    after: readonly JsonValue[],
  ): void {
    const [left] = before;
    const [right] = after;
    if (before.length <= 1 && after.length <= 1) {
      if (left !== undefined && right !== undefined) this.compare(list.items, left, right, element);
      else if (left !== undefined) (this.removed ??= new Map()).set(element, presentNode(list.items, left));
      else if (right !== undefined) (this.added ??= new Map()).set(element, presentNode(list.items, right));
      return;
    }
    if (before.length > 1 && after.length > 1) {
      if (!equalValues(before, after)) (this.modified ??= new Map()).set(element, LEAF);
      return;
    }
    if (before.length > 1) {
      if (right !== undefined) (this.added ??= new Map()).set(element, presentNode(list.items, right));
      (this.removed ??= new Map()).set(element, LEAF);
      return;
    }
    if (left !== undefined) (this.removed ??= new Map()).set(element, presentNode(list.items, left));
    (this.added ??= new Map()).set(element, LEAF);
  }

  /** Takes over what was found below an element. An element may have been met before, as another kind. */
  #take(element: PathElement, below: Level): void {
    if (below.removed !== undefined) this.removed = withChildren(this.removed, element, below.removed);
    if (below.modified !== undefined) this.modified = withChildren(this.modified, element, below.modified);
    if (below.added !== undefined) this.added = withChildren(this.added, element, below.added);
  }
}

interface Compared {
  readonly type: ValueType;
  readonly before: JsonValue;
  readonly after: JsonValue;
  readonly element: PathElement;
}

const EMPTY_MAP: JsonObject = {};

function hasMembers(value: JsonObject): boolean {
  for (const name of Object.keys(value)) if (value[name] !== undefined) return true;
  return false;
}

function withChildren(
  nodes: Map<PathElement, FieldNode> | undefined,
  element: PathElement,
  children: FieldSet,
): Map<PathElement, FieldNode> {
  const known = nodes ?? new Map<PathElement, FieldNode>();
  known.set(element, { member: known.get(element)?.member ?? false, children });
  return known;
}

function memberType(map: MapType, name: string): ValueType {
  const type = map.findMember(name);
  if (type === undefined) throw new TypeMismatch([{ path: `.${name}`, message: 'field not declared in schema' }]);
  return type;
}

/** A value that only one side has: everything in it, and itself. */
function presentNode(type: ValueType, value: JsonValue): FieldNode {
  const kind = kindOf(type, value);
  if (kind === 'map' && type.map !== undefined && !type.map.atomic && isJsonObject(value)) {
    const children = new Map<PathElement, FieldNode>();
    for (const name of Object.keys(value)) {
      const member = value[name];
      if (member !== undefined) children.set(fieldElement(name), presentNode(memberType(type.map, name), member));
    }
    return children.size === 0 ? LEAF : { member: true, children };
  }
  if (kind === 'list' && type.list !== undefined && !type.list.atomic && Array.isArray(value)) {
    const children = new Map<PathElement, FieldNode>();
    for (const [index, item] of (value as readonly JsonValue[]).entries()) {
      const element = getItemElement(type.list, item, index);
      children.set(element, children.has(element) ? LEAF : presentNode(type.list.items, item));
    }
    return children.size === 0 ? LEAF : { member: true, children };
  }
  return LEAF;
}
