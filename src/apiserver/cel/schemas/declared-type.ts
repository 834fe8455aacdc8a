/**
 * The type that a schema declares, with the bounds that estimates of cost rest on.
 * @see k8s.io/apiserver/pkg/cel/common/schemas.go, types.go, v0.34
 */

import type { JsonObject } from '../../../api/json';
import { findDouble } from '../../json/int64';
import { isImplied } from '../../schema/object-meta';
import type { SchemaNode } from '../../schema/schema-node';
import type { StructType } from '../typing/environment';
import {
  BOOL,
  BYTES,
  type CelType,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  listOf,
  mapOf,
  STRING,
  structOf,
  TIMESTAMP,
} from '../typing/type';
import { findEscaped, isReservedWord } from './escaping';

export interface DeclaredType {
  readonly type: CelType;
  /** The most items, entries, or bytes of text that a value can have. */
  readonly maxElements: number;
  /** Bytes of the smallest value in JSON. */
  readonly minSize: number;
  /** Of an object, by escaped name. */
  readonly fields?: ReadonlyMap<string, DeclaredType>;
  /** Of a map. */
  readonly key?: DeclaredType;
  /** Of a list or a map. */
  readonly element?: DeclaredType;
}

/** Bytes of the largest request. */
export const MAXIMUM_REQUEST = 3 * 1024 * 1024;

const MIN_STRING = 2;
const MIN_BOOL = 4;
const MIN_NUMBER = 1;
const MIN_DURATION = 3;
const MAX_DURATION = 32;
const DATE = 12;
const MIN_DATE_TIME = 21;
const MAX_DATE_TIME = 32;

const BOOL_TYPE: DeclaredType = { type: BOOL, maxElements: 0, minSize: MIN_BOOL };
const DOUBLE_TYPE: DeclaredType = { type: DOUBLE, maxElements: 0, minSize: MIN_NUMBER };
const INT_TYPE: DeclaredType = { type: INT, maxElements: 0, minSize: MIN_NUMBER };
const KEY_TYPE: DeclaredType = { type: STRING, maxElements: 0, minSize: MIN_STRING };

function bound(checks: JsonObject | undefined, keyword: string): number | undefined {
  const value = findDouble(checks?.[keyword]);
  return value === undefined ? undefined : Math.max(0, value);
}

/** The name and metadata that every object of the API has, whether or not its schema says so. */
const STRING_NODE: SchemaNode = { type: 'string' };
const METADATA_NODE: SchemaNode = {
  type: 'object',
  properties: new Map([
    ['name', STRING_NODE],
    ['generateName', STRING_NODE],
  ]),
};
const withMetadata = new WeakMap<SchemaNode, SchemaNode>();
const declared = new WeakMap<SchemaNode, ReadonlyMap<string, SchemaNode>>();

/** The properties that a schema itself declares, without those that every object has; undefined where it has none. */
export function findDeclaredProperties(node: SchemaNode | undefined): ReadonlyMap<string, SchemaNode> | undefined {
  const all = node?.properties;
  if (node === undefined || all === undefined) return undefined;
  const known = declared.get(node);
  if (known !== undefined) return known;
  const own = new Map(Array.from(all).filter(([, property]) => !isImplied(property)));
  declared.set(node, own);
  return own;
}

/** The schema of an object of the API: `apiVersion`, `kind` and the names in `metadata` can always be read. */
export function withObjectMetadata(node: SchemaNode): SchemaNode {
  const known = withMetadata.get(node);
  if (known !== undefined) return known;
  const properties = findDeclaredProperties(node);
  const metadata = properties?.get('metadata');
  const ofMetadata = findDeclaredProperties(metadata);
  const isComplete =
    properties?.get('kind')?.type === 'string' &&
    properties.get('apiVersion')?.type === 'string' &&
    metadata?.type === 'object' &&
    ofMetadata?.get('name')?.type === 'string' &&
    ofMetadata.get('generateName')?.type === 'string';
  const completed: SchemaNode = isComplete
    ? node
    : {
        ...node,
        properties: new Map([
          ...(properties ?? []),
          ['kind', STRING_NODE],
          ['apiVersion', STRING_NODE],
          ['metadata', METADATA_NODE],
        ]),
      };
  withMetadata.set(node, completed);
  return completed;
}

/**
 * The type of the values of a schema; undefined where expressions don't see them.
 *
 * `isRoot`: the schema is of an object of the API, embedded or not.
 */
