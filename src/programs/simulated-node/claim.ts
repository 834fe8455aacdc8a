/**
 * What a provisioner does for claims and volumes of its classes: makes volumes, lets them grow, and removes them when they are
 * released. Volumes are objects only; nothing is stored. Binding is left to the cluster's own controllers.
 */
import type { KubeObject, Manifest } from '../../api/object';
import { compareQuantities } from '../../api/quantity';
import { API_GROUP, SIMULATED_LABEL } from '../../api/well-known';
import { CLAIM, VOLUME } from './resource-types';
import type { Step } from './step';

/** The provisioner that StorageClasses name. Claims of other classes, or of none, are left alone. */
export const SIMULATED_PROVISIONER = `${API_GROUP}/simulated`;

const PROVISIONED_BY = 'pv.kubernetes.io/provisioned-by';

/** A PersistentVolumeClaim, as far as a provisioner reads it. */
export interface Claim extends KubeObject {
  readonly spec: {
    readonly storageClassName?: string;
    readonly volumeName?: string;
    readonly volumeMode?: string;
    readonly accessModes?: readonly string[];
    readonly resources?: { readonly requests?: { readonly storage?: string } };
  };
  readonly status?: { readonly phase?: string; readonly capacity?: { readonly storage?: string } };
}

/** A PersistentVolume, as far as a provisioner reads it. */
export interface Volume extends KubeObject {
  readonly spec: {
    readonly capacity?: { readonly storage?: string };
    readonly persistentVolumeReclaimPolicy?: string;
    readonly claimRef?: { readonly namespace?: string; readonly name: string };
  };
  readonly status?: { readonly phase?: string };
}

/** A StorageClass, as far as a provisioner reads it. */
export interface StorageClass extends KubeObject {
  readonly provisioner: string;
  readonly reclaimPolicy?: string;
  readonly volumeBindingMode?: string;
  readonly mountOptions?: readonly string[];
}

/** What else is known of the cluster when a claim is looked at. */
export interface ClaimFacts {
  readonly findClass: (name: string) => StorageClass | undefined;
  readonly findVolume: (name: string) => Volume | undefined;
  /** Says whether a pod that waits for a node mounts the claim. */
  readonly isWanted: (claim: Claim) => boolean;
}

/** The StorageClass `standard`, the default one of a cluster: claims are provisioned at once and may grow. */
export function standardStorageClass(): Manifest {
  return {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'standard', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    provisioner: SIMULATED_PROVISIONER,
    reclaimPolicy: 'Delete',
    volumeBindingMode: 'Immediate',
    allowVolumeExpansion: true,
  };
}

/** The next step of a claim; undefined where it is another's, waits for a pod, or has what it asks for. */
export function claimStep(claim: Claim, facts: ClaimFacts): Step | undefined {
  if (claim.metadata.deletionTimestamp !== undefined) return undefined;
  return claim.status?.phase === 'Bound' ? expansionStep(claim, facts) : provisionStep(claim, facts);
}

function provisionStep(claim: Claim, { findClass, findVolume, isWanted }: ClaimFacts): Step | undefined {
  const storageClass = findClass(claim.spec.storageClassName ?? '');
  if (storageClass?.provisioner !== SIMULATED_PROVISIONER) return undefined;
  // A claim that names its volume, or lost it, wants that one.
  if ((claim.spec.volumeName ?? '') !== '') return undefined;
  if (storageClass.volumeBindingMode === 'WaitForFirstConsumer' && !isWanted(claim)) return undefined;
  const manifest = volumeManifest(claim, storageClass);
  if (findVolume(manifest.metadata.name) !== undefined) return undefined;
  return { name: 'Provision', after: 'provision', action: { verb: 'Create', type: VOLUME, manifest } };
}

function volumeManifest({ metadata, spec }: Claim, storageClass: StorageClass): Manifest {
  const { name: claimName, namespace, uid = '' } = metadata;
  const name = `pvc-${uid}`;
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: {
      name,
      labels: { [SIMULATED_LABEL]: 'true' },
      // Tells the cluster's controllers to leave the volume's deletion to us.
      annotations: { [PROVISIONED_BY]: SIMULATED_PROVISIONER },
    },
    spec: {
      storageClassName: storageClass.metadata.name,
      capacity: { storage: spec.resources?.requests?.storage ?? '0' },
      accessModes: spec.accessModes ?? [],
      ...(spec.volumeMode === undefined ? {} : { volumeMode: spec.volumeMode }),
      ...(storageClass.mountOptions === undefined ? {} : { mountOptions: storageClass.mountOptions }),
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? 'Delete',
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: claimName, namespace, uid },
      csi: { driver: `simulated.${API_GROUP}`, volumeHandle: name },
    },
  };
}

/** First the volume grows, then the claim says so. */
function expansionStep(claim: Claim, { findVolume }: ClaimFacts): Step | undefined {
  const requested = claim.spec.resources?.requests?.storage;
  const volume = findVolume(claim.spec.volumeName ?? '');
  if (requested === undefined || volume === undefined || !isOurs(volume)) return undefined;
  if (compareQuantities(requested, volume.spec.capacity?.storage ?? '0') > 0) {
    const patch = { spec: { capacity: { storage: requested } } };
    return { name: 'Expand', after: 'provision', action: { verb: 'Patch', type: VOLUME, object: volume, patch } };
  }
  if (compareQuantities(requested, claim.status?.capacity?.storage ?? '0') <= 0) return undefined;
  const status = { capacity: { storage: requested } };
  return {
    name: 'ReportSize',
    after: 'provision',
    action: { verb: 'PatchStatus', type: CLAIM, object: claim, status },
  };
}

/** The next step of a volume: once its claim is gone, it goes too, unless it is to be retained. */
export function volumeStep(volume: Volume): Step | undefined {
  const isReleased = isOurs(volume) && volume.status?.phase === 'Released';
  if (!isReleased || volume.metadata.deletionTimestamp !== undefined) return undefined;
  if (volume.spec.persistentVolumeReclaimPolicy !== 'Delete') return undefined;
  return { name: 'Reclaim', after: 'reclaim', action: { verb: 'Delete', type: VOLUME, object: volume } };
}

function isOurs(volume: Volume): boolean {
  return volume.metadata.annotations?.[PROVISIONED_BY] === SIMULATED_PROVISIONER;
}
