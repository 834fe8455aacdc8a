/**
 * What merging must know of a value's shape: whether it is a scalar, a list or a map, or may be any of these, and whether
 * its parts can have owners of their own.
 *
 * Made from schema nodes on demand and kept as long as these live, since a schema may reach itself.
 * @see k8s.io/kube-openapi/pkg/schemaconv/openapi.go
 */
import type { JsonValue } from '../../api/json';
import type { SchemaNode } from '../schema/schema-node';
import { OBJECT_META_SCHEMA } from './object-meta-schema';

export type ScalarType = 'numeric' | 'string' | 'boolean' | 'untyped';
export type ValueKind = 'map' | 'scalar' | 'list';

/** A value of this type is of one of the kinds that are present; at least one is. */
export interface ValueType {
  readonly scalar?: ScalarType;
  readonly list?: ListType;
  readonly map?: MapType;
}

export interface ListType {
  /** The list is one value. */
  readonly atomic: boolean;
  /** The members that name an item; empty: items are scalars that name themselves. */
  readonly keys: readonly string[];
  readonly items: ValueType;
  /** What a key holds where an item leaves it out. */
  findKeyDefault(key: string): JsonValue | undefined;
}

export interface MapType {
  /** The map is one value. */
  readonly atomic: boolean;
  /** True where nothing at all is known of the members. */
  readonly isUntyped: boolean;
  declares(name: string): boolean;
  /** Undefined for a member that the schema doesn't know. */
  findMember(name: string): ValueType | undefined;
}

/** The type of an object: that of its schema, with the metadata that all objects share. */
export function objectType(schema: SchemaNode): ValueType {
  let type = objectTypes.get(schema);
  if (type === undefined) {
    type = { map: new SchemaMap({ ...schema, embeddedResource: true }, schema.preserveUnknownFields === true) };
    objectTypes.set(schema, type);
  }
  return type;
}

const objectTypes = new WeakMap<SchemaNode, ValueType>();
const plainTypes = new WeakMap<SchemaNode, ValueType>();
const preservingTypes = new WeakMap<SchemaNode, ValueType>();

/** `preserves`: the node stands below one that keeps unknown members. */
function typeOf(node: SchemaNode, preserves: boolean): ValueType {
  const known = preserves ? preservingTypes : plainTypes;
  let type = known.get(node);
  if (type === undefined) {
    type = makeType(node, preserves || node.preserveUnknownFields === true);
    known.set(node, type);
  }
  return type;
}

function makeType(node: SchemaNode, preserves: boolean): ValueType {
  // In a custom resource's schema such a value has no type, and is merged as any other without one.
  if (node.intOrString === true && (node.type !== undefined || node.wire !== undefined)) return { scalar: 'untyped' };
  if (node.wire?.goType === RAW_EXTENSION) return UNTYPED_ATOMIC;
  switch (node.type) {
    case 'object':
      return { map: new SchemaMap(node, preserves) };
    case 'array':
      return { list: new SchemaList(node, preserves) };
    case 'integer':
    case 'number':
      return { scalar: 'numeric' };
    case 'boolean':
      return { scalar: 'boolean' };
    case 'string':
      return { scalar: node.format === undefined || node.format === 'byte' ? 'string' : 'untyped' };
    case undefined:
      return { scalar: 'untyped', list: new SchemaList(node, preserves), map: new SchemaMap(node, preserves) };
  }
}

const RAW_EXTENSION = 'runtime.RawExtension';

class SchemaMap implements MapType {
  readonly atomic: boolean;
  readonly isUntyped: boolean;
  readonly #node: SchemaNode;
  readonly #preserves: boolean;

  constructor(node: SchemaNode, preserves: boolean) {
    this.#node = node;
    this.#preserves = preserves;
    this.atomic = node.mapType === 'atomic';
    const declaresNothing = (node.properties?.size ?? 0) === 0 && node.embeddedResource !== true;
    this.isUntyped = declaresNothing && node.additionalProperties === undefined;
  }

