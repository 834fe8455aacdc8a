/**
 * What autoscalers measure.
 * @see k8s.io/kubernetes/pkg/apis/autoscaling/validation/validation.go, v1.34
 */
import type { JsonObject } from '../../../api/json';
import { compareQuantities } from '../../../api/quantity';
import type { DraftObject } from '../../draft';
import { type FieldError, forbiddenField, invalidField, notSupportedField, requiredField } from '../../field-error';
import { numberAt, objectAt, optionalTextAt, textAt } from '../json-members';
import { addProblems, dnsLabelProblems, isPathSegmentName } from '../metadata';
import { addContainerResourceNameErrors } from '../pod-template/resources';
import { targetReferenceErrors } from './target-reference';

const TYPES = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'];
const TARGET_TYPES = ['Utilization', 'Value', 'AverageValue'];
/** The members of a metric, in the order in which they are checked, by the types that ask for them. */
const MEMBERS: ReadonlyMap<string, string> = new Map([
  ['Object', 'object'],
  ['External', 'external'],
  ['Pods', 'pods'],
  ['Resource', 'resource'],
  ['ContainerResource', 'containerResource'],
]);

/** A metric that aims at a share of the processors that pods ask for. */
export function cpuMetric(percent: number): DraftObject {
  return { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: percent } } };
}

/** Problems of `spec.metrics`. */
export function metricsErrors(
  metrics: readonly JsonObject[],
  minReplicas: number | undefined,
  allowsAnyObjectVersion: boolean,
): FieldError[] {
  const errors = metrics.flatMap((metric, index) =>
    metricErrors(metric, `spec.metrics[${String(index)}]`, allowsAnyObjectVersion),
  );
  const measuresOutside = metrics.some((metric) => ['Object', 'External'].includes(textAt(metric, 'type')));
  if (minReplicas === 0 && !measuresOutside) {
    const why = 'must specify at least one Object or External metric to support scaling to zero replicas';
    errors.push(forbiddenField('spec.metrics', why));
  }
  return errors;
}

function metricErrors(metric: JsonObject, path: string, allowsAnyObjectVersion: boolean): FieldError[] {
  const errors: FieldError[] = [];
  const type = textAt(metric, 'type');
  if (type === '') errors.push(requiredField(`${path}.type`, 'must specify a metric source type'));
  if (!TYPES.includes(type)) errors.push(notSupportedField(`${path}.type`, type, TYPES));
  const present = [...MEMBERS.values()].filter((member) => objectAt(metric, member) !== undefined);
  const [first] = present;
  // Only one may be there; the others are refused unread.
  if (first !== undefined) {
    errors.push(
      ...sourceErrors(objectAt(metric, first), { member: first, path: `${path}.${first}`, allowsAnyObjectVersion }),
    );
  }
  const expected = MEMBERS.get(type);
  if (expected === undefined) errors.push(notSupportedField(`${path}.type`, type, TYPES));
  else if (!present.includes(expected)) {
    errors.push(requiredField(`${path}.${expected}`, 'must populate information for the given metric source'));
  }
  if (present.length === 1) return errors;
  const others = present.filter((member) => member !== expected);
  return [
    ...errors,
    ...others.map((member) => forbiddenField(`${path}.${member}`, 'must populate the given metric source only')),
  ];
}

interface SourceRules {
  readonly member: string;
  readonly path: string;
  readonly allowsAnyObjectVersion: boolean;
}

function sourceErrors(
  source: JsonObject | undefined,
  { member, path, allowsAnyObjectVersion }: SourceRules,
): FieldError[] {
  const target = objectAt(source, 'target');
  const has = (key: string) => target?.[key] !== undefined;
  const atTarget = [
    ...identityErrors(source, member, path, allowsAnyObjectVersion),
    ...targetErrors(target, `${path}.target`),
  ];
  const required = (key: string, why: string) => [...atTarget, requiredField(`${path}.target.${key}`, why)];
  switch (member) {
    case 'object':
      return has('value') || has('averageValue')
        ? atTarget
        : required('averageValue', 'must set either a target value or averageValue');
    case 'external':
      if (has('value') && has('averageValue')) {
        const why = 'may not set both a target value for metric and a per-pod target';
        return [...atTarget, forbiddenField(`${path}.target.value`, why)];
      }
      return has('value') || has('averageValue')
        ? atTarget
        : required('averageValue', 'must set either a target value for metric or a per-pod target');
    case 'pods':
      return has('averageValue') ? atTarget : required('averageValue', 'must specify a positive target averageValue');
    default:
      if (has('averageUtilization') && has('averageValue')) {
        const why = 'may not set both a target raw value and a target utilization';
        return [...atTarget, forbiddenField(`${path}.target.averageValue`, why)];
      }
      return has('averageUtilization') || has('averageValue')
        ? atTarget
        : required('averageUtilization', 'must set either a target raw value or a target utilization');
  }
}

/** What is measured: a metric by its name, or a resource of pods or of one of their containers. */
function identityErrors(
  source: JsonObject | undefined,
  member: string,
  path: string,
  allowsAnyObjectVersion: boolean,
): FieldError[] {
  if (member === 'resource' || member === 'containerResource') return resourceErrors(source, member, path);
  const errors: FieldError[] =
    member === 'object'
      ? targetReferenceErrors(objectAt(source, 'describedObject'), `${path}.describedObject`, {
          allowsAnyVersion: allowsAnyObjectVersion,
          allowsNoGroup: true,
        })
      : [];
  const name = textAt(objectAt(source, 'metric'), 'name');
  if (name === '') errors.push(requiredField(`${path}.metric.name`, 'must specify a metric name'));
  else addProblems(errors, `${path}.metric.name`, name, isPathSegmentName(name, false));
  return errors;
}

function resourceErrors(source: JsonObject | undefined, member: string, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const name = textAt(source, 'name');
  if (name === '') errors.push(requiredField(`${path}.name`, 'must specify a resource name'));
  if (member === 'resource') return errors;
  if (name !== '') addContainerResourceNameErrors(errors, name, `${path}.name`);
  const container = textAt(source, 'container');
  if (container === '') errors.push(requiredField(`${path}.container`, 'must specify a container'));
  else addProblems(errors, `${path}.container`, container, dnsLabelProblems(container));
  return errors;
}

function targetErrors(target: JsonObject | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const type = textAt(target, 'type');
  if (type === '') errors.push(requiredField(`${path}.type`, 'must specify a metric target type'));
  if (!TARGET_TYPES.includes(type)) {
    errors.push(invalidField(`${path}.type`, type, 'must be either Utilization, Value, or AverageValue'));
  }
  for (const key of ['value', 'averageValue']) {
    const value = optionalTextAt(target, key);
    if (value !== undefined && compareQuantities(value, 0) <= 0) {
      errors.push(invalidField(`${path}.${key}`, value, 'must be positive'));
    }
  }
  if (target?.['averageUtilization'] !== undefined && numberAt(target, 'averageUtilization') < 1) {
    errors.push(
      invalidField(`${path}.averageUtilization`, numberAt(target, 'averageUtilization'), 'must be greater than 0'),
    );
  }
  return errors;
}
