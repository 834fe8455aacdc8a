/** Expressions that say for which requests of the matching ones a webhook or a policy is asked. */
import type { JsonObject } from '../../../api/json';
import { duplicateField, type FieldError, requiredField, tooManyField } from '../../field-error';
import { listAt, textAt } from '../json-members';
import { addProblems, qualifiedNameProblems } from '../metadata';
import type { ExpressionCheck } from './expression-check';

const CONDITIONS_MAX = 64;

export interface MatchConditionRules {
  readonly check: ExpressionCheck;
  readonly hasParams: boolean;
  /** The expressions that the stored object has. */
  readonly stored: ReadonlySet<string>;
}

/** Problems of `matchConditions`. */
export function matchConditionErrors(parent: JsonObject, path: string, rules: MatchConditionRules): FieldError[] {
  const conditions = listAt(parent, 'matchConditions');
  const names = new Set<string>();
  const errors: FieldError[] =
    conditions.length > CONDITIONS_MAX ? [tooManyField(path, conditions.length, CONDITIONS_MAX)] : [];
  for (const [index, condition] of conditions.entries()) {
    const at = `${path}[${String(index)}]`;
    errors.push(...conditionErrors(condition, at, rules));
    const name = textAt(condition, 'name');
    if (names.has(name)) errors.push(duplicateField(`${at}.name`, name));
    if (name !== '') names.add(name);
  }
  return errors;
}

function conditionErrors(condition: JsonObject, path: string, rules: MatchConditionRules): FieldError[] {
  const { check, hasParams, stored } = rules;
  const errors: FieldError[] = [];
  const expression = textAt(condition, 'expression').trim();
  const at = `${path}.expression`;
  if (expression === '') errors.push(requiredField(at));
  else {
    const isStored = stored.has(textAt(condition, 'expression'));
    errors.push(...check({ expression, path: at, use: 'matchCondition', hasParams, variables: [], isStored }));
  }
  const name = textAt(condition, 'name');
  if (name === '') errors.push(requiredField(`${path}.name`));
  else addProblems(errors, `${path}.name`, name, qualifiedNameProblems(name));
  return errors;
}

/** The expressions of all conditions of these parents. */
export function storedExpressions(parents: readonly JsonObject[], key = 'matchConditions'): ReadonlySet<string> {
  return new Set(parents.flatMap((parent) => listAt(parent, key)).map((condition) => textAt(condition, 'expression')));
}
