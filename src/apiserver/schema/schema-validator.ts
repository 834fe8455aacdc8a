/**
 * Checks values against the schema of a custom resource, as the OpenAPI validation of Kubernetes does: the same problems, in
 * the same words and order.
 *
 * A schema is compiled once into a tree of checks. Each check counts what held, since of several schemas of which none
 * holds the one that came nearest is told.
 * @see k8s.io/kube-openapi/pkg/validation/validate, k8s.io/apiextensions-apiserver/pkg/apiserver/validation
 */

import { isJsonObject, type JsonObject, type JsonValue } from '../../api/json';
import type { FieldError } from '../field-error';
import { findDouble, findLargeInt } from '../json/int64';
import { canonicalJson } from '../json/json-text';
import { isUnchanged, type OldValue, oldItems, oldMember } from './correlation';
import { isImplied } from './object-meta';
import { type ScalarChecks, scalarChecks } from './scalar-checks';
import type { SchemaNode } from './schema-node';
import { checkProblem, compositeProblem, fieldErrorsOf, requiredProblem, type SchemaProblem } from './schema-problem';
import { typeCheck } from './type-check';

/** Checks a value. With `old`, what was there before is not held against what didn't change. */
export type SchemaValidator = (value: JsonValue, options?: ValidationOptions) => FieldError[];

export interface ValidationOptions {
  /** The value that is replaced; default none. */
  readonly old?: OldValue;
  /** Where the value is; default the whole object. */
  readonly path?: string;
}

/** The checks of a schema. */
export function schemaValidator(node: SchemaNode): SchemaValidator {
  const checks = compiled(node, new Map());
  return (value, { old, path = '' } = {}) => {
    const problems: SchemaProblem[] = [];
    check(checks, value, { path: '', old }, problems);
    return problems.length === 0 ? [] : fieldErrorsOf(problems, path);
  };
}

interface Checks {
  readonly node: SchemaNode;
  readonly type: ReturnType<typeof typeCheck>;
  readonly scalars: ScalarChecks;
  readonly allOf: readonly Checks[];
  readonly anyOf: readonly Checks[];
  readonly oneOf: readonly Checks[];
  readonly not: Checks | undefined;
  readonly properties: readonly (readonly [string, Checks])[];
  readonly values: Checks | undefined;
  readonly items: Checks | undefined;
  readonly isClosed: boolean;
}

interface Place {
  readonly path: string;
  readonly old: OldValue;
}

function compiled(node: SchemaNode, done: Map<SchemaNode, Checks>): Checks {
  const before = done.get(node);
  if (before !== undefined) return before;
  const all = (nodes: readonly SchemaNode[] | undefined): Checks[] => (nodes ?? []).map((part) => compiled(part, done));
  const one = (part: SchemaNode | undefined): Checks | undefined =>
    part === undefined || isImplied(part) ? undefined : compiled(part, done);
  const declared = [...(node.properties ?? [])].filter(([, property]) => !isImplied(property));
  const checks: Checks = {
    node,
    type: typeCheck(node),
    scalars: scalarChecks(node),
    allOf: all(node.allOf),
    anyOf: all(node.anyOf),
    oneOf: all(node.oneOf),
    not: one(node.not),
    properties: declared.map(([name, property]) => [name, compiled(property, done)] as const),
    values: one(node.additionalProperties),
    items: one(node.items),
    isClosed: node.checks?.['additionalProperties'] === false,
  };
  done.set(node, checks);
  return checks;
}

/** Adds problems and returns how many checks held. */
function check(checks: Checks, value: JsonValue, place: Place, problems: SchemaProblem[]): number {
  const start = problems.length;
  const matches = checkValue(checks, value, place, problems);
  if (problems.length > start && isUnchanged(value, place.old, checks.node)) problems.length = start;
  return matches;
}

function checkValue(checks: Checks, value: JsonValue, place: Place, problems: SchemaProblem[]): number {
  const { path } = place;
  const { scalars } = checks;
  if (value === null) {
    const matches = checks.type.check(null, path, problems);
    scalars.choice(null, path, problems);
    return matches;
  }
  const large = findLargeInt(value);
  let matches = 1;
  if (checks.type.applies) matches += 1 + checks.type.check(value, path, problems);
  matches += 1 + checkJunctors(checks, value, path, problems);
  if (typeof value === 'string') matches += 1 + scalars.text(value, path, problems);
  else if (typeof value === 'number') matches += 2 + scalars.number(value, path, problems);
  else if (large !== undefined) matches += 2 + scalars.number(large, path, problems);
  else if (Array.isArray(value)) matches += 2 + checkItems(checks, value, place, problems);
  scalars.choice(value, path, problems);
  matches++;
  if (isJsonObject(value)) matches += 1 + checkMembers(checks, value, place, problems);
  return matches;
}

