/** Claims: their spec stays once they are made, but for a size that grows. */
import type { JsonObject } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import { compareQuantities, parseQuantity } from '../../../api/quantity';
import { type DraftObject, ensureObject, findObject } from '../../draft';
import { type FieldError, forbiddenField, invalidField, notSupportedField, requiredField } from '../../field-error';
import type { Strategy, StrategyContext } from '../../resources/resource';
import {
  entryAt,
  hasKey,
  isSameValue,
  jsonOf,
  mapAt,
  objectAt,
  optionalTextAt,
  textAt,
  textsAt,
} from '../json-members';
import type { KindFacts } from '../kind-facts';
import { addProblems, immutableErrors, qualifiedNameProblems } from '../metadata';
import { addClaimSpecErrors, claimSpecWarnings, roundAmounts, setClaimSpecDefaults } from '../pod-template';
import { annotationsOf } from '../pod-template/pod-annotations';
import { isNativeResource } from '../pod-template/resource-amounts';
import { addAmountErrors } from '../pod-template/resources';
import { serverDiff } from '../server-values';
import { accessModesText } from './access-modes';
import { columnsOf } from './column-definitions';
import {
  keepMember,
  metadataErrors,
  metadataUpdateErrors,
  STATUS_RESET_FIELDS,
  specOf,
  statusOf,
} from './strategy-parts';

/** An old way to name the class. */
export const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';
const UNIT = 10n ** 9n;
const RESIZE_STATES = [
  'ControllerResizeInProgress',
  'ControllerResizeInfeasible',
  'NodeResizeInProgress',
  'NodeResizeInfeasible',
  'NodeResizePending',
];

const strategy: Strategy = {
  setDefaults: (claim) => {
    const status = ensureObject(claim, 'status');
    if (textAt(status, 'phase') === '') status['phase'] = 'Pending';
    setClaimSpecDefaults(ensureObject(claim, 'spec'));
    roundAmounts(status, 'capacity');
    roundAmounts(status, 'allocatedResources');
  },
  prepareForCreate: (claim) => {
    claim['status'] = { phase: 'Pending' };
    normalizeDataSources(ensureObject(claim, 'spec'), undefined);
  },
  prepareForUpdate: (claim, old, { subresource }) => {
    if (subresource === 'status') keepMember(claim, old, 'spec');
    else {
      keepMember(claim, old, 'status');
      normalizeDataSources(ensureObject(claim, 'spec'), specOf(old));
    }
  },
  validate: (claim) => claimErrors(claim),
  validateUpdate,
  warnings: (claim, _old, { subresource }) => (subresource === 'status' ? [] : warnings(claim)),
  resetFields: STATUS_RESET_FIELDS,
};

export const persistentVolumeClaims: KindFacts = {
  strategy,
  columns: columnsOf('persistentvolumeclaims', {
    Status: (claim) =>
      claim.metadata.deletionTimestamp === undefined ? textAt(statusOf(claim), 'phase') : 'Terminating',
    Volume: (claim) => textAt(specOf(claim), 'volumeName'),
    Capacity: (claim) => (isNamed(claim) ? (entryAt(mapAt(statusOf(claim), 'capacity'), 'storage') ?? '0') : ''),
    'Access Modes': (claim) => (isNamed(claim) ? accessModesText(textsAt(statusOf(claim), 'accessModes')) : ''),
    StorageClass: (claim) =>
      entryAt(annotationsOf(jsonOf(claim)), CLASS_ANNOTATION) ?? textAt(specOf(claim), 'storageClassName'),
    VolumeAttributesClass: (claim) => optionalTextAt(specOf(claim), 'volumeAttributesClassName') ?? '<unset>',
    VolumeMode: (claim) => optionalTextAt(specOf(claim), 'volumeMode') ?? '<unset>',
  }),
};

function isNamed(claim: KubeObject): boolean {
  return textAt(specOf(claim), 'volumeName') !== '';
}

function warnings(claim: KubeObject): string[] {
  const isAnnotated = hasKey(annotationsOf(jsonOf(claim)), CLASS_ANNOTATION);
  const hint = 'deprecated since v1.8; use "storageClassName" attribute instead';
  return [
    ...(isAnnotated ? [`metadata.annotations[${CLASS_ANNOTATION}]: ${hint}`] : []),
    ...claimSpecWarnings(specOf(claim), 'spec'),
  ];
}

