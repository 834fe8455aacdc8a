/**
 * Patches of type `application/strategic-merge-patch+json`: merge patches that know how lists are merged, and that speak by
 * directives: `$patch`, `$retainKeys`, `$deleteFromPrimitiveList/NAME` and `$setElementOrder/NAME`.
 *
 * Maps are merged here, lists in `list-merge.ts`, their order is made in `element-order.ts`.
 * @see k8s.io/apimachinery/pkg/util/strategicpatch/patch.go, v0.34
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../api/json';
import type { Draft, DraftObject } from '../draft';
import { setMember } from '../fields/member';
import type { SchemaNode } from '../schema/schema-node';
import { badRequest } from '../status-error';
import { asList, goTypeOf, isList } from './json-list';
import { mergedList } from './list-merge';
import { orderedByDirective } from './order-directive';
import { failedPatch, unknownDirective, wrongShape } from './patch-error';
import { getListMerging, getObjectMerging } from './patch-schema';

const PATCH_DIRECTIVE = '$patch';
const RETAIN_KEYS = '$retainKeys';
const DELETE_FROM_LIST = '$deleteFromPrimitiveList';
const ELEMENT_ORDER = '$setElementOrder';

/**
 * The object with the patch merged into it. It shares what the patch doesn't change.
 * Throws `StatusError` 400 where the patch isn't one, 422 for lists of lists, 500 for what the real server has no code for.
 */
export function strategicMergePatch(original: JsonObject, patch: JsonValue, schema: SchemaNode): JsonObject {
  if (patch === null) return original;
  if (!isJsonObject(patch)) throw wrongShape(patch, 'value of type map[string]interface {}');
  return mergedMap(original, patch, schema);
}

/** An object with a patch for it laid over it. */
function mergedMap(original: JsonObject, patch: JsonObject, schema: SchemaNode): JsonObject {
  if (Object.hasOwn(patch, PATCH_DIRECTIVE)) return replacedMap(patch);
  const merged = { ...retained(original, patch) } as DraftObject;
  const rest = new Map<string, JsonValue>();
  for (const name of Object.keys(patch)) {
    const value = patch[name];
    if (value !== undefined && name !== RETAIN_KEYS) rest.set(name, value);
  }
  mergeOrderedLists(merged, rest, schema);
  for (const [name, value] of rest) {
    if (name.startsWith(DELETE_FROM_LIST)) {
      deleteFromList(merged, directiveTarget(name, DELETE_FROM_LIST, 'primitive list'), value, schema);
    } else {
      mergeMember(merged, name, value, schema);
    }
  }
  return merged;
}

function replacedMap(patch: JsonObject): JsonObject {
  const { [PATCH_DIRECTIVE]: directive, ...rest } = patch;
  if (directive === 'replace') return rest;
  if (directive === 'delete') return {};
  throw unknownDirective(directive, patch);
}

/** What `$retainKeys` leaves of the original. */
function retained(original: JsonObject, patch: JsonObject): JsonObject {
  const directive = patch[RETAIN_KEYS];
  if (directive === undefined) return original;
  const keys = new Set(isList(directive) ? directive : []);
  for (const name of Object.keys(patch)) {
    const isDirective = name === RETAIN_KEYS || name.startsWith(DELETE_FROM_LIST) || name.startsWith(ELEMENT_ORDER);
    if (isDirective || patch[name] === null || patch[name] === undefined || keys.has(name)) continue;
    throw badRequest('invalid patch format of retainKeys');
  }
  if (!isList(directive)) throw badRequest('invalid patch format of retainKeys');
  return Object.fromEntries(Object.entries(original).filter(([name]) => keys.has(name)));
}

/** Merges the lists whose order the patch gives, and takes them from what is left of it. */
function mergeOrderedLists(merged: DraftObject, rest: Map<string, JsonValue>, schema: SchemaNode): void {
  for (const [directive, order] of [...rest]) {
    if (!directive.startsWith(ELEMENT_ORDER)) continue;
    rest.delete(directive);
    if (!isList(order)) throw failedPatch(`expected a []interface {}, but received a ${goTypeOf(order)}`);
    const name = directiveTarget(directive, ELEMENT_ORDER, 'setElementOrder list');
    const original = listUnder(merged, name);
    const patch = rest.has(name) ? asList(rest.get(name) ?? null) : undefined;
    const merging = getListMerging(schema, name);
    const list = orderedByDirective({
      original,
      patch,
      order,
      merging,
      removeDirectives: withoutDirectives,
      mergedMap,
    });
    if (list === undefined) continue;
    setMember(merged, name, list as Draft);
    rest.delete(name);
  }
}

function listUnder(merged: DraftObject, name: string): readonly JsonValue[] | undefined {
  return Object.hasOwn(merged, name) ? asList(merged[name] ?? null) : undefined;
}

/** The member that a directive speaks of: what stands behind its slash. */
function directiveTarget(directive: string, prefix: string, what: string): string {
  const slash = directive.indexOf('/');
  if (slash !== prefix.length) throw badRequest(`invalid patch format of ${what}`);
  return directive.slice(slash + 1);
}

function mergeMember(merged: DraftObject, name: string, value: JsonValue, schema: SchemaNode): void {
  const original: JsonValue | undefined = Object.hasOwn(merged, name) ? merged[name] : undefined;
  if (value === null) {
    Reflect.deleteProperty(merged, name);
  } else if (isJsonObject(original) && isJsonObject(value)) {
    const merging = getObjectMerging(schema, name);
    const isReplaced = merging.strategy === 'replace';
    setMember(merged, name, (isReplaced ? value : mergedMap(original, value, merging.schema)) as Draft);
  } else if (isList(original) && isList(value)) {
    const merging = getListMerging(schema, name);
    const isMerged = merging.strategy === 'merge';
    setMember(merged, name, (isMerged ? mergedList({ original, patch: value, merging, mergedMap }) : value) as Draft);
  } else {
    const kept = withoutDirectives(withoutNulls(value));
    if (kept === undefined) Reflect.deleteProperty(merged, name);
    else setMember(merged, name, kept as Draft);
  }
}

function deleteFromList(merged: DraftObject, name: string, value: JsonValue, schema: SchemaNode): void {
  const original: JsonValue | undefined = Object.hasOwn(merged, name) ? merged[name] : undefined;
  if (value === null) {
    Reflect.deleteProperty(merged, name);
    return;
  }
  if (!isList(original) || !isList(value)) return;
  const merging = getListMerging(schema, name);
  setMember(merged, name, mergedList({ original, patch: value, merging, mergedMap, isDeletion: true }) as Draft);
}

/** A value without what carries a directive; undefined where it does itself. */
function withoutDirectives(value: JsonValue): JsonValue | undefined {
  if (isList(value)) return value.map(withoutDirectives).filter((item) => item !== undefined);
  if (!isJsonObject(value)) return value;
  if (Object.hasOwn(value, PATCH_DIRECTIVE)) return undefined;
  const kept: [string, JsonValue][] = [];
  for (const [name, member] of Object.entries(value)) {
    const left = member === undefined ? undefined : withoutDirectives(member);
    if (left !== undefined) kept.push([name, left]);
  }
  return Object.fromEntries(kept);
}

/** A value without members that are null. Items that are null stay. */
function withoutNulls(value: JsonValue): JsonValue {
  if (isList(value)) return value.map(withoutNulls);
  if (!isJsonObject(value)) return value;
  const kept: [string, JsonValue][] = [];
  for (const [name, member] of Object.entries(value)) {
    if (member !== undefined && member !== null) kept.push([name, withoutNulls(member)]);
  }
  return Object.fromEntries(kept);
}
