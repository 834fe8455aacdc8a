/**
 * Whether the volume of a claim is a share that other namespaces can mount. What was learnt of a volume stands in a status, and holds
 * for as long as the claim has that volume: where a volume lies never changes.
 */
import { isJsonObject, type JsonObject } from '../api/json';
import { valueAt } from '../api/object';
import type { ResourceType } from '../api/resource-type';
import type { Lookup } from '../plan/lookup';
import { type Share, volumeSource } from '../plan/volume-source';

const CLAIM: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'PersistentVolumeClaim',
  plural: 'persistentvolumeclaims',
  namespaced: true,
};

/** Whether other namespaces can mount a claim's volume. */
export type ClaimShare =
  | { readonly state: 'Mountable'; readonly volumeName: string; readonly share: Share }
  | { readonly state: 'NotShareable'; readonly volumeName: string }
  /** The claim has no volume yet. */
  | { readonly state: 'Pending' }
  /** It couldn't be asked for. */
  | { readonly state: 'Unknown'; readonly volumeName: string };

/** The share of a claim. `known` is what a status says of its volume: `volumeName`, and `server` and `path` where it is a share. */
export function claimShare(
  name: { readonly namespace: string; readonly name: string },
  known: unknown,
  lookup: Lookup,
): ClaimShare {
  const claim = lookup.get(CLAIM, name);
  const volumeName = claim.found ? valueAt(claim.object, ['spec', 'volumeName']) : undefined;
  const isBound = claim.found && valueAt(claim.object, ['status', 'phase']) === 'Bound';
  if (!isBound || typeof volumeName !== 'string' || volumeName === '') return { state: 'Pending' };
  if (isJsonObject(known) && known['volumeName'] === volumeName) return knownShare(volumeName, known);
  const source = volumeSource(volumeName, lookup);
  switch (source.state) {
    case 'Share':
      return { state: 'Mountable', volumeName, share: source.share };
    case 'ClaimOnly':
      return { state: 'NotShareable', volumeName };
    case 'Absent':
    case 'Failed':
      return { state: 'Unknown', volumeName };
  }
}

/** The same in a status, as it is read again: of a volume that couldn't be asked for nothing is noted. */
export function claimShareNotes(share: ClaimShare, driver: string | undefined): JsonObject {
  switch (share.state) {
    case 'Mountable':
      return { volumeName: share.volumeName, ...share.share, ...(driver === undefined ? {} : { driver }) };
    case 'NotShareable':
      return { volumeName: share.volumeName };
    case 'Pending':
    case 'Unknown':
      return {};
  }
}

function knownShare(volumeName: string, { server, path }: JsonObject): ClaimShare {
  return typeof server === 'string' && typeof path === 'string'
    ? { state: 'Mountable', volumeName, share: { server, path } }
    : { state: 'NotShareable', volumeName };
}
