/** What an embedded API keeps in its directory, beside the kubeconfig for its users: its storage, its keys and certificates. */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject, type JsonObject } from '../../api/json';
import { lockDirectory } from '../../apiserver/storage/directory-lock';
import { DATA_FILE } from '../../apiserver/storage/environment';

/** The places in a directory. */
export interface DataPlaces {
  readonly storage: string;
  readonly credentials: string;
}

/** The places in this directory. */
export function placesIn(directory: string): DataPlaces {
  return { storage: join(directory, 'storage'), credentials: join(directory, 'credentials') };
}

/**
 * Removes all objects that a storage keeps, and nothing that isn't a storage's. Throws `StorageError` `StorageLocked` where
 * somebody has it open.
 */
export async function removeObjects(storage: string): Promise<void> {
  if (!existsSync(join(storage, DATA_FILE))) return;
  const unlock = lockDirectory(storage);
  try {
    for (const name of [DATA_FILE, 'lock.mdb']) rmSync(join(storage, name), { force: true });
  } finally {
    await unlock();
  }
}

/** Writes a kubeconfig, whole or not at all, for nobody's eyes but its user's. The folder must be there. */
export function writeKubeconfig(path: string, content: JsonObject): void {
  writeFileSync(`${path}.new`, `${JSON.stringify(content, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** The port that a kubeconfig of an earlier run names; undefined where there is none, or somebody has rewritten it. */
export function findKeptPort(path: string): number | undefined {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
  const clusters = isJsonObject(content) ? content['clusters'] : undefined;
  const first: unknown = Array.isArray(clusters) ? clusters[0] : undefined;
  const cluster = isJsonObject(first) ? first['cluster'] : undefined;
  const server = isJsonObject(cluster) ? cluster['server'] : undefined;
  if (typeof server !== 'string' || !URL.canParse(server)) return undefined;
  const port = Number(new URL(server).port);
  return port > 0 ? port : undefined;
}
