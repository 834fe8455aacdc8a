/**
 * One step of a path into an object, in the form that `fieldsV1` gives it, which is also its identity:
 * `f:NAME` a member, `k:{…}` the item of a list with these keys, `v:VALUE` the item of a set, `i:INDEX` an item by place.
 * @see sigs.k8s.io/structured-merge-diff/v6/fieldpath/serialize-pe.go, v6.3
 */

import { isJsonObject, type JsonValue } from '../../api/json';
import { findDouble, findLargeInt, isNumeric } from '../json/int64';
import { canonicalJson, parseJson } from '../json/json-text';
import { numberText, type WholeNumbers } from './value-text';

export type PathElement = string;

/** A member that names an item of a list, with its value. */
export type ItemKey = readonly [name: string, value: JsonValue];

export function fieldElement(name: string): PathElement {
  return `f:${name}`;
}

/** `keys` sorted by name. */
export function keyElement(keys: readonly ItemKey[]): PathElement {
  let text = '';
  for (const [name, value] of keys) text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${jsonText(value)}`;
  return `k:{${text}}`;
}

export function valueElement(value: JsonValue): PathElement {
  return `v:${jsonText(value)}`;
}

/**
 * The one form of an element that a client may have written otherwise: keys sorted, no white space.
 * Undefined for kinds that are not known: a later version may know them. Throws `Error` on what is no element.
 */
export function canonicalElement(text: string): PathElement | undefined {
  if (text.length < 2 || text[1] !== ':') throw new Error(`not a path element: ${text}`);
  const rest = text.slice(2);
  switch (text[0]) {
    case 'f':
      return text;
    case 'v':
      return valueElement(parseJson(rest) as JsonValue);
    case 'k':
      return keyElement(keysOf(text));
    case 'i':
      if (!INDEX.test(rest)) throw new Error(`not an index: ${text}`);
      return `i:${Number(rest)}`;
    default:
      return undefined;
  }
}

const INDEX = /^[+-]?\d+$/;

/** The elements in the order in which sets are written: members, keys, values, indexes. */
export function sortedElements(elements: Iterable<PathElement>): PathElement[] {
  const fields: PathElement[] = [];
  const items: ParsedItem[] = [];
  for (const element of elements) {
    if (element.startsWith('f:')) fields.push(element);
    else items.push(parsedItem(element));
  }
  fields.sort();
  if (items.length === 0) return fields;
  items.sort(compareItems);
  for (const item of items) fields.push(item.element);
  return fields;
}

/** An element as conflicts print it: `.replicas`, `[name="app"]`, `[="finalizer"]`, `[3]`. */
export function elementText(element: PathElement, whole: WholeNumbers): string {
  if (element.startsWith('f:')) return `.${element.slice(2)}`;
  if (element.startsWith('v:')) return `[=${keyValueText(parseJson(element.slice(2)) as JsonValue, whole)}]`;
  if (element.startsWith('i:')) return `[${element.slice(2)}]`;
  return `[${keysOf(element)
    .map(([name, value]) => `${name}=${keyValueText(value, whole)}`)
    .join(',')}]`;
}

function keyValueText(value: JsonValue, whole: WholeNumbers): string {
  const large = findLargeInt(value);
  if (large !== undefined && whole === 'int64') return String(large);
  const double = findDouble(value);
  if (double !== undefined) return numberText(double, whole);
  if (Array.isArray(value)) return `[${value.map((item: JsonValue) => keyValueText(item, whole)).join(',')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  return Object.entries(value)
    .map(([name, member]) => `${name}=${keyValueText(member ?? null, whole)}`)
    .join('');
}

function keysOf(element: PathElement): ItemKey[] {
  const keys = parseJson(element.slice(2));
  if (!isJsonObject(keys)) throw new Error(`not the keys of an item: ${element}`);
  const names = Object.keys(keys).sort();
  return names.map((name) => [name, keys[name] ?? null]);
}

interface ParsedItem {
  readonly element: PathElement;
  /** Keys before values before indexes. */
  readonly rank: number;
  readonly keys: readonly ItemKey[];
}

function parsedItem(element: PathElement): ParsedItem {
  if (element.startsWith('k:')) return { element, rank: 0, keys: keysOf(element) };
  const value = parseJson(element.slice(2)) as JsonValue;
  return { element, rank: element.startsWith('v:') ? 1 : 2, keys: [['', value]] };
}

function compareItems(left: ParsedItem, right: ParsedItem): number {
  if (left.rank !== right.rank) return left.rank - right.rank;
  const shared = Math.min(left.keys.length, right.keys.length);
  for (let i = 0; i < shared; i++) {
    const [leftName, leftValue] = left.keys[i] ?? NO_KEY;
    const [rightName, rightValue] = right.keys[i] ?? NO_KEY;
    const order = compareTexts(leftName, rightName) || compareValues(leftValue, rightValue);
    if (order !== 0) return order;
  }
  return left.keys.length - right.keys.length;
}

const NO_KEY: ItemKey = ['', null];

function compareTexts(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** Numbers before strings before booleans before everything else. */
function compareValues(left: JsonValue, right: JsonValue): number {
  const leftRank = valueRank(left);
  const rightRank = valueRank(right);
  if (leftRank !== rightRank) return leftRank - rightRank;
  if (leftRank === 0 && left !== null && right !== null) return left < right ? -1 : left > right ? 1 : 0;
  if (typeof left === 'string' && typeof right === 'string') return compareTexts(left, right);
  if (typeof left === 'boolean' && typeof right === 'boolean') return Number(left) - Number(right);
  return compareTexts(canonicalJson(left), canonicalJson(right));
}

function valueRank(value: JsonValue): number {
  if (isNumeric(value)) return 0;
  if (typeof value === 'string') return 1;
  if (typeof value === 'boolean') return 2;
  if (Array.isArray(value)) return 3;
  return value === null ? 5 : 4;
}

/** JSON as Go writes it: what HTML would read is escaped. */
function jsonText(value: JsonValue): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : canonicalJson(value);
  return ESCAPED.test(text) ? text.replace(ESCAPES, escapeOf) : text;
}

// JSON.stringify leaves the first five bare and has short forms for backspace and form feed, which Go has not.
const ESCAPED = /[<>&\u2028\u2029]|\\[bf]/;
const ESCAPES = /[<>&\u2028\u2029]|\\(?:\\|[bf])/g;

function escapeOf(found: string): string {
  if (found === '\\\\') return found;
  if (found === '\\b') return '\\u0008';
  if (found === '\\f') return '\\u000c';
  return `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
