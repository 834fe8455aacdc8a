/**
 * Commands of this machine that the builder uses: apt, dpkg, unshare.
 */
import { spawn } from 'node:child_process';
import { ImageProblem } from './problem';

export interface ExecuteOptions {
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Instead of this process's environment with `env` added: nothing but `env`. Default false. */
  readonly isolated?: boolean;
  readonly cwd?: string;
  /** Written to its standard input. Default: none. */
  readonly input?: string | Buffer;
  /** How a message names the command. Default: its first words. */
  readonly title?: string;
}

/** Lines of a failed command that a message shows. */
const SHOWN_LINES = 15;

/**
 * Runs a command of this machine to its end and gives its standard output as text.
 * Throws `ImageProblem` with the end of its output where it can't be started or its exit code isn't 0.
 */
export async function execute(
  [program, ...args]: readonly [string, ...string[]],
  options: ExecuteOptions = {},
): Promise<string> {
  const title = options.title ?? [program, ...args].slice(0, 3).join(' ');
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: options.isolated === true ? { ...options.env } : { ...process.env, ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const output: Buffer[] = [];
  const all: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => {
    output.push(chunk);
    all.push(chunk);
  });
  child.stderr.on('data', (chunk: Buffer) => all.push(chunk));
  // A command that doesn't read its input closes it early, which is its own affair.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const ending = await new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => {
      resolve(`can't be started (${(error as NodeJS.ErrnoException).code ?? error.message})`);
    });
    child.once('close', (code, signal) => {
      resolve(code === 0 ? undefined : `ended with ${signal ?? `exit code ${code ?? '?'}`}`);
    });
  });
  if (ending !== undefined) {
    const shown = Buffer.concat(all).toString('utf8').trim().split('\n').slice(-SHOWN_LINES).join('\n');
    throw new ImageProblem(`${title} ${ending}${shown === '' ? '' : `:\n${shown}`}`);
  }
  return Buffer.concat(output).toString('utf8');
}
