/**
 * Volumes that are folders of the node, provided as claims ask for them. Pure: what there is goes in, what to do comes out.
 *
 * They are `local` volumes bound to the node rather than `hostPath`, since to those the kubelet applies a pod's `fsGroup`.
 * Nothing holds a pod to the size of its claim.
 */
import { join } from 'node:path';
import type { KubeObject, Manifest } from '../../../../src/api/object';
import { valueAt } from '../../../../src/api/object';
import { compareQuantities } from '../../../../src/api/quantity';

/** The name that storage classes ask for. */
export const PROVISIONER = 'adrasteia.dev/node-folder';

const PROVISIONED_BY = 'pv.kubernetes.io/provisioned-by';
const SELECTED_NODE = 'volume.kubernetes.io/selected-node';

/** What the provisioner sees. */
export interface Storage {
  readonly claims: readonly KubeObject[];
  readonly volumes: readonly KubeObject[];
  readonly classes: readonly KubeObject[];
}

/** Where volumes are made. */
export interface Place {
  readonly node: string;
  /** Folder that has one folder for each volume. */
  readonly directory: string;
}

/** One thing to do. */
export type Step =
  /** Make the folder, then the volume. */
  | { readonly do: 'provide'; readonly volume: Manifest; readonly folder: string }
  /** Remove the folder, then the volume. */
  | { readonly do: 'reclaim'; readonly volume: string; readonly folder: string }
  /** Report the new size, of the volume first. */
  | {
      readonly do: 'expand';
      readonly volume: string;
      readonly claim: { readonly namespace: string; readonly name: string };
      readonly size: string;
    };

/** All that is to be done now. Steps don't depend on one another. */
export function stepsFor(storage: Storage, place: Place): readonly Step[] {
  const volumes = new Map(storage.volumes.map((volume) => [volume.metadata.name, volume]));
  const classes = new Map(storage.classes.map((storageClass) => [storageClass.metadata.name, storageClass]));
  return [
    ...storage.claims.flatMap((claim): readonly Step[] => {
      const storageClass = classes.get(textAt(claim, 'spec', 'storageClassName'));
      if (claim.metadata.deletionTimestamp !== undefined) return [];
      const volume = volumes.get(textAt(claim, 'spec', 'volumeName'));
      if (volume !== undefined) return isOurs(volume) ? expansion(claim, volume) : [];
      if (storageClass === undefined || volumes.has(volumeName(claim))) return [];
      return isAskedFor(claim, storageClass, place) ? [provision(claim, storageClass, place)] : [];
    }),
    ...storage.volumes.filter(isToBeReclaimed).map(
      (volume): Step => ({
        do: 'reclaim',
        volume: volume.metadata.name,
        folder: join(place.directory, volume.metadata.name),
      }),
    ),
  ];
}

function isAskedFor(claim: KubeObject, storageClass: KubeObject, { node }: Place): boolean {
  return (
    storageClass['provisioner'] === PROVISIONER &&
    textAt(claim, 'spec', 'volumeName') === '' &&
    // Blocks, copies and chosen volumes are beyond a folder.
    textAt(claim, 'spec', 'volumeMode') !== 'Block' &&
    valueAt(claim, ['spec', 'dataSource']) === undefined &&
    valueAt(claim, ['spec', 'selector']) === undefined &&
    (storageClass['volumeBindingMode'] !== 'WaitForFirstConsumer' ||
      claim.metadata.annotations?.[SELECTED_NODE] === node)
  );
}

function provision(claim: KubeObject, storageClass: KubeObject, { node, directory }: Place): Step {
  const name = volumeName(claim);
  const folder = join(directory, name);
  const expressions = [{ key: 'kubernetes.io/hostname', operator: 'In', values: [node] }];
  return {
    do: 'provide',
    folder,
    volume: {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name, annotations: { [PROVISIONED_BY]: PROVISIONER } },
      spec: {
        capacity: { storage: requestedSize(claim) },
        accessModes: valueAt(claim, ['spec', 'accessModes']),
        volumeMode: 'Filesystem',
        storageClassName: storageClass.metadata.name,
        persistentVolumeReclaimPolicy: storageClass['reclaimPolicy'],
        claimRef: {
          apiVersion: 'v1',
          kind: 'PersistentVolumeClaim',
          namespace: claim.metadata.namespace,
          name: claim.metadata.name,
          uid: claim.metadata.uid,
        },
        local: { path: folder },
        nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: expressions }] } },
      },
    },
  };
}

function expansion(claim: KubeObject, volume: KubeObject): readonly Step[] {
  const size = requestedSize(claim);
  const isSmaller = (text: string): boolean => text !== '' && compareQuantities(text, size) < 0;
  const isToExpand =
    isSmaller(textAt(volume, 'spec', 'capacity', 'storage')) ||
    isSmaller(textAt(claim, 'status', 'capacity', 'storage'));
  const { namespace = '', name } = claim.metadata;
  return isToExpand ? [{ do: 'expand', volume: volume.metadata.name, claim: { namespace, name }, size }] : [];
}

function isToBeReclaimed(volume: KubeObject): boolean {
  return (
    isOurs(volume) &&
    textAt(volume, 'status', 'phase') === 'Released' &&
    textAt(volume, 'spec', 'persistentVolumeReclaimPolicy') === 'Delete' &&
    volume.metadata.deletionTimestamp === undefined
  );
}

function isOurs(volume: KubeObject): boolean {
  return volume.metadata.annotations?.[PROVISIONED_BY] === PROVISIONER;
}

function volumeName(claim: KubeObject): string {
  return `pvc-${claim.metadata.uid ?? ''}`;
}

function requestedSize(claim: KubeObject): string {
  return textAt(claim, 'spec', 'resources', 'requests', 'storage');
}

/** The text at a path; empty where there is none. */
function textAt(object: KubeObject, ...path: readonly string[]): string {
  const value = valueAt(object, path);
  return typeof value === 'string' ? value : '';
}
