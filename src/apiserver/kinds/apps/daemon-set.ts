/**
 * Daemon sets.
 * @see k8s.io/kubernetes/pkg/apis/apps/validation/validation.go, v1.34
 */
import type { JsonObject } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import { type DraftObject, ensureObject, findObject } from '../../draft';
import { type FieldError, invalidField, notSupportedField, requiredField } from '../../field-error';
import type { Strategy } from '../../resources/resource';
import { hasInvalidLabelValue, isEmptySelector } from '../checks/label-selectors';
import { addNegativeErrors, intOrPercent, intOrPercentErrors, over100PercentErrors } from '../checks/numbers';
import { specOf, statusOf } from '../checks/object-parts';
import { STATUS_RESET_FIELDS, statusPreparations } from '../checks/restore';
import {
  decrementErrors,
  dropDisabledTemplateFields,
  everlastingErrors,
  findMismatchErrors,
  setTemplateDefaults,
} from '../checks/workload-template';
import { isSameValue, mapAt, objectAt, textAt } from '../json-members';
import { immutableErrors, labelSelectorErrors } from '../metadata';
import { podTemplateWarnings, validatePodTemplate } from '../pod-template';

/** The annotation in which the count of templates lives on, which was a member of the spec once. */
const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';
const STRATEGIES = ['RollingUpdate', 'OnDelete'];
const DEFAULT_HISTORY = 10;

const preparations = statusPreparations();

export const daemonSetStrategy: Strategy = {
  generation: 'spec',
  annotationsOfVersions: new Set([TEMPLATE_GENERATION]),
  resetFields: STATUS_RESET_FIELDS,
  setDefaults,
  prepareForCreate(set, context) {
    preparations.prepareForCreate(set, context);
    const asked = Number(mapAt(findObject(set, 'metadata'), 'annotations')[TEMPLATE_GENERATION] ?? 0);
    setTemplateGeneration(set, Number.isInteger(asked) && asked >= 1 ? asked : 1);
    dropDisabledTemplateFields(findObject(set, 'spec'));
  },
  prepareForUpdate(set, old, context) {
    preparations.prepareForUpdate(set, old, context);
    const before = templateGenerationOf(old);
    if (context.subresource === 'status') {
      setTemplateGeneration(set, before);
      return;
    }
    dropDisabledTemplateFields(findObject(set, 'spec'));
    const isSame = isSameValue(findObject(findObject(set, 'spec'), 'template'), specOf(old)['template']);
    setTemplateGeneration(set, isSame ? before : before + 1);
  },
  validate: (set) => specErrors(specOf(set), false),
  validateUpdate(set, old, { subresource }) {
    if (subresource === 'status') return statusErrors(statusOf(set), statusOf(old));
    const spec = specOf(set);
    const before = objectAt(specOf(old), 'selector');
    return [
      ...immutableErrors(spec['selector'], before, 'spec.selector'),
      ...specErrors(spec, hasInvalidLabelValue(before)),
    ];
  },
  warnings(set, old, { subresource }) {
    if (subresource !== '') return [];
    if (old !== undefined && templateGenerationOf(old) === templateGenerationOf(set)) return [];
    return podTemplateWarnings(objectAt(specOf(set), 'template') ?? {}, 'spec.template');
  },
};

function templateGenerationOf({ metadata }: KubeObject): number {
  return Number(metadata.annotations?.[TEMPLATE_GENERATION] ?? 0);
}

