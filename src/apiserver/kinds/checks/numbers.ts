/** Checks of numbers, of quantities, and of what is either a number or a percentage. */
import type { JsonObject, JsonValue } from '../../../api/json';
import { compareQuantities, isQuantity } from '../../../api/quantity';
import { type FieldError, invalidField } from '../../field-error';
import { numberAt } from '../json-members';

export const NOT_NEGATIVE = 'must be greater than or equal to 0';

const PERCENT = /^[0-9]+%$/;
const PERCENT_PROBLEM =
  "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

/** Adds an error for each of the members that is a negative number. */
export function addNegativeErrors(
  errors: FieldError[],
  parent: JsonObject | undefined,
  path: string,
  keys: readonly string[],
): void {
  for (const key of keys) {
    const value = numberAt(parent, key);
    if (value < 0) errors.push(invalidField(`${path}.${key}`, value, NOT_NEGATIVE));
  }
}

/** The error of a negative quantity; none where there is no quantity. */
export function negativeQuantityErrors(value: JsonValue | undefined, path: string): FieldError[] {
  if (typeof value !== 'string' && typeof value !== 'number') return [];
  return isQuantity(value) && compareQuantities(value, 0) < 0 ? [invalidField(path, String(value), NOT_NEGATIVE)] : [];
}

function findPercent(value: JsonValue | undefined): number | undefined {
  return typeof value === 'string' && PERCENT.test(value) ? Number(value.slice(0, -1)) : undefined;
}

/** The number, or that of the percentage; 0 for what is neither. */
export function intOrPercent(value: JsonValue | undefined): number {
  return typeof value === 'number' ? value : (findPercent(value) ?? 0);
}

/** Problems of what must be a number of at least 0 or a percentage. */
export function intOrPercentErrors(value: JsonValue | undefined, path: string): FieldError[] {
  if (typeof value === 'string') return PERCENT.test(value) ? [] : [invalidField(path, value, PERCENT_PROBLEM)];
  return typeof value === 'number' && value < 0 ? [invalidField(path, value, NOT_NEGATIVE)] : [];
}

export function over100PercentErrors(value: JsonValue | undefined, path: string): FieldError[] {
  return (findPercent(value) ?? 0) > 100 ? [invalidField(path, value, 'must not be greater than 100%')] : [];
}
