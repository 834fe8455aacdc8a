/**
 * What the schema of a CRD may say, beyond being structural.
 * @see k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go, v0.34
 */
import type { JsonObject } from '../../api/json';
import { type FieldError, forbiddenField, invalidField, notSupportedField } from '../field-error';
import { type ListTypeRequirements, listTypeRuleErrors } from './list-type-rules';
import { ruleTextErrors } from './rule-texts';
import { namedSchemas, says, schemaAt, schemasAt, textAt } from './schema-parts';

/** What isn't held against definitions that were accepted before. */
export interface SchemaRequirements extends ListTypeRequirements {
  readonly validTypes: boolean;
}

/** What is known of the place of a schema. */
interface Place {
  readonly path: string;
  readonly isRoot: boolean;
  readonly insideMeta: boolean;
  /** Why defaults are forbidden here; undefined where they aren't. */
  readonly noDefaults?: string;
}

/** The types that a schema may name. */
export const TYPES: readonly string[] = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const META = new Set(['metadata', 'kind', 'apiVersion']);

/** What is wrong with a schema and those inside of it. */
export function openApiErrors(schema: JsonObject, path: string, requirements: SchemaRequirements): FieldError[] {
  return errorsOf(schema, { path, isRoot: true, insideMeta: false }, requirements);
}

function errorsOf(schema: JsonObject, place: Place, requirements: SchemaRequirements): FieldError[] {
  const { path } = place;
  return [
    ...keywordErrors(schema, place, requirements),
    ...(schema['uniqueItems'] === true
      ? [
          forbiddenField(
            `${path}.uniqueItems`,
            'uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
          ),
        ]
      : []),
    ...partErrors(schema, place, requirements),
    ...(schema['x-kubernetes-preserve-unknown-fields'] === false
      ? [invalidField(`${path}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined')]
      : []),
    ...listTypeRuleErrors(schema, path, requirements),
    ...ruleTextErrors(schema, path),
  ];
}

/** Keywords that no schema may use. */
const UNSUPPORTED: readonly string[] = [
  'id',
  'additionalItems',
  'patternProperties',
  'definitions',
  'dependencies',
  '$ref',
];

function keywordErrors(schema: JsonObject, place: Place, { validTypes }: SchemaRequirements): FieldError[] {
  const { path, noDefaults } = place;
  const errors: FieldError[] = [];
  const type = textAt(schema, 'type');
  if (validTypes && type !== '' && !TYPES.includes(type)) errors.push(notSupportedField(`${path}.type`, type, TYPES));
  if (noDefaults !== undefined && says(schema, 'default')) {
    errors.push(forbiddenField(`${path}.default`, `must not be set ${noDefaults}`));
  }
  for (const keyword of UNSUPPORTED) {
    if (isUsed(schema, keyword)) errors.push(forbiddenField(`${path}.${keyword}`, `${keyword} is not supported`));
  }
  if (type === 'null') {
    const detail = 'type cannot be set to null, use nullable as an alternative';
    errors.push(forbiddenField(`${path}.type`, detail));
  }
  if (schemasAt(schema, 'items').length > 0) {
    errors.push(forbiddenField(`${path}.items`, 'items must be a schema object and not an array'));
  }
  if (place.insideMeta && schema['x-kubernetes-embedded-resource'] === true) {
    const detail = 'must not be used inside of resource meta';
    errors.push(forbiddenField(`${path}.x-kubernetes-embedded-resource`, detail));
  }
  return errors;
}

function isUsed(schema: JsonObject, keyword: string): boolean {
  const value = schema[keyword];
  if (value === undefined || value === null || value === '') return false;
  const isMap = keyword === 'patternProperties' || keyword === 'definitions';
  return !isMap || namedSchemas(schema, keyword).length > 0;
}

function partErrors(schema: JsonObject, place: Place, requirements: SchemaRequirements): FieldError[] {
  const { path, isRoot, insideMeta } = place;
  const inside = { ...place, isRoot: false };
  const below = (part: JsonObject | undefined, at: Place): FieldError[] =>
    part === undefined ? [] : errorsOf(part, at, requirements);
  const values = schema['additionalProperties'];
  const properties = namedSchemas(schema, 'properties');
  const isExclusive = says(schema, 'additionalProperties') && properties.length > 0 && values !== true;
  const isResource = isRoot || schema['x-kubernetes-embedded-resource'] === true;
  return [
    ...(isExclusive
      ? [forbiddenField(`${path}.additionalProperties`, 'additionalProperties and properties are mutual exclusive')]
      : []),
    ...below(schemaAt(schema, 'additionalProperties'), {
      ...inside,
      path: `${path}.additionalProperties`,
      ...(insideMeta ? { noDefaults: 'inside additionalProperties applying to object metadata' } : {}),
    }),
    ...properties.flatMap(([name, property]) => {
      const isMeta = isResource && META.has(name);
      return below(property, {
        ...inside,
        path: `${path}.properties[${name}]`,
        ...(isMeta ? { insideMeta: true } : {}),
        ...(isMeta && isRoot ? { noDefaults: `in top-level ${name}` } : {}),
      });
    }),
    ...below(schemaAt(schema, 'not'), { ...inside, path: `${path}.not` }),
    ...['allOf', 'oneOf', 'anyOf'].flatMap((keyword) =>
      schemasAt(schema, keyword).flatMap((part, index) =>
        below(part, { ...inside, path: `${path}.${keyword}[${String(index)}]` }),
      ),
    ),
    ...namedSchemas(schema, 'definitions').flatMap(([name, part]) =>
      below(part, { ...inside, path: `${path}.definitions[${name}]` }),
    ),
    ...below(schemaAt(schema, 'items'), { ...inside, path: `${path}.items` }),
    ...schemasAt(schema, 'items').flatMap((part, index) =>
      below(part, { ...inside, path: `${path}.items[${String(index)}]` }),
    ),
  ];
}
