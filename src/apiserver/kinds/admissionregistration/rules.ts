/**
 * Which requests a webhook or a policy is asked about.
 * @see k8s.io/kubernetes/pkg/apis/admissionregistration/validation/validation.go, v1.34
 */
import type { JsonObject } from '../../../api/json';
import { type DraftObject, objectsIn } from '../../draft';
import { duplicateField, type FieldError, invalidField, notSupportedField, requiredField } from '../../field-error';
import { listAt, objectAt, optionalTextAt, textsAt } from '../json-members';
import { addProblems, isPathSegmentName, labelSelectorErrors } from '../metadata';

const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];
const SCOPES = ['*', 'Cluster', 'Namespaced'];
export const MATCH_POLICIES: readonly string[] = ['Equivalent', 'Exact'];

/** Completes rules, in place. */
export function setRuleDefaults(parent: DraftObject, key: string): void {
  for (const rule of objectsIn(parent, key)) rule['scope'] ??= '*';
}

/** Completes what a policy or its binding matches, in place. */
export function setMatchDefaults(match: DraftObject): void {
  match['matchPolicy'] ??= 'Equivalent';
  match['namespaceSelector'] ??= {};
  match['objectSelector'] ??= {};
  setRuleDefaults(match, 'resourceRules');
  setRuleDefaults(match, 'excludeResourceRules');
}

/** Problems of one rule. */
export function ruleErrors(rule: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const operations = textsAt(rule, 'operations');
  if (operations.length === 0) errors.push(requiredField(`${path}.operations`));
  errors.push(...wildcardErrors(operations, `${path}.operations`, 'operations'));
  for (const [index, operation] of operations.entries()) {
    if (!OPERATIONS.includes(operation)) {
      errors.push(notSupportedField(`${path}.operations[${String(index)}]`, operation, OPERATIONS));
    }
  }
  const groups = textsAt(rule, 'apiGroups');
  if (groups.length === 0) errors.push(requiredField(`${path}.apiGroups`));
  errors.push(...wildcardErrors(groups, `${path}.apiGroups`, 'API groups'));
  const versions = textsAt(rule, 'apiVersions');
  if (versions.length === 0) errors.push(requiredField(`${path}.apiVersions`));
  errors.push(...wildcardErrors(versions, `${path}.apiVersions`, 'API versions'));
  for (const [index, version] of versions.entries()) {
    if (version === '') errors.push(requiredField(`${path}.apiVersions[${String(index)}]`));
  }
  errors.push(...resourceErrors(textsAt(rule, 'resources'), `${path}.resources`));
  const scope = optionalTextAt(rule, 'scope');
  if (scope !== undefined && !SCOPES.includes(scope)) {
    errors.push(notSupportedField(`${path}.scope`, scope, SCOPES));
  }
  return errors;
}

function wildcardErrors(items: readonly string[], path: string, what: string): FieldError[] {
  if (items.length < 2 || !items.includes('*')) return [];
  return [invalidField(path, items, `if '*' is present, must not specify other ${what}`)];
}

function resourceErrors(resources: readonly string[], path: string): FieldError[] {
  if (resources.length === 0) return [requiredField(path)];
  const errors: FieldError[] = [];
  const withAllSubresources = new Set<string>();
  const ofAllResources = new Set<string>();
  let isLastPlain = false;
  for (const [index, resource] of resources.entries()) {
    const at = `${path}[${String(index)}]`;
    const slash = resource.indexOf('/');
    if (resource === '') errors.push(requiredField(at));
    else if (slash < 0) isLastPlain = resource !== '*';
    else {
      const name = resource.slice(0, slash);
      const subresource = resource.slice(slash + 1);
      const refuse = (by: string) =>
        errors.push(invalidField(at, resource, `if '${by}' is present, must not specify ${resource}`));
      if (withAllSubresources.has(name)) refuse(`${name}/*`);
      if (ofAllResources.has(subresource)) refuse(`*/${subresource}`);
      if (subresource === '*') withAllSubresources.add(name);
      if (name === '*') ofAllResources.add(subresource);
    }
  }
  if (resources.length > 1 && resources.includes('*/*')) {
    errors.push(invalidField(path, resources, "if '*/*' is present, must not specify other resources"));
  }
  if (resources.includes('*') && isLastPlain) {
    const why = "if '*' is present, must not specify other resources without subresources";
    errors.push(invalidField(path, resources, why));
  }
  return errors;
}

/** Problems of what a policy or its binding matches. */
export function matchErrors(match: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const policy = optionalTextAt(match, 'matchPolicy');
  if (policy === undefined) errors.push(requiredField(`${path}.matchPolicy`));
  else if (!MATCH_POLICIES.includes(policy)) {
    errors.push(notSupportedField(`${path}.matchPolicy`, policy, MATCH_POLICIES));
  }
  for (const key of ['namespaceSelector', 'objectSelector']) {
    const selector = objectAt(match, key);
    if (selector === undefined) errors.push(requiredField(`${path}.${key}`));
    else errors.push(...labelSelectorErrors(selector, `${path}.${key}`));
  }
  for (const key of ['resourceRules', 'excludeResourceRules']) {
    for (const [index, rule] of listAt(match, key).entries()) {
      errors.push(...namedRuleErrors(rule, `${path}.${key}[${String(index)}]`));
    }
  }
  return errors;
}

function namedRuleErrors(rule: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const names = textsAt(rule, 'resourceNames');
  for (const [index, name] of names.entries()) {
    const at = `${path}.resourceNames[${String(index)}]`;
    addProblems(errors, at, name, isPathSegmentName(name, false));
    if (names.indexOf(name) < index) errors.push(duplicateField(at, name));
  }
  return [...errors, ...ruleErrors(rule, path)];
}
