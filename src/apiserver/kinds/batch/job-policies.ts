/**
 * When a job is taken as failed or as done, beyond the count of its pods.
 * @see k8s.io/kubernetes/pkg/apis/batch/validation/validation.go, v1.34
 */
import type { JsonObject } from '../../../api/json';
import {
  duplicateField,
  type FieldError,
  invalidField,
  notSupportedField,
  requiredField,
  tooLongField,
  tooManyField,
} from '../../field-error';
import { addNegativeErrors } from '../checks/numbers';
import { listAt, numberAt, objectAt, optionalNumberAt, optionalTextAt, textAt } from '../json-members';
import { addProblems, qualifiedNameProblems } from '../metadata';
import { readIndexes } from './indexes';

const RULES_MAX = 20;
const EXIT_CODES_MAX = 255;
const PATTERNS_MAX = 20;
const SUCCEEDED_INDEXES_MAX = 64 * 1024;
const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const OPERATORS = ['In', 'NotIn'];
const STATUSES = ['False', 'True', 'Unknown'];

/** An error whose message shows no value. */
function invalidWithoutValue(field: string, detail: string): FieldError {
  return { type: 'FieldValueInvalid', field, detail };
}

function choices(values: readonly string[]): string {
  return `valid values: [${values.map((value) => JSON.stringify(value)).join(' ')}]`;
}

/** Problems of `podFailurePolicy`. */
export function failurePolicyErrors(spec: JsonObject, path: string): FieldError[] {
  const rules = listAt(objectAt(spec, 'podFailurePolicy'), 'rules');
  const podSpec = objectAt(objectAt(spec, 'template'), 'spec');
  const containers = new Set(
    ['containers', 'initContainers'].flatMap((key) => listAt(podSpec, key)).map((one) => textAt(one, 'name')),
  );
  const errors: FieldError[] = rules.length > RULES_MAX ? [tooManyField(`${path}.rules`, rules.length, RULES_MAX)] : [];
  const hasIndexLimit = spec['backoffLimitPerIndex'] !== undefined;
  for (const [index, rule] of rules.entries()) {
    errors.push(...failureRuleErrors(rule, `${path}.rules[${String(index)}]`, { containers, hasIndexLimit }));
  }
  return errors;
}

interface JobFacts {
  readonly containers: ReadonlySet<string>;
  readonly hasIndexLimit: boolean;
}

function failureRuleErrors(rule: JsonObject, path: string, { containers, hasIndexLimit }: JobFacts): FieldError[] {
  const errors: FieldError[] = [];
  const action = textAt(rule, 'action');
  if (action === '') errors.push(requiredField(`${path}.action`, choices(ACTIONS)));
  else if (action === 'FailIndex' && !hasIndexLimit) {
    errors.push(invalidField(`${path}.action`, action, 'requires the backoffLimitPerIndex to be set'));
  } else if (!ACTIONS.includes(action)) errors.push(notSupportedField(`${path}.action`, action, ACTIONS));
  const exitCodes = objectAt(rule, 'onExitCodes');
  const conditions = listAt(rule, 'onPodConditions');
  if (exitCodes !== undefined) errors.push(...exitCodeErrors(exitCodes, `${path}.onExitCodes`, containers));
  errors.push(...podConditionErrors(conditions, `${path}.onPodConditions`));
  if (exitCodes !== undefined && conditions.length > 0) {
    errors.push(invalidWithoutValue(path, 'specifying both OnExitCodes and OnPodConditions is not supported'));
  }
  if (exitCodes === undefined && conditions.length === 0) {
    errors.push(invalidWithoutValue(path, 'specifying one of OnExitCodes and OnPodConditions is required'));
  }
  return errors;
}

