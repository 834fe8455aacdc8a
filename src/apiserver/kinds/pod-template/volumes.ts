/**
 * Checks of the volumes of a pod.
 *
 * A volume has one source. Its sources are looked at in Kubernetes' order; those after the first are only refused.
 */
import type { JsonObject } from '../../../api/json';
import { parseQuantity } from '../../../api/quantity';
import { duplicateField, type FieldError, forbiddenField, invalidField, requiredField } from '../../field-error';
import { listAt, mapAt, objectAt, optionalTextAt, textAt } from '../json-members';
import { addProblems, annotationErrors, dnsLabelProblems, isDnsSubdomainName, labelErrors } from '../metadata';
import { addClaimSpecErrors } from './claim-spec';
import { addProjectedErrors } from './projected-volume';
import { addDownwardFileErrors, addKeyToPathErrors, addModeErrors } from './volume-files';
import { addSharedSourceErrors, SHARED_SOURCES } from './volume-sources';

const ISCSI_NAME_MAX = 64;

/** Sources in the order of Kubernetes' checks, each with the name it has in a path where it isn't the only one. */
const SOURCES: readonly (readonly [key: string, shownAs: string])[] = [
  ['emptyDir', 'emptyDir'],
  ['hostPath', 'hostPath'],
  ['gitRepo', 'gitRepo'],
  ['gcePersistentDisk', 'gcePersistentDisk'],
  ['awsElasticBlockStore', 'awsElasticBlockStore'],
  ['secret', 'secret'],
  ['nfs', 'nfs'],
  ['iscsi', 'iscsi'],
  ['glusterfs', 'glusterfs'],
  ['flocker', 'flocker'],
  ['persistentVolumeClaim', 'persistentVolumeClaim'],
  ['rbd', 'rbd'],
  ['cinder', 'cinder'],
  ['cephfs', 'cephFS'],
  ['quobyte', 'quobyte'],
  ['downwardAPI', 'downwarAPI'],
  ['fc', 'fc'],
  ['flexVolume', 'flexVolume'],
  ['configMap', 'configMap'],
  ['azureFile', 'azureFile'],
  ['vsphereVolume', 'vsphereVolume'],
  ['photonPersistentDisk', 'photonPersistentDisk'],
  ['portworxVolume', 'portworxVolume'],
  ['azureDisk', 'azureDisk'],
  ['storageos', 'storageos'],
  ['projected', 'projected'],
  ['scaleIO', 'scaleIO'],
  ['csi', 'csi'],
  ['ephemeral', 'ephemeral'],
];

/** Sources by the name of their volume: those that nothing is wrong with. */
export type VolumeMap = ReadonlyMap<string, JsonObject>;

/** Adds what is wrong with the volumes of a pod. `podName` is undefined in a template. Returns the good ones. */
export function addVolumeErrors(
  errors: FieldError[],
  volumes: readonly JsonObject[],
  { podName, path }: { readonly podName: string | undefined; readonly path: string },
): VolumeMap {
  const good = new Map<string, JsonObject>();
  const made = new Set(
    podName === undefined || podName === ''
      ? []
      : volumes
          .filter((volume) => volume['ephemeral'] !== undefined)
          .map((volume) => `${podName}-${textAt(volume, 'name')}`),
  );
  for (const [index, volume] of volumes.entries()) {
    const at = `${path}[${String(index)}]`;
    const before = errors.length;
    addOneVolumeErrors(errors, volume, { podName, path: at });
    const name = textAt(volume, 'name');
    if (good.has(name)) errors.push(duplicateField(`${at}.name`, name));
    if (errors.length === before) good.set(name, volume);
    const claimName = textAt(objectAt(volume, 'persistentVolumeClaim'), 'claimName');
    if (made.has(claimName)) {
      const detail = 'must not reference a PVC that gets created for an ephemeral volume';
      errors.push(invalidField(`${at}.persistentVolumeClaim.claimName`, claimName, detail));
    }
  }
  return good;
}

interface VolumeRules {
  readonly podName: string | undefined;
  readonly path: string;
}

function addOneVolumeErrors(errors: FieldError[], volume: JsonObject, { podName, path }: VolumeRules): void {
  let count = 0;
  for (const [key, shownAs] of SOURCES) {
    const source = objectAt(volume, key);
    if (source === undefined) continue;
    count += 1;
    if (count > 1) errors.push(forbiddenField(`${path}.${shownAs}`, 'may not specify more than 1 volume type'));
    else addSourceErrors(errors, { key, source, volume, podName }, path);
    if (key === 'iscsi') addInitiatorErrors(errors, { source, name: textAt(volume, 'name') }, path);
  }
  if (count === 0) errors.push(requiredField(path, 'must specify a volume type'));
  const name = textAt(volume, 'name');
  if (name === '') errors.push(requiredField(`${path}.name`));
  else addProblems(errors, `${path}.name`, name, dnsLabelProblems(name));
}

