/** Answers with `*` for what changes from run to run. */
import type { JsonValue } from '../../../src/api/json';

const CHANGING: ReadonlySet<string> = new Set([
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'deletionTimestamp',
  'time',
  'continue',
]);
const UID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
/** A text, in which digits are let alone, or an integer. */
const TEXT_OR_LONG_INTEGER = /"(?:[^"\\]|\\.)*"|(?<![\d.])-?\d{16,}(?![\d.e])/g;

/** The value of an answer. Integers of 16 digits and more are texts in it, so that none is lost; what isn't JSON is a text. */
export function maskedAnswer(text: string): JsonValue {
  try {
    return masked(JSON.parse(text.replace(TEXT_OR_LONG_INTEGER, quoted)) as JsonValue);
  } catch {
    return text.trim();
  }
}

function quoted(found: string): string {
  return found.startsWith('"') ? found : `"integer ${found}"`;
}

function masked(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value === 'string') {
    return value
      .replace(UID, '*')
      .replace(/current: \d+/, 'current: *')
      .replace(/record \(\d+\)/, 'record (*)');
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      CHANGING.has(name) && typeof member === 'string' && member !== '' ? '*' : masked(member ?? null),
    ]),
  );
}
