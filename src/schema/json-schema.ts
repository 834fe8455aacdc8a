/**
 * A node as strict JSON Schema for ajv: members that nobody names are refused, and patterns are tried on values of bounded
 * length only, so that no input makes a regular expression run for minutes.
 */
import Ajv, { type ErrorObject, type SchemaObject } from 'ajv';
import addFormats, { type FormatName } from 'ajv-formats';
import type { SchemaNode } from './schema-node';

/** Formats that are checked; the API server knows more, and takes what it doesn't know. */
const FORMATS: readonly FormatName[] = ['date', 'date-time', 'email', 'ipv4', 'ipv6', 'uuid'];

/** Characters of the longest text that a pattern is tried on. Longer ones don't match. */
const PATTERN_INPUT_MAX = 16_384;

/** What a pattern keyword holds: the pattern and what it asks for in words. */
export interface PatternRule {
  readonly pattern: string;
  readonly explain?: string;
}

/** The keyword for patterns of values, and of a map's keys. */
export const TEXT_PATTERN = 'textPattern';
export const KEY_PATTERN = 'keyPattern';

/** Every error that ajv finds in a value. */
export type Check = (value: unknown) => readonly ErrorObject[];

/** The check of a node. Compiling takes milliseconds; callers keep it. */
export function compileCheck(node: SchemaNode): Check {
  const ajv = new Ajv({
    allErrors: true,
    strict: true,
    strictRequired: false,
    allowUnionTypes: true,
    ownProperties: true,
    verbose: true,
    messages: false,
  });
  addFormats(ajv, [...FORMATS]);
  ajv.addKeyword({
    keyword: TEXT_PATTERN,
    type: 'string',
    schemaType: 'object',
    compile: (rule: PatternRule) => matcherOf(rule.pattern),
  });
  ajv.addKeyword({
    keyword: KEY_PATTERN,
    type: 'object',
    schemaType: 'object',
    compile: (rule: PatternRule) => {
      const matches = matcherOf(rule.pattern);
      return (map: object) => Object.keys(map).every(matches);
    },
  });
  const validate = ajv.compile(jsonSchema(node));
  return (value) => (validate(value) ? [] : (validate.errors ?? []));
}

/** A pattern as a test that takes bounded time for patterns without nested repetition. */
export function matcherOf(pattern: string): (text: string) => boolean {
  const expression = regularExpression(pattern);
  return (text) => text.length <= PATTERN_INPUT_MAX && expression.test(text);
}

/** Escapes that RE2 takes and the stricter Unicode mode refuses make the plain mode necessary. */
function regularExpression(pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return new RegExp(pattern);
  }
}

function jsonSchema(node: SchemaNode): SchemaObject {
  const type = node.intOrString ? ['integer', 'string'] : node.scalars === undefined ? node.type : [...node.scalars];
  return {
    ...(type === undefined ? {} : { type }),
    ...(node.nullable && type !== undefined ? { nullable: true } : {}),
    ...keywordsOf(node),
    ...(node.items === undefined ? {} : { items: jsonSchema(node.items) }),
    ...(node.values === undefined ? {} : { additionalProperties: jsonSchema(node.values) }),
    ...(node.keyPattern === undefined ? {} : { [KEY_PATTERN]: { pattern: node.keyPattern, explain: node.explain } }),
    ...(node.required.length === 0 ? {} : { required: [...node.required] }),
    ...(node.properties === undefined
      ? {}
      : {
          properties: Object.fromEntries([...node.properties].map(([name, member]) => [name, jsonSchema(member)])),
          ...(node.preserveUnknown ? {} : { additionalProperties: false }),
        }),
    // An object without properties that keeps nothing is empty to the API server.
    ...(node.type === 'object' && node.properties === undefined && node.values === undefined && !node.preserveUnknown
      ? { additionalProperties: false }
      : {}),
  };
}

function keywordsOf(node: SchemaNode): SchemaObject {
  const schema: SchemaObject = {};
  for (const [keyword, value] of Object.entries(node.keywords)) {
    if (keyword.startsWith('x-kubernetes-')) continue;
    if (keyword === 'pattern') schema[TEXT_PATTERN] = { pattern: value, explain: node.explain };
    else if (keyword === 'format') {
      if (FORMATS.includes(value as FormatName)) schema['format'] = value;
    } else if (keyword === 'exclusiveMinimum') schema['exclusiveMinimum'] = node.keywords['minimum'];
    else if (keyword === 'exclusiveMaximum') schema['exclusiveMaximum'] = node.keywords['maximum'];
    else schema[keyword] = value;
  }
  return schema;
}
