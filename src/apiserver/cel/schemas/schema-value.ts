/**
 * JSON seen through its schema: what `self` is in a rule. Nothing is converted before it is looked at.
 * @see k8s.io/apiserver/pkg/cel/common/valuesunstructured.go, v0.34
 */

import type { JsonObject, JsonValue } from '../../../api/json';
import { findDouble, isNumeric, isWholeNumber } from '../../json/int64';
import type { SchemaNode } from '../../schema/schema-node';
import { findInt } from '../values/integer';
import { areEqual } from '../values/order';
import { findDate, findSchemaDuration, findSchemaTimestamp } from '../values/time';
import {
  Bytes,
  CelError,
  Double,
  ListValue,
  MapValue,
  NO_SUCH_OVERLOAD,
  OpaqueValue,
  type Result,
  type Value,
} from '../values/value';
import { findDeclaredProperties, withObjectMetadata } from './declared-type';
import { isDeepEqual } from './deep-equality';
import { findEscaped, findUnescaped } from './escaping';
import { jsonValue } from './json-value';

/** The value of JSON that has a schema; an error where it isn't what the schema says. */
export function schemaValue(json: JsonValue, node: SchemaNode): Result {
  if (json === null) {
    return node.nullable === true ? null : new CelError('invalid data, got null for schema with nullable=false');
  }
  if (node.intOrString === true) {
    if (typeof json === 'string') return json;
    return findInt(json) ?? new CelError('invalid data, expected XIntOrString value to be either a string or integer');
  }
  switch (node.type) {
    case 'object':
      if (typeof json !== 'object' || Array.isArray(json)) {
        return new CelError('invalid data, expected a map for the provided schema with type=object');
      }
      return new ObjectValue(json as JsonObject, node.embeddedResource === true ? withObjectMetadata(node) : node);
    case 'array':
      return listValue(json, node);
    case 'string':
      return typeof json === 'string' ? textValue(json, node.format) : mistyped('string', json);
    case 'number':
      return isNumeric(json) ? new Double(findDouble(json) ?? 0) : mistyped('float', json);
    case 'integer':
      return findInt(json) ?? mistyped('int', json);
    case 'boolean':
      return typeof json === 'boolean' ? json : mistyped('bool', json);
    case undefined:
      if (node.preserveUnknownFields === true) return new PreservedValue(json);
      return new CelError(
        'invalid type, expected object, array, number, integer, boolean or string, or no type with x-kubernetes-int-or-string or x-kubernetes-preserve-unknown-fields is true, got ',
      );
  }
}

/** How a Go server calls the type that it found. */
function goTypeOf(json: JsonValue): string {
  if (typeof json === 'string') return 'string';
  if (typeof json === 'boolean') return 'bool';
  if (isNumeric(json)) return isWholeNumber(json) ? 'int64' : 'float64';
  return Array.isArray(json) ? '[]interface {}' : 'map[string]interface {}';
}

function mistyped(expected: string, json: JsonValue): CelError {
  return new CelError(`invalid data, expected ${expected}, got ${goTypeOf(json)}`);
}

function textValue(text: string, format: string | undefined): Result {
  switch (format) {
    case 'duration':
      return findSchemaDuration(text) ?? new CelError(`Invalid duration ${text}: unable to parse ${text} as duration`);
    case 'date':
      return findDate(text) ?? new CelError(`Invalid date formatted string ${text}: cannot parse`);
    case 'date-time':
      return findSchemaTimestamp(text) ?? new CelError(`Invalid date-time formatted string ${text}: cannot parse`);
    case 'byte':
      return /^[A-Za-z0-9+/_-]*={0,2}$/.test(text)
        ? new Bytes(Buffer.from(text, 'base64'))
        : new CelError(`Invalid byte formatted string ${text}: illegal base64 data`);
    default:
      return text;
  }
}

function listValue(json: JsonValue, node: SchemaNode): Result {
  if (!Array.isArray(json))
    return new CelError('invalid data, expected an array for the provided schema with type=array');
  const { items } = node;
  if (items === undefined) return new CelError('invalid array type, expected Items with a non-empty Schema');
  return new SchemaList(new JsonItems(json as readonly JsonValue[], items), listIdentity(node));
}

/** What makes two lists equal, and what adding does. */
type ListIdentity =
  | { readonly kind: 'order' }
  | { readonly kind: 'set' }
  | { readonly kind: 'keys'; readonly keys: readonly string[] };

const BY_ORDER: ListIdentity = { kind: 'order' };
const AS_SET: ListIdentity = { kind: 'set' };

function listIdentity({ listType, listMapKeys }: SchemaNode): ListIdentity {
  if (listType === 'set') return AS_SET;
  // A key that must be escaped in expressions is looked for by its escaped name, as the real server does.
  if (listType === 'map') return { kind: 'keys', keys: (listMapKeys ?? []).map((key) => findEscaped(key) ?? key) };
  return BY_ORDER;
}

interface Items {
  readonly size: number;
  at(index: number): Result;
  /** As JSON; undefined where the items are no JSON any more. */
  readonly json?: readonly JsonValue[];
}

class JsonItems implements Items {
  constructor(
    readonly json: readonly JsonValue[],
    private readonly node: SchemaNode,
  ) {}

  get size(): number {
    return this.json.length;
  }

  at(index: number): Result {
    return schemaValue(this.json[index] ?? null, this.node);
  }
}

class KnownItems implements Items {
  constructor(private readonly values: readonly Result[]) {}

  get size(): number {
    return this.values.length;
  }

  at(index: number): Result {
    return this.values[index] ?? null;
  }
}

