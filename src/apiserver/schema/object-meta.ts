/**
 * What every object and every embedded resource has without saying it: `apiVersion`, `kind` and `metadata`.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/
 */
import type { SchemaNode } from './schema-node';

const STRING: SchemaNode = { type: 'string', wire: { omitEmpty: true, goType: 'string' } };
const REQUIRED_STRING: SchemaNode = { type: 'string', wire: { goType: 'string' } };
const UID: SchemaNode = { type: 'string', wire: { omitEmpty: true, goType: 'types.UID' } };
const STRINGS: SchemaNode = {
  type: 'object',
  additionalProperties: REQUIRED_STRING,
  wire: { omitEmpty: true, goType: 'map[string]string' },
};
const TIME: SchemaNode = {
  type: 'string',
  format: 'date-time',
  wire: { omitEmpty: true, pointer: true, goType: 'string' },
};
const INTEGER_POINTER: SchemaNode = {
  type: 'integer',
  format: 'int64',
  wire: { omitEmpty: true, pointer: true, goType: 'int64' },
};
const BOOLEAN_POINTER: SchemaNode = { type: 'boolean', wire: { omitEmpty: true, pointer: true, goType: 'bool' } };

const OWNER_REFERENCE: SchemaNode = {
  type: 'object',
  mapType: 'atomic',
  required: ['apiVersion', 'kind', 'name', 'uid'],
  properties: new Map<string, SchemaNode>([
    ['apiVersion', REQUIRED_STRING],
    ['kind', REQUIRED_STRING],
    ['name', REQUIRED_STRING],
    ['uid', { type: 'string', wire: { goType: 'types.UID' } }],
    ['controller', BOOLEAN_POINTER],
    ['blockOwnerDeletion', BOOLEAN_POINTER],
  ]),
  wire: { goType: 'v1.OwnerReference' },
};

const MANAGED_FIELDS_ENTRY: SchemaNode = {
  type: 'object',
  properties: new Map<string, SchemaNode>([
    ['manager', STRING],
    ['operation', { type: 'string', wire: { omitEmpty: true, goType: 'v1.ManagedFieldsOperationType' } }],
    ['apiVersion', STRING],
    ['time', TIME],
    ['fieldsType', STRING],
    ['fieldsV1', { preserveUnknownFields: true, wire: { omitEmpty: true, pointer: true, goType: 'v1.FieldsV1' } }],
    ['subresource', STRING],
  ]),
  wire: { goType: 'v1.ManagedFieldsEntry' },
};

/** `metadata`, as a Go server holds it. */
export const OBJECT_META: SchemaNode = {
  type: 'object',
  properties: new Map<string, SchemaNode>([
    ['name', STRING],
    ['generateName', STRING],
    ['namespace', STRING],
    ['selfLink', STRING],
    ['uid', UID],
    ['resourceVersion', STRING],
    ['generation', { type: 'integer', format: 'int64', wire: { omitEmpty: true, goType: 'int64' } }],
    ['creationTimestamp', TIME],
    ['deletionTimestamp', TIME],
    ['deletionGracePeriodSeconds', INTEGER_POINTER],
    ['labels', STRINGS],
    ['annotations', STRINGS],
    [
      'ownerReferences',
      {
        type: 'array',
        items: OWNER_REFERENCE,
        listType: 'map',
        listMapKeys: ['uid'],
        wire: { omitEmpty: true, goType: '[]v1.OwnerReference' },
      },
    ],
    [
      'finalizers',
      { type: 'array', items: REQUIRED_STRING, listType: 'set', wire: { omitEmpty: true, goType: '[]string' } },
    ],
    [
      'managedFields',
      {
        type: 'array',
        items: MANAGED_FIELDS_ENTRY,
        listType: 'atomic',
        wire: { omitEmpty: true, goType: '[]v1.ManagedFieldsEntry' },
      },
    ],
  ]),
  wire: { goType: 'v1.ObjectMeta' },
};

/** The members that embedded resources have without saying it. */
export const RESOURCE_MEMBERS: ReadonlyMap<string, SchemaNode> = new Map([
  ['apiVersion', STRING],
  ['kind', STRING],
  ['metadata', OBJECT_META],
]);

const implied: ReadonlySet<SchemaNode> = new Set(nodesBelow([...RESOURCE_MEMBERS.values()]));

function nodesBelow(nodes: readonly SchemaNode[]): SchemaNode[] {
  return nodes.flatMap((node) => [
    node,
    ...nodesBelow([
      ...(node.properties?.values() ?? []),
      ...(node.items === undefined ? [] : [node.items]),
      ...(node.additionalProperties === undefined ? [] : [node.additionalProperties]),
    ]),
  ]);
}

/** True for a node that no CRD says anything of: its values are checked when metadata is decoded, not against the schema. */
export function isImplied(node: SchemaNode): boolean {
  return implied.has(node);
}
