/** What a controller-runtime operator says to an API server: a small one, built from `controller-runtime/`. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { binaryDirectory, kubernetesVersion, sourceDirectory } from '../cluster/directories';

/** Longest that the operator may take; it ends by itself after some ten seconds. */
const PATIENCE_MS = 90_000;

/** Builds the operator where that hasn't been done, and runs it against the server until it ends. Needs Go. */
export function runOperator(server: string, note: (line: string) => void): Promise<void> {
  const program = join(binaryDirectory(kubernetesVersion()), 'side-by-side-operator');
  if (!existsSync(program)) {
    note('building the operator (minutes, once)');
    const source = join(sourceDirectory(), '..', 'side-by-side', 'controller-runtime');
    execFileSync('go', ['build', '-trimpath', '-buildvcs=false', '-o', program, '.'], {
      cwd: source,
      stdio: ['ignore', 2, 2],
    });
  }
  return new Promise((resolve, reject) => {
    const child = spawn(program, [server], { stdio: 'ignore', timeout: PATIENCE_MS });
    child.once('error', reject);
    child.once('close', () => {
      resolve();
    });
  });
}
