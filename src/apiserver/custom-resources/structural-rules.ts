/**
 * When a schema is structural: it says the type of every field, and nothing that would make pruning and defaulting ambiguous.
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 * @see k8s.io/apiextensions-apiserver/pkg/apiserver/schema/validation.go and complete.go, v0.34
 */
import type { JsonObject } from '../../api/json';
import { type FieldError, fieldErrorText, forbiddenField, invalidField, requiredField } from '../field-error';
import { canonicalJson } from '../json/json-text';
import { patternProblem } from '../schema/pattern';
import { namedSchemas, says, schemaAt, schemasAt, someSchema, textAt } from './schema-parts';

type Level = 'root' | 'item' | 'field';

/** Why a schema isn't structural, in the order of the messages. */
export function structuralErrors(schema: JsonObject, path: string): FieldError[] {
  const errors = [...invariants(schema, 'root', path), ...incomplete(schema, schema, path, path)];
  const texts = new Map(errors.map((error) => [error, fieldErrorText(error)]));
  const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return errors.sort((a, b) => compare(texts.get(a) ?? '', texts.get(b) ?? ''));
}

/** Keywords that structural schemas don't have at all, which are told apart from these rules. */
const UNSUPPORTED = [
  'id',
  '$schema',
  '$ref',
  'patternProperties',
  'dependencies',
  'additionalItems',
  'definitions',
] as const;

/** Why a schema can't even be read as a structural one; undefined where it can. */
export function unreadable(schema: JsonObject): string | undefined {
  let why: string | undefined;
  someSchema(schema, (part) => {
    const keyword = UNSUPPORTED.find((name) => says(part, name) && part[name] !== '');
    if (keyword !== undefined) why = `OpenAPIV3Schema '${keyword.replace('$schema', 'schema')}' is not supported`;
    else if (Array.isArray(part['items']) && part['items'].length > 0) {
      why = "OpenAPIV3Schema 'items' must be a schema, but is an array";
    } else if (part['x-kubernetes-preserve-unknown-fields'] === false) {
      why = "internal error: 'x-kubernetes-preserve-unknown-fields' must be true or undefined";
    }
    return why !== undefined;
  });
  return why;
}

function invariants(schema: JsonObject, level: Level, path: string): FieldError[] {
  const type = textAt(schema, 'type');
  const items = schemaAt(schema, 'items');
  const values = schemaAt(schema, 'additionalProperties');
  const properties = namedSchemas(schema, 'properties');
  return [
    ...(type === 'array' && items === undefined ? [requiredField(`${path}.items`, 'must be specified')] : []),
    ...(items === undefined ? [] : invariants(items, 'item', `${path}.items`)),
    ...properties.flatMap(([name, property]) => invariants(property, 'field', `${path}.properties[${name}]`)),
    ...(level === 'root' && says(schema, 'additionalProperties')
      ? [forbiddenField(`${path}.additionalProperties`, 'must not be used at the root')]
      : []),
    ...(values === undefined ? [] : invariants(values, 'field', `${path}.additionalProperties`)),
    ...extensionErrors(schema, path),
    ...valueErrors(schema, path, {
      skipAnyOf: isIntOrString(schema),
      skipFirstAllOf: isIntOrString(schemasAt(schema, 'allOf')[0]),
    }),
    ...typeErrors(schema, level, path),
    ...metaErrors(schema, level, path),
  ];
}

function extensionErrors(schema: JsonObject, path: string): FieldError[] {
  if (schema['x-kubernetes-int-or-string'] !== true) return [];
  return ['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource']
    .filter((keyword) => schema[keyword] === true)
    .map((keyword) => invalidField(`${path}.${keyword}`, true, 'must be false if x-kubernetes-int-or-string is true'));
}

const WITHOUT_TYPE: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
};

