/**
 * Sets what a structural schema says that absent members are.
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#defaulting
 */
import type { JsonValue } from '../../api/json';
import { type Draft, draftOf } from '../draft';
import type { SchemaNode } from './schema-node';

/** Sets the defaults of absent members, and of those that are null but must not be, in place. */
export function setSchemaDefaults(value: Draft | undefined, node: SchemaNode | undefined): void {
  if (node === undefined || typeof value !== 'object' || value === null || !hasDefaults(node)) return;
  if (Array.isArray(value)) {
    value.forEach((item, index) => {
      if (item === null && isDefaulted(node.items)) value[index] = draftOf(node.items.default);
      setSchemaDefaults(value[index], node.items);
    });
    return;
  }
  for (const [name, property] of node.properties ?? []) {
    const isAbsent = !Object.hasOwn(value, name) || value[name] === null;
    if (isAbsent && isDefaulted(property) && !(Object.hasOwn(value, name) && property.nullable === true)) {
      setOwn(value, name, draftOf(property.default));
    }
  }
  for (const name of Object.keys(value)) {
    const property = node.properties?.get(name);
    const below = property ?? node.additionalProperties;
    if (property === undefined && value[name] === null && isDefaulted(below) && below.nullable !== true) {
      setOwn(value, name, draftOf(below.default));
    }
    setSchemaDefaults(value[name], below);
  }
}

const known = new WeakMap<SchemaNode, boolean>();

/** True where the node says a default, or one below it does. Told once for each node. */
function hasDefaults(node: SchemaNode): boolean {
  const before = known.get(node);
  if (before !== undefined) return before;
  // What reaches itself says no default on that way.
  known.set(node, false);
  const below = [...(node.properties?.values() ?? []), node.items, node.additionalProperties];
  const found = node.default !== undefined || below.some((part) => part !== undefined && hasDefaults(part));
  known.set(node, found);
  return found;
}

function isDefaulted(node: SchemaNode | undefined): node is SchemaNode & { readonly default: JsonValue } {
  return node?.default !== undefined;
}

/** A plain assignment to `__proto__` would change the prototype. */
function setOwn(object: Record<string, Draft | undefined>, name: string, value: Draft): void {
  if (name !== '__proto__') object[name] = value;
  else Object.defineProperty(object, name, { value, configurable: true, enumerable: true, writable: true });
}
