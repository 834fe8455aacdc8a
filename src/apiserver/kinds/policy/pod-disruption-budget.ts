/**
 * Pod disruption budgets.
 * @see k8s.io/kubernetes/pkg/apis/policy/validation/validation.go, v1.34
 */
import type { JsonObject, JsonValue } from '../../../api/json';
import { type FieldError, invalidField, notSupportedField } from '../../field-error';
import type { Strategy } from '../../resources/resource';
import { conditionErrors } from '../checks/conditions';
import { isTolerated } from '../checks/label-selectors';
import { addNegativeErrors, intOrPercentErrors, over100PercentErrors } from '../checks/numbers';
import { specOf, statusOf } from '../checks/object-parts';
import { STATUS_RESET_FIELDS, statusPreparations } from '../checks/restore';
import { objectAt, optionalTextAt } from '../json-members';
import { isPathSegmentName, labelSelectorErrors } from '../metadata';

const EVICTION_POLICIES = ['AlwaysAllow', 'IfHealthyBudget'];

export const podDisruptionBudgetStrategy: Strategy = {
  ...statusPreparations(),
  generation: 'spec',
  updatesUnconditionally: false,
  resetFields: STATUS_RESET_FIELDS,
  validateName: isPathSegmentName,
  validate: (budget) => specErrors(specOf(budget), false),
  validateUpdate(budget, old, { subresource }) {
    if (subresource === 'status') return statusErrors(statusOf(budget));
    return specErrors(specOf(budget), isTolerated(objectAt(specOf(old), 'selector')));
  },
};

function specErrors(spec: JsonObject, toleratesValues: boolean): FieldError[] {
  const errors: FieldError[] = [];
  const { minAvailable, maxUnavailable } = spec;
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    errors.push(invalidField('spec', shownSpec(spec), 'minAvailable and maxUnavailable cannot be both set'));
  }
  errors.push(...amountErrors(minAvailable, 'spec.minAvailable'));
  errors.push(...amountErrors(maxUnavailable, 'spec.maxUnavailable'));
  errors.push(...labelSelectorErrors(objectAt(spec, 'selector'), 'spec.selector', toleratesValues));
  const policy = optionalTextAt(spec, 'unhealthyPodEvictionPolicy');
  if (policy !== undefined && !EVICTION_POLICIES.includes(policy)) {
    errors.push(notSupportedField('spec.unhealthyPodEvictionPolicy', policy, EVICTION_POLICIES));
  }
  return errors;
}

function amountErrors(amount: JsonValue | undefined, path: string): FieldError[] {
  return [...intOrPercentErrors(amount, path), ...over100PercentErrors(amount, path)];
}

/** The spec with the server's own names of its members. */
function shownSpec(spec: JsonObject): JsonObject {
  return {
    MinAvailable: spec['minAvailable'] ?? null,
    Selector: spec['selector'] ?? null,
    MaxUnavailable: spec['maxUnavailable'] ?? null,
    UnhealthyPodEvictionPolicy: spec['unhealthyPodEvictionPolicy'] ?? null,
  };
}

function statusErrors(status: JsonObject): FieldError[] {
  const errors = conditionErrors(status);
  addNegativeErrors(errors, status, 'status', [
    'disruptionsAllowed',
    'currentHealthy',
    'desiredHealthy',
    'expectedPods',
  ]);
  return errors;
}
