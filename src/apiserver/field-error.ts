/**
 * What validation says of one field, in the words that the Kubernetes API uses.
 * @see k8s.io/apimachinery/pkg/util/validation/field/errors.go, v0.34
 */

import type { JsonValue } from '../api/json';
import { jsonText } from './json/json-text';
import { goFloat, goMarkup, goQuoted } from './schema/go-text';

/** The reasons of a `StatusCause`, each with the phrase that begins its message. */
const PHRASES = {
  FieldValueNotFound: 'Not found',
  FieldValueRequired: 'Required value',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueInvalid: 'Invalid value',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueForbidden: 'Forbidden',
  FieldValueTooLong: 'Too long',
  FieldValueTooMany: 'Too many',
  InternalError: 'Internal error',
  FieldValueTypeInvalid: 'Invalid value',
} as const;

export type FieldErrorType = keyof typeof PHRASES;

/** One problem of one field. */
export interface FieldError {
  readonly type: FieldErrorType;
  /** `spec.containers[0].name`; map keys in brackets: `metadata.labels[app]`; empty for the whole object. */
  readonly field: string;
  /** Absent where the message doesn't show it. */
  readonly badValue?: JsonValue;
  readonly detail: string;
}

const WITHOUT_VALUE: ReadonlySet<FieldErrorType> = new Set([
  'FieldValueRequired',
  'FieldValueForbidden',
  'FieldValueTooLong',
  'InternalError',
]);

/** The message without the field: `Invalid value: "x": must be …`. */
export function fieldErrorBody({ type, badValue, detail }: FieldError): string {
  const value = badValue === undefined || WITHOUT_VALUE.has(type) ? '' : `: ${valueText(badValue)}`;
  return `${PHRASES[type]}${value}${detail === '' ? '' : `: ${detail}`}`;
}

/** A value as Go prints it. */
function valueText(value: JsonValue): string {
  if (typeof value === 'string') return goQuoted(value);
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : goFloat(value);
  return goMarkup(jsonText(value));
}

/** The whole message: `spec.replicas: Invalid value: -1: must be …`. */
export function fieldErrorText(error: FieldError): string {
  return `${error.field === '' ? '<nil>' : error.field}: ${fieldErrorBody(error)}`;
}

export function invalidField(field: string, badValue: JsonValue | undefined, detail: string): FieldError {
  return { type: 'FieldValueInvalid', field, badValue: badValue ?? null, detail };
}

export function typeInvalidField(field: string, badValue: JsonValue | undefined, detail: string): FieldError {
  return { type: 'FieldValueTypeInvalid', field, badValue: badValue ?? null, detail };
}

export function requiredField(field: string, detail = ''): FieldError {
  return { type: 'FieldValueRequired', field, detail };
}

export function forbiddenField(field: string, detail: string): FieldError {
  return { type: 'FieldValueForbidden', field, detail };
}

export function duplicateField(field: string, badValue: JsonValue): FieldError {
  return { type: 'FieldValueDuplicate', field, badValue, detail: '' };
}

export function notFoundField(field: string, badValue: JsonValue): FieldError {
  return { type: 'FieldValueNotFound', field, badValue, detail: '' };
}

/** `supported` is shown in the order given. */
export function notSupportedField(field: string, badValue: JsonValue, supported: readonly string[]): FieldError {
  const detail =
    supported.length === 0 ? '' : `supported values: ${supported.map((value) => JSON.stringify(value)).join(', ')}`;
  return { type: 'FieldValueNotSupported', field, badValue, detail };
}

/** `maximum` in bytes; negative where it isn't said. */
export function tooLongField(field: string, maximum: number): FieldError {
  const detail =
    maximum >= 0 ? `may not be more than ${String(maximum)} ${maximum === 1 ? 'byte' : 'bytes'}` : 'value is too long';
  return { type: 'FieldValueTooLong', field, detail };
}

export function tooManyField(field: string, actual: number, maximum: number): FieldError {
  const items = maximum === 1 ? 'item' : 'items';
  const detail = maximum >= 0 ? `must have at most ${String(maximum)} ${items}` : 'has too many items';
  return { type: 'FieldValueTooMany', field, badValue: actual, detail };
}