/** The two fields that name what a claim is filled from say the same, in place. */
function normalizeDataSources(spec: DraftObject, old: JsonObject | undefined): void {
  const namesOtherNamespace = textAt(findObject(spec, 'dataSourceRef'), 'namespace') !== '';
  if (namesOtherNamespace && old?.['dataSourceRef'] === undefined) delete spec['dataSourceRef'];
  const wasFilled = old?.['dataSource'] !== undefined || old?.['dataSourceRef'] !== undefined;
  if (!wasFilled && spec['dataSourceRef'] === undefined && !isKnownSource(findObject(spec, 'dataSource'))) {
    delete spec['dataSource'];
  }
  const source = findObject(spec, 'dataSource');
  const reference = findObject(spec, 'dataSourceRef');
  if (source !== undefined && reference === undefined) spec['dataSourceRef'] = { ...source };
  else if (reference !== undefined && source === undefined && textAt(reference, 'namespace') === '') {
    const { namespace: _, ...local } = reference;
    spec['dataSource'] = local;
  }
}

function isKnownSource(source: DraftObject | undefined): boolean {
  const group = textAt(source, 'apiGroup');
  const kind = textAt(source, 'kind');
  if (kind === 'PersistentVolumeClaim') return group === '';
  return kind === 'VolumeSnapshot' && group === 'snapshot.storage.k8s.io';
}

function claimErrors(claim: KubeObject): FieldError[] {
  const errors: FieldError[] = [];
  addClaimSpecErrors(errors, specOf(claim), 'spec');
  return errors;
}

function validateUpdate(claim: KubeObject, old: KubeObject, { subresource }: StrategyContext): FieldError[] {
  if (subresource === 'status') return [...metadataUpdateErrors(claim, old), ...statusErrors(claim)];
  const own = [...metadataErrors(claim, { namespaced: true }), ...claimErrors(claim)];
  const errors = [...own, ...metadataUpdateErrors(claim, old), ...own];
  addClassAnnotationErrors(errors, claim, old);
  const spec = specOf(claim);
  const oldSpec = specOf(old);
  const kept = withChangeableFieldsOf(claim, old);
  const expected = textAt(oldSpec, 'volumeName') === '' ? { ...oldSpec, volumeName: spec['volumeName'] } : oldSpec;
  if (!isSameValue(kept, expected)) {
    const diff = serverDiff(expected, kept, 'PersistentVolumeClaimSpec');
    const why =
      'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
    errors.push(forbiddenField('spec', `${why}\n${diff}`));
  }
  addShrinkingErrors(errors, claim, old);
  errors.push(...immutableErrors(spec['volumeMode'], oldSpec['volumeMode'], 'volumeMode'));
  addAttributesErrors(errors, spec, { oldSpec, oldStatus: statusOf(old) });
  return errors;
}

function storageOf(spec: JsonObject): string | undefined {
  return entryAt(mapAt(objectAt(spec, 'resources'), 'requests'), 'storage');
}

/** Whether the class moves from the annotation to the field. */
function movesClass(claim: KubeObject, old: KubeObject): boolean {
  const before = entryAt(annotationsOf(jsonOf(old)), CLASS_ANNOTATION);
  const next = entryAt(annotationsOf(jsonOf(claim)), CLASS_ANNOTATION);
  const isUnnamed = specOf(old)['storageClassName'] === undefined;
  const isMoved = before !== undefined && isUnnamed && specOf(claim)['storageClassName'] === before;
  return isMoved && (next === undefined || next === before);
}

function addClassAnnotationErrors(errors: FieldError[], claim: KubeObject, old: KubeObject): void {
  if (movesClass(claim, old)) return;
  const next = entryAt(annotationsOf(jsonOf(claim)), CLASS_ANNOTATION) ?? '';
  if (next === (entryAt(annotationsOf(jsonOf(old)), CLASS_ANNOTATION) ?? '')) return;
  errors.push(invalidField(`metadata.annotations.${CLASS_ANNOTATION}`, next, 'field is immutable'));
}

