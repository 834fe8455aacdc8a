import { createHash } from 'node:crypto';

/**
 * What tells clients that objects are stored in another version than before: the first eight bytes of a SHA-256, in base64.
 * @see k8s.io/apiserver/pkg/endpoints/discovery/storageversionhash.go, v0.34
 */
export function storageVersionHash(group: string, version: string, kind: string): string {
  return createHash('sha256').update(`${group}/${version}/${kind}`).digest().subarray(0, 8).toString('base64');
}
