/**
 * Values at the simple paths of a scale (`.spec.replicas`), read with the words of the API where they can't be.
 * @see k8s.io/apimachinery/pkg/apis/meta/v1/unstructured/helpers.go, v0.34
 */

import { isJsonObject, type JsonValue } from '../../api/json';
import { findDouble, isNumeric, isWholeNumber } from '../json/int64';
import { goFloat, goJson } from '../schema/go-text';

export type Nested<T> = { readonly value: T | undefined } | { readonly error: string };

/** The names of a path that may begin with a dot. */
export function pathNames(path: string): string[] {
  return (path.startsWith('.') ? path.slice(1) : path).split('.');
}

/** The whole number at a path; undefined where there is none. */
export function nestedInteger(object: unknown, path: string): Nested<number> {
  const found = nested(object, path);
  if ('error' in found || found.value === undefined) return found as Nested<number>;
  const { value } = found;
  if (isWholeNumber(value)) return { value: findDouble(value) };
  return { error: mismatch(path, value, 'int64') };
}

/** The text at a path; undefined where there is none. */
export function nestedString(object: unknown, path: string): Nested<string> {
  const found = nested(object, path);
  if ('error' in found || found.value === undefined) return found as Nested<string>;
  const { value } = found;
  return typeof value === 'string' ? { value } : { error: mismatch(path, value, 'string') };
}

function nested(object: unknown, path: string): Nested<JsonValue> {
  let current = object as JsonValue | undefined;
  const names = pathNames(path);
  for (const [index, name] of names.entries()) {
    if (current === null) return { value: undefined };
    if (!isJsonObject(current)) {
      return { error: mismatch(`.${names.slice(0, index + 1).join('.')}`, current ?? null, 'map[string]interface{}') };
    }
    if (!Object.hasOwn(current, name)) return { value: undefined };
    current = current[name];
  }
  return { value: current ?? null };
}

function mismatch(path: string, value: JsonValue, expected: string): string {
  const at = path.startsWith('.') ? path : `.${path}`;
  return `${at} accessor error: ${shown(value)} is of the type ${goType(value)}, expected ${expected}`;
}

function goType(value: JsonValue): string {
  if (value === null) return '<nil>';
  if (Array.isArray(value)) return '[]interface {}';
  if (isJsonObject(value)) return 'map[string]interface {}';
  if (isNumeric(value)) return isWholeNumber(value) ? 'int64' : 'float64';
  return typeof value === 'boolean' ? 'bool' : 'string';
}

/** A value as `%v` prints it. */
function shown(value: JsonValue): string {
  if (value === null) return '<nil>';
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : goFloat(value);
  if (Array.isArray(value)) return `[${(value as readonly JsonValue[]).map(shown).join(' ')}]`;
  if (!isJsonObject(value)) return typeof value === 'string' ? value : goJson(value);
  const members = Object.keys(value).sort();
  return `map[${members.map((name) => `${name}:${shown(value[name] ?? null)}`).join(' ')}]`;
}
