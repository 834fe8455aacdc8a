/** What a schema may say of how lists and maps are merged: `x-kubernetes-list-type`, `-list-map-keys` and `-map-type`. */
import type { JsonObject } from '../../api/json';
import { type FieldError, forbiddenField, invalidField, notSupportedField, requiredField } from '../field-error';
import { says, schemaAt, schemasAt, textAt, textsAt } from './schema-parts';

const LIST_TYPE = 'x-kubernetes-list-type';
const MAP_KEYS = 'x-kubernetes-list-map-keys';
const MAP_TYPE = 'x-kubernetes-map-type';

/** What isn't held against definitions that were accepted before. */
export interface ListTypeRequirements {
  readonly atomicSets: boolean;
  readonly mapListKeys: boolean;
}

/** What is wrong with what a schema says of merging. */
export function listTypeRuleErrors(
  schema: JsonObject,
  path: string,
  { atomicSets, mapListKeys }: ListTypeRequirements,
): FieldError[] {
  return [
    ...mapTypeErrors(schema, path),
    ...listTypeErrors(schema, path, atomicSets),
    ...mapKeyErrors(schema, path),
    ...(mapListKeys ? itemErrors(schema, path) : []),
  ];
}

function wrongType(type: string, path: string, detail: string): FieldError {
  return type === '' ? requiredField(`${path}.type`, detail) : invalidField(`${path}.type`, type, detail);
}

function mapTypeErrors(schema: JsonObject, path: string): FieldError[] {
  const mapType = schema[MAP_TYPE];
  if (typeof mapType !== 'string') return [];
  const type = textAt(schema, 'type');
  const kinds = ['atomic', 'granular'];
  return [
    ...(type === 'object' ? [] : [wrongType(type, path, `must be object if ${MAP_TYPE} is specified`)]),
    ...(kinds.includes(mapType) ? [] : [notSupportedField(`${path}.${MAP_TYPE}`, mapType, kinds)]),
  ];
}

function listTypeErrors(schema: JsonObject, path: string, atomicSets: boolean): FieldError[] {
  const listType = schema[LIST_TYPE];
  if (typeof listType !== 'string') return [];
  const errors: FieldError[] = [];
  const type = textAt(schema, 'type');
  if (type !== 'array') errors.push(wrongType(type, path, `must be array if ${LIST_TYPE} is specified`));
  else if (atomicSets && listType === 'set') errors.push(...setErrors(schema, path));
  const kinds = ['atomic', 'set', 'map'];
  if (!kinds.includes(listType)) errors.push(notSupportedField(`${path}.${LIST_TYPE}`, listType, kinds));
  return errors;
}

/** What a set holds is compared as a whole. */
function setErrors(schema: JsonObject, path: string): FieldError[] {
  const items = schemaAt(schema, 'items');
  const detail = 'must be atomic as item of a list with x-kubernetes-list-type=set';
  const listType = items?.[LIST_TYPE] ?? null;
  if (textAt(items, 'type') === 'array' && listType !== null && listType !== 'atomic') {
    return [invalidField(`${path}.items.${LIST_TYPE}`, listType, detail)];
  }
  // The server shows the items' list type here, too.
  return textAt(items, 'type') === 'object' && items?.[MAP_TYPE] !== 'atomic'
    ? [invalidField(`${path}.items.${MAP_TYPE}`, listType, detail)]
    : [];
}

/** True where a set, here or below, holds values that aren't compared as a whole. */
export function hasGranularSet(schema: JsonObject): boolean {
  return schema[LIST_TYPE] === 'set' && setErrors(schema, '').length > 0;
}

function mapKeyErrors(schema: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const listType = schema[LIST_TYPE];
  const keys = textsAt(schema, MAP_KEYS);
  if (keys.length > 0 && listType !== 'map') {
    const detail = `must be map if ${MAP_KEYS} is non-empty`;
    const at = `${path}.${LIST_TYPE}`;
    errors.push(typeof listType === 'string' ? invalidField(at, listType, detail) : requiredField(at, detail));
  }
  if (listType !== 'map') return errors;
  if (keys.length === 0) {
    errors.push(requiredField(`${path}.${MAP_KEYS}`, `must not be empty if ${LIST_TYPE} is map`));
  }
  const items = schemaAt(schema, 'items');
  if (!says(schema, 'items')) errors.push(requiredField(`${path}.items`, `must have a schema if ${LIST_TYPE} is map`));
  else if (schemasAt(schema, 'items').length > 0) {
    errors.push(invalidField(`${path}.items`, null, `must only have a single schema if ${LIST_TYPE} is map`));
  }
  if (items === undefined) return errors;
  const type = textAt(items, 'type');
  if (type === 'object') return [...errors, ...keyErrors(items, keys, path)];
  return [...errors, invalidField(`${path}.items.type`, type, `must be object if parent array's ${LIST_TYPE} is map`)];
}

function keyErrors(items: JsonObject, keys: readonly string[], path: string): FieldError[] {
  const properties = schemaAt(items, 'properties') ?? {};
  const at = `${path}.${MAP_KEYS}`;
  return keys.flatMap((key, index) => {
    const property = Object.hasOwn(properties, key) ? schemaAt(properties, key) : undefined;
    const isScalar = !['array', 'object'].includes(textAt(property, 'type'));
    const detail = `must be a scalar type if parent array's ${LIST_TYPE} is map`;
    const wrong = isScalar
      ? []
      : [invalidField(`${path}.items.properties[${key}].type`, textAt(items, 'type'), detail)];
    return [
      ...(property === undefined ? [invalidField(at, keys, 'entries must all be names of item properties')] : wrong),
      ...(keys.indexOf(key) < index ? [invalidField(at, keys, 'must not contain duplicate entries')] : []),
    ];
  });
}

/** Items of sets and maps can't be null, and the keys of a map are always there. */
export function itemErrors(schema: JsonObject, path: string): FieldError[] {
  const items = schemaAt(schema, 'items');
  const listType = schema[LIST_TYPE];
  if (items === undefined || (listType !== 'set' && listType !== 'map')) return [];
  const errors: FieldError[] = [];
  if (items['nullable'] === true) {
    errors.push(forbiddenField(`${path}.items.nullable`, `cannot be nullable when ${LIST_TYPE} is ${listType}`));
  }
  if (listType === 'set') return errors;
  const required = textsAt(items, 'required');
  const properties = schemaAt(items, 'properties') ?? {};
  for (const key of textsAt(schema, MAP_KEYS)) {
    const property = Object.hasOwn(properties, key) ? schemaAt(properties, key) : undefined;
    if (property === undefined) continue;
    const at = `${path}.items.properties[${key}]`;
    const isKey = `this property is in ${MAP_KEYS}, so it`;
    if (!required.includes(key) && !says(property, 'default')) {
      errors.push(requiredField(`${at}.default`, `${isKey} must have a default or be a required property`));
    }
    if (property['nullable'] === true) errors.push(forbiddenField(`${at}.nullable`, `${isKey} cannot be nullable`));
  }
  return errors;
}
