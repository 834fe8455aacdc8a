/**
 * Reading of decoded objects, as a Go server sees them: what is absent reads as the zero value of its type.
 *
 * Objects have passed the codec: a member that a schema calls a list of objects is one. Nothing is copied.
 */

import { isJsonObject, type JsonObject, type JsonValue } from '../../api/json';
import { canonicalQuantity, isQuantity, parseQuantity } from '../../api/quantity';
import { findDouble } from '../json/int64';

const NO_OBJECTS: readonly JsonObject[] = [];
const NO_TEXTS: readonly string[] = [];
const NO_MEMBERS: Readonly<Record<string, string>> = {};

/** An object of the API as plain JSON. */
export function jsonOf(object: object): JsonObject {
  return object as JsonObject;
}

/** The object under a key, or undefined. */
export function objectAt(parent: JsonObject | undefined, key: string): JsonObject | undefined {
  const member = parent?.[key];
  return isJsonObject(member) ? member : undefined;
}

/** The list of objects under a key; empty where there is none. */
export function listAt(parent: JsonObject | undefined, key: string): readonly JsonObject[] {
  const member = parent?.[key];
  return Array.isArray(member) ? (member as readonly JsonObject[]) : NO_OBJECTS;
}

/** The string under a key; empty where there is none. */
export function textAt(parent: JsonObject | undefined, key: string): string {
  const member = parent?.[key];
  return typeof member === 'string' ? member : '';
}

/** The string under a key, or undefined. */
export function optionalTextAt(parent: JsonObject | undefined, key: string): string | undefined {
  const member = parent?.[key];
  return typeof member === 'string' ? member : undefined;
}

/** The number under a key, or the double nearest to it; or undefined. */
export function optionalNumberAt(parent: JsonObject | undefined, key: string): number | undefined {
  const member = parent?.[key];
  return findDouble(member);
}

/** The number under a key; 0 where there is none. */
export function numberAt(parent: JsonObject | undefined, key: string): number {
  return optionalNumberAt(parent, key) ?? 0;
}

/** Whether the member under a key is `true`. */
export function flagAt(parent: JsonObject | undefined, key: string): boolean {
  return parent?.[key] === true;
}

/** The list of strings under a key; empty where there is none. */
export function textsAt(parent: JsonObject | undefined, key: string): readonly string[] {
  const member = parent?.[key];
  return Array.isArray(member) ? (member as readonly string[]) : NO_TEXTS;
}

/** The map of strings under a key; empty where there is none. Quantities are strings too. */
export function mapAt(parent: JsonObject | undefined, key: string): Readonly<Record<string, string>> {
  const member = parent?.[key];
  return isJsonObject(member) ? (member as Readonly<Record<string, string>>) : NO_MEMBERS;
}

/** Whether a map has a key of its own, which `in` would also say of `constructor`. */
export function hasKey(map: object, key: string): boolean {
  return Object.hasOwn(map, key);
}

/** The value of a map under a key of its own, or undefined. */
export function entryAt(map: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

/** A map with its keys in order, as messages show it; null where there is none, as a Go server has it. */
export function shownMap(map: Readonly<Record<string, string>>): JsonObject | null {
  const keys = Object.keys(map).sort();
  return keys.length === 0 ? null : Object.fromEntries(keys.map((key) => [key, map[key]]));
}

/** Members whose values are quantities, or maps of them. */
const QUANTITY_MEMBERS: ReadonlySet<string> = new Set([
  'allocatable',
  'capacity',
  'divisor',
  'hard',
  'limits',
  'overhead',
  'requests',
  'sizeLimit',
  'used',
]);

/**
 * Whether two values mean the same: absent members are like undefined ones, an absent list is like an empty one, and
 * quantities are compared by what they amount to.
 */
export function isSameValue(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) || Array.isArray(b)) return isSameList(a, b);
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  return isSameObject(a, b, (left, right, key) => {
    return QUANTITY_MEMBERS.has(key) ? isSameAmount(left, right) : isSameValue(left, right);
  });
}

type Comparison = (a: JsonValue | undefined, b: JsonValue | undefined, key: string) => boolean;

function isSameObject(a: JsonObject, b: JsonObject, isSame: Comparison): boolean {
  for (const key of Object.keys(a)) {
    if (!isSame(a[key], Object.hasOwn(b, key) ? b[key] : undefined, key)) return false;
  }
  return Object.keys(b).every((key) => Object.hasOwn(a, key) || isSame(undefined, b[key], key));
}

/** Members with these names also hold other things: they are compared as such. */
function isSameAmount(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (typeof a === 'string' && typeof b === 'string' && a !== b) {
    return isQuantity(a) && isQuantity(b) && parseQuantity(a).nanos === parseQuantity(b).nanos;
  }
  return isJsonObject(a) && isJsonObject(b) ? isSameObject(a, b, isSameAmount) : isSameValue(a, b);
}

function isSameList(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  const left = listOrNothing(a);
  const right = listOrNothing(b);
  if (left === undefined || left.length !== right?.length) return false;
  return left.every((item, index) => isSameValue(item, right[index]));
}

/** What is absent is an empty list. */
function listOrNothing(value: JsonValue | undefined): readonly JsonValue[] | undefined {
  const list = value ?? [];
  return Array.isArray(list) ? (list as readonly JsonValue[]) : undefined;
}

/** A quantity's sum with another, written in the format of the first. */
export function addQuantities(a: string, b: string): string {
  const left = parseQuantity(a);
  const nanos = left.nanos + parseQuantity(b).nanos;
  return canonicalQuantity(quantityText(nanos, left.format === 'BinarySI'));
}

function quantityText(nanos: bigint, isBinary: boolean): string {
  const kibis = 1024n * 10n ** 9n;
  return isBinary && nanos % kibis === 0n ? `${String(nanos / kibis)}Ki` : `${String(nanos)}n`;
}
