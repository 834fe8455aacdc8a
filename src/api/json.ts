/**
 * JSON values and the two operations every layer needs of them: a canonical text and a digest of it.
 */
import { hash } from 'node:crypto';

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

/** True for a plain JSON object: neither null, nor a list, nor a scalar. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The canonical text of a value: keys sorted, no white space, undefined members left out.
 * Two values that a Kubernetes API would store alike give the same text.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  if (Array.isArray(value)) return canonicalList(value.map(canonicalJson));
  const members = value as JsonObject;
  const names = Object.keys(members);
  if (names.length > 1) names.sort();
  let text = '';
  for (const name of names) {
    const member = members[name];
    if (member !== undefined) text += `${text === '' ? '' : ','}${quoted(name)}:${canonicalJson(member)}`;
  }
  return `{${text}}`;
}

/** The canonical text of a list, from those of its items. */
export function canonicalList(items: readonly string[]): string {
  return `[${items.join(',')}]`;
}

/** Characters that don't stand for themselves in JSON: quotes, backslashes, controls and lone surrogates. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON escapes them.
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/;

/** A text as JSON has it. Most are short and plain, where looking is cheaper than `JSON.stringify`. */
export function quoted(text: string): string {
  return ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`;
}

/** The first 16 hexadecimal digits of the SHA-256 of a value's canonical text. */
export function digest(value: unknown): string {
  return textDigest(canonicalJson(value));
}

/** The same of a canonical text. */
export function textDigest(text: string): string {
  // Through bytes: the beginning of a longer text would keep the whole of it in memory.
  return hash('sha256', text, 'buffer').toString('hex', 0, 8);
}
