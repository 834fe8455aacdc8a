/**
 * What the label selectors in objects select: `matchLabels` and `matchExpressions`.
 * @see k8s.io/apimachinery/pkg/apis/meta/v1/helpers.go, v0.34
 */
import type { JsonObject } from '../../../api/json';
import {
  type LabelMatcher,
  type LabelOperator,
  type LabelRequirement,
  labelMatcher,
} from '../../selection/label-selector';
import { listAt, mapAt, textAt, textsAt } from '../json-members';
import { labelSelectorErrors, labelValueProblems, qualifiedNameProblems } from '../metadata';

const OPERATORS: ReadonlyMap<string, LabelOperator> = new Map([
  ['In', 'in'],
  ['NotIn', 'notin'],
  ['Exists', 'exists'],
  ['DoesNotExist', '!'],
]);

/** True where the selector, stored before such rules, breaks them: updates may then keep values that no label can have. */
export function isTolerated(selector: JsonObject | undefined): boolean {
  return selector !== undefined && labelSelectorErrors(selector, '').length > 0;
}

/** True where an expression of the selector has a value that no label can have. */
export function hasInvalidLabelValue(selector: JsonObject | undefined): boolean {
  return listAt(selector, 'matchExpressions').some((expression) =>
    textsAt(expression, 'values').some((value) => labelValueProblems(value).length > 0),
  );
}

/** True where the selector is there and selects everything. */
export function isEmptySelector(selector: JsonObject | undefined): boolean {
  if (selector === undefined) return false;
  return Object.keys(mapAt(selector, 'matchLabels')).length + listAt(selector, 'matchExpressions').length === 0;
}

/** What a selector asks for, in the order of keys; undefined where it asks for what cannot be. */
function findRequirements(selector: JsonObject): readonly LabelRequirement[] | undefined {
  const requirements = Object.entries(mapAt(selector, 'matchLabels')).map(
    ([key, value]): LabelRequirement => ({ key, operator: '=', values: [value] }),
  );
  for (const expression of listAt(selector, 'matchExpressions')) {
    const operator = OPERATORS.get(textAt(expression, 'operator'));
    if (operator === undefined) return undefined;
    requirements.push({ key: textAt(expression, 'key'), operator, values: textsAt(expression, 'values') });
  }
  if (!requirements.every(isPossible)) return undefined;
  return requirements.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

function isPossible({ key, operator, values }: LabelRequirement): boolean {
  const takesValues = operator !== 'exists' && operator !== '!';
  return (
    takesValues === values.length > 0 &&
    qualifiedNameProblems(key).length === 0 &&
    values.every((value) => labelValueProblems(value).length === 0)
  );
}

/** Whom a selector selects: nobody where it isn't there, everybody where it is empty. Undefined where it cannot be understood. */
export function findSelectorMatcher(selector: JsonObject | undefined): LabelMatcher | undefined {
  if (selector === undefined) return () => false;
  const requirements = findRequirements(selector);
  return requirements === undefined ? undefined : labelMatcher(requirements);
}

/** The selector as a text: `app=web,tier in (a,b),!canary`. Empty for none and for everything; undefined where it cannot be understood. */
export function findSelectorText(selector: JsonObject | undefined): string | undefined {
  if (selector === undefined) return '';
  return findRequirements(selector)?.map(requirementText).join(',');
}

function requirementText({ key, operator, values }: LabelRequirement): string {
  if (operator === '!') return `!${key}`;
  if (operator === 'exists') return key;
  const shown = [...values].sort().join(',');
  return operator === 'in' || operator === 'notin' ? `${key} ${operator} (${shown})` : `${key}${operator}${shown}`;
}

/** The selector as tables show it. */
export function selectorCell(selector: JsonObject | undefined): string {
  const text = findSelectorText(selector);
  if (text === undefined) return '<error>';
  return text === '' ? '<none>' : text;
}
