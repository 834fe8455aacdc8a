/** Processes of `adra up` and `npm start`, each with a state home of its own. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(__dirname, '../..');
export const ADRA = join(ROOT, 'lib/src/cli/main.js');
export const START = join(ROOT, 'lib/test/e2e/start.js');

/** The environment of a process that knows of no cluster but those of this state home. */
export function environmentOf(home: string): NodeJS.ProcessEnv {
  return { ...process.env, KUBECONFIG: '', HOME: home, ADRA_HOME: home };
}

/** A process that runs, and what it has said. */
export interface Spoken {
  readonly child: ChildProcess;
  /** Everything so far, stdout and stderr. */
  readonly text: () => string;
  readonly ended: Promise<number | null>;
}

/** Starts a process; resolves when it has said these words. Rejects where it ends before. */
export async function startUntil(words: string, args: readonly string[], home: string): Promise<Spoken> {
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: environmentOf(home),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  let text = '';
  await new Promise<void>((resolve, reject) => {
    const take = (chunk: Buffer): void => {
      text += chunk.toString();
      if (text.includes(words)) resolve();
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    void ended.then(() => {
      reject(new Error(`it ended by itself:\n${text}`));
    });
  });
  return { child, text: () => text, ended };
}

/** Runs `adra` to its end. */
export function adra(
  args: readonly string[],
  home: string,
): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [ADRA, ...args], {
    cwd: ROOT,
    env: environmentOf(home),
    encoding: 'utf8',
    timeout: 120_000,
  });
  return { status, stdout, stderr };
}

/** What is written down of embedded APIs that run. */
export function recordsIn(home: string): readonly string[] {
  const directory = join(home, 'running');
  return existsSync(directory) ? readdirSync(directory) : [];
}

/** True while a process of this number is there. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
