/** JSON without a schema: what `object` is in a policy. */

import type { JsonObject, JsonValue } from '../../../api/json';
import { findDouble, isNumeric } from '../../json/int64';
import { ArrayValue } from '../values/collection';
import { findInt } from '../values/integer';
import { areEqual } from '../values/order';
import { CelError, Double, ListValue, MapValue, type Value } from '../values/value';

/** The value of JSON; whole numbers are ints. */
export function jsonValue(json: JsonValue): Value {
  if (json === null || typeof json === 'string' || typeof json === 'boolean') return json;
  if (isNumeric(json)) return findInt(json) ?? new Double(findDouble(json) ?? 0);
  return Array.isArray(json) ? new JsonList(json as readonly JsonValue[]) : new JsonMap(json as JsonObject);
}

class JsonList extends ListValue {
  constructor(private readonly json: readonly JsonValue[]) {
    super();
  }

  override get size(): number {
    return this.json.length;
  }

  override at(index: number): Value {
    return jsonValue(this.json[index] ?? null);
  }

  override equals(other: Value): boolean {
    if (!(other instanceof ListValue) || other.size !== this.size) return false;
    for (let index = 0; index < this.size; index += 1) {
      const item = other.at(index);
      if (!(item instanceof CelError) && areEqual(this.at(index), item) === false) return false;
    }
    return true;
  }

  override concat(other: ListValue): ListValue {
    return new ArrayValue(Array.from(this.json, jsonValue)).concat(other);
  }
}

class JsonMap extends MapValue {
  constructor(private readonly json: JsonObject) {
    super();
  }

  override get size(): number {
    return Object.keys(this.json).length;
  }

  override find(key: Value): Value | undefined {
    if (typeof key !== 'string' || !Object.hasOwn(this.json, key)) return undefined;
    const json = this.json[key];
    return json === undefined ? undefined : jsonValue(json);
  }

  override keys(): Iterable<Value> {
    return Object.keys(this.json);
  }

  override equals(other: Value): boolean {
    if (!(other instanceof MapValue) || other.size !== this.size) return false;
    for (const key of Object.keys(this.json)) {
      const [mine, theirs] = [this.find(key), other.find(key)];
      if (mine === undefined || theirs === undefined) return false;
      if (!(theirs instanceof CelError) && areEqual(mine, theirs) === false) return false;
    }
    return true;
  }
}
