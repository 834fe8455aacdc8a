/** Where Adrasteia keeps things of one user on this machine. */
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/**
 * The folder: `ADRA_HOME`, else `adrasteia` in the user's state directory.
 * @see https://specifications.freedesktop.org/basedir-spec/latest/
 */
export function stateHome(environment: Readonly<Record<string, string | undefined>>): string {
  const chosen = environment['ADRA_HOME'] ?? '';
  if (chosen !== '') return resolve(chosen);
  const states = environment['XDG_STATE_HOME'] ?? '';
  // A relative one is to be ignored, as the specification has it.
  return join(isAbsolute(states) ? states : join(homedir(), '.local', 'state'), 'adrasteia');
}

/** Where an embedded API keeps its data unless told otherwise. */
export function usualDataDirectory(home: string): string {
  return join(home, 'embedded');
}

/** The kubeconfig of an embedded API that keeps its data in this directory. */
export function kubeconfigIn(directory: string): string {
  return join(directory, 'kubeconfig');
}
