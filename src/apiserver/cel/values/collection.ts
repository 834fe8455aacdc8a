/** Lists and maps that an expression builds. */

import { intOf, intOfDouble } from './integer';
import { areEqual } from './order';
import { valueText } from './text';
import { CelError, Double, isInt, ListValue, MapValue, type Result, Uint, type Value } from './value';

/** Whether two lists hold equal values in the same order. What cannot be compared counts as equal, as in cel-go. */
function haveEqualItems(a: ListValue, b: ListValue): boolean {
  if (a.size !== b.size) return false;
  for (let index = 0; index < a.size; index += 1) {
    const [left, right] = [a.at(index), b.at(index)];
    if (!(left instanceof CelError) && !(right instanceof CelError) && areEqual(left, right) === false) return false;
  }
  return true;
}

/** A list of known values. */
export class ArrayValue extends ListValue {
  constructor(private readonly items: readonly Value[]) {
    super();
  }

  override get size(): number {
    return this.items.length;
  }

  override at(index: number): Value {
    return this.items[index] ?? null;
  }

  override equals(other: Value): boolean {
    return other instanceof ListValue && haveEqualItems(this, other);
  }

  override concat(other: ListValue): ListValue {
    if (this.size === 0) return other;
    return other.size === 0 ? this : new ConcatenatedValue(this, other);
  }
}

/** Two lists seen as one. */
class ConcatenatedValue extends ListValue {
  override readonly size: number;

  constructor(
    private readonly first: ListValue,
    private readonly second: ListValue,
  ) {
    super();
    this.size = first.size + second.size;
  }

  override at(index: number): Result {
    return index < this.first.size ? this.first.at(index) : this.second.at(index - this.first.size);
  }

  override equals(other: Value): boolean {
    return other instanceof ListValue && haveEqualItems(this, other);
  }

  override concat(other: ListValue): ListValue {
    return other.size === 0 ? this : new ConcatenatedValue(this, other);
  }
}

/** The list that a fold gathers: adding changes it in place, as nobody else sees it before it is done. */
export class GrowingList extends ListValue {
  private readonly items: Result[] = [];

  override get size(): number {
    return this.items.length;
  }

  override at(index: number): Result {
    return this.items[index] ?? null;
  }

  override equals(other: Value): boolean {
    return other instanceof ListValue && haveEqualItems(this, other);
  }

  override concat(other: ListValue): ListValue {
    for (let index = 0; index < other.size; index += 1) this.items.push(other.at(index));
    return this;
  }

  /** The list as it is now, for others. */
  done(): Result {
    const values: Value[] = [];
    for (const item of this.items) {
      if (item instanceof CelError) return item;
      values.push(item);
    }
    return new ArrayValue(values);
  }
}

/** One text for all keys that are equal: numbers by what they count. */
function keyOf(key: Value): string | undefined {
  if (typeof key === 'string') return `s${key}`;
  if (typeof key === 'boolean') return `b${String(key)}`;
  if (isInt(key)) return `n${String(key)}`;
  if (key instanceof Uint) return `n${String(intOf(key.value))}`;
  if (!(key instanceof Double)) return undefined;
  const int = Number.isInteger(key.value) ? intOfDouble(key.value) : undefined;
  return int === undefined || int instanceof CelError ? `d${String(key.value)}` : `n${String(int)}`;
}

/** A map from bools, numbers and strings. */
export class EntryMap extends MapValue {
  private readonly entries = new Map<string, readonly [Value, Value]>();

  override get size(): number {
    return this.entries.size;
  }

  override find(key: Value): Value | undefined {
    const name = keyOf(key);
    return name === undefined ? undefined : this.entries.get(name)?.[1];
  }

  override *keys(): Iterable<Value> {
    for (const [key] of this.entries.values()) yield key;
  }

  override equals(other: Value): boolean {
    if (!(other instanceof MapValue) || other.size !== this.size) return false;
    for (const [key, value] of this.entries.values()) {
      const match = other.find(key);
      if (match === undefined) return false;
      if (!(match instanceof CelError) && areEqual(value, match) === false) return false;
    }
    return true;
  }

  /** Takes a value in, in place of an equal key's. */
  set(key: Value, value: Value): void {
    this.entries.set(keyOf(key) ?? `?${valueText(key)}`, [key, value]);
  }

  delete(key: Value): void {
    this.entries.delete(keyOf(key) ?? `?${valueText(key)}`);
  }
}

/** A map with one more entry: in place where it is a fold's own. An error where the key is there already. */
export function withEntry(map: MapValue, key: Value, value: Value): Result {
  if (map.find(key) !== undefined) return new CelError(`insert failed: key ${valueText(key)} already exists`);
  if (map instanceof GrowingMap) {
    map.set(key, value);
    return map;
  }
  const copy = new EntryMap();
  for (const old of map.keys()) {
    const known = map.find(old);
    if (known instanceof CelError) return known;
    copy.set(old, known ?? null);
  }
  copy.set(key, value);
  return copy;
}

/** The map that a fold gathers. */
export class GrowingMap extends EntryMap {}
