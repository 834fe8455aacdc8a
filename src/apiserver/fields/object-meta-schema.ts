/**
 * The schema of `metadata`, which every object has alike, for kinds whose own schema leaves it out: custom resources, and the
 * objects embedded in them.
 * @see k8s.io/apimachinery/pkg/apis/meta/v1/types.go, v0.34
 */
import type { SchemaNode } from '../schema/schema-node';

const TEXT: SchemaNode = { type: 'string' };
const TIME: SchemaNode = { type: 'string', format: 'date-time' };
const INTEGER: SchemaNode = { type: 'integer', format: 'int64' };
const TEXTS: SchemaNode = { type: 'object', additionalProperties: TEXT };

const OWNER_REFERENCE: SchemaNode = {
  type: 'object',
  mapType: 'atomic',
  properties: new Map([
    ['apiVersion', TEXT],
    ['kind', TEXT],
    ['name', TEXT],
    ['uid', TEXT],
    ['controller', { type: 'boolean' }],
    ['blockOwnerDeletion', { type: 'boolean' }],
  ]),
};

const MANAGED_FIELDS_ENTRY: SchemaNode = {
  type: 'object',
  properties: new Map<string, SchemaNode>([
    ['manager', TEXT],
    ['operation', TEXT],
    ['apiVersion', TEXT],
    ['time', TIME],
    ['fieldsType', TEXT],
    ['fieldsV1', { type: 'object' }],
    ['subresource', TEXT],
  ]),
};

export const OBJECT_META_SCHEMA: SchemaNode = {
  type: 'object',
  properties: new Map<string, SchemaNode>([
    ['name', TEXT],
    ['generateName', TEXT],
    ['namespace', TEXT],
    ['selfLink', TEXT],
    ['uid', TEXT],
    ['resourceVersion', TEXT],
    ['generation', INTEGER],
    ['creationTimestamp', TIME],
    ['deletionTimestamp', TIME],
    ['deletionGracePeriodSeconds', INTEGER],
    ['labels', TEXTS],
    ['annotations', TEXTS],
    ['ownerReferences', { type: 'array', items: OWNER_REFERENCE, listType: 'map', listMapKeys: ['uid'] }],
    ['finalizers', { type: 'array', items: TEXT, listType: 'set' }],
    ['managedFields', { type: 'array', items: MANAGED_FIELDS_ENTRY, listType: 'atomic' }],
  ]),
};
