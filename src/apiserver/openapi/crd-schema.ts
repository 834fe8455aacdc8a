/**
 * The schema of a custom resource as it is published: what a structural schema says, with the members that every object has;
 * for OpenAPI v2 without what that cannot say.
 */

import type { JsonObject, JsonValue } from '../../api/json';
import { isNumeric } from '../json/int64';
import type { CrdFacts, CrdVersionFacts } from './crd-facts';
import { type OpenApiVersion, typeMetaSchema } from './crd-templates';

type Schema = Record<string, JsonValue>;

const NUMBERS = [
  'maximum',
  'minimum',
  'maxLength',
  'minLength',
  'maxItems',
  'minItems',
  'multipleOf',
  'maxProperties',
  'minProperties',
];
const TEXTS = ['type', 'description', 'title', 'format', 'pattern'];
const CLAIMS = [
  'exclusiveMaximum',
  'exclusiveMinimum',
  'uniqueItems',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-embedded-resource',
  'x-kubernetes-int-or-string',
];
const LISTS = ['enum', 'x-kubernetes-list-map-keys', 'x-kubernetes-validations'];
const WORDS = ['x-kubernetes-list-type', 'x-kubernetes-map-type'];
const JUNCTORS = ['allOf', 'anyOf', 'oneOf'];

/** What an embedded object's members are described as. */
const EMBEDDED_DESCRIPTIONS = {
  apiVersion:
    'apiVersion defines the versioned schema of this representation of an object. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources',
  kind: 'kind is a string value representing the type of this object. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds',
} as const;

/** The definition of a version of a custom resource. */
export function crdDefinition(crd: CrdFacts, version: CrdVersionFacts, openApi: OpenApiVersion): JsonObject {
  const { schema, selectableFields } = version;
  // Clients of v2 refuse what they don't find among the members of an object that names any.
  const isOpen = openApi === 'v2' && schema['x-kubernetes-preserve-unknown-fields'] === true;
  return {
    ...(isOpen ? { type: 'object' } : withTypeMeta(published(schema, openApi), openApi)),
    'x-kubernetes-group-version-kind': [{ group: crd.group, kind: crd.kind, version: version.name }],
    ...selectable(selectableFields),
  };
}

/** What a definition says of the fields that selectors may name. */
export function selectable(fields: readonly string[]): JsonObject {
  if (fields.length === 0) return {};
  return { 'x-kubernetes-selectable-fields': fields.map((path) => ({ fieldPath: path.replace(/^\./, '') })) };
}

function withTypeMeta(schema: Schema, openApi: OpenApiVersion): Schema {
  const members = Object.fromEntries(
    (['apiVersion', 'kind', 'metadata'] as const).map((member) => [member, typeMetaSchema(member, openApi)]),
  );
  return { ...schema, properties: { ...(schema['properties'] as JsonObject | undefined), ...members } };
}

function published(source: JsonObject, openApi: OpenApiVersion): Schema {
  const schema: Schema = {};
  for (const key of [...TEXTS, ...WORDS]) if (isText(source[key])) schema[key] = source[key];
  for (const key of NUMBERS) {
    const value = source[key];
    if (value !== undefined && isNumeric(value)) schema[key] = value;
  }
  for (const key of CLAIMS) if (source[key] === true) schema[key] = true;
  for (const key of LISTS) if (isFilledList(source[key])) schema[key] = source[key];
  const required = requiredMembers(source, openApi);
  if (required.length > 0) schema['required'] = required;
  addParts(schema, source, openApi);
  if (openApi === 'v3') {
    if (source['default'] !== undefined && source['default'] !== null) schema['default'] = source['default'];
    if (source['nullable'] === true) schema['nullable'] = true;
    addJunctors(schema, source);
  } else {
    pruneForV2(schema, source);
  }
  return source['x-kubernetes-embedded-resource'] === true ? withEmbeddedMeta(schema, openApi) : schema;
}

