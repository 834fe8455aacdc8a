/**
 * Lists whose items must differ: sets by their values, maps by their keys.
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../api/json';
import { duplicateField, type FieldError, invalidField } from '../field-error';
import { canonicalJson } from '../json/json-text';
import { isImplied } from './object-meta';
import type { SchemaNode } from './schema-node';

const known = new WeakMap<SchemaNode, boolean>();

/** True where a list of type set or map may be at the node or below it. Told once for each node. */
function hasTypedLists(node: SchemaNode): boolean {
  const before = known.get(node);
  if (before !== undefined) return before;
  known.set(node, false);
  const below = [...(node.properties?.values() ?? []), node.items, node.additionalProperties];
  const found =
    node.listType === 'set' ||
    node.listType === 'map' ||
    below.some((part) => part !== undefined && !isImplied(part) && hasTypedLists(part));
  known.set(node, found);
  return found;
}

/** The items that stand in a list twice: each told once, at its second place. */
export function listTypeErrors(value: JsonValue, node: SchemaNode, path = ''): FieldError[] {
  const errors: FieldError[] = [];
  visit(value, node, path, errors);
  return errors;
}

function visit(value: JsonValue | undefined, node: SchemaNode, path: string, errors: FieldError[]): void {
  if (typeof value !== 'object' || value === null || !hasTypedLists(node)) return;
  if (Array.isArray(value)) {
    const list = value as readonly JsonValue[];
    if (node.listType === 'set') errors.push(...setErrors(list, path));
    else if (node.listType === 'map') errors.push(...mapErrors(list, node.listMapKeys ?? [], path));
    const { items } = node;
    if (items !== undefined) list.forEach((item, index) => visit(item, items, itemPath(path, index), errors));
    return;
  }
  const object = value as JsonObject;
  for (const name of Object.keys(object)) {
    const property = node.properties?.get(name);
    const below = property ?? node.additionalProperties;
    if (below === undefined || isImplied(below)) continue;
    const isProperty = property !== undefined;
    visit(object[name], below, isProperty ? (path === '' ? name : `${path}.${name}`) : `${path}[${name}]`, errors);
  }
}

function itemPath(path: string, index: number): string {
  return `${path}[${String(index)}]`;
}

function setErrors(list: readonly JsonValue[], path: string): FieldError[] {
  return repeated(list).map((index) => duplicateField(itemPath(path, index), list[index] ?? null));
}

function mapErrors(list: readonly JsonValue[], keys: readonly string[], path: string): FieldError[] {
  const index = list.findIndex((item) => item !== null && !isJsonObject(item));
  const wrong = list[index];
  if (wrong !== undefined) {
    return [invalidField(itemPath(path, index), wrong, 'must be an object for an array of list-type map')];
  }
  const names = list.map((item) => (isJsonObject(item) ? keysOf(item, keys) : {}));
  return repeated(names).map((at) => duplicateField(itemPath(path, at), names[at] ?? {}));
}

function keysOf(item: JsonObject, keys: readonly string[]): JsonObject {
  const present = keys.filter((key) => Object.hasOwn(item, key)).sort();
  return Object.fromEntries(present.map((key) => [key, item[key]]));
}

/** Where values stand for the second time. */
function repeated(values: readonly JsonValue[]): number[] {
  if (values.length < 2) return [];
  const times = new Map<string, number>();
  const found: number[] = [];
  values.forEach((value, index) => {
    const text = canonicalJson(value);
    const before = times.get(text) ?? 0;
    if (before === 1) found.push(index);
    times.set(text, before + 1);
  });
  return found;
}
