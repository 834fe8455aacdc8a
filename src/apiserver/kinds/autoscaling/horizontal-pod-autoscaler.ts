/**
 * Horizontal pod autoscalers, as version 2 has them.
 * @see k8s.io/kubernetes/pkg/apis/autoscaling/validation/validation.go, v1.34
 */
import type { JsonObject } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import { type DraftObject, ensureObject, findObject } from '../../draft';
import { type FieldError, invalidField } from '../../field-error';
import type { Strategy } from '../../resources/resource';
import { addNegativeErrors } from '../checks/numbers';
import { specOf, statusOf } from '../checks/object-parts';
import { STATUS_RESET_FIELDS, statusPreparations } from '../checks/restore';
import { listAt, numberAt, objectAt, optionalNumberAt, textAt } from '../json-members';
import { behaviorErrors, setBehaviorDefaults } from './behavior';
import { cpuMetric, metricsErrors } from './metric-specs';
import { apiVersionProblem, targetReferenceErrors } from './target-reference';

/** What a new autoscaler aims at that doesn't say. */
const DEFAULT_CPU_PERCENT = 80;

const preparations = statusPreparations();

export const horizontalPodAutoscalerStrategy: Strategy = {
  resetFields: STATUS_RESET_FIELDS,
  setDefaults(autoscaler, version) {
    const spec = ensureObject(autoscaler, 'spec');
    spec['minReplicas'] ??= 1;
    if (version !== 'v2') return;
    const { metrics } = spec;
    if (!Array.isArray(metrics) || metrics.length === 0) spec['metrics'] = [cpuMetric(DEFAULT_CPU_PERCENT)];
    const behavior = findObject(spec, 'behavior');
    if (behavior !== undefined) setBehaviorDefaults(behavior);
  },
  prepareForCreate(autoscaler, context) {
    preparations.prepareForCreate(autoscaler, context);
    dropTolerance(autoscaler, undefined);
  },
  prepareForUpdate(autoscaler, old, context) {
    preparations.prepareForUpdate(autoscaler, old, context);
    if (context.subresource === '') dropTolerance(autoscaler, old);
  },
  validate: (autoscaler) => specErrors(specOf(autoscaler), undefined),
  validateUpdate(autoscaler, old, { subresource }) {
    if (subresource === 'status') return statusErrors(statusOf(autoscaler));
    return specErrors(specOf(autoscaler), specOf(old));
  },
};

/** The tolerance belongs to a feature that is off by default; where one was there, it may be set. */
function dropTolerance(autoscaler: DraftObject, old: KubeObject | undefined): void {
  const before = old === undefined ? undefined : objectAt(specOf(old), 'behavior');
  const directions = ['scaleUp', 'scaleDown'];
  if (directions.some((direction) => objectAt(before, direction)?.['tolerance'] !== undefined)) return;
  const behavior = findObject(findObject(autoscaler, 'spec'), 'behavior');
  for (const direction of directions) {
    const rules = findObject(behavior, direction);
    if (rules !== undefined) delete rules['tolerance'];
  }
}

function specErrors(spec: JsonObject, old: JsonObject | undefined): FieldError[] {
  const errors: FieldError[] = [];
  const minimum = optionalNumberAt(spec, 'minReplicas');
  const lowest = old !== undefined && optionalNumberAt(old, 'minReplicas') === 0 ? 0 : 1;
  if (minimum !== undefined && minimum < lowest) {
    errors.push(invalidField('spec.minReplicas', minimum, `must be greater than or equal to ${String(lowest)}`));
  }
  const maximum = numberAt(spec, 'maxReplicas');
  if (maximum < 1) errors.push(invalidField('spec.maxReplicas', maximum, 'must be greater than 0'));
  if (minimum !== undefined && maximum < minimum) {
    errors.push(invalidField('spec.maxReplicas', maximum, 'must be greater than or equal to `minReplicas`'));
  }
  return [
    ...errors,
    ...scaleTargetErrors(spec, old),
    ...metricsErrors(listAt(spec, 'metrics'), minimum, hasBadObjectVersion(old)),
    ...behaviorErrors(objectAt(spec, 'behavior'), 'spec.behavior'),
  ];
}

function scaleTargetErrors(spec: JsonObject, old: JsonObject | undefined): FieldError[] {
  const target = objectAt(spec, 'scaleTargetRef');
  const before = objectAt(old, 'scaleTargetRef');
  const isSame =
    old !== undefined && ['apiVersion', 'kind'].every((key) => textAt(target, key) === textAt(before, key));
  return targetReferenceErrors(target, 'spec.scaleTargetRef', {
    allowsAnyVersion: isSame,
    allowsNoGroup: !isSame && textAt(target, 'kind') === 'ReplicationController',
  });
}

/** True where an object metric of the stored autoscaler names a version that today's rules refuse. */
function hasBadObjectVersion(old: JsonObject | undefined): boolean {
  return listAt(old, 'metrics').some((metric) => {
    const source = objectAt(metric, 'object');
    if (textAt(metric, 'type') !== 'Object' || source === undefined) return false;
    return apiVersionProblem(textAt(objectAt(source, 'describedObject'), 'apiVersion'), true) !== undefined;
  });
}

function statusErrors(status: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  addNegativeErrors(errors, status, 'status', ['currentReplicas', 'desiredReplicas']);
  return errors;
}
