/** The two halves of an object. */
import { isJsonObject, type JsonObject } from '../../../api/json';
import type { KubeObject } from '../../../api/object';

const NOTHING: JsonObject = Object.freeze({});

/** The spec; without members where there is none. */
export function specOf({ spec }: KubeObject): JsonObject {
  return isJsonObject(spec) ? spec : NOTHING;
}

/** The status; without members where there is none. */
export function statusOf({ status }: KubeObject): JsonObject {
  return isJsonObject(status) ? status : NOTHING;
}
