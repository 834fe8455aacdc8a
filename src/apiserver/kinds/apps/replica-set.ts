/**
 * Replica sets.
 * @see k8s.io/kubernetes/pkg/apis/apps/validation/validation.go, v1.34
 */
import type { JsonObject } from '../../../api/json';
import { ensureObject, findObject } from '../../draft';
import type { FieldError } from '../../field-error';
import type { Strategy } from '../../resources/resource';
import { addNegativeErrors } from '../checks/numbers';
import { specOf, statusOf } from '../checks/object-parts';
import { STATUS_RESET_FIELDS, statusPreparations } from '../checks/restore';
import {
  dropDisabledTemplateFields,
  exceedingErrors,
  podNameWarnings,
  setTemplateDefaults,
  workloadSelectorErrors,
} from '../checks/workload-template';
import { numberAt, objectAt } from '../json-members';
import { immutableErrors } from '../metadata';
import { podTemplateWarnings } from '../pod-template';
import { dropTerminatingReplicas, replicatedTemplateErrors } from './deployment';

const preparations = statusPreparations();

export const replicaSetStrategy: Strategy = {
  generation: 'spec',
  resetFields: STATUS_RESET_FIELDS,
  fieldNames: ['status.replicas'],
  fields: (set) => ({ 'status.replicas': String(numberAt(statusOf(set), 'replicas')) }),
  setDefaults(set) {
    const spec = ensureObject(set, 'spec');
    setTemplateDefaults(spec);
    spec['replicas'] ??= 1;
  },
  prepareForCreate(set, context) {
    preparations.prepareForCreate(set, context);
    dropDisabledTemplateFields(findObject(set, 'spec'));
  },
  prepareForUpdate(set, old, context) {
    preparations.prepareForUpdate(set, old, context);
    if (context.subresource === 'status') dropTerminatingReplicas(set, statusOf(old));
    else dropDisabledTemplateFields(findObject(set, 'spec'));
  },
  validate: (set) => specErrors(specOf(set)),
  validateUpdate(set, old, { subresource }) {
    if (subresource === 'status') return statusErrors(statusOf(set));
    const spec = specOf(set);
    return [...specErrors(spec), ...immutableErrors(spec['selector'], specOf(old)['selector'], 'spec.selector')];
  },
  warnings(set, old, { subresource }) {
    if (subresource !== '') return [];
    if (old !== undefined && old.metadata.generation === set.metadata.generation) return [];
    return [
      ...(old === undefined ? podNameWarnings(set.metadata.name) : []),
      ...podTemplateWarnings(objectAt(specOf(set), 'template') ?? {}, 'spec.template'),
    ];
  },
};

function specErrors(spec: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  addNegativeErrors(errors, spec, 'spec', ['replicas', 'minReadySeconds']);
  // The server speaks of a deployment here too.
  return [...errors, ...workloadSelectorErrors(spec, 'deployment'), ...replicatedTemplateErrors(spec)];
}

function statusErrors(status: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  addNegativeErrors(errors, status, 'status', [
    'replicas',
    'fullyLabeledReplicas',
    'readyReplicas',
    'availableReplicas',
    'observedGeneration',
    'terminatingReplicas',
  ]);
  return [
    ...errors,
    ...exceedingErrors(status, ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'], {
      limit: 'replicas',
      shownAs: 'status.replicas',
    }),
    ...exceedingErrors(status, ['availableReplicas'], { limit: 'readyReplicas', shownAs: 'readyReplicas' }),
  ];
}
