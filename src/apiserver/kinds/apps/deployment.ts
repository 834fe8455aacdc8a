/**
 * Deployments.
 * @see k8s.io/kubernetes/pkg/apis/apps/validation/validation.go, v1.34
 */
import type { JsonObject } from '../../../api/json';
import { type DraftObject, ensureObject, findObject } from '../../draft';
import { type FieldError, forbiddenField, invalidField, notSupportedField, requiredField } from '../../field-error';
import type { Strategy } from '../../resources/resource';
import { addNegativeErrors, intOrPercent, intOrPercentErrors, over100PercentErrors } from '../checks/numbers';
import { specOf, statusOf } from '../checks/object-parts';
import { statusPreparations } from '../checks/restore';
import {
  decrementErrors,
  dropDisabledTemplateFields,
  everlastingErrors,
  exceedingErrors,
  findMismatchErrors,
  podNameWarnings,
  setTemplateDefaults,
  workloadSelectorErrors,
} from '../checks/workload-template';
import { isSameValue, jsonOf, mapAt, numberAt, objectAt, optionalNumberAt, textAt } from '../json-members';
import { immutableErrors } from '../metadata';
import { podTemplateWarnings, validatePodTemplate } from '../pod-template';

const STRATEGIES = ['Recreate', 'RollingUpdate'];
const DEFAULT_SHARE = '25%';
const DEFAULT_HISTORY = 10;
const DEFAULT_DEADLINE_SECONDS = 600;

const preparations = statusPreparations(['labels']);

export const deploymentStrategy: Strategy = {
  generation: 'spec',
  resetFields: { '': [['status']], status: [['spec'], ['metadata', 'labels']] },
  setDefaults,
  prepareForCreate(deployment, context) {
    preparations.prepareForCreate(deployment, context);
    dropDisabledTemplateFields(findObject(deployment, 'spec'));
  },
  prepareForUpdate(deployment, old, context) {
    preparations.prepareForUpdate(deployment, old, context);
    if (context.subresource === 'status') {
      dropTerminatingReplicas(deployment, statusOf(old));
      return;
    }
    dropDisabledTemplateFields(findObject(deployment, 'spec'));
    // Annotations count too: they go on to replica sets.
    const metadata = ensureObject(deployment, 'metadata');
    if (!isSameAnnotations(metadata, jsonOf(old.metadata))) {
      metadata['generation'] = (old.metadata.generation ?? 0) + 1;
    }
  },
  validate: (deployment) => specErrors(specOf(deployment)),
  validateUpdate(deployment, old, { subresource }) {
    if (subresource === 'status') return statusErrors(statusOf(deployment), statusOf(old));
    const spec = specOf(deployment);
    return [...specErrors(spec), ...immutableErrors(spec['selector'], specOf(old)['selector'], 'spec.selector')];
  },
  warnings(deployment, old, { subresource }) {
    if (subresource !== '') return [];
    if (old !== undefined && old.metadata.generation === deployment.metadata.generation) return [];
    const template = objectAt(specOf(deployment), 'template') ?? {};
    return [
      ...(old === undefined ? podNameWarnings(deployment.metadata.name) : []),
      ...podTemplateWarnings(template, 'spec.template'),
    ];
  },
};

function setDefaults(deployment: DraftObject): void {
  const spec = ensureObject(deployment, 'spec');
  setTemplateDefaults(spec);
  spec['replicas'] ??= 1;
  const strategy = ensureObject(spec, 'strategy');
  if (textAt(strategy, 'type') === '') strategy['type'] = 'RollingUpdate';
  if (strategy['type'] === 'RollingUpdate') {
    const rollingUpdate = ensureObject(strategy, 'rollingUpdate');
    rollingUpdate['maxUnavailable'] ??= DEFAULT_SHARE;
    rollingUpdate['maxSurge'] ??= DEFAULT_SHARE;
  }
  spec['revisionHistoryLimit'] ??= DEFAULT_HISTORY;
  spec['progressDeadlineSeconds'] ??= DEFAULT_DEADLINE_SECONDS;
}

