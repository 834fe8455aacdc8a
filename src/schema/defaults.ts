/**
 * What the API server's defaulting fills in, for doors that have no API server.
 *
 * As the server does it: a missing member gets its default, and so does one that is null and may not be; a null without a
 * default is taken out. Defaults of nested members come only into objects that are there.
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#defaulting-and-nullable
 */
import { isJsonObject, type JsonValue } from '../api/json';
import type { Manifest } from '../api/object';
import type { KindSchema } from './kind-schema';
import { objectNode } from './object-node';
import type { SchemaNode } from './schema-node';

/** The object with its kind's defaults; the given one is left as it is, and shares what doesn't change. */
export function applyDefaults<O extends Manifest>(schema: KindSchema, object: O): O {
  return withDefaults(objectNode(schema), object) as O;
}

/** A value with the defaults of its node. Values of another type than the node's come back as they are. */
export function withDefaults(node: SchemaNode, value: unknown): unknown {
  if (Array.isArray(value)) {
    const { items } = node;
    return items === undefined ? value : value.map((item) => withDefaults(items, item));
  }
  if (!isJsonObject(value)) return value;
  if (node.values !== undefined) return mapWithDefaults(node.values, value);
  if (node.properties === undefined) return value;

  // Entries rather than assignment: an own member called `__proto__` stays a member.
  const entries: [string, unknown][] = [];
  for (const [name, member] of Object.entries(value)) {
    const property = node.properties.get(name);
    if (member === undefined) continue;
    if (property === undefined) entries.push([name, member]);
    else if (member !== null || property.nullable || isFree(property))
      entries.push([name, withDefaults(property, member)]);
    else if (property.default !== undefined) entries.push([name, defaultOf(property)]);
  }
  for (const [name, property] of node.properties) {
    const isThere = Object.hasOwn(value, name) && value[name] !== undefined;
    if (!isThere && property.default !== undefined) entries.push([name, defaultOf(property)]);
  }
  return Object.fromEntries(entries);
}

function mapWithDefaults(values: SchemaNode, map: Readonly<Record<string, JsonValue | undefined>>): unknown {
  const entries: [string, unknown][] = [];
  for (const [key, value] of Object.entries(map)) {
    if (value === undefined) continue;
    if (value !== null || values.nullable || isFree(values)) entries.push([key, withDefaults(values, value)]);
    else if (values.default !== undefined) entries.push([key, defaultOf(values)]);
  }
  return Object.fromEntries(entries);
}

/** A value that is kept as it is may be null. */
function isFree(node: SchemaNode): boolean {
  return node.preserveUnknown && node.type === undefined;
}

function defaultOf(node: SchemaNode): unknown {
  return withDefaults(node, structuredClone(node.default));
}