function typeErrors(schema: JsonObject, level: Level, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const type = textAt(schema, 'type');
  const isEmbedded = schema['x-kubernetes-embedded-resource'] === true;
  const isFree =
    schema['x-kubernetes-int-or-string'] === true || schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (isEmbedded && type !== 'object') {
    const detail = 'must be object if x-kubernetes-embedded-resource is true';
    errors.push(type === '' ? requiredField(`${path}.type`, detail) : invalidField(`${path}.type`, type, detail));
  } else if (type === '' && !isFree) errors.push(requiredField(`${path}.type`, WITHOUT_TYPE[level]));
  if (isEmbedded && says(schema, 'additionalProperties')) {
    const detail = 'must not be used if x-kubernetes-embedded-resource is set';
    errors.push(forbiddenField(`${path}.additionalProperties`, detail));
  }
  if (level === 'root' && type !== '' && type !== 'object') {
    errors.push(invalidField(`${path}.type`, type, 'must be object at the root'));
  }
  const hasProperties = namedSchemas(schema, 'properties').length > 0;
  if (isEmbedded && schema['x-kubernetes-preserve-unknown-fields'] !== true && !hasProperties) {
    const detail =
      'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields';
    errors.push(requiredField(`${path}.properties`, detail));
  }
  return errors;
}

/** What may be said of the members that every resource has. */
function metaErrors(schema: JsonObject, level: Level, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const isResource = level === 'root' || schema['x-kubernetes-embedded-resource'] === true;
  const properties = schemaAt(schema, 'properties');
  for (const name of ['kind', 'apiVersion']) {
    const property = schemaAt(properties, name);
    const type = textAt(property, 'type');
    if (isResource && property !== undefined && type !== 'string') {
      errors.push(invalidField(`${path}.properties[${name}].type`, type, 'must be string'));
    }
  }
  const metadata = schemaAt(properties, 'metadata');
  if (metadata === undefined) return errors;
  const at = `${path}.properties[metadata]`;
  const type = textAt(metadata, 'type');
  if (isResource && type !== 'object') errors.push(invalidField(`${at}.type`, type, 'must be object'));
  if (level === 'root' && !isPlainMetadata(metadata)) {
    const detail = 'must not specify anything other than name and generateName, but metadata is implicitly specified';
    errors.push(forbiddenField(at, detail));
  }
  return errors;
}

function isPlainMetadata(metadata: JsonObject): boolean {
  const names = namedSchemas(metadata, 'properties').map(([name]) => name);
  const isOther = ([key, value]: [string, unknown]): boolean =>
    !['type', 'default', 'properties'].includes(key) && value !== null && value !== false && value !== '';
  return names.every((name) => name === 'name' || name === 'generateName') && !Object.entries(metadata).some(isOther);
}

const INT_OR_STRING = canonicalJson([{ type: 'integer' }, { type: 'string' }]);

/** Types may be said in `anyOf` in this one way. */
function isIntOrString(schema: JsonObject | undefined): boolean {
  return schema !== undefined && canonicalJson(schema['anyOf']) === INT_OR_STRING;
}

interface Skips {
  readonly skipAnyOf: boolean;
  readonly skipFirstAllOf: boolean;
}

const NO_SKIPS: Skips = { skipAnyOf: false, skipFirstAllOf: false };

function valueErrors(schema: JsonObject, path: string, { skipAnyOf, skipFirstAllOf }: Skips): FieldError[] {
  const pattern = textAt(schema, 'pattern');
  const problem = pattern === '' ? undefined : patternProblem(pattern);
  const not = schemaAt(schema, 'not');
  return [
    ...(skipAnyOf ? [] : listed(schema, 'anyOf', path)),
    ...listed(schema, 'allOf', path, skipFirstAllOf),
    ...listed(schema, 'oneOf', path),
    ...(not === undefined ? [] : nestedErrors(not, `${path}.not`, NO_SKIPS)),
    ...(problem === undefined
      ? []
      : [invalidField(`${path}.pattern`, pattern, `must be a valid regular expression, but isn't: ${problem}`)]),
  ];
}

