/**
 * Bodies of requests as JSON values.
 *
 * The text is read by the engine's own parser. Only where it holds long integers, or a member twice and somebody wants to know,
 * is it read a second time: the last of equal members counts, and the repetition is remembered beside the object.
 */
import type { JsonObject, JsonValue } from '../../api/json';
import { scanJson } from '../json/json-scan';
import { hasLongInteger } from '../json/json-text';
import { BodySyntaxError, withinDepth } from './body-syntax';
import { jsonSyntaxProblem } from './json-syntax';

export interface ParsedBody {
  readonly value: JsonValue;
  /**
   * `duplicate field "spec.replicas"`, wherever it is, in the order of the text; empty unless asked for. Built-in codecs report
   * those of their kind's fields themselves: these are for objects whose members may be anything, and for YAML.
   */
  readonly duplicates: readonly string[];
}

const NONE: readonly string[] = [];
const sequences = new WeakMap<object, readonly TextMember[]>();

/** A member as an object's text has it. */
export interface TextMember {
  readonly key: string;
  /** It was there before. */
  readonly isRepeated: boolean;
  /** It doesn't come again: the object holds its value. */
  readonly isLast: boolean;
}

/** The members in the order of an object's text, where some are there twice and `findDuplicates` was asked for. */
export function findTextMembers(object: JsonObject): readonly TextMember[] | undefined {
  return sequences.get(object);
}

/** The value of a JSON text. Throws `BodySyntaxError`. */
export function parseJsonBody(text: string, findDuplicates: boolean): ParsedBody {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    throw new BodySyntaxError(withinDepth(() => jsonSyntaxProblem(text)));
  }
  return withinDepth(() => exactBody(text, value, findDuplicates));
}

function exactBody(text: string, value: JsonValue, findDuplicates: boolean): ParsedBody {
  const hasRepeated = findDuplicates && keysInText(text) !== membersOf(value);
  if (!hasRepeated && !hasLongInteger(text)) return { value, duplicates: NONE };
  const scanned = scanJson(text);
  if (!hasRepeated) return { value: scanned.value, duplicates: NONE };
  for (const [object, keys] of scanned.sequences) {
    sequences.set(
      object,
      keys.map((key, index) => ({
        key,
        isRepeated: keys.indexOf(key) < index,
        isLast: keys.lastIndexOf(key) === index,
      })),
    );
  }
  const paths = new Set(scanned.repeated);
  return { value: scanned.value, duplicates: [...paths].map((path) => `duplicate field ${JSON.stringify(path)}`) };
}

/** How many members the objects of a text have, those that are there twice counted twice. */
function keysInText(text: string): number {
  let keys = 0;
  let at = text.indexOf('"');
  while (at >= 0) {
    let end = text.indexOf('"', at + 1);
    while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
    let after = end + 1;
    for (let code = text.charCodeAt(after); code === 32 || (code >= 9 && code <= 13); code = text.charCodeAt(after)) {
      after += 1;
    }
    if (text.charCodeAt(after) === 58) keys += 1;
    at = text.indexOf('"', after);
  }
  return keys;
}

function isEscaped(text: string, at: number): boolean {
  let slashes = 0;
  while (text.charCodeAt(at - 1 - slashes) === 92) slashes += 1;
  return slashes % 2 === 1;
}

function membersOf(value: JsonValue): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value as readonly JsonValue[]) count += membersOf(item);
    return count;
  }
  for (const key of Object.keys(value)) count += 1 + membersOf((value as JsonObject)[key] ?? null);
  return count;
}
