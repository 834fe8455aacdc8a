/**
 * JSON texts whose integers keep their digits. Nearly all texts and values have no integer beyond 2^53, and are read and written
 * by the engine itself; the few others by hand.
 */
import { canonicalJson as canonicalPlain, type JsonObject, type JsonValue } from '../../api/json';
import { findLargeInt } from './int64';
import { scanJson } from './json-scan';

/** Digits, outside of a string or at its begin, that may be an integer beyond 2^53. */
const LONG_INTEGER = /(?:^|[\s:,[])-?\d{16}/;

/** Whether reading a text by the engine's own parser could lose digits. */
export function hasLongInteger(text: string): boolean {
  return LONG_INTEGER.test(text);
}

/** The value of a JSON text. Throws `SyntaxError`. */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return hasLongInteger(text) ? scanJson(text).value : value;
}

/** The text of a value; with `indent`, on several lines. What is undefined is written as null. */
export function jsonText(value: unknown, indent = 0): string {
  try {
    return JSON.stringify(value ?? null, undefined, indent);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return exactText(value, indent, '');
  }
}

/** The canonical text of a value: keys sorted, no white space, undefined members left out. */
export function canonicalJson(value: unknown): string {
  const large = findLargeInt(value);
  if (large !== undefined) return String(large);
  try {
    return canonicalPlain(value);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return exactText(sorted(value as JsonValue), 0, '');
  }
}

function exactText(value: unknown, indent: number, margin: string): string {
  const large = findLargeInt(value);
  if (large !== undefined) return String(large);
  if (typeof value !== 'object' || value === null) return jsonText(value);
  const inner = margin + ' '.repeat(indent);
  const parts = Array.isArray(value)
    ? value.map((item: JsonValue) => exactText(item, indent, inner))
    : Object.keys(value)
        .filter((key) => (value as JsonObject)[key] !== undefined)
        .map((key) => {
          const text = exactText((value as JsonObject)[key], indent, inner);
          return `${JSON.stringify(key)}:${indent > 0 ? ' ' : ''}${text}`;
        });
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  if (indent === 0 || parts.length === 0) return `${open}${parts.join(',')}${close}`;
  return `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${margin}${close}`;
}

function sorted(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: JsonValue | undefined) => sorted(item ?? null));
  const members = value as JsonObject;
  const sortedMembers = Object.keys(members)
    .sort()
    .map((key) => {
      const member = members[key];
      return [key, member === undefined ? undefined : sorted(member)] as const;
    });
  return Object.fromEntries(sortedMembers);
}
