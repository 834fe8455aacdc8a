/**
 * What plans ask of the external system `volumes`: where the data of a PersistentVolume lies. Volumes are asked for by name, one at a
 * time: nobody needs to know all of a cluster's.
 */
import { isJsonObject, type JsonValue } from '../api/json';
import type { Lookup } from './lookup';

/** Name of the external system. */
export const VOLUMES = 'volumes';

/** A share on a server, which can be mounted from any namespace. */
export interface Share {
  readonly server: string;
  readonly path: string;
}

/** What is known of a volume. */
export type VolumeSource =
  | { readonly state: 'Share'; readonly share: Share }
  /** It can be mounted through its own claim alone. */
  | { readonly state: 'ClaimOnly' }
  | { readonly state: 'Absent' }
  | { readonly state: 'Failed'; readonly message: string };

/** Asks for a volume, by name. */
export function volumeSource(name: string, lookup: Lookup): VolumeSource {
  const answer = lookup.observe(VOLUMES, { name });
  return answer.state === 'Failed' ? { state: 'Failed', message: answer.message } : sourceOf(answer.value);
}

function sourceOf(value: JsonValue): VolumeSource {
  if (!isJsonObject(value)) return { state: 'Absent' };
  const { server, path } = value;
  return typeof server === 'string' && typeof path === 'string'
    ? { state: 'Share', share: { server, path } }
    : { state: 'ClaimOnly' };
}