interface NamedSource {
  readonly key: string;
  readonly source: JsonObject;
  readonly volume: JsonObject;
  readonly podName: string | undefined;
}

function addSourceErrors(errors: FieldError[], { key, source, volume, podName }: NamedSource, path: string): void {
  const at = `${path}.${key}`;
  if (SHARED_SOURCES.has(key)) {
    addSharedSourceErrors(errors, { key, source }, path);
    return;
  }
  switch (key) {
    case 'emptyDir':
      addEmptyDirErrors(errors, source, at);
      return;
    case 'secret':
      addFileSourceErrors(errors, source, { nameKey: 'secretName', path: at });
      return;
    case 'configMap':
      addFileSourceErrors(errors, source, { nameKey: 'name', path: at });
      return;
    case 'persistentVolumeClaim':
      if (textAt(source, 'claimName') === '') errors.push(requiredField(`${at}.claimName`));
      return;
    case 'downwardAPI':
      addModeErrors(errors, source, { key: 'defaultMode', path: at });
      for (const item of listAt(source, 'items')) addDownwardFileErrors(errors, item, at);
      return;
    case 'projected':
      addModeErrors(errors, source, { key: 'defaultMode', path: at });
      addProjectedErrors(errors, source, at);
      return;
    case 'ephemeral':
      addEphemeralErrors(errors, { source, name: textAt(volume, 'name'), podName }, path);
      return;
    default:
  }
}

function addEmptyDirErrors(errors: FieldError[], source: JsonObject, path: string): void {
  const limit = optionalTextAt(source, 'sizeLimit');
  if (limit !== undefined && parseQuantity(limit).nanos < 0n) {
    errors.push(forbiddenField(`${path}.sizeLimit`, 'SizeLimit field must be a valid resource quantity'));
  }
}

function addFileSourceErrors(
  errors: FieldError[],
  source: JsonObject,
  { nameKey, path }: { readonly nameKey: string; readonly path: string },
): void {
  if (textAt(source, nameKey) === '') errors.push(requiredField(`${path}.${nameKey}`));
  addModeErrors(errors, source, { key: 'defaultMode', path });
  for (const [index, item] of listAt(source, 'items').entries()) {
    addKeyToPathErrors(errors, item, `${path}.items[${String(index)}]`);
  }
}

function addInitiatorErrors(
  errors: FieldError[],
  { source, name }: { readonly source: JsonObject; readonly name: string },
  path: string,
): void {
  if (source['initiatorName'] === undefined) return;
  if (`${name}:${textAt(source, 'targetPortal')}`.length <= ISCSI_NAME_MAX) return;
  const detail =
    'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.';
  errors.push(invalidField(`${path}.name`, name, detail));
}

interface EphemeralSource {
  readonly source: JsonObject;
  readonly name: string;
  readonly podName: string | undefined;
}

function addEphemeralErrors(errors: FieldError[], { source, name, podName }: EphemeralSource, path: string): void {
  const template = objectAt(source, 'volumeClaimTemplate');
  const at = `${path}.ephemeral.volumeClaimTemplate`;
  if (template === undefined) errors.push(requiredField(at));
  else {
    addTemplateMetadataErrors(errors, objectAt(template, 'metadata') ?? {}, `${at}.metadata`);
    addClaimSpecErrors(errors, objectAt(template, 'spec') ?? {}, `${at}.spec`);
  }
  if (podName === undefined || podName === '' || name === '') return;
  const claimName = `${podName}-${name}`;
  for (const problem of isDnsSubdomainName(claimName, false)) {
    errors.push(invalidField(`${path}.name`, name, `PVC name ${JSON.stringify(claimName)}: ${problem}`));
  }
}

const TEMPLATE_METADATA = [
  'name',
  'generateName',
  'namespace',
  'selfLink',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'ownerReferences',
  'finalizers',
  'managedFields',
];

/** What a claim takes from its template is labels and annotations alone. */
function addTemplateMetadataErrors(errors: FieldError[], metadata: JsonObject, path: string): void {
  errors.push(
    ...annotationErrors(mapAt(metadata, 'annotations'), `${path}.annotations`),
    ...labelErrors(mapAt(metadata, 'labels'), `${path}.labels`),
  );
  for (const key of TEMPLATE_METADATA) {
    const member = metadata[key];
    if (member === undefined || member === null || member === '' || member === 0) continue;
    const shown = key === 'uid' ? 'uID' : key;
    errors.push(forbiddenField(`${path}.${shown}`, 'cannot be set'));
  }
}
