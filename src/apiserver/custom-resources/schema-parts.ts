/** The schemas inside of a schema, as CRDs write them. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../api/json';

/** The schema under a keyword; undefined where there is none. */
export function schemaAt(schema: JsonObject | undefined, keyword: string): JsonObject | undefined {
  const value = schema?.[keyword];
  return isJsonObject(value) ? value : undefined;
}

/** The schemas of a list under a keyword (`allOf`). */
export function schemasAt(schema: JsonObject, keyword: string): readonly JsonObject[] {
  const value = schema[keyword];
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** The schemas by name under a keyword (`properties`), in the order of the names. */
export function namedSchemas(
  schema: JsonObject | undefined,
  keyword: string,
): readonly (readonly [string, JsonObject])[] {
  const value = schemaAt(schema, keyword);
  if (value === undefined) return [];
  return Object.keys(value)
    .sort()
    .map((name) => [name, schemaAt(value, name) ?? {}] as const);
}

/** A text under a keyword; empty where there is none. */
export function textAt(schema: JsonObject | undefined, keyword: string): string {
  const value = schema?.[keyword];
  return typeof value === 'string' ? value : '';
}

/** The texts of a list under a keyword. */
export function textsAt(schema: JsonObject | undefined, keyword: string): readonly string[] {
  const value = schema?.[keyword];
  return Array.isArray(value) ? value.filter((item: JsonValue) => typeof item === 'string') : [];
}

/** True where a keyword says something. */
export function says(schema: JsonObject | undefined, keyword: string): boolean {
  const value = schema?.[keyword];
  return value !== undefined && value !== null;
}

const SINGLE = ['items', 'not', 'additionalProperties', 'additionalItems'] as const;
const LISTED = ['items', 'allOf', 'anyOf', 'oneOf'] as const;
const NAMED = ['properties', 'patternProperties', 'definitions', 'dependencies'] as const;

/** All schemas inside of a schema, itself first. */
export function* everySchema(schema: JsonObject | undefined): Generator<JsonObject> {
  if (schema === undefined) return;
  yield schema;
  for (const keyword of SINGLE) yield* everySchema(schemaAt(schema, keyword));
  for (const keyword of LISTED) for (const part of schemasAt(schema, keyword)) yield* everySchema(part);
  for (const keyword of NAMED) for (const [, part] of namedSchemas(schema, keyword)) yield* everySchema(part);
}

/** True where a schema, or one inside of it, is as said. */
export function someSchema(schema: JsonObject | undefined, isSo: (schema: JsonObject) => boolean): boolean {
  for (const part of everySchema(schema)) if (isSo(part)) return true;
  return false;
}
