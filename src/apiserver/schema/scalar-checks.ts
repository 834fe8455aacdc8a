/** Checks of strings, numbers and choices. */

import type { JsonObject, JsonValue } from '../../api/json';
import { findDouble, integerValue, isWholeNumber } from '../json/int64';
import { canonicalJson } from '../json/json-text';
import { goFloat } from './go-text';
import { patternMatcher } from './pattern';
import type { SchemaNode } from './schema-node';
import { checkProblem, type SchemaProblem, typeProblem } from './schema-problem';
import { formatCheck } from './string-formats';

/** Each adds problems; the result counts what held beyond the check itself. */
export interface ScalarChecks {
  text(value: string, path: string, problems: SchemaProblem[]): number;
  number(value: number | bigint, path: string, problems: SchemaProblem[]): number;
  choice(value: JsonValue, path: string, problems: SchemaProblem[]): void;
}

/** The checks of a node; patterns are compiled when a value first needs them. */
export function scalarChecks(node: SchemaNode): ScalarChecks {
  const checks = node.checks ?? {};
  const text = textCheck(checks);
  const format = node.format === undefined ? undefined : formatCheck(node.format);
  const choices = checks['enum'];
  const choice =
    Array.isArray(choices) && choices.length > 0 ? choiceCheck(choices as readonly JsonValue[]) : undefined;
  return {
    text(value, path, problems) {
      const problem = text(value, path);
      if (problem !== undefined) problems.push(problem);
      if (format === undefined) return 0;
      if (!format(value)) problems.push(typeProblem(path, node.format ?? '', value));
      return 1;
    },
    number(value, path, problems) {
      problems.push(...numberProblems(value, path, checks));
      return 0;
    },
    choice(value, path, problems) {
      const problem = choice?.(value, path);
      if (problem !== undefined) problems.push(problem);
    },
  };
}

function textCheck(checks: JsonObject): (value: string, path: string) => SchemaProblem | undefined {
  const maxLength = findDouble(checks['maxLength']);
  const minLength = findDouble(checks['minLength']);
  const pattern = typeof checks['pattern'] === 'string' ? checks['pattern'] : '';
  const matches = pattern === '' ? undefined : patternMatcher(pattern);
  return (value, path) => {
    if (maxLength !== undefined && value.length > maxLength && characters(value) > maxLength) {
      const message = `${path} in body should be at most ${String(maxLength)} chars long`;
      return { code: 'tooLong', name: path, maximum: maxLength, message };
    }
    if (minLength !== undefined && characters(value) < minLength) {
      return checkProblem(path, value, `should be at least ${String(minLength)} chars long`);
    }
    if (matches?.(value) === false) return checkProblem(path, value, `should match '${pattern}'`);
    return undefined;
  };
}

/** Code points, of which a string has at most as many as units. */
function characters(text: string): number {
  let pairs = 0;
  for (let at = 0; at < text.length - 1; at++) if ((text.codePointAt(at) ?? 0) > 0xffff) pairs++;
  return text.length - pairs;
}

/** Bounds of whole numbers are cut to whole numbers, those of fractions are not: so says the API. */
function numberProblems(value: number | bigint, path: string, checks: JsonObject): SchemaProblem[] {
  const isWhole = isWholeNumber(value);
  const bound = (limit: number): number | bigint => (isWhole ? wholeBound(limit) : limit);
  const shown = (limit: number | bigint): string =>
    typeof limit === 'bigint' || isWhole ? String(limit) : goFloat(limit);
  const problems: SchemaProblem[] = [];
  const multipleOf = findDouble(checks['multipleOf']);
  const minimum = findDouble(checks['minimum']);
  const maximum = findDouble(checks['maximum']);
  if (multipleOf !== undefined) {
    const factor = bound(multipleOf);
    if (factor <= 0) {
      const message = `factor MultipleOf declared for ${path} must be positive: ${shown(factor)}`;
      problems.push({ code: 'invalid', name: path, value: jsonNumber(factor), message });
    } else if (!isMultiple(value, factor)) {
      problems.push(checkProblem(path, jsonNumber(value), `should be a multiple of ${shown(factor)}`));
    }
  }
  if (minimum !== undefined) {
    const limit = bound(minimum);
    const isExclusive = checks['exclusiveMinimum'] === true;
    if (isExclusive ? value <= limit : value < limit) {
      const what = isExclusive ? 'greater than' : 'greater than or equal to';
      problems.push(checkProblem(path, jsonNumber(value), `should be ${what} ${shown(limit)}`));
    }
  }
  if (maximum !== undefined) {
    const limit = bound(maximum);
    const isExclusive = checks['exclusiveMaximum'] === true;
    if (isExclusive ? value >= limit : value > limit) {
      const what = isExclusive ? 'less than' : 'less than or equal to';
      problems.push(checkProblem(path, jsonNumber(value), `should be ${what} ${shown(limit)}`));
    }
  }
  return problems;
}

/** A bound of whole numbers: what doesn't fit into 64 bits comes out as the least of them, as a Go program converts it. */
function wholeBound(limit: number): number | bigint {
  if (Math.abs(limit) >= 2 ** 63) return -(2n ** 63n);
  const whole = Math.trunc(limit);
  return Number.isSafeInteger(whole) ? whole : BigInt(whole);
}

/** A number as JSON values hold it. */
function jsonNumber(value: number | bigint): number {
  return typeof value === 'number' ? value : integerValue(value);
}

function isMultiple(value: number | bigint, factor: number | bigint): boolean {
  if (typeof value === 'bigint' || typeof factor === 'bigint') return BigInt(value) % BigInt(factor) === 0n;
  if (Number.isInteger(value)) return value % factor === 0;
  const times = factor < 1 ? (1 / factor) * value : value / factor;
  const whole = Math.trunc(times);
  if (times === whole) return true;
  // Division leaves a little more than a whole number, now and then.
  return whole !== 0 && Math.abs(times - whole) / (Math.abs(times) + Math.abs(whole)) < 1e-9;
}

function choiceCheck(choices: readonly JsonValue[]): (value: JsonValue, path: string) => SchemaProblem | undefined {
  const texts = new Set(choices.map(canonicalJson));
  return (value, path) => {
    if (value !== null && texts.has(canonicalJson(value))) return undefined;
    // A fraction is compared as the whole number that it is cut to.
    if (typeof value === 'number' && texts.has(String(Math.trunc(value)))) return undefined;
    const message = `${path} in body should be one of [${choices.map(String).join(' ')}]`;
    return { code: 'enum', name: path, value, supported: choices, message };
  };
}
