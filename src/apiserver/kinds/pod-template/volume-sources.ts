/**
 * Checks of the sources of volumes that stand for themselves: most are of one system, and need little more than some names.
 *
 * The same sources stand in persistent volumes, with a few members more.
 */
import type { JsonObject } from '../../../api/json';
import { type FieldError, invalidField, notSupportedField, requiredField, tooLongField } from '../../field-error';
import {
  flagAt,
  hasKey,
  mapAt,
  numberAt,
  objectAt,
  optionalNumberAt,
  optionalTextAt,
  textAt,
  textsAt,
} from '../json-members';
import {
  addProblems,
  dnsLabelProblems,
  dnsSubdomainProblems,
  isDnsLabelName,
  isDnsSubdomainName,
  rangeProblem,
} from '../metadata';
import { addBackstepErrors, addDescendingPathErrors } from './paths';

/** Members without which a source says nothing, by source, in the order of the checks. */
const REQUIRED_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  gcePersistentDisk: ['pdName'],
  awsElasticBlockStore: ['volumeID'],
  glusterfs: ['endpoints', 'path'],
  rbd: ['monitors', 'image'],
  cinder: ['volumeID'],
  cephfs: ['monitors'],
  flexVolume: ['driver'],
  azureFile: ['secretName', 'shareName'],
  vsphereVolume: ['volumePath'],
  photonPersistentDisk: ['pdID'],
  portworxVolume: ['volumeID'],
  azureDisk: ['diskName', 'diskURI'],
  scaleIO: ['gateway', 'system', 'volumeName'],
  gitRepo: ['repository'],
  nfs: ['server', 'path'],
  iscsi: ['targetPortal'],
};

/** Checks beyond required members. */
const MORE_CHECKS: Readonly<Record<string, (errors: FieldError[], source: JsonObject, path: string) => void>> = {
  hostPath: addHostPathErrors,
  gitRepo: (errors, source, path) => {
    addDescendingPathErrors(errors, textAt(source, 'directory'), `${path}.directory`);
  },
  gcePersistentDisk: addPartitionErrors,
  awsElasticBlockStore: addPartitionErrors,
  nfs: (errors, source, path) => {
    const target = textAt(source, 'path');
    if (!target.startsWith('/')) errors.push(invalidField(`${path}.path`, target, 'must be an absolute path'));
  },
  iscsi: addIscsiErrors,
  flocker: addFlockerErrors,
  cinder: addSecretNameErrors,
  quobyte: addQuobyteErrors,
  fc: addFibreChannelErrors,
  flexVolume: addFlexErrors,
  azureDisk: addAzureDiskErrors,
  storageos: addStorageOsErrors,
  csi: addCsiErrors,
};

/** Sources that are checked here. */
export const SHARED_SOURCES: ReadonlySet<string> = new Set([
  ...Object.keys(REQUIRED_MEMBERS),
  ...Object.keys(MORE_CHECKS),
]);

/** Paths in which a source is called otherwise. */
const SHOWN_AS: Readonly<Record<string, string>> = { gcePersistentDisk: 'persistentDisk' };

const HOST_PATH_TYPES = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];
const CSI_DRIVER_MAX = 63;
const IQN = /iqn\.\d{4}-\d{2}\.([A-Za-z0-9\-.]+)(:[^,;*&$|\s]+)$/;
const EUI = /^eui.[A-Za-z0-9]{16}$/;
const NAA = /^naa.[A-Za-z0-9]{32}$/;

/** Adds what is wrong with a source; `path` is that of what holds it. */
export function addSharedSourceErrors(
  errors: FieldError[],
  { key, source }: { readonly key: string; readonly source: JsonObject },
  path: string,
): void {
  const at = `${path}.${SHOWN_AS[key] ?? key}`;
  if (hasKey(REQUIRED_MEMBERS, key)) {
    for (const member of REQUIRED_MEMBERS[key] ?? []) {
      const isEmpty = textAt(source, member) === '' && textsAt(source, member).length === 0;
      if (isEmpty) errors.push(requiredField(`${at}.${member}`));
    }
  }
  if (hasKey(MORE_CHECKS, key)) MORE_CHECKS[key]?.(errors, source, at);
}

