/**
 * ajv's errors in words that say what to change.
 */
import type { ErrorObject } from 'ajv';
import { nearestName } from '../api/name';
import type { Problem } from '../api/problem';
import { memberPath, pathOfPointer } from './field-path';
import { KEY_PATTERN, matcherOf, type PatternRule, TEXT_PATTERN } from './json-schema';

const SHOWN_MAX = 60;
/** A word longer than this is no typing mistake. */
const SUGGESTED_FOR_MAX = 64;

/** True where rules can't be judged: the API server doesn't either. */
export function isBlocking(error: ErrorObject): boolean {
  return ['type', 'required', 'maxLength', 'maxItems', 'maxProperties'].includes(error.keyword);
}

/** The problems that one error of ajv stands for; `root` is the value that was checked. */
export function problemsOf(error: ErrorObject, root: unknown): Problem[] {
  const path = pathOfPointer(error.instancePath, root);
  const schema = (error.parentSchema ?? {}) as Readonly<Record<string, unknown>>;
  switch (error.keyword) {
    case 'additionalProperties':
      return [unknownField(path, paramOf(error, 'additionalProperty'), schema)];
    case 'required':
      return [{ path: memberPath(path, paramOf(error, 'missingProperty')), message: 'is required' }];
    case 'type':
      return [{ path, message: `must be ${typeName(schema['type'])}, not ${valueKind(error.data)}` }];
    case 'enum':
      return [{ path, message: enumMessage(schema['enum'], error.data) }];
    case TEXT_PATTERN:
      return [{ path, message: patternMessage(error.schema as PatternRule, error.data) }];
    case KEY_PATTERN:
      return keyProblems(path, error.schema as PatternRule, error.data);
    default:
      return [{ path, message: limitMessage(error) }];
  }
}

function paramOf(error: ErrorObject, name: string): string {
  return String((error.params as Readonly<Record<string, unknown>>)[name]);
}

function unknownField(path: string, name: string, schema: Readonly<Record<string, unknown>>): Problem {
  const known = Object.keys(schema['properties'] ?? {});
  const nearest = name.length > SUGGESTED_FOR_MAX ? undefined : nearestName(name, known);
  return {
    path: memberPath(path, name),
    message: `unknown field${nearest === undefined ? '' : `; did you mean ${JSON.stringify(nearest)}?`}`,
  };
}

function enumMessage(allowed: unknown, value: unknown): string {
  const words = Array.isArray(allowed) ? (allowed as readonly unknown[]) : [];
  const nearest =
    typeof value === 'string' && value.length <= SUGGESTED_FOR_MAX ? nearestName(value, words.map(String)) : undefined;
  const list = words.map((word) => JSON.stringify(word)).join(', ');
  return `must be ${words.length === 1 ? list : `one of ${list}`}, not ${quoted(value)}${nearest === undefined || words.length === 1 ? '' : `; did you mean ${JSON.stringify(nearest)}?`}`;
}

function patternMessage(rule: PatternRule, value: unknown): string {
  return `must ${rule.explain === undefined ? `match ${rule.pattern}` : `be ${rule.explain}`}, not ${quoted(value)}`;
}

function keyProblems(path: string, rule: PatternRule, map: unknown): Problem[] {
  const matches = matcherOf(rule.pattern);
  return Object.keys(map as object)
    .filter((key) => !matches(key))
    .map((key) => ({
      path: memberPath(path, key),
      message: `has a key that must ${rule.explain === undefined ? `match ${rule.pattern}` : `be ${rule.explain}`}`,
    }));
}

function limitMessage(error: ErrorObject): string {
  const limit = String(error.schema);
  switch (error.keyword) {
    case 'minLength':
      return error.schema === 1 ? 'must not be empty' : `must have at least ${limit} characters`;
    case 'maxLength':
      return `must have at most ${limit} characters, not ${String(error.data).length}`;
    case 'minItems':
      return error.schema === 1 ? 'must not be empty' : `must have at least ${limit} items`;
    case 'maxItems':
      return `must have at most ${limit} items, not ${(error.data as readonly unknown[]).length}`;
    case 'minProperties':
      return error.schema === 1 ? 'must not be empty' : `must have at least ${limit} members`;
    case 'maxProperties':
      return `must have at most ${limit} members`;
    case 'minimum':
      return `must be at least ${limit}, not ${quoted(error.data)}`;
    case 'maximum':
      return `must be at most ${limit}, not ${quoted(error.data)}`;
    case 'exclusiveMinimum':
      return `must be more than ${limit}, not ${quoted(error.data)}`;
    case 'exclusiveMaximum':
      return `must be less than ${limit}, not ${quoted(error.data)}`;
    case 'multipleOf':
      return `must be a multiple of ${limit}, not ${quoted(error.data)}`;
    case 'format':
      return `must be a valid ${limit}, not ${quoted(error.data)}`;
    default:
      return `does not meet ${error.keyword}`;
  }
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  object: 'an object',
  array: 'a list',
  string: 'a string',
  integer: 'an integer',
  number: 'a number',
  boolean: 'a boolean',
  null: 'null',
};

function typeName(type: unknown): string {
  const names = (Array.isArray(type) ? (type as readonly unknown[]) : [type]).map(
    (name) => TYPE_NAMES[String(name)] ?? String(name),
  );
  return names.length === 1 ? names.join() : `${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? ''}`;
}

/** What a value is, for people: "a string", "a list", "null". */
export function valueKind(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'number') return Number.isInteger(value) ? `the number ${value}` : 'a fraction';
  if (typeof value === 'string') return `the string ${quoted(value)}`;
  return typeof value === 'boolean' ? `the boolean ${value}` : typeof value;
}

function quoted(value: unknown): string {
  if (typeof value === 'string')
    return JSON.stringify(value.length > SHOWN_MAX ? `${value.slice(0, SHOWN_MAX)}…` : value);
  return typeof value === 'object' && value !== null ? valueKind(value) : String(value);
}
