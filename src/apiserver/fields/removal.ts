/**
 * A value without the fields of a set.
 * @see sigs.k8s.io/structured-merge-diff/v6/typed/remove.go, v6.3
 */
import { isJsonObject, type JsonValue } from '../../api/json';
import type { Draft, DraftObject } from '../draft';
import { type FieldSet, NO_FIELDS } from './field-set';
import { findItemElement } from './list-item';
import { setMember } from './member';
import { fieldElement } from './path-element';
import { kindOf, type ListType, type MapType, type ValueType } from './value-type';

/** What is left of the value: null where everything is removed. Parts that lose nothing are shared. */
export function withoutFields(type: ValueType, value: JsonValue, removed: FieldSet): JsonValue {
  const kind = kindOf(type, value);
  if (kind === 'scalar') return value;
  if (kind === 'list') {
    if (!Array.isArray(value) || type.list === undefined || type.list.atomic) return null;
    return listWithout(type.list, value as readonly JsonValue[], removed);
  }
  if (!isJsonObject(value) || type.map === undefined || type.map.atomic) return null;
  return mapWithout(type.map, value, removed);
}

function listWithout(list: ListType, items: readonly JsonValue[], removed: FieldSet): JsonValue {
  const left: JsonValue[] = [];
  for (const item of items) {
    const found = findItemElement(list, item);
    const node = 'element' in found ? removed.get(found.element) : undefined;
    if (node?.member === true) continue;
    const below = node?.children ?? NO_FIELDS;
    left.push(below.size === 0 ? item : withoutFields(list.items, item, below));
  }
  return left.length === 0 ? null : left;
}

function mapWithout(
  map: MapType,
  value: Readonly<Record<string, JsonValue | undefined>>,
  removed: FieldSet,
): JsonValue {
  const members: DraftObject = {};
  let isEmpty = true;
  for (const name of Object.keys(value)) {
    const member = value[name];
    if (member === undefined) continue;
    const node = removed.get(fieldElement(name));
    if (node?.member === true) continue;
    const below = node?.children ?? NO_FIELDS;
    const type = below.size === 0 ? undefined : map.findMember(name);
    setMember(members, name, (type === undefined ? member : withoutFields(type, member, below)) as Draft);
    isEmpty = false;
  }
  return isEmpty ? null : members;
}
