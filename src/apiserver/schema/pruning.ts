/**
 * Leaves out what a structural schema doesn't know.
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#field-pruning
 */
import { type Draft, isDraftObject } from '../draft';
import { isImplied, RESOURCE_MEMBERS } from './object-meta';
import type { SchemaNode } from './schema-node';

/**
 * Deletes unknown members, in place. What is a resource keeps `apiVersion`, `kind` and `metadata`, whose insides are
 * decoded elsewhere. Returns the paths of what went, in the order of their names: `spec.foo`, `spec.list[0].bar`.
 */
export function prune(value: Draft, schema: SchemaNode): string[] {
  const unknown: string[] = [];
  pruneValue(value, schema, { path: '', keeps: false }, unknown);
  return unknown.sort();
}

interface Place {
  readonly path: string;
  /** The list around keeps what it doesn't know, and so do its items. */
  readonly keeps: boolean;
}

function pruneValue(value: Draft | undefined, node: SchemaNode | undefined, place: Place, unknown: string[]): void {
  if (typeof value !== 'object' || value === null) return;
  const { path } = place;
  const keeps = place.keeps || node?.preserveUnknownFields === true;
  if (Array.isArray(value)) {
    if (keeps && node?.items === undefined) return;
    value.forEach((item, index) =>
      pruneValue(item, node?.items, { path: `${path}[${String(index)}]`, keeps }, unknown),
    );
    return;
  }
  if (keeps && node?.properties === undefined && node?.additionalProperties === undefined) return;
  for (const name of Object.keys(value)) {
    if (node?.embeddedResource === true && RESOURCE_MEMBERS.has(name)) continue;
    const below = node?.properties?.get(name) ?? node?.additionalProperties;
    const memberPath = path === '' ? name : `${path}.${name}`;
    if (below !== undefined) pruneValue(value[name], below, { path: memberPath, keeps: false }, unknown);
    else if (!keeps) {
      unknown.push(memberPath);
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the member is the object's own, by `Object.keys`.
      delete value[name];
    }
  }
}

/** Deletes members that are null where the schema has neither `nullable` nor a default, in place. */
export function pruneNulls(value: Draft | undefined, node: SchemaNode | undefined): void {
  if (Array.isArray(value)) {
    for (const item of value) pruneNulls(item, node?.items);
    return;
  }
  if (!isDraftObject(value)) return;
  for (const name of Object.keys(value)) {
    const below = node?.properties?.get(name) ?? node?.additionalProperties;
    // What is implied is decoded elsewhere.
    if (below === undefined || isImplied(below)) continue;
    if (value[name] === null && below.nullable !== true && below.default === undefined) {
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the member is the object's own, by `Object.keys`.
      delete value[name];
    } else pruneNulls(value[name], below);
  }
}
