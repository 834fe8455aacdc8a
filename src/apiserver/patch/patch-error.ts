/** How the real server refuses a patch. */
import { isJsonObject, type JsonValue } from '../../api/json';
import { valueGoType, valueText } from '../fields/value-text';
import { isNumeric } from '../json/int64';
import { badRequest, StatusError } from '../status-error';

/** 422 without a word of what is wrong: the patch cannot be applied to this object. */
export function rejectedPatch(): StatusError {
  return new StatusError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
}

/** 400 for a patch of another shape: `json: cannot unmarshal array into Go value of type …`. */
export function wrongShape(value: JsonValue, wanted: string, prefix = ''): StatusError {
  return badRequest(`${prefix}json: cannot unmarshal ${jsonKind(value)} into Go ${wanted}`);
}

function jsonKind(value: JsonValue): string {
  if (Array.isArray(value)) return 'array';
  if (isJsonObject(value)) return 'object';
  if (isNumeric(value)) return 'number';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

/** 500 with the reason as the only word. */
export function failedPatch(message: string): StatusError {
  return new StatusError(500, '', message);
}

/** 500 for a `$patch` that says nothing known. */
export function unknownDirective(directive: JsonValue | undefined, patch: JsonValue): StatusError {
  const isText = typeof directive === 'string';
  const type =
    directive === null || directive === undefined ? '<nil>' : `${valueGoType(directive)}=${valueText(directive)}`;
  return failedPatch(`unknown patch type: ${isText ? directive : `%!s(${type})`} in map: ${valueText(patch)}`);
}

/** How a request wants fields checked that nobody knows. The default of requests is `Warn`. */
export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';
