/** Replication controllers. */
import type { JsonObject } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import { type DraftObject, draftOf, ensureObject, findObject } from '../../draft';
import { type FieldError, forbiddenField, invalidField, notSupportedField, requiredField } from '../../field-error';
import type { Strategy, StrategyContext } from '../../resources/resource';
import {
  entryAt,
  isSameValue,
  listAt,
  mapAt,
  numberAt,
  objectAt,
  optionalNumberAt,
  shownMap,
  textAt,
} from '../json-members';
import type { KindFacts } from '../kind-facts';
import { dnsLabelProblems } from '../metadata';
import { dropDisabledFields, podTemplateWarnings, setPodTemplateDefaults, validatePodTemplate } from '../pod-template';
import { containerCells, formatLabels } from '../table-cells';
import { columnsOf } from './column-definitions';
import {
  keepMember,
  metadataErrors,
  metadataUpdateErrors,
  STATUS_RESET_FIELDS,
  specOf,
  statusOf,
} from './strategy-parts';

const NOT_NEGATIVE = 'must be greater than or equal to 0';
const STATUS_COUNTS = ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas', 'observedGeneration'];

const strategy: Strategy = {
  // As it was before there were policies: pods outlive a controller that is deleted without a word.
  defaultPropagation: 'Orphan',
  setDefaults,
  prepareForCreate: (controller) => {
    controller['status'] = { replicas: 0 };
    dropFields(controller);
  },
  prepareForUpdate: (controller, old, { subresource }) => {
    if (subresource === 'status') keepMember(controller, old, 'spec');
    else {
      keepMember(controller, old, 'status');
      dropFields(controller);
    }
  },
  validate: (controller) => specErrors(specOf(controller)),
  validateUpdate,
  warnings,
  generation: 'spec',
  fields: (controller) => ({ 'status.replicas': String(numberAt(statusOf(controller), 'replicas')) }),
  fieldNames: ['status.replicas'],
  resetFields: STATUS_RESET_FIELDS,
};

export const replicationControllers: KindFacts = {
  strategy,
  columns: columnsOf('replicationcontrollers', {
    Desired: (controller) => numberAt(specOf(controller), 'replicas'),
    Current: (controller) => numberAt(statusOf(controller), 'replicas'),
    Ready: (controller) => numberAt(statusOf(controller), 'readyReplicas'),
    Containers: (controller) => containerCells(containersOf(controller)).names,
    Images: (controller) => containerCells(containersOf(controller)).images,
    Selector: (controller) => formatLabels(mapAt(specOf(controller), 'selector')),
  }),
};

function setDefaults(controller: DraftObject): void {
  const spec = ensureObject(controller, 'spec');
  const template = findObject(spec, 'template');
  const labels = findObject(findObject(template, 'metadata'), 'labels');
  if (labels !== undefined) {
    if (Object.keys(mapAt(spec, 'selector')).length === 0) spec['selector'] = draftOf(labels);
    const metadata = ensureObject(controller, 'metadata');
    if (Object.keys(mapAt(metadata, 'labels')).length === 0) metadata['labels'] = draftOf(labels);
  }
  spec['replicas'] ??= 1;
  if (template !== undefined) setPodTemplateDefaults(template);
}

function dropFields(controller: DraftObject): void {
  const spec = findObject(findObject(findObject(controller, 'spec'), 'template'), 'spec');
  if (spec !== undefined) dropDisabledFields(spec);
}

function containersOf(controller: KubeObject): readonly JsonObject[] {
  return listAt(objectAt(objectAt(specOf(controller), 'template'), 'spec'), 'containers');
}

function specErrors(spec: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  const minReady = numberAt(spec, 'minReadySeconds');
  if (minReady < 0) errors.push(invalidField('spec.minReadySeconds', minReady, NOT_NEGATIVE));
  const selector = mapAt(spec, 'selector');
  if (Object.keys(selector).length === 0) errors.push(requiredField('spec.selector'));
  const replicas = optionalNumberAt(spec, 'replicas');
  if (replicas === undefined) errors.push(requiredField('spec.replicas'));
  else if (replicas < 0) errors.push(invalidField('spec.replicas', replicas, NOT_NEGATIVE));
  addTemplateErrors(errors, objectAt(spec, 'template'), selector);
  return errors;
}

function addTemplateErrors(
  errors: FieldError[],
  template: JsonObject | undefined,
  selector: Readonly<Record<string, string>>,
): void {
  const path = 'spec.template';
  if (template === undefined) {
    errors.push(requiredField(path));
    return;
  }
  const labels = mapAt(objectAt(template, 'metadata'), 'labels');
  const isFound = Object.entries(selector).every(([key, value]) => entryAt(labels, key) === value);
  if (!isFound) {
    const detail = '`selector` does not match template `labels`';
    errors.push(invalidField(`${path}.metadata.labels`, shownMap(labels), detail));
  }
  errors.push(...validatePodTemplate(template, path));
  const spec = objectAt(template, 'spec');
  const policy = textAt(spec, 'restartPolicy');
  if (policy !== 'Always') errors.push(notSupportedField(`${path}.spec.restartPolicy`, policy, ['Always']));
  if (spec?.['activeDeadlineSeconds'] !== undefined) {
    const why = 'activeDeadlineSeconds in ReplicationController is not Supported';
    errors.push(forbiddenField(`${path}.spec.activeDeadlineSeconds`, why));
  }
}

function validateUpdate(controller: KubeObject, old: KubeObject, { subresource }: StrategyContext): FieldError[] {
  const errors = metadataUpdateErrors(controller, old);
  if (subresource === 'status') return [...errors, ...statusErrors(statusOf(controller))];
  const own = specErrors(specOf(controller));
  return [...metadataErrors(controller, { namespaced: true }), ...own, ...errors, ...own];
}

function statusErrors(status: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  for (const key of STATUS_COUNTS) {
    const count = numberAt(status, key);
    if (count < 0) errors.push(invalidField(`status.${key}`, count, NOT_NEGATIVE));
  }
  for (const key of STATUS_COUNTS.slice(1, 4)) {
    const count = numberAt(status, key);
    if (count > numberAt(status, 'replicas')) {
      errors.push(invalidField(`status.${key}`, count, 'cannot be greater than status.replicas'));
    }
  }
  const available = numberAt(status, 'availableReplicas');
  if (available > numberAt(status, 'readyReplicas')) {
    errors.push(invalidField('status.availableReplicas', available, 'cannot be greater than readyReplicas'));
  }
  return errors;
}

/** As Kubernetes does it, an update is told of the template that it replaces. */
function warnings(controller: KubeObject, old: KubeObject | undefined, { subresource }: StrategyContext): string[] {
  if (subresource !== '') return [];
  const path = 'spec.template';
  if (old !== undefined) {
    const before = objectAt(specOf(old), 'template');
    const isSame = isSameValue(specOf(controller), specOf(old));
    return isSame || before === undefined ? [] : podTemplateWarnings(before, path);
  }
  const problems = dnsLabelProblems(controller.metadata.name);
  const hint =
    'this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended';
  const template = objectAt(specOf(controller), 'template');
  return [
    ...(problems.length === 0 ? [] : [`metadata.name: ${hint}: [${problems.join(' ')}]`]),
    ...(template === undefined ? [] : podTemplateWarnings(template, path)),
  ];
}
