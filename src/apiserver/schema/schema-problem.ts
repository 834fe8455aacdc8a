/**
 * What checking a value against a schema finds, in the words of the OpenAPI validation that Kubernetes uses.
 * @see k8s.io/kube-openapi/pkg/validation/errors/schema.go
 */

import type { JsonValue } from '../../api/json';
import {
  type FieldError,
  invalidField,
  notSupportedField,
  requiredField,
  tooLongField,
  tooManyField,
  typeInvalidField,
} from '../field-error';
import { jsonText } from '../json/json-text';
import { goQuoted } from './go-text';

/** One problem. `name` is a path that may begin with a dot; a problem without one is of the whole object. */
export type SchemaProblem =
  | { readonly code: 'required'; readonly name: string; readonly message: string }
  | { readonly code: 'tooLong'; readonly name: string; readonly message: string; readonly maximum: number }
  | {
      readonly code: 'tooMany';
      readonly name: string;
      readonly message: string;
      readonly actual: number;
      readonly maximum: number;
    }
  | {
      readonly code: 'enum';
      readonly name: string;
      readonly message: string;
      readonly value: JsonValue;
      readonly supported: readonly JsonValue[];
    }
  | { readonly code: 'type' | 'invalid'; readonly name: string; readonly message: string; readonly value: JsonValue }
  | { readonly code: 'composite'; readonly message: string };

/** A value that isn't what the schema says: `found` is a JSON type, or the text that has the wrong format. */
export function typeProblem(name: string, expected: string, found: string): SchemaProblem {
  return {
    code: 'type',
    name,
    value: found,
    message: `${name} in body must be of type ${expected}: ${goQuoted(found)}`,
  };
}

export function requiredProblem(name: string): SchemaProblem {
  return { code: 'required', name, message: `${name} in body is required` };
}

/** Any other check: `what` goes on where the message names the value. */
export function checkProblem(name: string, value: JsonValue, what: string): SchemaProblem {
  return { code: 'invalid', name, value, message: `${name} in body ${what}` };
}

/** Several schemas of which the wrong number holds. */
export function compositeProblem(name: string, what: string): SchemaProblem {
  return { code: 'composite', message: `${goQuoted(name)} ${what}` };
}

/** Problems as errors of fields below `path`, each told once. */
export function fieldErrorsOf(problems: readonly SchemaProblem[], path: string): FieldError[] {
  const told = new Set<string>();
  const errors: FieldError[] = [];
  for (const problem of problems) {
    if (told.has(problem.message)) continue;
    told.add(problem.message);
    errors.push(fieldErrorOf(problem, path));
  }
  return errors;
}

function fieldErrorOf(problem: SchemaProblem, path: string): FieldError {
  if (problem.code === 'composite') return invalidField(path, '', problem.message);
  const field = joined(path, problem.name);
  switch (problem.code) {
    case 'required':
      return requiredField(field);
    case 'tooLong':
      return tooLongField(field, problem.maximum);
    case 'tooMany':
      return tooManyField(field, problem.actual, problem.maximum);
    case 'enum': {
      const supported = problem.supported.map((value) => (typeof value === 'string' ? value : jsonText(value)));
      return notSupportedField(field, problem.value, supported);
    }
    case 'type':
      return typeInvalidField(field, problem.value, problem.message);
    case 'invalid':
      return invalidField(field, problem.value, problem.message);
  }
}

function joined(path: string, name: string): string {
  const below = name.startsWith('.') ? name.slice(1) : name;
  if (below === '') return path;
  return path === '' ? below : `${path}.${below}`;
}
