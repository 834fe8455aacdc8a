/** Lists of JSON values, and the names that a Go program has for such values. */
import type { JsonValue } from '../../api/json';
import { valueGoType } from '../fields/value-text';
import { failedPatch } from './patch-error';

/** `Array.isArray` that keeps the type of the items. */
export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** The value as a list. Throws `StatusError` 500 where it isn't one. */
export function asList(value: JsonValue): readonly JsonValue[] {
  if (isList(value)) return value;
  throw failedPatch(`expected a []interface {}, but received a ${goTypeOf(value)}`);
}

export function goTypeOf(value: JsonValue): string {
  return valueGoType(value);
}