/** The new spec, with the old values of what may change. */
function withChangeableFieldsOf(claim: KubeObject, old: KubeObject): JsonObject {
  const spec = specOf(claim);
  const oldSpec = specOf(old);
  const kept: Record<string, JsonObject[string]> = { ...spec };
  const annotation = entryAt(annotationsOf(jsonOf(old)), CLASS_ANNOTATION);
  const name = optionalTextAt(spec, 'storageClassName');
  if (movesClass(claim, old)) delete kept['storageClassName'];
  else if (name !== undefined && oldSpec['storageClassName'] === undefined && (annotation ?? name) === name) {
    delete kept['storageClassName'];
  }
  if (textAt(statusOf(claim), 'phase') !== 'Bound') return kept;
  const resources = objectAt(spec, 'resources');
  const before = storageOf(oldSpec);
  if (resources?.['requests'] !== undefined && before !== undefined) {
    kept['resources'] = { ...resources, requests: { ...mapAt(resources, 'requests'), storage: before } };
  }
  kept['volumeAttributesClassName'] = oldSpec['volumeAttributesClassName'];
  return kept;
}

function addShrinkingErrors(errors: FieldError[], claim: KubeObject, old: KubeObject): void {
  const next = storageOf(specOf(claim)) ?? '0';
  if (compareQuantities(next, storageOf(specOf(old)) ?? '0') >= 0) return;
  const capacity = entryAt(mapAt(statusOf(old), 'capacity'), 'storage') ?? '0';
  if (compareQuantities(next, capacity) > 0) return;
  errors.push(forbiddenField('spec.resources.requests.storage', 'field can not be less than status.capacity'));
}

function addAttributesErrors(
  errors: FieldError[],
  spec: JsonObject,
  { oldSpec, oldStatus }: { readonly oldSpec: JsonObject; readonly oldStatus: JsonObject },
): void {
  const key = 'volumeAttributesClassName';
  const next = optionalTextAt(spec, key);
  if (next === optionalTextAt(oldSpec, key) || oldStatus['currentVolumeAttributesClassName'] === undefined) return;
  const when = 'is forbidden when status.currentVolumeAttributesClassName is not nil';
  if (next === undefined) errors.push(forbiddenField(`spec.${key}`, `update to nil ${when}`));
  else if (next === '') errors.push(forbiddenField(`spec.${key}`, `update to empty string ${when}`));
}

function statusErrors(claim: KubeObject): FieldError[] {
  const errors: FieldError[] = [];
  const status = statusOf(claim);
  if (textsAt(specOf(claim), 'accessModes').length === 0) errors.push(requiredField('Spec.accessModes'));
  for (const [name, amount] of Object.entries(mapAt(status, 'capacity'))) {
    addBasicAmountErrors(errors, amount, `status.capacity[${name}]`);
  }
  for (const [name, state] of Object.entries(mapAt(status, 'allocatedResourceStatuses'))) {
    const path = 'status.allocatedResourceStatuses';
    addClaimResourceErrors(errors, name, path);
    if (!RESIZE_STATES.includes(state)) errors.push(notSupportedField(path, name, RESIZE_STATES));
  }
  for (const [name, amount] of Object.entries(mapAt(status, 'allocatedResources'))) {
    const path = 'status.allocatedResources';
    if (!addClaimResourceErrors(errors, name, path)) continue;
    if (!addBasicAmountErrors(errors, amount, `${path}[${name}]`)) continue;
    addAmountErrors(errors, 'storage', { amount, path: `${path}[${name}]` });
  }
  return errors;
}

/** Adds an error for a negative amount; false where there is one. */
export function addBasicAmountErrors(errors: FieldError[], amount: string, path: string): boolean {
  const { nanos } = parseQuantity(amount);
  if (nanos >= 0n) return true;
  // Shown as a whole number, away from zero.
  const units = (nanos - (UNIT - 1n)) / UNIT;
  errors.push(invalidField(path, Number(units), 'must be a valid resource quantity'));
  return false;
}

function addClaimResourceErrors(errors: FieldError[], name: string, path: string): boolean {
  const problems = qualifiedNameProblems(name);
  addProblems(errors, path, name, problems);
  if (problems.length > 0) return false;
  if (!isNativeResource(name) || name === 'storage') return true;
  errors.push(notSupportedField(path, name, ['storage']));
  return false;
}
