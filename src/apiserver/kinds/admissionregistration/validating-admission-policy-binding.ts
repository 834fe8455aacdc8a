/** Bindings of validating admission policies: where a policy holds, with which parameters, and what it does. */
import type { JsonObject } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import { findObject } from '../../draft';
import {
  duplicateField,
  type FieldError,
  forbiddenField,
  invalidField,
  notSupportedField,
  requiredField,
} from '../../field-error';
import type { Strategy } from '../../resources/resource';
import { specOf } from '../checks/object-parts';
import { objectAt, textAt, textsAt } from '../json-members';
import { addProblems, dnsSubdomainProblems, isPathSegmentName, labelSelectorErrors } from '../metadata';
import { matchErrors, setMatchDefaults } from './rules';

const ACTIONS = ['Audit', 'Deny', 'Warn'];
const NOT_FOUND_ACTIONS = ['Deny', 'Allow'];

export const validatingAdmissionPolicyBindingStrategy: Strategy = {
  generation: 'spec',
  updatesUnconditionally: false,
  setDefaults(binding) {
    const match = findObject(findObject(binding, 'spec'), 'matchResources');
    if (match !== undefined) setMatchDefaults(match);
  },
  validate: bindingErrors,
  validateUpdate: (binding) => bindingErrors(binding),
};

function bindingErrors(binding: KubeObject): FieldError[] {
  const spec = specOf(binding);
  const errors: FieldError[] = [];
  const policy = textAt(spec, 'policyName');
  if (policy === '') errors.push(requiredField('spec.policyName'));
  else addProblems(errors, 'spec.policyName', policy, dnsSubdomainProblems(policy));
  const param = objectAt(spec, 'paramRef');
  if (param !== undefined) errors.push(...paramErrors(param, 'spec.paramRef'));
  const match = objectAt(spec, 'matchResources');
  if (match !== undefined) errors.push(...matchErrors(match, 'spec.matchResources'));
  return [...errors, ...actionErrors(textsAt(spec, 'validationActions'), 'spec.validationActions')];
}

function paramErrors(param: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const name = textAt(param, 'name');
  const selector = objectAt(param, 'selector');
  const both = 'name and selector are mutually exclusive';
  if (name !== '') {
    addProblems(errors, `${path}.name`, name, isPathSegmentName(name, false));
    if (selector !== undefined) errors.push(forbiddenField(`${path}.name`, both));
  }
  if (selector !== undefined) {
    errors.push(...labelSelectorErrors(selector, `${path}.selector`));
    if (name !== '') errors.push(forbiddenField(`${path}.selector`, both));
  }
  if (name === '' && selector === undefined) {
    errors.push(requiredField(path, 'one of name or selector must be specified'));
  }
  const action = textAt(param, 'parameterNotFoundAction');
  const at = `${path}.parameterNotFoundAction`;
  if (action === '') errors.push(requiredField(at));
  else if (!NOT_FOUND_ACTIONS.includes(action)) errors.push(notSupportedField(at, action, NOT_FOUND_ACTIONS));
  return errors;
}

function actionErrors(actions: readonly string[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [index, action] of actions.entries()) {
    const at = `${path}[${String(index)}]`;
    if (!ACTIONS.includes(action)) errors.push(notSupportedField(at, action, ACTIONS));
    if (actions.indexOf(action) < index) errors.push(duplicateField(at, action));
  }
  if (actions.includes('Deny') && actions.includes('Warn')) {
    const why =
      'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)';
    errors.push(invalidField(path, actions, why));
  }
  if (actions.length === 0) errors.push(requiredField(path, 'at least one validation action is required'));
  return errors;
}