/** Schemas that are combined see nothing of the older value. */
function checkJunctors(
  { allOf, anyOf, oneOf, not }: Checks,
  value: JsonValue,
  path: string,
  problems: SchemaProblem[],
): number {
  let matches = 1;
  const attempt = (part: Checks): Attempt => {
    const found: SchemaProblem[] = [];
    return { found, matches: check(part, value, { path, old: undefined }, found) };
  };
  if (anyOf.length > 0) matches += checkAny(anyOf, attempt, path, problems);
  if (oneOf.length > 0) matches += checkOne(oneOf, attempt, path, problems);
  if (allOf.length > 0) {
    const attempts = allOf.map(attempt);
    const held = attempts.filter(isValid).length;
    for (const { found, matches: count } of attempts) {
      problems.push(...found);
      matches += count;
    }
    if (held < allOf.length) {
      problems.push(
        compositeProblem(path, `must validate all the schemas (allOf)${held === 0 ? '. None validated' : ''}`),
      );
    }
  }
  if (not !== undefined && isValid(attempt(not))) {
    problems.push(compositeProblem(path, 'must not validate the schema (not)'));
  }
  return matches;
}

interface Attempt {
  readonly found: readonly SchemaProblem[];
  readonly matches: number;
}

function isValid({ found }: Attempt): boolean {
  return found.length === 0;
}

type Attempts = (part: Checks) => Attempt;

function checkAny(parts: readonly Checks[], attempt: Attempts, path: string, problems: SchemaProblem[]): number {
  let best: Attempt | undefined;
  for (const part of parts) {
    const result = attempt(part);
    if (isValid(result)) return result.matches;
    if (best === undefined || result.matches > best.matches) best = result;
  }
  problems.push(compositeProblem(path, 'must validate at least one schema (anyOf)'), ...(best?.found ?? []));
  return best?.matches ?? 0;
}

function checkOne(parts: readonly Checks[], attempt: Attempts, path: string, problems: SchemaProblem[]): number {
  const valid: Attempt[] = [];
  let best: Attempt | undefined;
  for (const part of parts) {
    const result = attempt(part);
    if (isValid(result)) valid.push(result);
    else if (valid.length === 0 && (best === undefined || result.matches > best.matches)) best = result;
  }
  const [first] = valid;
  if (first !== undefined && valid.length === 1) return first.matches;
  const found = first === undefined ? 'Found none valid' : `Found ${String(valid.length)} valid alternatives`;
  problems.push(compositeProblem(path, `must validate one and only one schema (oneOf). ${found}`));
  if (first !== undefined) return 0;
  problems.push(...(best?.found ?? []));
  return best?.matches ?? 0;
}

function checkItems(checks: Checks, list: readonly JsonValue[], place: Place, problems: SchemaProblem[]): number {
  const { items, node } = checks;
  let matches = 0;
  if (items !== undefined) {
    const find = oldItems(place.old, node);
    list.forEach((item, index) => {
      const at = { path: `${place.path}[${String(index)}]`, old: find?.(item) };
      matches += check(items, item, at, problems);
    });
  }
  const minItems = findDouble(node.checks?.['minItems']);
  const maxItems = findDouble(node.checks?.['maxItems']);
  if (minItems !== undefined && list.length < minItems) {
    problems.push(checkProblem(place.path, list.length, `should have at least ${String(minItems)} items`));
  }
  if (maxItems !== undefined && list.length > maxItems) {
    problems.push(tooMany(place.path, list.length, maxItems, 'items'));
  }
  if (node.checks?.['uniqueItems'] === true && new Set(list.map(canonicalJson)).size < list.length) {
    problems.push(checkProblem(place.path, '', "shouldn't contain duplicates"));
  }
  return matches;
}

function tooMany(name: string, actual: number, maximum: number, what: string): SchemaProblem {
  const message = `${name} in body should have at most ${String(maximum)} ${what}`;
  return { code: 'tooMany', name, actual, maximum, message };
}

function checkMembers(checks: Checks, object: JsonObject, place: Place, problems: SchemaProblem[]): number {
  const { node, values, properties } = checks;
  const { path, old } = place;
  const names = Object.keys(object);
  const minProperties = findDouble(node.checks?.['minProperties']);
  const maxProperties = findDouble(node.checks?.['maxProperties']);
  if (minProperties !== undefined && names.length < minProperties) {
    problems.push(checkProblem(path, names.length, `should have at least ${String(minProperties)} properties`));
  }
  if (maxProperties !== undefined && names.length > maxProperties) {
    problems.push(tooMany(path, names.length, maxProperties, 'properties'));
  }
  let matches = 0;
  if (checks.isClosed || values !== undefined) {
    for (const name of names) {
      if (node.properties?.has(name) === true) continue;
      const at = { path: `${path}.${name}`, old: oldMember(old, name) };
      if (checks.isClosed) {
        const message = `${path}.${name} in body is a forbidden property`;
        problems.push({ code: 'invalid', name: path, value: name, message });
      } else if (values !== undefined) matches += check(values, object[name] ?? null, at, problems);
    }
  }
  for (const [name, property] of properties) {
    if (!Object.hasOwn(object, name)) continue;
    const isTypeMeta = path === '' && (name === 'kind' || name === 'apiVersion');
    const at = { path: path === '' ? name : `${path}.${name}`, old: isTypeMeta ? undefined : oldMember(old, name) };
    matches += check(property, object[name] ?? null, at, problems);
  }
  for (const name of node.required ?? []) {
    if (!Object.hasOwn(object, name)) problems.push(requiredProblem(`${path}.${name}`));
  }
  return matches;
}
