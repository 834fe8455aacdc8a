/**
 * A kind's TypeBox schema read once into the terms of structural schemas. Everything else in this folder (CRD, validation,
 * defaults, reference page) is rendered from these nodes, so that the four can't disagree.
 *
 * What structural schemas refuse is translated: unions of literals and `const` become `enum`, records become maps,
 * integer-or-string its own keyword, other unions and empty schemas free values, `uniqueItems` a set.
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 */
import type { TSchema } from '@sinclair/typebox';
import { isJsonObject, type JsonObject, type JsonValue } from '../api/json';
import { AdrasteiaError } from '../errors';
import { EXPLAIN, type SchemaRule, SHAPE, UNIT, VALIDATIONS } from './keywords';

export interface SchemaNode {
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly description?: string;
  readonly default?: JsonValue;
  readonly nullable: boolean;
  readonly intOrString: boolean;
  /** True: members that no property names are kept. */
  readonly preserveUnknown: boolean;
  /** For a value that the API server takes as it is: what it may be nevertheless. */
  readonly scalars?: readonly ScalarType[];
  /** Keywords that mean the same everywhere: `pattern`, `maxLength`, `enum`, `x-kubernetes-list-type`, … */
  readonly keywords: JsonObject;
  readonly properties?: ReadonlyMap<string, SchemaNode>;
  readonly required: readonly string[];
  readonly items?: SchemaNode;
  /** Of a map: what its values are, and what its keys must match. */
  readonly values?: SchemaNode;
  readonly keyPattern?: string;
  readonly rules: readonly SchemaRule[];
  readonly explain?: string;
  readonly unit?: string;
  readonly shape?: string;
}

export type ScalarType = 'string' | 'integer' | 'number' | 'boolean';

type Raw = Readonly<Record<string, unknown>>;

const PASSED: ReadonlySet<string> = new Set([
  'format',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'multipleOf',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'enum',
]);

const READ_BY_NAME: ReadonlySet<string> = new Set([
  'type',
  'description',
  'default',
  'nullable',
  'properties',
  'required',
  'items',
  'additionalItems',
  'additionalProperties',
  'patternProperties',
  'anyOf',
  'allOf',
  'const',
  'uniqueItems',
  'exclusiveMinimum',
  'exclusiveMaximum',
  VALIDATIONS,
  EXPLAIN,
  UNIT,
  SHAPE,
  'x-kubernetes-int-or-string',
  'x-kubernetes-preserve-unknown-fields',
]);

/** Say something to readers and tools, and nothing that an API server checks. */
const IGNORED: ReadonlySet<string> = new Set([
  '$id',
  '$schema',
  '$comment',
  'title',
  'examples',
  'readOnly',
  'writeOnly',
  'deprecated',
]);

const NO_NODE = {
  nullable: false,
  intOrString: false,
  preserveUnknown: false,
  keywords: {},
  required: [],
  rules: [],
} as const;

/**
 * The nodes of a schema. `path` is where it stands, for messages.
 * @throws SchemaUnsupported for a keyword that no structural schema can say.
 */
export function readSchema(schema: TSchema, path: string): SchemaNode {
  return readNode(schema, path);
}

function readNode(raw: Raw, path: string): SchemaNode {
  refuseUnknownKeywords(raw, path);
  const variants = raw['anyOf'];
  if (Array.isArray(variants)) return { ...readUnion(variants as readonly Raw[], path), ...annotations(raw, path) };
  const parts = raw['allOf'];
  if (Array.isArray(parts)) return { ...readIntersection(parts as readonly Raw[], path), ...annotations(raw, path) };

  const type = readType(raw, path);
  const intOrString = raw['x-kubernetes-int-or-string'] === true;
  const additional = raw['additionalProperties'];
  const preserveUnknown =
    raw['x-kubernetes-preserve-unknown-fields'] === true || additional === true || (type === undefined && !intOrString);
  return {
    ...NO_NODE,
    ...annotations(raw, path),
    ...(type === undefined ? {} : { type }),
    nullable: raw['nullable'] === true,
    intOrString,
    preserveUnknown,
    keywords: keywordsOf(raw),
    required: requiredOf(raw),
    ...readMembers(raw, additional, path),
    ...(isJsonObject(raw['items']) ? { items: readNode(raw['items'], `${path}[]`) } : {}),
  };
}