export function findDeclaredType(node: SchemaNode, isRoot: boolean): DeclaredType | undefined {
  if (node.intOrString === true) {
    const length = bound(node.checks, 'maxLength');
    return { type: DYN, maxElements: length === undefined ? MAXIMUM_REQUEST - 2 : length * 4, minSize: 1 };
  }
  const schema = isRoot ? withObjectMetadata(node) : node;
  switch (schema.type) {
    case 'array':
      return findListType(schema);
    case 'object':
      return isOpen(schema) ? objectType(schema) : findMapType(schema);
    case 'string':
      return stringType(schema);
    case 'boolean':
      return BOOL_TYPE;
    case 'number':
      return DOUBLE_TYPE;
    case 'integer':
      return INT_TYPE;
    case undefined:
      return undefined;
  }
}

/** True for an object that is no map: its other members, if it may have any, are of no type. */
function isOpen({ additionalProperties: values }: SchemaNode): boolean {
  if (values === undefined) return true;
  return values.type === undefined && values.intOrString !== true && values.preserveUnknownFields !== true;
}

function findListType(node: SchemaNode): DeclaredType | undefined {
  const element =
    node.items === undefined ? undefined : findDeclaredType(node.items, node.items.embeddedResource === true);
  if (element === undefined) return undefined;
  const most = Math.floor((MAXIMUM_REQUEST - 2) / (element.minSize + 1));
  return { type: listOf(element.type), maxElements: bound(node.checks, 'maxItems') ?? most, minSize: 2, element };
}

function findMapType(node: SchemaNode): DeclaredType | undefined {
  const values = node.additionalProperties;
  const element = values === undefined ? undefined : findDeclaredType(values, values.embeddedResource === true);
  if (element === undefined) return undefined;
  const most = Math.floor((MAXIMUM_REQUEST - 2) / (element.minSize + 6));
  const maxElements = bound(node.checks, 'maxProperties') ?? most;
  return { type: mapOf(STRING, element.type), maxElements, minSize: 2, key: KEY_TYPE, element };
}

function objectType(node: SchemaNode): DeclaredType {
  const fields = new Map<string, DeclaredType>();
  let minSize = 2;
  for (const [name, property] of findDeclaredProperties(node) ?? []) {
    const field = findDeclaredType(property, property.embeddedResource === true);
    if (field === undefined) continue;
    const escaped = findEscaped(name);
    if (escaped !== undefined) fields.set(escaped, field);
    if (node.required?.includes(name) === true && property.default === undefined) {
      minSize += Buffer.byteLength(name) + field.minSize + 4;
    }
  }
  return { type: structOf('object'), maxElements: 0, minSize, fields };
}

function stringType({ format, checks }: SchemaNode): DeclaredType {
  const length = bound(checks, 'maxLength');
  switch (format) {
    case 'byte':
      return { type: BYTES, maxElements: length ?? MAXIMUM_REQUEST - 2, minSize: MIN_STRING };
    case 'duration':
      return { type: DURATION, maxElements: MAX_DURATION, minSize: MIN_DURATION };
    case 'date':
      return { type: TIMESTAMP, maxElements: DATE, minSize: DATE };
    case 'date-time':
      return { type: TIMESTAMP, maxElements: MAX_DATE_TIME, minSize: MIN_DATE_TIME };
    default:
      return { type: STRING, maxElements: longestString(length, checks), minSize: MIN_STRING };
  }
}

function longestString(length: number | undefined, checks: JsonObject | undefined): number {
  // A code point takes up to four bytes.
  if (length !== undefined) return length * 4;
  const values = checks?.['enum'];
  if (!Array.isArray(values) || values.length === 0) return MAXIMUM_REQUEST - 2;
  return values.reduce<number>(
    (most, value) => (typeof value === 'string' ? Math.max(most, Buffer.byteLength(value)) : most),
    0,
  );
}

/** A type whose objects have names of their own, and these objects by name. */
export interface NamedTypes {
  readonly type: CelType;
  readonly structs: ReadonlyMap<string, StructType>;
}

/** Names the objects of a declared type after their places: `NAME.spec`, `NAME.spec.ports.@idx`. */
export function namedTypes(declared: DeclaredType, name: string): NamedTypes {
  const structs = new Map<string, StructType>();
  return { type: namedType(declared, name, structs), structs };
}

function namedType(declared: DeclaredType, name: string, structs: Map<string, StructType>): CelType {
  const { element, fields } = declared;
  if (declared.key !== undefined && element !== undefined) {
    return mapOf(declared.key.type, namedType(element, `${name}.@elem`, structs));
  }
  if (element !== undefined) return listOf(namedType(element, `${name}.@idx`, structs));
  if (fields === undefined) return declared.type;
  const types = new Map<string, CelType>();
  for (const [field, type] of fields) types.set(field, namedType(type, `${name}.${field}`, structs));
  structs.set(name, {
    findField: (field) => types.get(field) ?? (isReservedWord(field) ? types.get(`__${field}__`) : undefined),
  });
  return structOf(name);
}