function listed(schema: JsonObject, keyword: string, path: string, skipFirst = false): FieldError[] {
  return schemasAt(schema, keyword).flatMap((part, index) =>
    nestedErrors(part, `${path}.${keyword}[${String(index)}]`, { ...NO_SKIPS, skipAnyOf: skipFirst && index === 0 }),
  );
}

/** Keywords that say what a field is, and may therefore only be said once, outside of combinations. */
const DEFINING: readonly (readonly [keyword: string, detail: string])[] = [
  ['type', 'must be empty to be structural'],
  ['default', 'must be undefined to be structural'],
  ['title', 'must be empty to be structural'],
  ['description', 'must be empty to be structural'],
  ['nullable', 'must be false to be structural'],
  ['x-kubernetes-preserve-unknown-fields', 'must be false to be structural'],
  ['x-kubernetes-embedded-resource', 'must be false to be structural'],
  ['x-kubernetes-int-or-string', 'must be false to be structural'],
  ['x-kubernetes-list-map-keys', 'must be empty to be structural'],
  ['x-kubernetes-list-type', 'must be undefined to be structural'],
  ['x-kubernetes-map-type', 'must be undefined to be structural'],
  ['x-kubernetes-validations', 'must be empty to be structural'],
];

function nestedErrors(schema: JsonObject, path: string, skips: Skips): FieldError[] {
  const items = schemaAt(schema, 'items');
  const properties = namedSchemas(schema, 'properties');
  const values = schema['additionalProperties'];
  return [
    ...valueErrors(schema, path, skips),
    ...(items === undefined ? [] : nestedErrors(items, `${path}.items`, NO_SKIPS)),
    ...properties.flatMap(([name, property]) => nestedErrors(property, `${path}.properties[${name}]`, NO_SKIPS)),
    ...(values === undefined || values === null || values === false
      ? []
      : [forbiddenField(`${path}.additionalProperties`, 'must be undefined to be structural')]),
    ...DEFINING.filter(([keyword]) => isSaid(schema, keyword)).map(([keyword, detail]) =>
      forbiddenField(`${path}.${keyword}`, detail),
    ),
    ...(properties.some(([name]) => name === 'metadata')
      ? [forbiddenField(`${path}.properties[metadata]`, 'must not be specified in a nested context')]
      : []),
  ];
}

function isSaid(schema: JsonObject, keyword: string): boolean {
  const value = schema[keyword];
  if (keyword === 'default') return value !== undefined && value !== null;
  if (Array.isArray(value)) return value.length > 0;
  return value !== undefined && value !== null && value !== false && value !== '';
}

/** What combinations at the root check must be said outside of them too. */
function incomplete(value: JsonObject, schema: JsonObject | undefined, path: string, from: string): FieldError[] {
  const not = schemaAt(value, 'not');
  return [
    ...(not === undefined ? [] : incompletePart(not, schema, path, `${from}.not`)),
    ...['allOf', 'anyOf', 'oneOf'].flatMap((keyword) =>
      schemasAt(value, keyword).flatMap((part, index) =>
        incompletePart(part, schema, path, `${from}.${keyword}[${String(index)}]`),
      ),
    ),
  ];
}

function incompletePart(part: JsonObject, schema: JsonObject | undefined, path: string, from: string): FieldError[] {
  if (schema === undefined) return [requiredField(path, `because it is defined in ${from}`)];
  const items = schemaAt(part, 'items');
  const known = schemaAt(schema, 'properties');
  return [
    ...incomplete(part, schema, path, from),
    ...(items === undefined ? [] : incompletePart(items, schemaAt(schema, 'items'), `${path}.items`, `${from}.items`)),
    ...namedSchemas(part, 'properties').flatMap(([name, property]) => {
      const below = `properties[${name}]`;
      return incompletePart(property, schemaAt(known, name), `${path}.${below}`, `${from}.${below}`);
    }),
  ];
}