function readType(raw: Raw, path: string): SchemaNode['type'] {
  if ('const' in raw) return scalarTypeOf(raw['const'], path);
  const type = raw['type'];
  if (type === undefined) return undefined;
  if (
    type === 'object' ||
    type === 'array' ||
    type === 'string' ||
    type === 'integer' ||
    type === 'number' ||
    type === 'boolean'
  )
    return type;
  throw unsupported(path, `type ${JSON.stringify(type)}`);
}

/** A member with a default is never missing; and a CRD's default is refused where it lacks what another default would fill in. */
function requiredOf(raw: Raw): readonly string[] {
  const properties = (raw['properties'] ?? {}) as Readonly<Record<string, Raw>>;
  const required = Array.isArray(raw['required']) ? (raw['required'] as readonly string[]) : [];
  return required.filter((name) => properties[name]?.['default'] === undefined);
}

function readMembers(
  raw: Raw,
  additional: unknown,
  path: string,
): Pick<SchemaNode, 'properties' | 'values' | 'keyPattern'> {
  const properties = isJsonObject(raw['properties'])
    ? Object.entries(raw['properties'] as Readonly<Record<string, Raw>>)
    : [];
  const patterns = isJsonObject(raw['patternProperties'])
    ? Object.entries(raw['patternProperties'] as Readonly<Record<string, Raw>>)
    : [];
  const map = isJsonObject(additional) ? (['', additional] as const) : patterns[0];
  if (map !== undefined) {
    if (properties.length > 0 || patterns.length > 1)
      throw unsupported(path, 'named members beside a map, or a map with several patterns');
    const [pattern, values] = map;
    return {
      values: readNode(values, `${path}[key]`),
      ...(pattern === '' || pattern === '^(.*)$' ? {} : { keyPattern: pattern }),
    };
  }
  if (!isJsonObject(raw['properties'])) return {};
  return {
    properties: new Map(
      properties.map(([name, member]) => [name, readNode(member, path === '' ? name : `${path}.${name}`)]),
    ),
  };
}

function annotations(
  raw: Raw,
  path: string,
): Pick<SchemaNode, 'description' | 'default' | 'explain' | 'unit' | 'shape'> & { rules: readonly SchemaRule[] } {
  const text = (keyword: string, member: string): Record<string, string> => {
    const value = raw[keyword];
    return typeof value === 'string' ? { [member]: value } : {};
  };
  const rules = Array.isArray(raw[VALIDATIONS]) ? (raw[VALIDATIONS] as readonly SchemaRule[]) : [];
  for (const { rule, message } of rules) {
    if (rule === '' || message === '') throw unsupported(path, 'a rule without text or message');
  }
  return {
    rules,
    ...text('description', 'description'),
    ...text(EXPLAIN, 'explain'),
    ...text(UNIT, 'unit'),
    ...text(SHAPE, 'shape'),
    ...('default' in raw ? { default: raw['default'] as JsonValue } : {}),
  };
}

function keywordsOf(raw: Raw): JsonObject {
  const keywords: Record<string, JsonValue> = {};
  for (const [keyword, value] of Object.entries(raw)) {
    const passes = PASSED.has(keyword) || (keyword.startsWith('x-kubernetes-') && !READ_BY_NAME.has(keyword));
    if (passes) keywords[keyword] = value as JsonValue;
  }
  if ('const' in raw) keywords['enum'] = [raw['const'] as JsonValue];
  if (typeof raw['exclusiveMinimum'] === 'number')
    Object.assign(keywords, { minimum: raw['exclusiveMinimum'], exclusiveMinimum: true });
  if (typeof raw['exclusiveMaximum'] === 'number')
    Object.assign(keywords, { maximum: raw['exclusiveMaximum'], exclusiveMaximum: true });
  if (raw['uniqueItems'] === true && keywords['x-kubernetes-list-type'] === undefined)
    keywords['x-kubernetes-list-type'] = 'set';
  return keywords;
}

