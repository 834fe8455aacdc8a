/** Programs of this machine that the node is made with. */
import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ClusterProblem } from '../problem';

/** Where programs are looked for: PATH, and where Debian keeps those of the administrator, which isn't in everybody's. */
export const TOOL_PATH = [process.env['PATH'] ?? '', '/usr/local/sbin', '/usr/sbin', '/sbin'].join(delimiter);

/** The path of a program; undefined where there is none of the name. */
export function findTool(name: string): string | undefined {
  return TOOL_PATH.split(delimiter)
    .map((directory) => join(directory, name))
    .find(isExecutable);
}

/** True where a file can be run. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Runs a program and gives what it prints. A `ClusterProblem` with what it complained of where it fails. */
export function runTool(program: string, ...args: readonly string[]): string {
  try {
    return execFileSync(program, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: TOOL_PATH, LC_ALL: 'C' },
    });
  } catch (error) {
    const { stderr = '', message } = error as Error & { readonly stderr?: string };
    throw new ClusterProblem(`${program} ${args.join(' ')}: ${stderr.trim() === '' ? message : stderr.trim()}`);
  }
}
