/**
 * Members of JSON objects whose shape isn't promised: what has another type counts as absent. Own members only, so that
 * names such as `__proto__` find what a client sent and nothing else.
 */

import type { JsonObject, JsonValue } from '../../api/json';
import { valueAt } from '../../api/object';
import { findDouble } from '../json/int64';

/** The object at a path, or undefined. */
export function objectAt(value: unknown, ...path: readonly (string | number)[]): JsonObject | undefined {
  const member = valueAt(value, path);
  return isObject(member) ? member : undefined;
}

/** The list at a path; empty where there is none. */
export function listAt(value: unknown, ...path: readonly (string | number)[]): readonly JsonValue[] {
  const member = valueAt(value, path);
  return Array.isArray(member) ? (member as readonly JsonValue[]) : [];
}

/** The objects of the list at a path; empty where there is no list. */
export function objectsAt(value: unknown, ...path: readonly (string | number)[]): readonly JsonObject[] {
  return listAt(value, ...path).filter(isObject);
}

/** The strings of the list at a path; empty where there is no list. */
export function stringsAt(value: unknown, ...path: readonly (string | number)[]): readonly string[] {
  return listAt(value, ...path).filter((item) => typeof item === 'string');
}

/** The string at a path; empty where there is none. */
export function stringAt(value: unknown, ...path: readonly (string | number)[]): string {
  const member = valueAt(value, path);
  return typeof member === 'string' ? member : '';
}

/** The number at a path, or the double nearest to it; or undefined. */
export function numberAt(value: unknown, ...path: readonly (string | number)[]): number | undefined {
  const member = valueAt(value, path);
  return findDouble(member);
}

/** The boolean at a path, or undefined. */
export function booleanAt(value: unknown, ...path: readonly (string | number)[]): boolean | undefined {
  const member = valueAt(value, path);
  return typeof member === 'boolean' ? member : undefined;
}

/** The members of the object at a path that are strings: labels, annotations, amounts of resources. */
export function stringMapAt(value: unknown, ...path: readonly (string | number)[]): ReadonlyMap<string, string> {
  const members = new Map<string, string>();
  for (const [key, member] of Object.entries(objectAt(value, ...path) ?? {})) {
    if (typeof member === 'string') members.set(key, member);
  }
  return members;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
