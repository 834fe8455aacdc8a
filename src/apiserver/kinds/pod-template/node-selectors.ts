/** Checks of affinity: what nodes, and what other pods, a pod wants near. */
import type { JsonObject } from '../../../api/json';
import { type FieldError, forbiddenField, invalidField, requiredField } from '../../field-error';
import { listAt, numberAt, objectAt, textAt, textsAt } from '../json-members';
import {
  addProblems,
  isDnsLabelName,
  isDnsSubdomainName,
  labelSelectorErrors,
  labelValueProblems,
  qualifiedNameProblems,
} from '../metadata';
import { addMatchLabelKeysErrors } from './match-label-keys';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

/** Adds what is wrong with the `affinity` of a pod. */
export function addAffinityErrors(errors: FieldError[], affinity: JsonObject, path: string): void {
  const node = objectAt(affinity, 'nodeAffinity');
  if (node !== undefined) addNodeAffinityErrors(errors, node, `${path}.nodeAffinity`);
  for (const key of ['podAffinity', 'podAntiAffinity']) {
    const pods = objectAt(affinity, key);
    if (pods !== undefined) addPodAffinityErrors(errors, pods, `${path}.${key}`);
  }
}

function addNodeAffinityErrors(errors: FieldError[], affinity: JsonObject, path: string): void {
  const required = objectAt(affinity, REQUIRED);
  if (required !== undefined) addNodeSelectorErrors(errors, required, `${path}.${REQUIRED}`);
  for (const [index, term] of listAt(affinity, PREFERRED).entries()) {
    const at = `${path}.${PREFERRED}[${String(index)}]`;
    addWeightErrors(errors, numberAt(term, 'weight'), at);
    addTermErrors(errors, objectAt(term, 'preference') ?? {}, { path: `${at}.preference`, checksValues: false });
  }
}

function addWeightErrors(errors: FieldError[], weight: number, path: string): void {
  if (weight <= 0 || weight > 100) errors.push(invalidField(`${path}.weight`, weight, 'must be in the range 1-100'));
}

/** Adds what is wrong with a `NodeSelector`. */
export function addNodeSelectorErrors(errors: FieldError[], selector: JsonObject, path: string): void {
  const terms = listAt(selector, 'nodeSelectorTerms');
  if (terms.length === 0) {
    errors.push(requiredField(`${path}.nodeSelectorTerms`, 'must have at least one node selector term'));
  }
  for (const [index, term] of terms.entries()) {
    addTermErrors(errors, term, { path: `${path}.nodeSelectorTerms[${String(index)}]`, checksValues: true });
  }
}

interface TermRules {
  readonly path: string;
  readonly checksValues: boolean;
}

function addTermErrors(errors: FieldError[], term: JsonObject, { path, checksValues }: TermRules): void {
  for (const [index, requirement] of listAt(term, 'matchExpressions').entries()) {
    addExpressionErrors(errors, requirement, { path: `${path}.matchExpressions[${String(index)}]`, checksValues });
  }
  for (const [index, requirement] of listAt(term, 'matchFields').entries()) {
    addFieldRequirementErrors(errors, requirement, `${path}.matchFields[${String(index)}]`);
  }
}

function addExpressionErrors(errors: FieldError[], requirement: JsonObject, { path, checksValues }: TermRules): void {
  addOperatorErrors(errors, requirement, path);
  const key = textAt(requirement, 'key');
  addProblems(errors, `${path}.key`, key, qualifiedNameProblems(key));
  if (!checksValues) return;
  for (const [index, value] of textsAt(requirement, 'values').entries()) {
    addProblems(errors, `${path}.values[${String(index)}]`, value, labelValueProblems(value));
  }
}

function addOperatorErrors(errors: FieldError[], requirement: JsonObject, path: string): void {
  const operator = textAt(requirement, 'operator');
  const count = textsAt(requirement, 'values').length;
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (count > 0) return;
      errors.push(requiredField(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
      return;
    case 'Exists':
    case 'DoesNotExist':
      if (count === 0) return;
      errors.push(
        forbiddenField(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"),
      );
      return;
    case 'Gt':
    case 'Lt':
      if (count === 1) return;
      errors.push(requiredField(`${path}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'"));
      return;
    default:
      errors.push(invalidField(`${path}.operator`, operator, 'not a valid selector operator'));
  }
}

function addFieldRequirementErrors(errors: FieldError[], requirement: JsonObject, path: string): void {
  const operator = textAt(requirement, 'operator');
  const key = textAt(requirement, 'key');
  const values = textsAt(requirement, 'values');
  if (operator !== 'In' && operator !== 'NotIn') {
    errors.push(invalidField(`${path}.operator`, operator, 'not a valid selector operator'));
  } else if (values.length !== 1) {
    const detail = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
    errors.push(requiredField(`${path}.values`, detail));
  }
  if (key !== 'metadata.name') {
    errors.push(invalidField(`${path}.key`, key, 'not a valid field selector key'));
    return;
  }
  for (const [index, value] of values.entries()) {
    addProblems(errors, `${path}.values[${String(index)}]`, value, isDnsSubdomainName(value, false));
  }
}

function addPodAffinityErrors(errors: FieldError[], affinity: JsonObject, path: string): void {
  for (const [index, term] of listAt(affinity, REQUIRED).entries()) {
    addPodAffinityTermErrors(errors, term, `${path}.${REQUIRED}[${String(index)}]`);
  }
  for (const [index, weighted] of listAt(affinity, PREFERRED).entries()) {
    const at = `${path}.${PREFERRED}[${String(index)}]`;
    addWeightErrors(errors, numberAt(weighted, 'weight'), at);
    addPodAffinityTermErrors(errors, objectAt(weighted, 'podAffinityTerm') ?? {}, `${at}.podAffinityTerm`);
  }
}

function addPodAffinityTermErrors(errors: FieldError[], term: JsonObject, path: string): void {
  const selector = objectAt(term, 'labelSelector');
  errors.push(
    ...labelSelectorErrors(selector, `${path}.labelSelector`),
    ...labelSelectorErrors(objectAt(term, 'namespaceSelector'), `${path}.namespaceSelector`),
  );
  for (const namespace of textsAt(term, 'namespaces')) {
    addProblems(errors, `${path}.namespace`, namespace, isDnsLabelName(namespace, false));
  }
  addMatchLabelKeysErrors(errors, term, path);
  const topologyKey = textAt(term, 'topologyKey');
  if (topologyKey === '') errors.push(requiredField(`${path}.topologyKey`, 'can not be empty'));
  addProblems(errors, `${path}.topologyKey`, topologyKey, qualifiedNameProblems(topologyKey));
}
