/**
 * Which value of an older object stands where a new one does, so that what didn't change isn't refused: ratcheting.
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-ratcheting
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../api/json';
import { canonicalJson, jsonText } from '../json/json-text';
import { isImplied } from './object-meta';
import type { SchemaNode } from './schema-node';

/** A value that was there before; undefined where nothing can be told. */
export type OldValue = JsonValue | undefined;

/** The older value of a member of an object. */
export function oldMember(old: OldValue, name: string): OldValue {
  return isJsonObject(old) && Object.hasOwn(old, name) ? old[name] : undefined;
}

/** Finds the older value of an item of a list: only lists of type `map` know which one it is. */
export function oldItems(old: OldValue, node: SchemaNode): ((item: JsonValue) => OldValue) | undefined {
  if (!Array.isArray(old)) return undefined;
  const items = old as readonly JsonValue[];
  const keys = node.listMapKeys ?? [];
  if (node.listType !== 'map' || keys.length === 0 || node.type !== 'array') return undefined;
  let index: Map<string, JsonValue> | undefined;
  return (item) => {
    index ??= indexOf(items, keys);
    const key = keyOf(item, keys);
    return key === undefined ? undefined : index.get(key);
  };
}

function indexOf(items: readonly JsonValue[], keys: readonly string[]): Map<string, JsonValue> {
  const index = new Map<string, JsonValue>();
  for (const item of items) {
    const key = keyOf(item, keys);
    if (key !== undefined && !index.has(key)) index.set(key, item);
  }
  return index;
}

/** What names an item; undefined where a key is missing or no scalar. */
function keyOf(item: JsonValue, keys: readonly string[]): string | undefined {
  if (!isJsonObject(item)) return undefined;
  const values = keys.map((key) => (Object.hasOwn(item, key) ? item[key] : undefined));
  const areScalars = values.every((value) => value !== undefined && value !== null && typeof value !== 'object');
  return areScalars ? jsonText(values) : undefined;
}

/** True where a value is the same as before, as far as the schema can tell what belongs together. */
export function isUnchanged(value: JsonValue, old: OldValue, node: SchemaNode): boolean {
  if (old === undefined) return false;
  if (value === null || old === null) return value === old;
  if (Array.isArray(value)) return Array.isArray(old) && isSameList(value as readonly JsonValue[], old, node);
  if (!isJsonObject(value)) return value === old;
  if (!isJsonObject(old)) return false;
  return isSameObject(value, old, node);
}

function isSameObject(value: JsonObject, old: JsonObject, node: SchemaNode): boolean {
  const names = Object.keys(value);
  if (names.length !== Object.keys(old).length) return false;
  return names.every((name) => {
    const below = declaredMember(node, name);
    // What the schema doesn't name can't be told to be the same.
    return below !== undefined && isUnchanged(value[name] ?? null, oldMember(old, name), below);
  });
}

/** What the schema says of a member, apart from what is implied. */
function declaredMember(node: SchemaNode, name: string): SchemaNode | undefined {
  const below = node.properties?.get(name) ?? node.additionalProperties;
  return below === undefined || isImplied(below) ? undefined : below;
}

function isSameList(value: readonly JsonValue[], old: readonly JsonValue[], node: SchemaNode): boolean {
  if (value.length !== old.length) return false;
  const { items } = node;
  const find = oldItems(old, node);
  if (find === undefined || items === undefined) return canonicalJson(value) === canonicalJson(old);
  return value.every((item) => isUnchanged(item, find(item), items));
}
