/**
 * The JSON merge patch that makes one object out of another.
 * @see RFC 7386
 */
import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from '../api/json';

/** Undefined where nothing differs. Members that vanish become null; lists are replaced whole. */
export function mergePatch(before: JsonObject, after: JsonObject): JsonObject | undefined {
  const patch: Record<string, JsonValue> = {};
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const old = before[name];
    const next = after[name];
    if (next === undefined || next === null) {
      if (old !== undefined && old !== null) patch[name] = null;
    } else if (isJsonObject(old) && isJsonObject(next)) {
      const nested = mergePatch(old, next);
      if (nested !== undefined) patch[name] = nested;
    } else if (canonicalJson(old) !== canonicalJson(next)) {
      patch[name] = next;
    }
  }
  return Object.keys(patch).length === 0 ? undefined : patch;
}