function addHostPathErrors(errors: FieldError[], source: JsonObject, path: string): void {
  const target = textAt(source, 'path');
  if (target === '') {
    errors.push(requiredField(`${path}.path`));
    return;
  }
  addBackstepErrors(errors, target, `${path}.path`);
  const type = optionalTextAt(source, 'type');
  if (type !== undefined && !HOST_PATH_TYPES.includes(type)) {
    errors.push(notSupportedField(`${path}.type`, type, HOST_PATH_TYPES));
  }
}

function addPartitionErrors(errors: FieldError[], source: JsonObject, path: string): void {
  const partition = numberAt(source, 'partition');
  if (partition < 0 || partition > 255) {
    errors.push(invalidField(`${path}.partition`, partition, rangeProblem(1, 255)));
  }
}

function addIscsiErrors(errors: FieldError[], source: JsonObject, path: string): void {
  const iqn = textAt(source, 'iqn');
  if (iqn === '') errors.push(requiredField(`${path}.iqn`));
  else addIscsiNameErrors(errors, iqn, `${path}.iqn`);
  const lun = numberAt(source, 'lun');
  if (lun < 0 || lun > 255) errors.push(invalidField(`${path}.lun`, lun, rangeProblem(0, 255)));
  const needsSecret = flagAt(source, 'chapAuthDiscovery') || flagAt(source, 'chapAuthSession');
  if (needsSecret && source['secretRef'] === undefined) errors.push(requiredField(`${path}.secretRef`));
  const initiator = optionalTextAt(source, 'initiatorName');
  if (initiator !== undefined) addIscsiNameErrors(errors, initiator, `${path}.initiatorname`);
}

function addIscsiNameErrors(errors: FieldError[], name: string, path: string): void {
  const kind = name.slice(0, 3);
  const pattern = kind === 'iqn' ? IQN : kind === 'eui' ? EUI : kind === 'naa' ? NAA : undefined;
  if (pattern === undefined) {
    errors.push(invalidField(path, name, 'must be valid format starting with iqn, eui, or naa'));
  } else if (!pattern.test(name)) errors.push(invalidField(path, name, 'must be valid format'));
}

function addFlockerErrors(errors: FieldError[], source: JsonObject, path: string): void {
  const name = textAt(source, 'datasetName');
  const uuid = textAt(source, 'datasetUUID');
  if (name === '' && uuid === '') errors.push(requiredField(path, 'one of datasetName and datasetUUID is required'));
  if (name !== '' && uuid !== '') {
    errors.push(invalidField(path, 'resource', 'datasetName and datasetUUID can not be specified simultaneously'));
  }
  if (name.includes('/')) errors.push(invalidField(`${path}.datasetName`, name, "must not contain '/'"));
}

function addSecretNameErrors(errors: FieldError[], source: JsonObject, path: string): void {
  const secret = objectAt(source, 'secretRef');
  if (secret !== undefined && textAt(secret, 'name') === '') errors.push(requiredField(`${path}.secretRef.name`));
}

function addQuobyteErrors(errors: FieldError[], source: JsonObject, path: string): void {
  const registry = textAt(source, 'registry');
  const pairs = 'must be a host:port pair or multiple pairs separated by commas';
  if (registry === '') errors.push(requiredField(`${path}.registry`, pairs));
  else if (textAt(source, 'tenant').length >= 65) {
    errors.push(requiredField(`${path}.tenant`, 'must be a UUID and may not exceed a length of 64 characters'));
  } else {
    for (const pair of registry.split(',')) {
      if (!/^(?:[^:[\]]*|\[[^[\]]*\]):[^:]*$/.test(pair))
        errors.push(invalidField(`${path}.registry`, registry, pairs));
    }
  }
  if (textAt(source, 'volume') === '') errors.push(requiredField(`${path}.volume`));
}

function addFibreChannelErrors(errors: FieldError[], source: JsonObject, path: string): void {
  const names = textsAt(source, 'targetWWNs');
  const ids = textsAt(source, 'wwids');
  if (names.length === 0 && ids.length === 0) {
    errors.push(requiredField(`${path}.targetWWNs`, 'must specify either targetWWNs or wwids, but not both'));
  }
  if (names.length > 0 && ids.length > 0) {
    errors.push(invalidField(`${path}.targetWWNs`, names, 'targetWWNs and wwids can not be specified simultaneously'));
  }
  if (names.length === 0) return;
  const lun = optionalNumberAt(source, 'lun');
  if (lun === undefined) errors.push(requiredField(`${path}.lun`, 'lun is required if targetWWNs is specified'));
  else if (lun < 0 || lun > 255) errors.push(invalidField(`${path}.lun`, lun, rangeProblem(0, 255)));
}

