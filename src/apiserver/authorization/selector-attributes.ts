/**
 * The selectors of access reviews. RBAC doesn't look at them; a review says whether they are well-formed and whether they
 * could be read.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/subject-access-review-v1/
 */
import type { JsonObject } from '../../api/json';
import { objectAt, objectsAt, stringAt, stringsAt } from '../authentication/json-members';
import { type FieldError, forbiddenField, invalidField, requiredField } from '../field-error';
import { labelValueErrors, qualifiedNameErrors } from '../schema/name-rules';
import { parseFieldSelector } from '../selection/field-selector';
import { parseLabelSelector } from '../selection/label-selector';
import { isStatusError } from '../status-error';

const NEEDS_VALUES = "must be specified when `operator` is 'In' or 'NotIn'";
const TAKES_NO_VALUES = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";

/** What is wrong with the selectors of `spec.resourceAttributes`. */
export function selectorErrors(resourceAttributes: JsonObject | undefined): readonly FieldError[] {
  return [
    ...attributesErrors(objectAt(resourceAttributes, 'fieldSelector'), 'fieldSelector'),
    ...attributesErrors(objectAt(resourceAttributes, 'labelSelector'), 'labelSelector'),
  ];
}

function attributesErrors(
  selector: JsonObject | undefined,
  member: 'fieldSelector' | 'labelSelector',
): readonly FieldError[] {
  if (selector === undefined) return [];
  const field = `spec.resourceAttributes.${member}`;
  const raw = stringAt(selector, 'rawSelector');
  const requirements = objectsAt(selector, 'requirements');
  const errors: FieldError[] = [];
  if (raw !== '' && requirements.length > 0) {
    errors.push(invalidField(`${field}.rawSelector`, raw, 'may not specified at the same time as requirements'));
  }
  if (raw === '' && requirements.length === 0) {
    const detail = `when ${field} is specified, requirements or rawSelector is required`;
    errors.push(requiredField(`${field}.requirements`, detail));
  }
  for (const [index, requirement] of requirements.entries()) {
    errors.push(...requirementErrors(requirement, `${field}.requirements[${index}]`, member));
  }
  return errors;
}

function requirementErrors(
  requirement: JsonObject,
  field: string,
  member: 'fieldSelector' | 'labelSelector',
): readonly FieldError[] {
  const key = stringAt(requirement, 'key');
  const values = stringsAt(requirement, 'values');
  const operator = stringAt(requirement, 'operator');
  const ofValues: FieldError[] = [];
  if ((operator === 'In' || operator === 'NotIn') && values.length === 0) {
    ofValues.push(requiredField(`${field}.values`, NEEDS_VALUES));
  } else if ((operator === 'Exists' || operator === 'DoesNotExist') && values.length > 0) {
    ofValues.push(forbiddenField(`${field}.values`, TAKES_NO_VALUES));
  }
  if (member === 'fieldSelector') {
    return [...(key === '' ? [requiredField(`${field}.key`, 'must be specified')] : []), ...ofValues];
  }
  return [
    ...ofValues,
    ...qualifiedNameErrors(key).map((problem) => invalidField(`${field}.key`, key, problem)),
    ...values.flatMap((value, index) =>
      labelValueErrors(value).map((problem) => invalidField(`${field}.values[${index}]`, value, problem)),
    ),
  ];
}

/** What a review says of selectors that can't be read; empty where they can. */
export function selectorEvaluationError(resourceAttributes: JsonObject | undefined): string {
  return [
    ignoredText(
      'fieldSelector',
      objectAt(resourceAttributes, 'fieldSelector'),
      isFieldSelectorText,
      isFieldRequirement,
    ),
    ignoredText(
      'labelSelector',
      objectAt(resourceAttributes, 'labelSelector'),
      isLabelSelectorText,
      isLabelRequirement,
    ),
  ]
    .filter((text) => text !== '')
    .join('; ');
}

function ignoredText(
  member: string,
  selector: JsonObject | undefined,
  isReadable: (text: string) => boolean,
  isGood: (requirement: JsonObject) => boolean,
): string {
  const raw = stringAt(selector, 'rawSelector');
  const requirements = objectsAt(selector, 'requirements');
  const told = `spec.resourceAttributes.${member}`;
  if (requirements.length > 0) {
    const good = requirements.filter(isGood).length;
    if (good === requirements.length) return '';
    return `${told} ${good > 0 ? 'partially ' : ''}ignored due to parse error`;
  }
  return raw === '' || isReadable(raw) ? '' : `${told} ignored due to parse error`;
}

function isLabelRequirement(requirement: JsonObject): boolean {
  return ['In', 'NotIn', 'Exists', 'DoesNotExist'].includes(stringAt(requirement, 'operator'));
}

function isFieldRequirement(requirement: JsonObject): boolean {
  const isKnown = ['In', 'NotIn'].includes(stringAt(requirement, 'operator'));
  return isKnown && stringsAt(requirement, 'values').length === 1;
}

function isFieldSelectorText(text: string): boolean {
  return isReadBy(parseFieldSelector, text);
}

function isLabelSelectorText(text: string): boolean {
  return isReadBy(parseLabelSelector, text);
}

function isReadBy(parse: (text: string) => unknown, text: string): boolean {
  try {
    parse(text);
    return true;
  } catch (error) {
    if (isStatusError(error)) return false;
    throw error;
  }
}
