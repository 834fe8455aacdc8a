/** Schemas and resources for the tests of field managers: built-in kinds as published, and one custom resource. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../../src/api/json';
import type { KubeObject } from '../../../src/api/object';
import type { FieldManagedType } from '../../../src/apiserver/fields/field-manager';
import { builtinSchema } from '../../../src/apiserver/kubernetes';
import type { SchemaNode } from '../../../src/apiserver/schema/schema-node';

/** A schema node of an OpenAPI schema as a CRD has it. */
export function schemaNode(schema: JsonObject): SchemaNode {
  const { properties, items, additionalProperties, type, format, nullable } = schema;
  return {
    ...(type === undefined ? {} : { type: type as SchemaNode['type'] }),
    ...(typeof format === 'string' ? { format } : {}),
    ...(nullable === true ? { nullable } : {}),
    ...(schema['default'] === undefined ? {} : { default: schema['default'] }),
    ...(isJsonObject(items) ? { items: schemaNode(items) } : {}),
    ...(isJsonObject(additionalProperties) ? { additionalProperties: schemaNode(additionalProperties) } : {}),
    ...(isJsonObject(properties)
      ? {
          properties: new Map(Object.entries(properties).map(([name, node]) => [name, schemaNode(node as JsonObject)])),
        }
      : {}),
    intOrString: schema['x-kubernetes-int-or-string'] === true,
    preserveUnknownFields: schema['x-kubernetes-preserve-unknown-fields'] === true,
    embeddedResource: schema['x-kubernetes-embedded-resource'] === true,
    listType: schema['x-kubernetes-list-type'] as SchemaNode['listType'],
    listMapKeys: schema['x-kubernetes-list-map-keys'] as string[] | undefined,
    mapType: schema['x-kubernetes-map-type'] as SchemaNode['mapType'],
  };
}

const TEXT: JsonValue = { type: 'string' };
const TEXTS: JsonValue = { type: 'object', additionalProperties: TEXT };

/** The schema of the kind `Sample`, of which the answers are recorded. */
const SAMPLE_SCHEMA: SchemaNode = schemaNode({
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: {
        replicas: { type: 'integer' },
        title: TEXT,
        tags: { type: 'array', items: TEXT, 'x-kubernetes-list-type': 'set' },
        numbers: { type: 'array', items: { type: 'number' }, 'x-kubernetes-list-type': 'set' },
        ports: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['port', 'protocol'],
          items: {
            type: 'object',
            properties: {
              port: { type: 'integer' },
              protocol: { type: 'string', default: 'TCP' },
              name: TEXT,
              labels: TEXTS,
            },
          },
        },
        words: { type: 'array', items: TEXT },
        labels: TEXTS,
        color: {
          type: 'object',
          'x-kubernetes-map-type': 'atomic',
          properties: { red: { type: 'integer' }, green: { type: 'integer' } },
        },
        free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        any: { 'x-kubernetes-preserve-unknown-fields': true },
        half: {
          type: 'object',
          'x-kubernetes-preserve-unknown-fields': true,
          properties: { known: { type: 'object', properties: { a: TEXT } } },
        },
        amount: { 'x-kubernetes-int-or-string': true },
        nested: {
          type: 'object',
          properties: { inner: { type: 'object', properties: { a: TEXT, b: { type: 'string', nullable: true } } } },
        },
        template: {
          type: 'object',
          'x-kubernetes-embedded-resource': true,
          'x-kubernetes-preserve-unknown-fields': true,
        },
      },
    },
    status: { type: 'object', properties: { ready: { type: 'boolean' }, phase: TEXT } },
  },
});

export const SAMPLE_GROUP = 'fields.adrasteia.test';

/** The resource of a kind as its endpoint, or one of its subresources, knows it. */
export function managedType(kind: string, subresource = ''): FieldManagedType {
  const isSample = kind === 'Sample';
  return {
    schemaOf: (apiVersion) => (isSample ? SAMPLES.get(apiVersion) : (builtinSchema(apiVersion, kind) ?? undefined)),
    convert: (object, apiVersion): KubeObject => ({ ...object, apiVersion }),
    resetFields: RESET_FIELDS[`${kind}/${subresource}`] ?? [],
  };
}

const SAMPLES: ReadonlyMap<string, SchemaNode> = new Map([
  [`${SAMPLE_GROUP}/v1`, SAMPLE_SCHEMA],
  [`${SAMPLE_GROUP}/v1beta1`, SAMPLE_SCHEMA],
]);

const RESET_FIELDS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'Deployment/': [['status']],
  'Deployment/status': [['spec'], ['metadata', 'labels']],
  'Sample/': [['status']],
  'Sample/status': [['spec']],
};