/** Sets the annotation, in the order of keys. */
function setTemplateGeneration(set: DraftObject, count: number): void {
  const metadata = ensureObject(set, 'metadata');
  const annotations = { ...findObject(metadata, 'annotations'), [TEMPLATE_GENERATION]: String(count) };
  metadata['annotations'] = Object.fromEntries(Object.entries(annotations).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function setDefaults(set: DraftObject): void {
  // Every version but the internal one holds the number here, so that whoever writes a set has set it.
  const annotations = ensureObject(ensureObject(set, 'metadata'), 'annotations');
  annotations[TEMPLATE_GENERATION] ??= '0';
  const spec = ensureObject(set, 'spec');
  setTemplateDefaults(spec);
  const strategy = ensureObject(spec, 'updateStrategy');
  if (textAt(strategy, 'type') === '') strategy['type'] = 'RollingUpdate';
  if (strategy['type'] === 'RollingUpdate') {
    const rollingUpdate = ensureObject(strategy, 'rollingUpdate');
    rollingUpdate['maxUnavailable'] ??= 1;
    rollingUpdate['maxSurge'] ??= 0;
  }
  spec['revisionHistoryLimit'] ??= DEFAULT_HISTORY;
}

function specErrors(spec: JsonObject, toleratesValues: boolean): FieldError[] {
  const selector = objectAt(spec, 'selector');
  const errors = labelSelectorErrors(selector, 'spec.selector', toleratesValues);
  errors.push(...(findMismatchErrors(spec) ?? []));
  if (isEmptySelector(selector)) {
    errors.push(invalidField('spec.selector', selector, 'empty selector is invalid for daemonset'));
  }
  errors.push(...validatePodTemplate(objectAt(spec, 'template') ?? {}, 'spec.template'));
  errors.push(...everlastingErrors(spec, 'DaemonSet'));
  addNegativeErrors(errors, spec, 'spec', ['minReadySeconds']);
  errors.push(...updateStrategyErrors(objectAt(spec, 'updateStrategy')));
  addNegativeErrors(errors, spec, 'spec', ['revisionHistoryLimit']);
  return errors;
}

function updateStrategyErrors(strategy: JsonObject | undefined): FieldError[] {
  const path = 'spec.updateStrategy';
  const type = textAt(strategy, 'type');
  if (type === 'OnDelete') return [];
  const rollingUpdate = objectAt(strategy, 'rollingUpdate');
  if (type !== 'RollingUpdate') {
    const shown =
      rollingUpdate === undefined
        ? null
        : { MaxUnavailable: rollingUpdate['maxUnavailable'] ?? 0, MaxSurge: rollingUpdate['maxSurge'] ?? 0 };
    return [notSupportedField(path, { Type: type, RollingUpdate: shown }, STRATEGIES)];
  }
  if (rollingUpdate === undefined) return [requiredField(`${path}.rollingUpdate`)];
  return rollingUpdateErrors(rollingUpdate, `${path}.rollingUpdate`);
}

function rollingUpdateErrors(rollingUpdate: JsonObject, path: string): FieldError[] {
  const { maxUnavailable, maxSurge } = rollingUpdate;
  const errors = [
    ...intOrPercentErrors(maxUnavailable, `${path}.maxUnavailable`),
    ...intOrPercentErrors(maxSurge, `${path}.maxSurge`),
    ...over100PercentErrors(maxUnavailable, `${path}.maxUnavailable`),
    ...over100PercentErrors(maxSurge, `${path}.maxSurge`),
  ];
  const mayMiss = intOrPercent(maxUnavailable) !== 0;
  const maySurge = intOrPercent(maxSurge) !== 0;
  if (mayMiss && maySurge) {
    errors.push(invalidField(`${path}.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero'));
  } else if (!mayMiss && !maySurge) {
    errors.push(requiredField(`${path}.maxUnavailable`, 'cannot be 0 when maxSurge is 0'));
  }
  return errors;
}

function statusErrors(status: JsonObject, old: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  addNegativeErrors(errors, status, 'status', [
    'currentNumberScheduled',
    'numberMisscheduled',
    'desiredNumberScheduled',
    'numberReady',
    'observedGeneration',
    'updatedNumberScheduled',
    'numberAvailable',
    'numberUnavailable',
    'collisionCount',
  ]);
  return [...errors, ...decrementErrors(status, old, 'collisionCount')];
}
