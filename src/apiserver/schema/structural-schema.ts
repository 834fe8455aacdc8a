/**
 * The schema of a CRD's version as nodes.
 *
 * What the schema only describes (titles, descriptions) is left out; what only checks values is kept verbatim in `checks`.
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../api/json';
import { RESOURCE_MEMBERS } from './object-meta';
import type { ListType, SchemaNode, SchemaType } from './schema-node';

const CHECKS = [
  'maximum',
  'exclusiveMaximum',
  'minimum',
  'exclusiveMinimum',
  'maxLength',
  'minLength',
  'pattern',
  'maxItems',
  'minItems',
  'uniqueItems',
  'multipleOf',
  'enum',
  'maxProperties',
  'minProperties',
  'x-kubernetes-validations',
] as const;

/** Values of a map or a list of which the schema says nothing: what they hold is pruned, but null may stand there. */
const ANYTHING: SchemaNode = { nullable: true };

/**
 * The root of a structural schema, with the members that objects have without saying it. Keys that nothing says anything
 * of are pruned, so an absent schema leaves nothing but those members.
 */
export function schemaNodeOf(openAPIV3Schema: JsonObject | undefined): SchemaNode {
  return resourceNode(nodeOf(openAPIV3Schema ?? {}));
}

/** The node of a part of a schema. */
export function nodeOf(schema: JsonObject): SchemaNode {
  const node = plainNode(schema);
  return node.embeddedResource === true ? resourceNode(node) : node;
}

function resourceNode(node: SchemaNode): SchemaNode {
  const properties = new Map(node.properties);
  for (const [name, implied] of RESOURCE_MEMBERS) {
    const declared = properties.get(name);
    properties.set(name, declared === undefined ? implied : merged(implied, declared));
  }
  return { ...node, embeddedResource: true, properties };
}

/** What is implied, with what the CRD says besides. */
function merged(implied: SchemaNode, declared: SchemaNode): SchemaNode {
  const properties = new Map(implied.properties);
  for (const [name, node] of declared.properties ?? []) {
    const base = properties.get(name);
    properties.set(name, base === undefined ? node : merged(base, node));
  }
  const values = mergedPart(implied.additionalProperties, declared.additionalProperties);
  const items = mergedPart(implied.items, declared.items);
  return {
    ...implied,
    ...declared,
    ...(properties.size === 0 ? {} : { properties }),
    ...(values === undefined ? {} : { additionalProperties: values }),
    ...(items === undefined ? {} : { items }),
  };
}

function mergedPart(implied: SchemaNode | undefined, declared: SchemaNode | undefined): SchemaNode | undefined {
  return implied === undefined || declared === undefined ? (implied ?? declared) : merged(implied, declared);
}

function plainNode(schema: JsonObject): SchemaNode {
  const properties = schema['properties'];
  const values = schema['additionalProperties'];
  const { items, not, required } = schema;
  const nullable = schema['nullable'] === true;
  const value = schema['default'];
  const mapType = schema['x-kubernetes-map-type'];
  return {
    ...(typeof schema['type'] === 'string' && schema['type'] !== '' ? { type: schema['type'] as SchemaType } : {}),
    ...(typeof schema['format'] === 'string' ? { format: schema['format'] } : {}),
    ...(schema['x-kubernetes-int-or-string'] === true ? { intOrString: true } : {}),
    ...(nullable ? { nullable } : {}),
    ...(isJsonObject(properties) ? { properties: propertyNodes(properties) } : {}),
    ...(values === undefined || values === null
      ? {}
      : { additionalProperties: isJsonObject(values) ? nodeOf(values) : ANYTHING }),
    ...(isJsonObject(items) ? { items: nodeOf(items) } : {}),
    ...(isStrings(required) && required.length > 0 ? { required } : {}),
    ...(value === undefined || value === null ? {} : { default: value }),
    ...(schema['x-kubernetes-preserve-unknown-fields'] === true ? { preserveUnknownFields: true } : {}),
    ...(schema['x-kubernetes-embedded-resource'] === true ? { embeddedResource: true } : {}),
    ...listFacts(schema),
    ...(mapType === 'atomic' || mapType === 'granular' ? { mapType } : {}),
    ...checksOf(schema),
    ...junctors(schema),
    ...(isJsonObject(not) ? { not: nodeOf(not) } : {}),
  };
}

function propertyNodes(properties: JsonObject): ReadonlyMap<string, SchemaNode> {
  const nodes = new Map<string, SchemaNode>();
  // Sorted, so that messages come in the same order however the CRD was written.
  for (const name of Object.keys(properties).sort()) {
    const property = properties[name];
    nodes.set(name, isJsonObject(property) ? nodeOf(property) : ANYTHING);
  }
  return nodes;
}

function listFacts(schema: JsonObject): Pick<SchemaNode, 'listType' | 'listMapKeys'> {
  const listType = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'];
  return {
    ...(typeof listType === 'string' ? { listType: listType as ListType } : {}),
    ...(isStrings(keys) && keys.length > 0 ? { listMapKeys: keys } : {}),
  };
}

function checksOf(schema: JsonObject): Pick<SchemaNode, 'checks'> {
  const checks: Record<string, JsonValue> = {};
  for (const keyword of CHECKS) {
    const value = schema[keyword];
    if (value !== undefined && value !== null) checks[keyword] = value;
  }
  if (schema['additionalProperties'] === false) checks['additionalProperties'] = false;
  return Object.keys(checks).length === 0 ? {} : { checks };
}

function junctors(schema: JsonObject): Pick<SchemaNode, 'allOf' | 'anyOf' | 'oneOf'> {
  const all = branches(schema['allOf']);
  const any = branches(schema['anyOf']);
  const one = branches(schema['oneOf']);
  return {
    ...(all.length === 0 ? {} : { allOf: all }),
    ...(any.length === 0 ? {} : { anyOf: any }),
    ...(one.length === 0 ? {} : { oneOf: one }),
  };
}

function branches(value: JsonValue | undefined): SchemaNode[] {
  return Array.isArray(value)
    ? value.map((branch: JsonValue) => (isJsonObject(branch) ? nodeOf(branch) : ANYTHING))
    : [];
}

function isStrings(value: JsonValue | undefined): value is readonly string[] {
  return Array.isArray(value) && value.every((item: JsonValue) => typeof item === 'string');
}
