/**
 * Volumes that an environment mounts and doesn't make, and what a share on a server is to a pod.
 */
import type { JsonObject } from '../../src/api/json';
import type { MountModel, VolumeModel } from '../../src/model/environment-model';
import type { Share } from '../../src/plan/volume-source';

/** A volume of the main workload, and where its app sees it. */
export interface MountedVolume {
  readonly volume: VolumeModel;
  readonly mount: MountModel;
}

export interface ShareSourceOptions {
  /** CSI driver that mounts the share; default the kubelet, by a volume of kind nfs. */
  readonly driver?: string;
  /** True: nothing in the pod can write it. Default false. */
  readonly readOnly?: boolean;
}

/** The source of a volume that is a share. A driver that mounts shares takes them by these attributes, as csi-driver-nfs does. */
export function shareSource({ server, path }: Share, { driver, readOnly = false }: ShareSourceOptions): JsonObject {
  const access = readOnly ? { readOnly } : {};
  return driver === undefined
    ? { nfs: { server, path, ...access } }
    : { csi: { driver, ...access, volumeAttributes: { server, share: path } } };
}
