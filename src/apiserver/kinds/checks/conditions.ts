/**
 * Conditions of the common form (`meta/v1` Condition).
 * @see k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go, v0.34
 */
import type { JsonObject } from '../../../api/json';
import {
  duplicateField,
  type FieldError,
  invalidField,
  notSupportedField,
  requiredField,
  tooLongField,
} from '../../field-error';
import { listAt, numberAt, textAt } from '../json-members';
import { addProblems, qualifiedNameProblems, regexProblem } from '../metadata';

const STATUSES = ['False', 'True', 'Unknown'];
const REASON = '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?';
const REASON_PATTERN = new RegExp(`^${REASON}$`);
const REASON_RULE = regexProblem(
  "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'",
  REASON,
  ['my_name', 'MY_NAME', 'MyName', 'ReasonA,ReasonB', 'ReasonA:ReasonB'],
);
const REASON_MAX = 1024;
const MESSAGE_MAX = 32 * 1024;

/** Problems of `status.conditions`. */
export function conditionErrors(status: JsonObject, path = 'status.conditions'): FieldError[] {
  const seen = new Set<string>();
  return listAt(status, 'conditions').flatMap((condition, index) => {
    const field = `${path}[${String(index)}]`;
    const type = textAt(condition, 'type');
    const errors = seen.has(type) ? [duplicateField(`${field}.type`, type)] : [];
    seen.add(type);
    return [...errors, ...oneConditionErrors(condition, field)];
  });
}

function oneConditionErrors(condition: JsonObject, field: string): FieldError[] {
  const type = textAt(condition, 'type');
  const errors: FieldError[] = [];
  addProblems(errors, `${field}.type`, type, qualifiedNameProblems(type));
  const status = textAt(condition, 'status');
  if (!STATUSES.includes(status)) errors.push(notSupportedField(`${field}.status`, status, STATUSES));
  const observed = numberAt(condition, 'observedGeneration');
  if (observed < 0) {
    errors.push(invalidField(`${field}.observedGeneration`, observed, 'must be greater than or equal to zero'));
  }
  if (textAt(condition, 'lastTransitionTime') === '') errors.push(requiredField(`${field}.lastTransitionTime`));
  const reason = textAt(condition, 'reason');
  if (reason === '') errors.push(requiredField(`${field}.reason`));
  else {
    if (!REASON_PATTERN.test(reason)) errors.push(invalidField(`${field}.reason`, reason, REASON_RULE));
    if (Buffer.byteLength(reason) > REASON_MAX) errors.push(tooLongField(`${field}.reason`, REASON_MAX));
  }
  if (Buffer.byteLength(textAt(condition, 'message')) > MESSAGE_MAX) {
    errors.push(tooLongField(`${field}.message`, MESSAGE_MAX));
  }
  return errors;
}

/** True where the object has the condition with status `True`. */
export function hasTrueCondition(status: JsonObject, type: string): boolean {
  return listAt(status, 'conditions').some(
    (condition) => textAt(condition, 'type') === type && textAt(condition, 'status') === 'True',
  );
}
