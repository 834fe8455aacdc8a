/** PersistentVolumes, claims and classes, and which of them go together. Pure. */
import type { KubeObject } from '../../../api/object';
import { compareQuantities } from '../../../api/quantity';
import { isSelected, type LabelSelector } from '../label-selector';

export interface Claim extends KubeObject {
  readonly spec: {
    readonly storageClassName?: string;
    readonly volumeName?: string;
    readonly volumeMode?: string;
    readonly volumeAttributesClassName?: string;
    readonly accessModes?: readonly string[];
    readonly selector?: LabelSelector;
    readonly resources?: { readonly requests?: { readonly storage?: string } };
  };
  readonly status?: {
    readonly phase?: string;
    readonly accessModes?: readonly string[];
    readonly capacity?: { readonly storage?: string };
    readonly currentVolumeAttributesClassName?: string;
  };
}

export interface ClaimReference {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
}

export interface Volume extends KubeObject {
  readonly spec: {
    readonly capacity?: { readonly storage?: string };
    readonly accessModes?: readonly string[];
    readonly volumeMode?: string;
    readonly storageClassName?: string;
    readonly volumeAttributesClassName?: string;
    readonly persistentVolumeReclaimPolicy?: string;
    readonly claimRef?: ClaimReference;
    readonly csi?: unknown;
  };
  readonly status?: { readonly phase?: string; readonly message?: string };
}

export interface StorageClass extends KubeObject {
  readonly provisioner: string;
  readonly volumeBindingMode?: string;
}

export const BOUND_BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller';
export const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed';
export const PROVISIONED_BY = 'pv.kubernetes.io/provisioned-by';
export const SELECTED_NODE = 'volume.kubernetes.io/selected-node';
const OLD_CLASS = 'volume.beta.kubernetes.io/storage-class';
const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';

export function hasAnnotation({ metadata }: KubeObject, name: string): boolean {
  return metadata.annotations?.[name] !== undefined;
}

/** The name of the object's class; empty where it has none. */
export function classNameOf({ metadata, spec }: Claim | Volume): string {
  return metadata.annotations?.[OLD_CLASS] ?? spec.storageClassName ?? '';
}

/** True for a claim that says which class it wants, even if none. */
export function saysClass(claim: Claim): boolean {
  return hasAnnotation(claim, OLD_CLASS) || claim.spec.storageClassName !== undefined;
}

/** The default class; of several, the latest. */
export function defaultClass(classes: Iterable<StorageClass>): StorageClass | undefined {
  return [...classes]
    .filter(({ metadata }) => metadata.annotations?.[DEFAULT_CLASS] === 'true')
    .sort(
      (a, b) =>
        (b.metadata.creationTimestamp ?? '').localeCompare(a.metadata.creationTimestamp ?? '') ||
        (a.metadata.name < b.metadata.name ? -1 : 1),
    )[0];
}

/** True where the volume is the claim's, or is kept for it. */
export function isFor({ spec: { claimRef } }: Volume, { metadata }: Claim): boolean {
  if (claimRef?.name !== metadata.name || claimRef.namespace !== metadata.namespace) return false;
  return (claimRef.uid ?? '') === '' || claimRef.uid === metadata.uid;
}

/** Why the claim can't have the volume that it names; undefined where it can. */
export function mismatch(volume: Volume, claim: Claim): string | undefined {
  if (volume.metadata.deletionTimestamp !== undefined) {
    return `the volume is marked for deletion "${volume.metadata.name}"`;
  }
  if (!isLargeEnough(volume, claim)) return 'requested PV is too small';
  if (classNameOf(volume) !== classNameOf(claim)) return 'storageClassName does not match';
  if (!hasSameAttributes(volume, claim)) return 'volumeAttributesClassName does not match';
  if (!hasSameMode(volume, claim)) return 'incompatible volumeMode';
  if (!hasAccessModes(volume, claim)) return 'incompatible accessMode';
  return undefined;
}

/**
 * The volume that a claim gets: the one that is kept for it, else the smallest that will do, of those with the fewest access
 * modes. A claim that waits for its pod gets only one that is kept for it.
 */
export function findVolumeFor(claim: Claim, volumes: Iterable<Volume>, waitsForPod: boolean): Volume | undefined {
  let best: Volume | undefined;
  for (const volume of volumes) {
    if (volume.spec.claimRef !== undefined && !isFor(volume, claim)) continue;
    if (!isLargeEnough(volume, claim) || !hasSameMode(volume, claim) || !hasSameAttributes(volume, claim)) continue;
    if (volume.metadata.deletionTimestamp !== undefined) continue;
    if (isFor(volume, claim)) return volume;
    if (waitsForPod || volume.status?.phase !== 'Available' || !hasAccessModes(volume, claim)) continue;
    const { selector } = claim.spec;
    if (selector !== undefined && !isSelected(volume.metadata.labels, selector)) continue;
    if (classNameOf(volume) !== classNameOf(claim)) continue;
    if (best === undefined || compare(volume, best) < 0) best = volume;
  }
  return best;
}

export function hasSameMode(volume: Volume, claim: Claim): boolean {
  return (volume.spec.volumeMode ?? 'Filesystem') === (claim.spec.volumeMode ?? 'Filesystem');
}

function hasSameAttributes(volume: Volume, claim: Claim): boolean {
  return (volume.spec.volumeAttributesClassName ?? '') === (claim.spec.volumeAttributesClassName ?? '');
}

function hasAccessModes(volume: Volume, claim: Claim): boolean {
  return (claim.spec.accessModes ?? []).every((mode) => volume.spec.accessModes?.includes(mode) === true);
}

function isLargeEnough(volume: Volume, claim: Claim): boolean {
  return compareQuantities(capacityOf(volume), claim.spec.resources?.requests?.storage ?? '0') >= 0;
}

function compare(a: Volume, b: Volume): number {
  return (
    (a.spec.accessModes ?? []).length - (b.spec.accessModes ?? []).length ||
    compareQuantities(capacityOf(a), capacityOf(b))
  );
}

function capacityOf({ spec }: Volume): string {
  return spec.capacity?.storage ?? '0';
}
