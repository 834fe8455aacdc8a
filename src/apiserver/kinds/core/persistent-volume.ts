/** Persistent volumes: their source stays once they are made. */
import type { JsonObject } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import { compareQuantities } from '../../../api/quantity';
import { type DraftObject, ensureObject } from '../../draft';
import { type FieldError, forbiddenField, invalidField, notSupportedField, requiredField } from '../../field-error';
import type { Strategy, StrategyContext } from '../../resources/resource';
import {
  entryAt,
  hasKey,
  isSameValue,
  jsonOf,
  listAt,
  mapAt,
  objectAt,
  optionalTextAt,
  shownMap,
  textAt,
  textsAt,
} from '../json-members';
import type { KindFacts } from '../kind-facts';
import { immutableErrors } from '../metadata';
import { roundAmounts } from '../pod-template';
import { addAccessModeErrors, addClassErrors, addVolumeModeErrors } from '../pod-template/claim-spec';
import { addNodeSelectorErrors } from '../pod-template/node-selectors';
import { addBackstepErrors } from '../pod-template/paths';
import { annotationsOf } from '../pod-template/pod-annotations';
import { setSourceDefaults } from '../pod-template/volume-defaults';
import { addCsiDriverErrors, addSecretReferenceErrors, addSharedSourceErrors } from '../pod-template/volume-sources';
import { nodeTermWarnings } from '../pod-template/warnings';
import { serverDiff, serverValue } from '../server-values';
import { accessModesText } from './access-modes';
import { columnsOf } from './column-definitions';
import { addBasicAmountErrors, CLASS_ANNOTATION } from './persistent-volume-claim';
import {
  keepMember,
  metadataErrors,
  metadataUpdateErrors,
  STATUS_RESET_FIELDS,
  specOf,
  statusOf,
} from './strategy-parts';

const MOUNT_ANNOTATION = 'volume.beta.kubernetes.io/mount-options';
const RECLAIM_POLICIES = ['Delete', 'Recycle', 'Retain'];
const CSI_SECRETS = [
  'controllerPublishSecretRef',
  'controllerExpandSecretRef',
  'nodePublishSecretRef',
  'nodeExpandSecretRef',
];

/** Sources in the order of Kubernetes' checks, each with the name it has in a path where it isn't the only one. */
const SOURCES: readonly (readonly [key: string, shownAs: string])[] = [
  ['hostPath', 'hostPath'],
  ['gcePersistentDisk', 'gcePersistentDisk'],
  ['awsElasticBlockStore', 'awsElasticBlockStore'],
  ['glusterfs', 'glusterfs'],
  ['flocker', 'flocker'],
  ['nfs', 'nfs'],
  ['rbd', 'rbd'],
  ['quobyte', 'quobyte'],
  ['cephfs', 'cephFS'],
  ['iscsi', 'iscsi'],
  ['cinder', 'cinder'],
  ['fc', 'fc'],
  ['flexVolume', 'flexVolume'],
  ['azureFile', 'azureFile'],
  ['vsphereVolume', 'vsphereVolume'],
  ['photonPersistentDisk', 'photonPersistentDisk'],
  ['portworxVolume', 'portworxVolume'],
  ['azureDisk', 'azureDisk'],
  ['scaleIO', 'scaleIO'],
  ['local', 'local'],
  ['storageos', 'storageos'],
  ['csi', 'csi'],
];

/** Sources that are mounted with options. */
const WITH_MOUNT_OPTIONS = [
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'glusterfs',
  'nfs',
  'rbd',
  'quobyte',
  'iscsi',
  'cinder',
  'cephfs',
  'azureFile',
  'vsphereVolume',
  'azureDisk',
  'photonPersistentDisk',
];