/** Literals, with null, integer with string, or scalars of several types; objects can't be told apart by a structural schema. */
function readUnion(all: readonly Raw[], path: string): SchemaNode {
  const variants = all.filter((variant) => variant['type'] !== 'null');
  const nullable = variants.length < all.length;
  const [first] = variants;
  if (first !== undefined && variants.length === 1) return { ...readNode(first, path), nullable };
  if (variants.every((variant) => 'const' in variant)) {
    const values = variants.map((variant) => variant['const'] as JsonValue);
    const [type, ...others] = [...new Set(values.map((value) => scalarTypeOf(value, path)))];
    if (others.length > 0 || type === undefined) throw unsupported(path, 'literals of different types');
    return { ...NO_NODE, type, nullable, keywords: { enum: values } };
  }
  const nodes = variants.map((variant) => readNode(variant, path));
  const scalars = [...new Set(nodes.map(({ type }) => type))].sort();
  if (!scalars.every(isScalarType)) throw unsupported(path, 'a union of something else than literals and scalars');
  if (scalars.join() === 'integer,string') {
    const pattern = nodes.find(({ type }) => type === 'string')?.keywords['pattern'];
    return { ...NO_NODE, nullable, intOrString: true, keywords: pattern === undefined ? {} : { pattern } };
  }
  const maxLength = nodes.find(({ type }) => type === 'string')?.keywords['maxLength'];
  return {
    ...NO_NODE,
    nullable,
    preserveUnknown: true,
    scalars,
    keywords: maxLength === undefined ? {} : { maxLength },
  };
}

function readIntersection(parts: readonly Raw[], path: string): SchemaNode {
  const nodes = parts.map((part) => readNode(part, path));
  if (nodes.some(({ properties }) => properties === undefined))
    throw unsupported(path, 'an intersection of something else than objects');
  return {
    ...NO_NODE,
    type: 'object',
    properties: new Map(nodes.flatMap(({ properties }) => [...(properties ?? [])])),
    required: [...new Set(nodes.flatMap(({ required }) => required))],
    preserveUnknown: nodes.some(({ preserveUnknown }) => preserveUnknown),
    keywords: Object.assign({}, ...nodes.map(({ keywords }) => keywords)) as JsonObject,
  };
}

function isScalarType(type: SchemaNode['type']): type is ScalarType {
  return type === 'string' || type === 'integer' || type === 'number' || type === 'boolean';
}

function scalarTypeOf(value: unknown, path: string): ScalarType {
  if (typeof value === 'string' || typeof value === 'boolean') return typeof value as 'string' | 'boolean';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  throw unsupported(path, `the literal ${JSON.stringify(value)}`);
}

function refuseUnknownKeywords(raw: Raw, path: string): void {
  for (const keyword of Object.keys(raw)) {
    if (PASSED.has(keyword) || READ_BY_NAME.has(keyword) || IGNORED.has(keyword) || keyword.startsWith('x-kubernetes-'))
      continue;
    throw unsupported(path, `the keyword ${JSON.stringify(keyword)}`);
  }
  if (raw['type'] === 'array' && !isJsonObject(raw['items']))
    throw unsupported(path, 'a list without one schema for its items');
}

function unsupported(path: string, what: string): AdrasteiaError {
  return new AdrasteiaError(
    'SchemaUnsupported',
    `Schema of ${path === '' ? 'the object' : path} cannot be read: a structural schema has no place for ${what}; say it otherwise`,
  );
}