function isSameAnnotations(next: JsonObject, old: JsonObject): boolean {
  return isSameValue({ ...mapAt(next, 'annotations') }, { ...mapAt(old, 'annotations') });
}

/** The count belongs to a feature that is off by default; where there was one, it may be set. */
export function dropTerminatingReplicas(object: DraftObject, oldStatus: JsonObject): void {
  const status = findObject(object, 'status');
  if (status !== undefined && oldStatus['terminatingReplicas'] === undefined) delete status['terminatingReplicas'];
}

function specErrors(spec: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  addNegativeErrors(errors, spec, 'spec', ['replicas']);
  errors.push(...workloadSelectorErrors(spec, 'deployment'), ...replicatedTemplateErrors(spec));
  errors.push(...strategyErrors(objectAt(spec, 'strategy')));
  addNegativeErrors(errors, spec, 'spec', ['minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds']);
  const deadline = optionalNumberAt(spec, 'progressDeadlineSeconds');
  if (deadline !== undefined && deadline <= numberAt(spec, 'minReadySeconds')) {
    errors.push(invalidField('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds'));
  }
  return errors;
}

/** Problems of the template of a deployment or a replica set. */
export function replicatedTemplateErrors(spec: JsonObject): FieldError[] {
  const mismatch = findMismatchErrors(spec);
  if (mismatch === undefined) {
    return [invalidField('spec.selector', spec['selector'], 'invalid label selector')];
  }
  const template = objectAt(spec, 'template') ?? {};
  return [...mismatch, ...validatePodTemplate(template, 'spec.template'), ...everlastingErrors(spec, 'ReplicaSet')];
}

function strategyErrors(strategy: JsonObject | undefined): FieldError[] {
  const path = 'spec.strategy';
  const rollingUpdate = objectAt(strategy, 'rollingUpdate');
  switch (textAt(strategy, 'type')) {
    case 'Recreate':
      if (rollingUpdate === undefined) return [];
      return [forbiddenField(`${path}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'")];
    case 'RollingUpdate':
      if (rollingUpdate !== undefined) return rollingUpdateErrors(rollingUpdate, `${path}.rollingUpdate`);
      return [requiredField(`${path}.rollingUpdate`, 'this should be defaulted and never be nil')];
    default:
      return [notSupportedField(path, shownStrategy(strategy), STRATEGIES)];
  }
}

/** The strategy with the server's own names of its members. */
function shownStrategy(strategy: JsonObject | undefined): JsonObject {
  const rollingUpdate = objectAt(strategy, 'rollingUpdate');
  return {
    Type: textAt(strategy, 'type'),
    RollingUpdate:
      rollingUpdate === undefined
        ? null
        : { MaxUnavailable: rollingUpdate['maxUnavailable'] ?? 0, MaxSurge: rollingUpdate['maxSurge'] ?? 0 },
  };
}

function rollingUpdateErrors(rollingUpdate: JsonObject, path: string): FieldError[] {
  const { maxUnavailable, maxSurge } = rollingUpdate;
  const errors = [
    ...intOrPercentErrors(maxUnavailable, `${path}.maxUnavailable`),
    ...intOrPercentErrors(maxSurge, `${path}.maxSurge`),
  ];
  if (intOrPercent(maxUnavailable) === 0 && intOrPercent(maxSurge) === 0) {
    errors.push(invalidField(`${path}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0'));
  }
  return [...errors, ...over100PercentErrors(maxUnavailable, `${path}.maxUnavailable`)];
}

function statusErrors(status: JsonObject, old: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  addNegativeErrors(errors, status, 'status', [
    'observedGeneration',
    'replicas',
    'updatedReplicas',
    'readyReplicas',
    'availableReplicas',
    'unavailableReplicas',
    'terminatingReplicas',
    'collisionCount',
  ]);
  return [
    ...errors,
    ...exceedingErrors(status, ['updatedReplicas', 'readyReplicas', 'availableReplicas'], {
      limit: 'replicas',
      shownAs: 'status.replicas',
    }),
    ...exceedingErrors(status, ['availableReplicas'], { limit: 'readyReplicas', shownAs: 'readyReplicas' }),
    ...decrementErrors(status, old, 'collisionCount'),
  ];
}
