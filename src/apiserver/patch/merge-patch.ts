/**
 * Patches of type `application/merge-patch+json`: RFC 7386.
 * @see https://www.rfc-editor.org/rfc/rfc7386 gopkg.in/evanphx/json-patch.v4, v4.12
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../api/json';
import type { Draft, DraftObject } from '../draft';
import { setMember } from '../fields/member';
import { badRequest } from '../status-error';
import { type FieldValidation, wrongShape } from './patch-error';

/**
 * The document with the patch laid over it; null takes members away. It shares what it doesn't change.
 * Throws `StatusError` 400 where the patch isn't an object; unchecked, a list takes the document's place.
 */
export function mergePatch(document: JsonObject, patch: JsonValue, validation: FieldValidation = 'Warn'): JsonValue {
  if (isJsonObject(patch)) return mergedObject(document, patch);
  if (patch !== null && validation !== 'Ignore') {
    throw wrongShape(patch, 'value of type map[string]interface {}', 'error decoding patch: ');
  }
  if (Array.isArray(patch)) return withoutNulls(patch as readonly JsonValue[]);
  throw badRequest('Invalid JSON Patch');
}

function mergedObject(document: JsonObject, patch: JsonObject): JsonObject {
  const merged = { ...document } as DraftObject;
  for (const name of Object.keys(patch)) {
    const value = patch[name];
    if (value === undefined) continue;
    if (value === null) {
      Reflect.deleteProperty(merged, name);
      continue;
    }
    const own = Object.hasOwn(document, name) ? document[name] : undefined;
    setMember(merged, name, mergedValue(own, value) as Draft);
  }
  return merged;
}

function mergedValue(own: JsonValue | undefined, value: JsonValue): JsonValue {
  if (!isJsonObject(own)) return withoutNulls(value);
  // The real server leaves nulls in a list that takes an object's place.
  return isJsonObject(value) ? mergedObject(own, value) : value;
}

/** A value without members that are null. Items that are null stay. */
function withoutNulls(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(withoutNulls);
  if (!isJsonObject(value)) return value;
  const kept: DraftObject = {};
  for (const name of Object.keys(value)) {
    const member = value[name];
    if (member !== undefined && member !== null) setMember(kept, name, withoutNulls(member) as Draft);
  }
  return kept;
}
