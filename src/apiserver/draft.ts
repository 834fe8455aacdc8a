/**
 * Objects while a request works on them: JSON that may be changed in place, as long as nobody else holds it.
 *
 * A draft comes fresh from a request's body or from `draftOf`; what has been stored is never a draft again.
 */

import type { JsonObject, JsonValue } from '../api/json';
import { findDouble } from './json/int64';

export type Draft = null | boolean | number | string | Draft[] | DraftObject;
export interface DraftObject {
  [key: string]: Draft | undefined;
}

/** A deep copy that may be changed. Members that are undefined are left out. */
export function draftOf(value: JsonObject): DraftObject;
export function draftOf(value: JsonValue): Draft;
export function draftOf(value: JsonValue): Draft {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: JsonValue) => draftOf(item));
  const copy: DraftObject = {};
  for (const [key, member] of Object.entries(value as JsonObject)) {
    if (member === undefined) continue;
    // A plain assignment to this name would change the prototype.
    if (key === '__proto__') Object.defineProperty(copy, key, { value: draftOf(member), ...PLAIN_MEMBER });
    else copy[key] = draftOf(member);
  }
  return copy;
}

const PLAIN_MEMBER = { configurable: true, enumerable: true, writable: true } as const;

/** True for an object that is neither null nor a list. */
export function isDraftObject(value: Draft | undefined): value is DraftObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object under a key, made where there is none. */
export function ensureObject(parent: DraftObject, key: string): DraftObject {
  const member = parent[key];
  if (isDraftObject(member)) return member;
  const made: DraftObject = {};
  parent[key] = made;
  return made;
}

/** The object under a key, or undefined where there is none. */
export function findObject(parent: DraftObject | undefined, key: string): DraftObject | undefined {
  const member = parent?.[key];
  return isDraftObject(member) ? member : undefined;
}

/** The objects of the list under a key; empty where there is no list. */
export function objectsIn(parent: DraftObject | undefined, key: string): DraftObject[] {
  const member = parent?.[key];
  return Array.isArray(member) ? member.filter(isDraftObject) : [];
}

/** The string under a key, or undefined. */
export function findString(parent: DraftObject | undefined, key: string): string | undefined {
  const member = parent?.[key];
  return typeof member === 'string' ? member : undefined;
}

/** The number under a key, or the double nearest to it; or undefined. */
export function findNumber(parent: DraftObject | undefined, key: string): number | undefined {
  const member = parent?.[key];
  return findDouble(member);
}