class SchemaList extends ListValue {
  constructor(
    private readonly items: Items,
    private readonly identity: ListIdentity,
  ) {
    super();
  }

  override get size(): number {
    return this.items.size;
  }

  override at(index: number): Result {
    return this.items.at(index);
  }

  override untyped(): Value {
    return this.items.json === undefined ? this : jsonValue(this.items.json);
  }

  override equals(other: Value): boolean | CelError {
    if (!(other instanceof ListValue)) return NO_SUCH_OVERLOAD;
    if (other.size !== this.size) return false;
    return this.identity.kind === 'order' ? this.hasSameOrder(other) : this.hasSameMembers(other);
  }

  private hasSameOrder(other: ListValue): boolean | CelError {
    for (let index = 0; index < this.size; index += 1) {
      const equal = itemsAreEqual(this.at(index), other.at(index));
      if (equal !== true) return equal;
    }
    return true;
  }

  private hasSameMembers(other: ListValue): boolean | CelError {
    const members = new Map<string, Result>();
    for (const item of this) members.set(this.keyOf(item), item);
    for (const item of other) {
      const member = members.get(this.keyOf(item));
      if (member === undefined) return false;
      const equal = this.identity.kind === 'set' ? true : itemsAreEqual(member, item);
      if (equal !== true) return equal;
    }
    return true;
  }

  /** Items of `other` take the place of those with their key; new ones follow in order. */
  override concat(other: ListValue): ListValue {
    const values = Array.from(this);
    if (this.identity.kind === 'order') return this.of([...values, ...other]);
    const places = new Map(values.map((value, index) => [this.keyOf(value), index]));
    for (const item of other) {
      const key = this.keyOf(item);
      const place = places.get(key);
      if (place === undefined) {
        if (this.identity.kind === 'set') places.set(key, values.length);
        values.push(item);
      } else if (this.identity.kind === 'keys') values[place] = item;
    }
    return this.of(values);
  }

  private of(values: readonly Result[]): SchemaList {
    return new SchemaList(new KnownItems(values), this.identity);
  }

  /** One text for each member of a set, or for the items of a map with the same keys. */
  private keyOf(item: Result): string {
    if (this.identity.kind !== 'keys') return scalarKey(item);
    if (!(item instanceof MapValue)) return 'error';
    return JSON.stringify(this.identity.keys.map((key) => scalarKey(item.find(key) ?? null)));
  }
}

function scalarKey(value: Result): string {
  if (value === null || typeof value !== 'object') return `${typeof value}:${String(value)}`;
  return value instanceof Double ? `double:${String(value.value)}` : JSON.stringify(value);
}

function itemsAreEqual(a: Result, b: Result): boolean | CelError {
  if (a instanceof CelError) return a;
  return b instanceof CelError ? false : areEqual(a, b);
}

/** An object or a map. */
class ObjectValue extends MapValue {
  private readonly hasProperties: boolean;
  private readonly properties: ReadonlyMap<string, SchemaNode> | undefined;

  constructor(
    private readonly json: JsonObject,
    private readonly node: SchemaNode,
  ) {
    super();
    this.properties = findDeclaredProperties(node);
    this.hasProperties = this.properties !== undefined;
  }

  override get size(): number {
    return Object.keys(this.json).length;
  }

  override find(key: Value): Result | undefined {
    if (typeof key !== 'string') return NO_SUCH_OVERLOAD;
    const name = this.hasProperties ? findUnescaped(key) : key;
    if (name === undefined || !Object.hasOwn(this.json, name)) return undefined;
    const json = this.json[name];
    // An absent value and null are the same where a property may be left out.
    if (json === undefined || (json === null && this.hasProperties)) return undefined;
    const node = this.nodeOf(name);
    return node === undefined ? undefined : schemaValue(json, node);
  }

  override *keys(): Iterable<Value> {
    for (const name of Object.keys(this.json)) {
      if (this.nodeOf(name) !== undefined) yield this.hasProperties ? (findEscaped(name) ?? name) : name;
    }
  }

  override untyped(): Value {
    return jsonValue(this.json);
  }

  override equals(other: Value): boolean | CelError {
    if (!(other instanceof MapValue)) return NO_SUCH_OVERLOAD;
    if (other.size !== this.size) return false;
    for (const [name, json] of Object.entries(this.json)) {
      const equal =
        this.nodeOf(name) === undefined ? this.hasEqualUnknown(name, json, other) : this.hasEqual(name, other);
      if (equal !== true) return equal;
    }
    return true;
  }

  private hasEqual(name: string, other: MapValue): boolean | CelError {
    const [mine, theirs] = [this.find(name), other.find(name)];
    if (mine === undefined || theirs === undefined) return mine === theirs;
    return itemsAreEqual(mine, theirs);
  }

  /** Members that the schema doesn't know are compared as JSON. */
  private hasEqualUnknown(name: string, json: JsonValue | undefined, other: MapValue): boolean | CelError {
    if (!(other instanceof ObjectValue)) return NO_SUCH_OVERLOAD;
    return !Object.hasOwn(other.json, name) || isDeepEqual(json, other.json[name]);
  }

  private nodeOf(name: string): SchemaNode | undefined {
    if (this.hasProperties || this.node.embeddedResource === true) return this.properties?.get(name);
    return this.node.additionalProperties;
  }
}

/** JSON that no schema describes; it can only be compared. */
class PreservedValue extends OpaqueValue {
  override readonly typeName = 'unknown';

  constructor(private readonly json: JsonValue) {
    super();
  }

  override equals(other: Value): boolean {
    return other instanceof PreservedValue && isDeepEqual(this.json, other.json);
  }
}
