/** Labels, annotations and the selectors that find objects by labels. */
import type { JsonObject } from '../../../api/json';
import { type FieldError, forbiddenField, invalidField, requiredField, tooLongField } from '../../field-error';
import { listAt, mapAt, textAt, textsAt } from '../json-members';
import { labelValueProblems, qualifiedNameProblems } from './names';

type TextMap = Readonly<Record<string, string>>;

/** All annotations of an object together: keys and values, in bytes. */
const ANNOTATIONS_MAX_BYTES = 256 * 1024;

/** Adds an `Invalid value` of a field for each problem. */
export function addProblems(errors: FieldError[], field: string, value: string, problems: readonly string[]): void {
  for (const problem of problems) errors.push(invalidField(field, value, problem));
}

/** What is wrong with a map of labels. */
export function labelErrors(labels: TextMap | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [key, value] of Object.entries(labels ?? {})) {
    addProblems(errors, path, key, qualifiedNameProblems(key));
    addProblems(errors, path, value, labelValueProblems(value));
  }
  return errors;
}

/** What is wrong with a map of annotations. */
export function annotationErrors(annotations: TextMap | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  let size = 0;
  for (const [key, value] of Object.entries(annotations ?? {})) {
    addProblems(errors, path, key, qualifiedNameProblems(key.toLowerCase()));
    size += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  if (size > ANNOTATIONS_MAX_BYTES) errors.push(tooLongField(path, ANNOTATIONS_MAX_BYTES));
  return errors;
}

/** What is wrong with a `LabelSelector`; an absent one is good. `allowInvalidValues` for what an older server stored. */
export function labelSelectorErrors(
  selector: JsonObject | undefined,
  path: string,
  allowInvalidValues = false,
): FieldError[] {
  if (selector === undefined) return [];
  const errors = labelErrors(mapAt(selector, 'matchLabels'), `${path}.matchLabels`);
  for (const [index, requirement] of listAt(selector, 'matchExpressions').entries()) {
    addRequirementErrors(errors, requirement, `${path}.matchExpressions[${String(index)}]`);
    if (!allowInvalidValues)
      addValueErrors(errors, textsAt(requirement, 'values'), `${path}.matchExpressions[${String(index)}].values`);
  }
  return errors;
}

function addRequirementErrors(errors: FieldError[], requirement: JsonObject, path: string): void {
  const operator = textAt(requirement, 'operator');
  const count = textsAt(requirement, 'values').length;
  if (operator === 'In' || operator === 'NotIn') {
    if (count === 0) {
      errors.push(requiredField(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
    }
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (count > 0) {
      const why = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
      errors.push(forbiddenField(`${path}.values`, why));
    }
  } else {
    errors.push(invalidField(`${path}.operator`, operator, 'not a valid selector operator'));
  }
  addProblems(errors, `${path}.key`, textAt(requirement, 'key'), qualifiedNameProblems(textAt(requirement, 'key')));
}

function addValueErrors(errors: FieldError[], values: readonly string[], path: string): void {
  for (const [index, value] of values.entries()) {
    addProblems(errors, `${path}[${String(index)}]`, value, labelValueProblems(value));
  }
}
