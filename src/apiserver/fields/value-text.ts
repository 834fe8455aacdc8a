/**
 * JSON values as the messages of the real server print them: a Go program's `%v` and `%#v`.
 * @see https://pkg.go.dev/fmt
 */

import type { JsonObject, JsonValue } from '../../api/json';
import { isNumeric, isWholeNumber } from '../json/int64';
import { jsonText } from '../json/json-text';

/** A value as `%v` prints it: `map[a:1 b:[x <nil>]]`; strings bare, members sorted. */
export function valueText(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '<nil>';
  if (typeof value === 'number') return numberText(value, 'int64');
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[${value.map((item: JsonValue) => valueText(item)).join(' ')}]`;
  const members = value as JsonObject;
  return `map[${presentKeys(members)
    .map((key) => `${key}:${valueText(members[key])}`)
    .join(' ')}]`;
}

/** A value as `%#v` prints it: `map[string]interface {}{"a":1}`. */
export function valueSource(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return 'interface {}(nil)';
  if (typeof value === 'number') return numberText(value, 'int64');
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'boolean' || isNumeric(value)) return jsonText(value);
  if (Array.isArray(value)) return `[]interface {}{${value.map(valueSource).join(', ')}}`;
  const members = value as JsonObject;
  const texts = presentKeys(members).map((key) => `${JSON.stringify(key)}:${valueSource(members[key])}`);
  return `map[string]interface {}{${texts.join(', ')}}`;
}

/** The Go type that a JSON value is read into: `map[string]interface {}`, `float64`. */
export function valueGoType(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '<nil>';
  if (isNumeric(value)) return isWholeNumber(value) ? 'int64' : 'float64';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  return Array.isArray(value) ? '[]interface {}' : 'map[string]interface {}';
}

/** How a Go program holds whole numbers: as `int64` where it reads an object, as `float64` where it reads a field set. */
export type WholeNumbers = 'float64' | 'int64';

/** A number as `%v` prints it: a `float64` takes an exponent from a million on. */
export function numberText(value: number, whole: WholeNumbers): string {
  if (whole === 'int64' && Number.isInteger(value)) return String(value);
  const [mantissa = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) return String(value);
  const digits = String(Math.abs(exponent)).padStart(2, '0');
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${digits}`;
}

function presentKeys(members: JsonObject): string[] {
  return Object.keys(members)
    .filter((key) => members[key] !== undefined)
    .sort();
}
