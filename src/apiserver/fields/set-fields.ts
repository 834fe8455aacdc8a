/**
 * The fields that a value sets: what its applier owns.
 * @see sigs.k8s.io/structured-merge-diff/v6/typed/tofieldset.go, v6.3
 */
import { isJsonObject, type JsonValue } from '../../api/json';
import { type FieldNode, type FieldSet, LEAF, NO_FIELDS } from './field-set';
import { itemsByElement } from './list-item';
import { fieldElement, type PathElement } from './path-element';
import { kindOf, type ListType, type MapType, type ValueType } from './value-type';

const NOTHING: FieldNode = { member: false, children: NO_FIELDS };

/** The fields of an object: leaves, items of lists, members of maps. Throws `TypeMismatch` where an item has no key. */
export function setFields(type: ValueType, value: JsonValue): FieldSet {
  return setNode(type, value).children;
}

function setNode(type: ValueType, value: JsonValue): FieldNode {
  const kind = kindOf(type, value);
  if (kind === 'scalar') return LEAF;
  if (kind === 'list') return type.list === undefined ? LEAF : listNode(type.list, value);
  return type.map === undefined ? LEAF : mapNode(type.map, value);
}

function listNode(list: ListType, value: JsonValue): FieldNode {
  if (list.atomic) return LEAF;
  if (!Array.isArray(value)) return NOTHING;
  const children = new Map<PathElement, FieldNode>();
  for (const [element, items] of itemsByElement(list, value as readonly JsonValue[])) {
    const [item = null] = items;
    // Items that are there twice are owned together, as one.
    children.set(element, items.length > 1 ? LEAF : asMember(setNode(list.items, item)));
  }
  return { member: false, children };
}

function mapNode(map: MapType, value: JsonValue): FieldNode {
  if (map.atomic) return LEAF;
  if (!isJsonObject(value)) return NOTHING;
  const children = new Map<PathElement, FieldNode>();
  for (const name of Object.keys(value)) {
    const member = value[name];
    if (member === undefined) continue;
    const type = map.findMember(name);
    let node = type === undefined ? LEAF : setNode(type, member);
    // Members of a struct are there by what is in them; those of a map by themselves.
    if (isEmptyMap(member) || !map.declares(name)) node = asMember(node);
    if (node.member || node.children.size > 0) children.set(fieldElement(name), node);
  }
  return { member: false, children };
}

function asMember(node: FieldNode): FieldNode {
  if (node.member) return node;
  return node.children.size === 0 ? LEAF : { member: true, children: node.children };
}

/** True for null too. */
function isEmptyMap(value: JsonValue): boolean {
  if (value === null) return true;
  if (!isJsonObject(value)) return false;
  for (const name of Object.keys(value)) if (value[name] !== undefined) return false;
  return true;
}