function addFlexErrors(errors: FieldError[], source: JsonObject, path: string): void {
  for (const key of Object.keys(mapAt(source, 'options'))) {
    const namespace = `.${(key.split('/')[0] ?? '').toLowerCase()}`;
    if (namespace.endsWith('.kubernetes.io') || namespace.endsWith('.k8s.io')) {
      const detail = 'kubernetes.io and k8s.io namespaces are reserved';
      errors.push(invalidField(`${path}.options[${key}]`, key, detail));
    }
  }
}

function addAzureDiskErrors(errors: FieldError[], source: JsonObject, path: string): void {
  const uri = textAt(source, 'diskURI');
  addChoiceErrors(errors, source, { key: 'cachingMode', choices: ['None', 'ReadOnly', 'ReadWrite'], path });
  addChoiceErrors(errors, source, { key: 'kind', choices: ['Dedicated', 'Managed', 'Shared'], path });
  const kind = optionalTextAt(source, 'kind');
  if (kind === 'Managed' && !uri.startsWith('/subscriptions/')) {
    const form = '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}';
    errors.push(notSupportedField(`${path}.diskURI`, uri, [form]));
  }
  if (kind !== undefined && kind !== 'Managed' && !uri.startsWith('https://')) {
    const form = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd';
    errors.push(notSupportedField(`${path}.diskURI`, uri, [form]));
  }
}

function addChoiceErrors(
  errors: FieldError[],
  source: JsonObject,
  { key, choices, path }: { readonly key: string; readonly choices: readonly string[]; readonly path: string },
): void {
  const choice = optionalTextAt(source, key);
  if (choice !== undefined && !choices.includes(choice)) {
    errors.push(notSupportedField(`${path}.${key}`, choice, choices));
  }
}

function addStorageOsErrors(errors: FieldError[], source: JsonObject, path: string): void {
  const name = textAt(source, 'volumeName');
  const namespace = textAt(source, 'volumeNamespace');
  if (name === '') errors.push(requiredField(`${path}.volumeName`));
  else addProblems(errors, `${path}.volumeName`, name, dnsLabelProblems(name));
  if (namespace !== '') addProblems(errors, `${path}.volumeNamespace`, namespace, dnsLabelProblems(namespace));
  addSecretNameErrors(errors, source, path);
}

function addCsiErrors(errors: FieldError[], source: JsonObject, path: string): void {
  addCsiDriverErrors(errors, textAt(source, 'driver'), `${path}.driver`);
  const secret = objectAt(source, 'nodePublishSecretRef');
  if (secret === undefined) return;
  const name = textAt(secret, 'name');
  if (name === '') errors.push(requiredField(`${path}.nodePublishSecretRef.name`));
  else addProblems(errors, `${path}.name`, name, isDnsSubdomainName(name, false));
}

/** Adds what is wrong with the name of a CSI driver. */
export function addCsiDriverErrors(errors: FieldError[], driver: string, path: string): void {
  if (driver === '') errors.push(requiredField(path));
  if (driver.length > CSI_DRIVER_MAX) errors.push(tooLongField(path, CSI_DRIVER_MAX));
  addProblems(errors, path, driver, dnsSubdomainProblems(driver.toLowerCase()));
}

/** Adds what is wrong with a secret of a persistent volume: those are named with their namespace. */
export function addSecretReferenceErrors(errors: FieldError[], secret: JsonObject | undefined, path: string): void {
  if (secret === undefined) return;
  const name = textAt(secret, 'name');
  const namespace = textAt(secret, 'namespace');
  if (name === '') errors.push(requiredField(`${path}.name`));
  else addProblems(errors, `${path}.name`, name, isDnsSubdomainName(name, false));
  if (namespace === '') errors.push(requiredField(`${path}.namespace`));
  else addProblems(errors, `${path}.namespace`, namespace, isDnsLabelName(namespace, false));
}
