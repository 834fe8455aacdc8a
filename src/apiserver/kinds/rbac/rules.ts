/**
 * Rules of roles.
 * @see k8s.io/kubernetes/pkg/apis/rbac/validation/validation.go, v1.34
 */
import type { JsonObject } from '../../../api/json';
import { type FieldError, invalidField, requiredField } from '../../field-error';
import { listAt, textsAt } from '../json-members';

/** Problems of `rules`. */
export function ruleErrors(role: JsonObject, isNamespaced: boolean): FieldError[] {
  return listAt(role, 'rules').flatMap((rule, index) => oneRuleErrors(rule, isNamespaced, `rules[${String(index)}]`));
}

function oneRuleErrors(rule: JsonObject, isNamespaced: boolean, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (textsAt(rule, 'verbs').length === 0) {
    errors.push(requiredField(`${path}.verbs`, 'verbs must contain at least one value'));
  }
  const hasGroups = textsAt(rule, 'apiGroups').length > 0;
  const hasResources = textsAt(rule, 'resources').length > 0;
  const urls = textsAt(rule, 'nonResourceURLs');
  if (urls.length > 0) {
    const refuse = (why: string) => errors.push(invalidField(`${path}.nonResourceURLs`, urls, why));
    if (isNamespaced) refuse('namespaced rules cannot apply to non-resource URLs');
    if (hasGroups || hasResources || textsAt(rule, 'resourceNames').length > 0) {
      refuse('rules cannot apply to both regular resources and non-resource URLs');
    }
    return errors;
  }
  if (!hasGroups) errors.push(requiredField(`${path}.apiGroups`, 'resource rules must supply at least one api group'));
  if (!hasResources) {
    errors.push(requiredField(`${path}.resources`, 'resource rules must supply at least one resource'));
  }
  return errors;
}
