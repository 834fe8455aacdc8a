/** What Kubernetes fills into volumes, of pods and of persistent volumes alike. */
import { type Draft, type DraftObject, ensureObject, findObject, objectsIn } from '../../draft';
import { setFieldRefDefaults } from './container-defaults';
import { setAbsent, setDefault } from './defaults-setting';
import { roundAmounts } from './resource-amounts';

/** Mode of files that are made from objects: 0644. */
const FILE_MODE = 420;
const TOKEN_SECONDS = 3600;

/** Sources of a persistent volume and of a pod's volume that have the same defaults. */
const SOURCE_DEFAULTS: Readonly<Record<string, Readonly<Record<string, Draft>>>> = {
  iscsi: { iscsiInterface: 'default' },
  rbd: { pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' },
  scaleIO: { storageMode: 'ThinProvisioned', fsType: 'xfs' },
};

const AZURE_DISK_DEFAULTS: Readonly<Record<string, Draft>> = {
  cachingMode: 'ReadWrite',
  fsType: 'ext4',
  readOnly: false,
  kind: 'Shared',
};

/** Defaults of a volume of a pod, in place. */
export function setVolumeDefaults(volume: DraftObject): void {
  if (Object.keys(volume).every((key) => key === 'name')) volume['emptyDir'] = {};
  setSourceDefaults(volume);
  for (const key of ['secret', 'configMap', 'downwardAPI', 'projected']) {
    const source = findObject(volume, key);
    if (source !== undefined) setAbsent(source, 'defaultMode', FILE_MODE);
  }
  for (const item of objectsIn(findObject(volume, 'downwardAPI'), 'items')) setFieldRefDefaults(item);
  for (const source of objectsIn(findObject(volume, 'projected'), 'sources')) setProjectionDefaults(source);
  const template = findObject(findObject(volume, 'ephemeral'), 'volumeClaimTemplate');
  if (template !== undefined) setClaimSpecDefaults(ensureObject(template, 'spec'));
}

/** Defaults of the spec of a claim, in place. */
export function setClaimSpecDefaults(spec: DraftObject): void {
  setAbsent(spec, 'volumeMode', 'Filesystem');
  const resources = findObject(spec, 'resources');
  roundAmounts(resources, 'limits');
  roundAmounts(resources, 'requests');
}

/** Defaults of the sources that persistent volumes have too, in place. */
export function setSourceDefaults(volume: DraftObject): void {
  const hostPath = findObject(volume, 'hostPath');
  if (hostPath !== undefined) setAbsent(hostPath, 'type', '');
  for (const [key, defaults] of Object.entries(SOURCE_DEFAULTS)) {
    const source = findObject(volume, key);
    if (source === undefined) continue;
    for (const [member, value] of Object.entries(defaults)) setDefault(source, member, value);
  }
  const azureDisk = findObject(volume, 'azureDisk');
  if (azureDisk === undefined) return;
  for (const [member, value] of Object.entries(AZURE_DISK_DEFAULTS)) setAbsent(azureDisk, member, value);
}

function setProjectionDefaults(source: DraftObject): void {
  for (const item of objectsIn(findObject(source, 'downwardAPI'), 'items')) setFieldRefDefaults(item);
  const token = findObject(source, 'serviceAccountToken');
  if (token !== undefined) setAbsent(token, 'expirationSeconds', TOKEN_SECONDS);
}
