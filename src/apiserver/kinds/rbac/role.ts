/** Roles and cluster roles. */
import type { KubeObject } from '../../../api/object';
import { type FieldError, invalidField, requiredField } from '../../field-error';
import type { Strategy } from '../../resources/resource';
import { findSelectorMatcher, isTolerated } from '../checks/label-selectors';
import { jsonOf, listAt, objectAt } from '../json-members';
import { isPathSegmentName, labelSelectorErrors } from '../metadata';
import { ruleErrors } from './rules';

const AGGREGATED = 'aggregationRule.clusterRoleSelectors';

export const roleStrategy: Strategy = {
  validateName: isPathSegmentName,
  createsOnUpdate: true,
  validate: (role) => ruleErrors(jsonOf(role), true),
  validateUpdate(role) {
    const errors = ruleErrors(jsonOf(role), true);
    // The server checks an updated role twice and tells of both.
    return [...errors, ...errors];
  },
};

export const clusterRoleStrategy: Strategy = {
  validateName: isPathSegmentName,
  createsOnUpdate: true,
  validate: (role) => clusterRoleErrors(role, false),
  validateUpdate(role, old) {
    const errors = clusterRoleErrors(role, selectorsOf(old).some(isTolerated));
    return [...errors, ...errors];
  },
};

function selectorsOf(role: KubeObject) {
  return listAt(objectAt(jsonOf(role), 'aggregationRule'), 'clusterRoleSelectors');
}

function clusterRoleErrors(role: KubeObject, toleratesValues: boolean): FieldError[] {
  const errors = ruleErrors(jsonOf(role), false);
  if (objectAt(jsonOf(role), 'aggregationRule') === undefined) return errors;
  const selectors = selectorsOf(role);
  if (selectors.length === 0) {
    errors.push(requiredField(AGGREGATED, 'at least one clusterRoleSelector required if aggregationRule is non-nil'));
  }
  for (const [index, selector] of selectors.entries()) {
    const path = `${AGGREGATED}[${String(index)}]`;
    errors.push(...labelSelectorErrors(selector, path, toleratesValues));
    if (findSelectorMatcher(selector) === undefined) {
      errors.push(invalidField(path, null, 'invalid label selector.'));
    }
  }
  return errors;
}