  declares(name: string): boolean {
    if (this.#node.properties?.has(name) === true) return true;
    return this.#node.embeddedResource === true && TYPE_META.has(name);
  }

  findMember(name: string): ValueType | undefined {
    const { properties, additionalProperties, embeddedResource } = this.#node;
    const property = properties?.get(name);
    if (embeddedResource === true && TYPE_META.has(name)) {
      if (name !== 'metadata') return TEXT;
      // What a custom resource's schema says of metadata only narrows names.
      return typeOf(property?.properties?.has('ownerReferences') === true ? property : OBJECT_META_SCHEMA, false);
    }
    if (property !== undefined) return typeOf(property, this.#preserves);
    if (additionalProperties !== undefined) return typeOf(additionalProperties, this.#preserves);
    return this.isUntyped || this.#preserves ? DEDUCED : undefined;
  }
}

const TYPE_META: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);
const TEXT: ValueType = { scalar: 'string' };

class SchemaList implements ListType {
  readonly atomic: boolean;
  readonly keys: readonly string[];
  readonly #items: SchemaNode | undefined;
  readonly #preserves: boolean;

  constructor(node: SchemaNode, preserves: boolean) {
    this.#items = node.items;
    this.#preserves = preserves;
    // Types of the time before server-side apply say it by how a strategic merge patch treats them.
    const merges = node.listType === undefined && MERGING_STRATEGIES.has(node.patchStrategy ?? '');
    this.atomic = !merges && (node.listType === undefined || node.listType === 'atomic');
    if (merges) this.keys = node.patchMergeKey === undefined ? [] : [node.patchMergeKey];
    else this.keys = node.listType === 'map' ? (node.listMapKeys ?? []) : [];
  }

  get items(): ValueType {
    return this.#items === undefined ? UNTYPED_ATOMIC : typeOf(this.#items, this.#preserves);
  }

  findKeyDefault(key: string): JsonValue | undefined {
    return this.#items?.properties?.get(key)?.default ?? undefined;
  }
}

const MERGING_STRATEGIES: ReadonlySet<string> = new Set(['merge', 'merge,retainKeys', 'retainKeys,merge']);

/** Any value; lists are one value, members of maps are not. */
const DEDUCED: ValueType = {
  scalar: 'untyped',
  get list() {
    return UNTYPED_LIST;
  },
  map: { atomic: false, isUntyped: true, declares: () => false, findMember: () => DEDUCED },
};

/** Any value, as one value. */
const UNTYPED_ATOMIC: ValueType = {
  scalar: 'untyped',
  get list() {
    return UNTYPED_LIST;
  },
  map: { atomic: true, isUntyped: false, declares: () => false, findMember: () => UNTYPED_ATOMIC },
};

const UNTYPED_LIST: ListType = { atomic: true, keys: [], items: UNTYPED_ATOMIC, findKeyDefault: () => undefined };

/** The kind that a value is taken as. Where it doesn't tell (null), or isn't of the type: the first that the type has. */
export function kindOf(type: ValueType, value: JsonValue): ValueKind {
  switch (alternativesOf(type, value)) {
    case SCALAR:
      return 'scalar';
    case LIST:
      return 'list';
    case SCALAR | LIST:
      return 'scalar';
    default:
      return 'map';
  }
}

/** True where two values of a type are to be merged as the same kind. */
export function areSameKind(type: ValueType, left: JsonValue, right: JsonValue): boolean {
  return alternativesOf(type, left) === alternativesOf(type, right);
}

const MAP = 1;
const SCALAR = 2;
const LIST = 4;

/** The kinds that a value leaves open, as bits: one where the value tells, else all of the type. */
function alternativesOf(type: ValueType, value: JsonValue): number {
  const { map, scalar, list } = type;
  if (typeof value !== 'object') {
    if (scalar !== undefined) return SCALAR;
  } else if (value !== null) {
    if (Array.isArray(value)) {
      if (list !== undefined) return LIST;
    } else if (map !== undefined) return MAP;
  }
  return (map === undefined ? 0 : MAP) | (scalar === undefined ? 0 : SCALAR) | (list === undefined ? 0 : LIST);
}