function exitCodeErrors(requirement: JsonObject, path: string, containers: ReadonlySet<string>): FieldError[] {
  const errors: FieldError[] = [];
  const operator = textAt(requirement, 'operator');
  if (operator === '') errors.push(requiredField(`${path}.operator`, choices(OPERATORS)));
  else if (!OPERATORS.includes(operator)) errors.push(notSupportedField(`${path}.operator`, operator, OPERATORS));
  const container = optionalTextAt(requirement, 'containerName');
  if (container !== undefined && !containers.has(container)) {
    const why = 'must be one of the container or initContainer names in the pod template';
    errors.push(invalidField(`${path}.containerName`, container, why));
  }
  const values = Array.isArray(requirement['values']) ? (requirement['values'] as readonly number[]) : [];
  const at = `${path}.values`;
  if (values.length === 0) errors.push(invalidField(at, requirement['values'], 'at least one value is required'));
  else if (values.length > EXIT_CODES_MAX) errors.push(tooManyField(at, values.length, EXIT_CODES_MAX));
  for (const [index, value] of values.entries()) {
    const here = `${at}[${String(index)}]`;
    if (operator === 'In' && value === 0) {
      errors.push(invalidField(here, value, 'must not be 0 for the In operator'));
    }
    if (values.indexOf(value) < index) errors.push(duplicateField(here, value));
  }
  if (values.some((value, index) => index > 0 && (values[index - 1] ?? 0) > value)) {
    errors.push(invalidField(at, values, 'must be ordered'));
  }
  return errors;
}

function podConditionErrors(patterns: readonly JsonObject[], path: string): FieldError[] {
  const errors: FieldError[] =
    patterns.length > PATTERNS_MAX ? [tooManyField(path, patterns.length, PATTERNS_MAX)] : [];
  for (const [index, pattern] of patterns.entries()) {
    const at = `${path}[${String(index)}]`;
    const type = textAt(pattern, 'type');
    addProblems(errors, `${at}.type`, type, qualifiedNameProblems(type));
    const status = textAt(pattern, 'status');
    if (status === '') errors.push(requiredField(`${at}.status`, choices(STATUSES)));
    else if (!STATUSES.includes(status)) errors.push(notSupportedField(`${at}.status`, status, STATUSES));
  }
  return errors;
}

/** Problems of `successPolicy` of an indexed job. */
export function successPolicyErrors(spec: JsonObject, path: string): FieldError[] {
  const rules = listAt(objectAt(spec, 'successPolicy'), 'rules');
  const at = `${path}.rules`;
  if (rules.length === 0) {
    return [requiredField(at, 'at least one rules must be specified when the successPolicy is specified')];
  }
  const errors: FieldError[] = rules.length > RULES_MAX ? [tooManyField(at, rules.length, RULES_MAX)] : [];
  const completions = numberAt(spec, 'completions');
  for (const [index, rule] of rules.entries()) {
    errors.push(...successRuleErrors(rule, `${at}[${String(index)}]`, completions));
  }
  return errors;
}

function successRuleErrors(rule: JsonObject, path: string, completions: number): FieldError[] {
  const errors: FieldError[] = [];
  const indexes = optionalTextAt(rule, 'succeededIndexes');
  const count = optionalNumberAt(rule, 'succeededCount');
  if (count === undefined && indexes === undefined) {
    errors.push(requiredField(path, 'at least one of succeededCount or succeededIndexes must be specified'));
  }
  let total = 0;
  if (indexes !== undefined) {
    const at = `${path}.succeededIndexes`;
    if (Buffer.byteLength(indexes) > SUCCEEDED_INDEXES_MAX) errors.push(tooLongField(at, SUCCEEDED_INDEXES_MAX));
    const reading = readIndexes(indexes, completions);
    if ('total' in reading) total = reading.total;
    else errors.push(invalidField(at, indexes, `error parsing succeededIndexes: ${reading.problem}`));
  }
  if (count === undefined) return errors;
  const at = `${path}.succeededCount`;
  addNegativeErrors(errors, rule, path, ['succeededCount']);
  const refuse = (maximum: number, what: string) =>
    errors.push(invalidField(at, count, `must be less than or equal to ${String(maximum)} (the number of ${what})`));
  if (count > completions) refuse(completions, 'specified completions');
  if (indexes !== undefined && count > total) {
    refuse(total, 'indexes in the specified succeededIndexes field');
  }
  return errors;
}