function addParts(schema: Schema, source: JsonObject, openApi: OpenApiVersion): void {
  const { properties, items, additionalProperties } = source as Record<
    'properties' | 'items' | 'additionalProperties',
    JsonValue | undefined
  >;
  if (isObject(properties) && Object.keys(properties).length > 0)
    schema['properties'] = publishedMembers(properties, openApi);
  if (isObject(items)) schema['items'] = published(items, openApi);
  if (typeof additionalProperties === 'boolean') schema['additionalProperties'] = additionalProperties;
  else if (isObject(additionalProperties)) schema['additionalProperties'] = published(additionalProperties, openApi);
}

function publishedMembers(properties: JsonObject, openApi: OpenApiVersion): JsonObject {
  return Object.fromEntries(
    Object.entries(properties).map(([name, member]) => [name, isObject(member) ? published(member, openApi) : {}]),
  );
}

function addJunctors(schema: Schema, source: JsonObject): void {
  for (const key of JUNCTORS) {
    const junctor = source[key];
    if (isFilledList(junctor)) schema[key] = junctor.map((nested) => (isObject(nested) ? published(nested, 'v3') : {}));
  }
  if (isObject(source['not'])) schema['not'] = published(source['not'], 'v3');
  if (source['x-kubernetes-int-or-string'] === true) sayIntOrString(schema);
}

const INT_OR_STRING: readonly JsonObject[] = [{ type: 'integer' }, { type: 'string' }];

/** The extension means nothing to clients that don't know it, so it is said in plain OpenAPI too, unless the author did. */
function sayIntOrString(schema: Schema): void {
  const { anyOf, allOf } = schema as { anyOf?: JsonValue; allOf?: readonly JsonObject[] };
  const says = (junctor: JsonValue | undefined): boolean => JSON.stringify(junctor) === JSON.stringify(INT_OR_STRING);
  if (says(anyOf) || says(allOf?.[0]?.['anyOf'])) return;
  if (anyOf === undefined) schema['anyOf'] = INT_OR_STRING;
  else schema['allOf'] = [{ anyOf: INT_OR_STRING }, ...(allOf ?? [])];
}

/** Members that may be null aren't required in v2, which knows no null. */
function requiredMembers(source: JsonObject, openApi: OpenApiVersion): readonly JsonValue[] {
  const required = isFilledList(source['required']) ? source['required'] : [];
  if (openApi === 'v3') return required;
  const { properties, additionalProperties } = source as Record<
    'properties' | 'additionalProperties',
    JsonValue | undefined
  >;
  if (isNullable(additionalProperties)) return [];
  return required.filter((name) => !isObject(properties) || typeof name !== 'string' || !isNullable(properties[name]));
}

/** Clients of v2 break on items or members of what may be null or open. */
function pruneForV2(schema: Schema, source: JsonObject): void {
  const isOpen = source['x-kubernetes-preserve-unknown-fields'] === true;
  if (source['nullable'] === true || isOpen) {
    delete schema['items'];
    delete schema['properties'];
  }
  const isListOfNothing = schema['type'] === 'array' && schema['items'] === undefined;
  if (source['nullable'] === true || isListOfNothing || (isOpen && schema['type'] === 'object')) delete schema['type'];
}

function withEmbeddedMeta(schema: Schema, openApi: OpenApiVersion): Schema {
  if (openApi === 'v2' && schema['x-kubernetes-preserve-unknown-fields'] === true) return schema;
  const required = (schema['required'] ?? []) as readonly JsonValue[];
  const added = ['kind', 'apiVersion'].filter((name) => !required.includes(name));
  return {
    ...schema,
    required: [...required, ...added],
    properties: {
      ...(schema['properties'] as JsonObject | undefined),
      apiVersion: { ...typeMetaSchema('apiVersion', openApi), description: EMBEDDED_DESCRIPTIONS.apiVersion },
      kind: { ...typeMetaSchema('kind', openApi), description: EMBEDDED_DESCRIPTIONS.kind },
      metadata: typeMetaSchema('metadata', openApi),
    },
  };
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: JsonValue | undefined): value is string {
  return typeof value === 'string' && value !== '';
}

function isFilledList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value) && value.length > 0;
}

function isNullable(value: JsonValue | undefined): boolean {
  return isObject(value) && value['nullable'] === true;
}
