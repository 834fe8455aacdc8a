/**
 * A cluster that lives no longer than this process.
 *
 * It is taken down when the process exits, whichever way that comes about; what a killed process left is swept up by the next one.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Note } from './binaries';
import { kubeconfigPath } from './credentials';
import { findRecord, isOrphaned, removeCluster, thisOwner } from './record';
import { type StartOptions, startCluster } from './start-cluster';

const PREFIX = 'adrasteia-cluster-';

/**
 * Starts a fresh cluster in a directory of its own and gives the path of its kubeconfig. A caller that handles signals ends
 * by `process.exit`; one that dies of a signal leaves the cluster to the next sweep.
 */
export async function startThrowAwayCluster(
  note: Note,
  options: Pick<StartOptions, 'controllers' | 'apiServerFlags' | 'node'> = {},
): Promise<string> {
  sweep(note);
  const directory = mkdtempSync(join(tmpdir(), PREFIX));
  process.once('exit', () => {
    // Until the record is written there is only an empty directory.
    if (!removeCluster(directory)) rmSync(directory, { recursive: true, force: true });
  });
  await startCluster({ ...options, directory, owner: thisOwner(), note });
  return kubeconfigPath(directory);
}

function sweep(note: Note): void {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const directory = join(tmpdir(), name);
    try {
      const record = findRecord(directory);
      if (record === undefined || !isOrphaned(record)) continue;
      note(`removing "${directory}", whose owner is gone`);
      removeCluster(directory);
    } catch {
      // Another user's, or swept by somebody else at this moment.
    }
  }
}
