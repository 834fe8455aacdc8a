/**
 * Equality of JSON values as the API sees it: the order of members doesn't count, that of items does, and a member that is
 * undefined isn't there.
 */
import type { JsonObject, JsonValue } from '../../api/json';

export function equalValues(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left)) {
    if (!Array.isArray(right) || left.length !== right.length) return false;
    return equalLists(left as readonly JsonValue[], right as readonly JsonValue[]);
  }
  if (Array.isArray(right)) return false;
  return equalObjects(left as JsonObject, right as JsonObject);
}

function equalLists(left: readonly JsonValue[], right: readonly JsonValue[]): boolean {
  for (let i = 0; i < left.length; i++) if (!equalValues(left[i], right[i])) return false;
  return true;
}

function equalObjects(left: JsonObject, right: JsonObject): boolean {
  let surplus = 0;
  for (const key of Object.keys(right)) if (right[key] !== undefined) surplus++;
  for (const key of Object.keys(left)) {
    const member = left[key];
    if (member === undefined) continue;
    if (!Object.hasOwn(right, key) || !equalValues(member, right[key])) return false;
    surplus--;
  }
  return surplus === 0;
}