const DEPRECATED_SOURCES: readonly (readonly [key: string, shownAs: string, message: string])[] = [
  ['cephfs', 'cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['photonPersistentDisk', 'photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['scaleIO', 'scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['storageos', 'storageOS', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['rbd', 'rbd', 'deprecated in v1.28, non-functional in v1.31+'],
];

/** Labels of nodes that were renamed: a volume may follow. */
const RENAMED_LABELS: Readonly<Record<string, string>> = {
  'failure-domain.beta.kubernetes.io/zone': 'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region': 'topology.kubernetes.io/region',
  'beta.kubernetes.io/os': 'kubernetes.io/os',
  'beta.kubernetes.io/arch': 'kubernetes.io/arch',
  'beta.kubernetes.io/instance-type': 'node.kubernetes.io/instance-type',
};

const strategy: Strategy = {
  setDefaults: (volume) => {
    const status = ensureObject(volume, 'status');
    if (textAt(status, 'phase') === '') status['phase'] = 'Pending';
    const spec = ensureObject(volume, 'spec');
    if (textAt(spec, 'persistentVolumeReclaimPolicy') === '') spec['persistentVolumeReclaimPolicy'] = 'Retain';
    spec['volumeMode'] ??= 'Filesystem';
    roundAmounts(spec, 'capacity');
    setSourceDefaults(spec);
  },
  prepareForCreate: (volume, { now }) => {
    volume['status'] = { phase: 'Pending', lastPhaseTransitionTime: timeText(now) };
  },
  prepareForUpdate,
  validate: volumeErrors,
  validateUpdate,
  warnings: (volume, _old, { subresource }) => (subresource === 'status' ? [] : warnings(volume)),
  resetFields: STATUS_RESET_FIELDS,
};

export const persistentVolumes: KindFacts = {
  strategy,
  columns: columnsOf('persistentvolumes', {
    Capacity: (volume) => entryAt(mapAt(specOf(volume), 'capacity'), 'storage') ?? '0',
    'Access Modes': (volume) => accessModesText(textsAt(specOf(volume), 'accessModes')),
    'Reclaim Policy': (volume) => textAt(specOf(volume), 'persistentVolumeReclaimPolicy'),
    Status: (volume) =>
      volume.metadata.deletionTimestamp === undefined ? textAt(statusOf(volume), 'phase') : 'Terminating',
    Claim: (volume) => {
      const claim = objectAt(specOf(volume), 'claimRef');
      return claim === undefined ? '' : `${textAt(claim, 'namespace')}/${textAt(claim, 'name')}`;
    },
    StorageClass: (volume) =>
      entryAt(annotationsOf(jsonOf(volume)), CLASS_ANNOTATION) ?? textAt(specOf(volume), 'storageClassName'),
    VolumeAttributesClass: (volume) => optionalTextAt(specOf(volume), 'volumeAttributesClassName') ?? '<unset>',
    Reason: (volume) => textAt(statusOf(volume), 'reason'),
    VolumeMode: (volume) => optionalTextAt(specOf(volume), 'volumeMode') ?? '<unset>',
  }),
};

function timeText(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

function prepareForUpdate(volume: DraftObject, old: KubeObject, { subresource, now }: StrategyContext): void {
  if (subresource !== 'status') {
    keepMember(volume, old, 'status');
    return;
  }
  keepMember(volume, old, 'spec');
  const status = ensureObject(volume, 'status');
  const before = statusOf(old);
  const key = 'lastPhaseTransitionTime';
  const time = optionalTextAt(status, key);
  if (textAt(status, 'phase') === textAt(before, 'phase')) {
    const oldTime = optionalTextAt(before, key);
    if (time === undefined && oldTime !== undefined) status[key] = oldTime;
  } else if (time === undefined || time === before[key]) status[key] = timeText(now);
}

function volumeErrors(volume: KubeObject): FieldError[] {
  const errors: FieldError[] = [];
  addSpecErrors(errors, volume);
  addMountOptionErrors(errors, volume);
  return errors;
}

function addSpecErrors(errors: FieldError[], volume: KubeObject): void {
  const spec = specOf(volume);
  const modes = textsAt(spec, 'accessModes');
  if (modes.length === 0) errors.push(requiredField('spec.accessModes'));
  addAccessModeErrors(errors, modes, 'spec.accessModes');
  addCapacityErrors(errors, mapAt(spec, 'capacity'));
  const policy = textAt(spec, 'persistentVolumeReclaimPolicy');
  const policyPath = 'spec.persistentVolumeReclaimPolicy';
  if (policy !== '' && !RECLAIM_POLICIES.includes(policy)) {
    errors.push(notSupportedField(policyPath, policy, RECLAIM_POLICIES));
  }
  addNodeAffinityErrors(errors, objectAt(spec, 'nodeAffinity'));
  addSourceErrors(errors, spec, volume.metadata.name);
  if (policy === 'Recycle' && isRoot(objectAt(spec, 'hostPath'))) {
    errors.push(forbiddenField(policyPath, "may not be 'recycle' for a hostPath mount of '/'"));
  }
  addClassErrors(errors, textAt(spec, 'storageClassName'), 'spec.storageClassName');
  addVolumeModeErrors(errors, spec, 'spec');
  addAttributesClassErrors(errors, spec);
}

function addCapacityErrors(errors: FieldError[], capacity: Readonly<Record<string, string>>): void {
  const path = 'spec.capacity';
  const names = Object.keys(capacity);
  if (names.length === 0) errors.push(requiredField(path));
  if (names.length !== 1 || !hasKey(capacity, 'storage')) {
    errors.push(notSupportedField(path, shownMap(capacity), ['storage']));
  }
  for (const [name, amount] of Object.entries(capacity)) {
    addBasicAmountErrors(errors, amount, `${path}[${name}]`);
    if (compareQuantities(amount, '0') <= 0) {
      errors.push(invalidField(`${path}[${name}]`, amount, 'must be greater than zero'));
    }
  }
}

function addNodeAffinityErrors(errors: FieldError[], affinity: JsonObject | undefined): void {
  if (affinity === undefined) return;
  const required = objectAt(affinity, 'required');
  const path = 'spec.nodeAffinity.required';
  if (required === undefined) errors.push(requiredField(path, 'must specify required node constraints'));
  else addNodeSelectorErrors(errors, required, path);
}

function addSourceErrors(errors: FieldError[], spec: JsonObject, name: string): void {
  let count = 0;
  for (const [key, shownAs] of SOURCES) {
    const source = objectAt(spec, key);
    if (source === undefined) continue;
    count += 1;
    if (count > 1 && key !== 'flexVolume') {
      errors.push(forbiddenField(`spec.${shownAs}`, 'may not specify more than 1 volume type'));
    } else addOneSourceErrors(errors, { key, source, spec }, name);
  }
  if (count === 0) errors.push(requiredField('spec', 'must specify a volume type'));
}

interface NamedSource {
  readonly key: string;
  readonly source: JsonObject;
  readonly spec: JsonObject;
}

function addOneSourceErrors(errors: FieldError[], { key, source, spec }: NamedSource, name: string): void {
  const path = `spec.${key}`;
  if (key === 'csi') {
    addCsiDriverErrors(errors, textAt(source, 'driver'), `${path}.driver`);
    if (textAt(source, 'volumeHandle') === '') errors.push(requiredField(`${path}.volumeHandle`));
    for (const secret of CSI_SECRETS) addSecretReferenceErrors(errors, objectAt(source, secret), `${path}.${secret}`);
    return;
  }
  if (key === 'local') {
    addLocalErrors(errors, { source, spec });
    return;
  }
  if (key === 'iscsi' && source['initiatorName'] !== undefined) addInitiatorErrors(errors, source, name);
  addSharedSourceErrors(errors, { key, source }, 'spec');
  const secret = objectAt(source, 'secretRef');
  const needsNamespace = key === 'cinder' || key === 'storageos';
  if (secret !== undefined && needsNamespace && textAt(secret, 'namespace') === '') {
    errors.push(requiredField(`${path}.secretRef.namespace`));
  }
  if (key === 'azureFile' && source['secretNamespace'] === '') errors.push(requiredField(`${path}.secretNamespace`));
}

function addLocalErrors(
  errors: FieldError[],
  { source, spec }: { readonly source: JsonObject; readonly spec: JsonObject },
): void {
  const target = textAt(source, 'path');
  if (target === '') errors.push(requiredField('spec.local.path'));
  else addBackstepErrors(errors, target, 'spec.local.path');
  if (spec['nodeAffinity'] === undefined) {
    errors.push(requiredField('spec.nodeAffinity', 'Local volume requires node affinity'));
  }
}

function addInitiatorErrors(errors: FieldError[], source: JsonObject, name: string): void {
  const portal = textAt(source, 'targetPortal');
  if (`${name}:${portal}`.length <= 64) return;
  const detail =
    'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.';
  errors.push(invalidField('spec.iscsi.targetportal', portal, detail));
}

function isRoot(hostPath: JsonObject | undefined): boolean {
  const target = textAt(hostPath, 'path');
  return target.startsWith('/') && target.split('/').every((part) => part === '' || part === '.');
}

function addAttributesClassErrors(errors: FieldError[], spec: JsonObject): void {
  const name = optionalTextAt(spec, 'volumeAttributesClassName');
  const path = 'spec.volumeAttributesClassName';
  if (name === undefined) return;
  if (name === '') errors.push(requiredField(path, 'an empty string is disallowed'));
  else addClassErrors(errors, name, path);
  if (spec['csi'] === undefined) {
    errors.push(requiredField('spec.csi', 'has to be specified when using volumeAttributesClassName'));
  }
}

function addMountOptionErrors(errors: FieldError[], volume: KubeObject): void {
  const spec = specOf(volume);
  if (!hasKey(annotationsOf(jsonOf(volume)), MOUNT_ANNOTATION)) return;
  if (WITH_MOUNT_OPTIONS.some((key) => spec[key] !== undefined)) return;
  const why = 'may not specify mount options for this volume type';
  errors.push(forbiddenField(`metadata.annotations.${MOUNT_ANNOTATION}`, why));
}

function validateUpdate(volume: KubeObject, old: KubeObject, { subresource }: StrategyContext): FieldError[] {
  if (subresource === 'status') return metadataUpdateErrors(volume, old);
  const own = [...metadataErrors(volume, { namespaced: false })];
  addSpecErrors(own, volume);
  const errors = [...own];
  addMountOptionErrors(errors, volume);
  errors.push(...own);
  const next = sourceOf(specOf(volume));
  const before = sourceOf(specOf(old));
  const kept = withoutAddedExpandSecret(next, before);
  if (!isSameValue(kept, before)) {
    const diff = serverDiff(before, kept, 'PersistentVolumeSource');
    const why = 'spec.persistentvolumesource is immutable after creation';
    errors.push(forbiddenField('spec.persistentvolumesource', `${why}\n${diff}`));
  }
  errors.push(...immutableErrors(specOf(volume)['volumeMode'], specOf(old)['volumeMode'], 'volumeMode'));
  addAffinityUpdateErrors(errors, specOf(volume), specOf(old));
  const key = 'volumeAttributesClassName';
  if (specOf(old)[key] !== undefined && specOf(volume)[key] === undefined) {
    errors.push(forbiddenField(`spec.${key}`, 'update from non-nil value to nil is forbidden'));
  }
  return errors;
}

function sourceOf(spec: JsonObject): JsonObject {
  return Object.fromEntries(SOURCES.filter(([key]) => spec[key] !== undefined).map(([key]) => [key, spec[key]]));
}

/** A driver may be given the secret with which it makes volumes larger. */
function withoutAddedExpandSecret(next: JsonObject, old: JsonObject): JsonObject {
  const csi = objectAt(next, 'csi');
  const before = objectAt(old, 'csi');
  const key = 'controllerExpandSecretRef';
  if (csi?.[key] === undefined || before === undefined || before[key] !== undefined) return next;
  const { [key]: _, ...rest } = csi;
  return { ...next, csi: rest };
}

function addAffinityUpdateErrors(errors: FieldError[], spec: JsonObject, old: JsonObject): void {
  if (old['nodeAffinity'] === undefined) return;
  const next = objectAt(spec, 'nodeAffinity');
  if (isSameValue(withFollowedLabels(objectAt(old, 'nodeAffinity'), next), next)) return;
  const detail = 'field is immutable, except for updating from beta label to GA';
  errors.push(invalidField('nodeAffinity', serverValue(next, '*VolumeNodeAffinity'), detail));
}

/** The old affinity, with labels renamed where the new one has the new name. */
function withFollowedLabels(old: JsonObject | undefined, next: JsonObject | undefined): JsonObject {
  const nextTerms = listAt(objectAt(next, 'required'), 'nodeSelectorTerms');
  const terms = listAt(objectAt(old, 'required'), 'nodeSelectorTerms').map((term, index) => {
    const nextExpressions = listAt(nextTerms[index], 'matchExpressions');
    const expressions = listAt(term, 'matchExpressions').map((expression, place) => {
      const renamed = RENAMED_LABELS[textAt(expression, 'key')];
      const isFollowed = renamed !== undefined && textAt(nextExpressions[place], 'key') === renamed;
      return isFollowed ? { ...expression, key: renamed } : expression;
    });
    return expressions.length === 0 ? term : { ...term, matchExpressions: expressions };
  });
  return { ...old, required: { ...objectAt(old, 'required'), nodeSelectorTerms: terms } };
}

function warnings(volume: KubeObject): string[] {
  const spec = specOf(volume);
  const annotations = annotationsOf(jsonOf(volume));
  const deprecated: readonly (readonly [string, string])[] = [
    [CLASS_ANNOTATION, 'deprecated since v1.8; use "storageClassName" attribute instead'],
    [MOUNT_ANNOTATION, 'deprecated since v1.31; use "mountOptions" attribute instead'],
  ];
  const recycles = textAt(spec, 'persistentVolumeReclaimPolicy') === 'Recycle';
  const recycleHint =
    'The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.';
  const terms = listAt(objectAt(objectAt(spec, 'nodeAffinity'), 'required'), 'nodeSelectorTerms');
  return [
    ...deprecated.flatMap(([key, hint]) => (hasKey(annotations, key) ? [`metadata.annotations[${key}]: ${hint}`] : [])),
    ...(recycles ? [`spec.persistentVolumeReclaimPolicy: ${recycleHint}`] : []),
    ...terms.flatMap((term, index) => {
      const path = `spec.nodeAffinity.required.nodeSelectorTerms[${String(index)}]`;
      return nodeTermWarnings(term, { path, checksValues: false });
    }),
    ...DEPRECATED_SOURCES.filter(([key]) => spec[key] !== undefined).map(
      ([, shownAs, message]) => `spec.${shownAs}: ${message}`,
    ),
  ];
}
