/**
 * The schemas of Kubernetes' own kinds, made of the type table: one node for each type, shared by all places that hold it.
 *
 * A field's node is its type's node with what the field adds (its wire facts, how lists and patches merge); both have the same
 * map of properties, which is filled after the node is made. So types that reach themselves become cycles of nodes.
 */
import type { JsonValue } from '../../api/json';
import type { SchemaNode } from '../schema/schema-node';
import { type FieldFacts, findKind, type GoKind, getType, type TypeFacts } from './type-table';

/**
 * The schema of a kind in a version that is served, its list kinds and the kinds of options among them; undefined for any
 * other. The same node each time.
 */
export function builtinSchema(apiVersion: string, kind: string): SchemaNode | undefined {
  const type = findKind(apiVersion, kind)?.type;
  return type === undefined ? undefined : typeNode(type);
}

/** The schema of `metadata`, alike in all kinds. */
export function objectMetaSchema(): SchemaNode {
  return typeNode('k8s.io/apimachinery/pkg/apis/meta/v1.ObjectMeta');
}

const SCHEMA_OF_CRDS = 'k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSONSchemaProps';

/** Types that hold no other, by how they are written. */
const LEAVES: Readonly<Partial<Record<GoKind, SchemaNode>>> = {
  any: {},
  string: { type: 'string' },
  bool: { type: 'boolean' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  float64: { type: 'number', format: 'double' },
  bytes: { type: 'string', format: 'byte' },
  quantity: { type: 'string', format: 'quantity' },
  time: { type: 'string', format: 'date-time' },
  'micro-time': { type: 'string', format: 'micro-time' },
  'int-or-string': { intOrString: true, format: 'int-or-string' },
  'raw-extension': { type: 'object', preserveUnknownFields: true },
  'fields-v1': { type: 'object', preserveUnknownFields: true },
  json: {},
};

const nodes = new Map<string, SchemaNode>();

function typeNode(key: string): SchemaNode {
  const known = nodes.get(key);
  if (known !== undefined) return known;
  const type = getType(key);
  return type.kind === 'struct' ? structNode(key, type) : remembered(key, plainNode(type));
}

function remembered(key: string, node: SchemaNode): SchemaNode {
  nodes.set(key, node);
  return node;
}

function structNode(key: string, type: TypeFacts): SchemaNode {
  const properties = new Map<string, SchemaNode>();
  const node = remembered(key, {
    type: 'object',
    properties,
    ...(type.required === undefined ? {} : { required: type.required }),
    ...(type.mapType === undefined ? {} : { mapType: type.mapType }),
    wire: { goType: type.go },
  });
  addProperties(properties, type);
  return node;
}

/** `isTold`: whether protobuf messages hold these fields, which they don't where a struct is inline without a number. */
function addProperties(properties: Map<string, SchemaNode>, type: TypeFacts, isTold = true): void {
  for (const field of type.fields ?? []) {
    if (field.name === '') addProperties(properties, getType(field.type), field.protobuf !== undefined);
    else properties.set(field.name, fieldNode(isTold ? field : { ...field, protobuf: undefined }));
  }
}

function fieldNode(field: FieldFacts): SchemaNode {
  const node = typeNode(field.type);
  const { listType, listMapKeys, mapType, patchStrategy, patchMergeKey } = field;
  return {
    ...node,
    ...(field.default === undefined ? {} : { default: field.default as JsonValue }),
    ...(listType === undefined ? {} : { listType }),
    ...(listMapKeys === undefined ? {} : { listMapKeys }),
    ...(mapType === undefined ? {} : { mapType }),
    ...(patchStrategy === undefined ? {} : { patchStrategy }),
    ...(patchMergeKey === undefined ? {} : { patchMergeKey }),
    wire: {
      ...node.wire,
      ...(field.omitEmpty === undefined ? {} : { omitEmpty: field.omitEmpty }),
      ...(field.omitZero === undefined ? {} : { omitZero: field.omitZero }),
      ...(field.pointer === undefined ? {} : { pointer: field.pointer }),
      ...(field.protobuf === undefined ? {} : { protobuf: field.protobuf }),
    },
  };
}

function plainNode(type: TypeFacts): SchemaNode {
  const wire = { goType: type.go };
  const schemaOfCrds = (): SchemaNode => typeNode(SCHEMA_OF_CRDS);
  switch (type.kind) {
    case 'slice':
      return { type: 'array', items: heldNode(type), wire };
    case 'map':
      return { type: 'object', additionalProperties: heldNode(type), wire };
    case 'schema-or-bool':
      return { anyOf: [schemaOfCrds(), { type: 'boolean' }], wire };
    case 'schema-or-array':
      return { anyOf: [schemaOfCrds(), { type: 'array', items: schemaOfCrds() }], wire };
    case 'schema-or-string-array':
      return { anyOf: [schemaOfCrds(), { type: 'array', items: { type: 'string' } }], wire };
    default:
      return { ...LEAVES[type.kind], wire };
  }
}

function heldNode({ elem = '', elemPointer }: TypeFacts): SchemaNode {
  const node = typeNode(elem);
  return elemPointer === true ? { ...node, wire: { ...node.wire, pointer: true } } : node;
}
