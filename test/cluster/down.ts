import type { Note } from './binaries';
import { removeCluster } from './record';

/** Ends the cluster of a directory and removes all that it holds. No error where there is none. */
export function down(directory: string, note: Note): void {
  note(removeCluster(directory) ? `down: "${directory}" is removed` : `there is no cluster in "${directory}"`);
}
