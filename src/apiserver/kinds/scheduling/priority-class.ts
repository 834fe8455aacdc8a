/**
 * Priority classes.
 * @see k8s.io/kubernetes/pkg/apis/scheduling/validation/validation.go, v1.34
 */
import type { KubeObject } from '../../../api/object';
import { type FieldError, forbiddenField, notSupportedField, requiredField } from '../../field-error';
import type { Strategy } from '../../resources/resource';
import { flagAt, jsonOf, numberAt, optionalTextAt } from '../json-members';
import { immutableErrors } from '../metadata';

const SYSTEM_PREFIX = 'system-';
const USER_VALUE_MAX = 1_000_000_000;
const SYSTEM_VALUES: ReadonlyMap<string, number> = new Map([
  ['system-node-critical', 2_000_001_000],
  ['system-cluster-critical', 2_000_000_000],
]);
const PREEMPTION_POLICIES = ['PreemptLowerPriority', 'Never'];

export const priorityClassStrategy: Strategy = {
  // There is no spec to change: it stays 1.
  generation: 'spec',
  setDefaults(priorityClass) {
    priorityClass['preemptionPolicy'] ??= 'PreemptLowerPriority';
  },
  validate: (priorityClass) => [...valueErrors(priorityClass), ...preemptionErrors(priorityClass)],
  validateUpdate(priorityClass, old) {
    const next = jsonOf(priorityClass);
    const before = jsonOf(old);
    const errors: FieldError[] =
      numberAt(next, 'value') === numberAt(before, 'value')
        ? []
        : [forbiddenField('value', 'may not be changed in an update.')];
    return [...errors, ...immutableErrors(next['preemptionPolicy'], before['preemptionPolicy'], 'preemptionPolicy')];
  },
};

function valueErrors(priorityClass: KubeObject): FieldError[] {
  const { name } = priorityClass.metadata;
  const value = numberAt(jsonOf(priorityClass), 'value');
  if (!name.startsWith(SYSTEM_PREFIX)) {
    if (value <= USER_VALUE_MAX) return [];
    return [forbiddenField('value', `maximum allowed value of a user defined priority is ${String(USER_VALUE_MAX)}`)];
  }
  const problem = findSystemClassProblem(name, value, flagAt(jsonOf(priorityClass), 'globalDefault'));
  if (problem === undefined) return [];
  const why = `priority class names with '${SYSTEM_PREFIX}' prefix are reserved for system use only. error: ${problem}`;
  return [forbiddenField('metadata.name', why)];
}

function findSystemClassProblem(name: string, value: number, isGlobalDefault: boolean): string | undefined {
  const known = SYSTEM_VALUES.get(name);
  if (known === undefined) return `${name} is not a known system priority class`;
  if (value !== known) return `value of ${name} PriorityClass must be ${String(known)}`;
  return isGlobalDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined;
}

function preemptionErrors(priorityClass: KubeObject): FieldError[] {
  const policy = optionalTextAt(jsonOf(priorityClass), 'preemptionPolicy');
  if (policy === '') return [requiredField('preemptionPolicy')];
  if (policy === undefined || PREEMPTION_POLICIES.includes(policy)) return [];
  return [notSupportedField('preemptionPolicy', policy, PREEMPTION_POLICIES)];
}
