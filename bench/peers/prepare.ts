/**
 * Builds and installs the peers: the Go module with Go, kopf in a virtual environment, the official client with the Node that
 * it needs. Each lies in the user's cache under a digest of what it is made from, so that it is made once.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The Node that the official client runs on: its undici needs 22.19 or newer. */
const NODE_VERSION = '24.21.0';

/** Bytes of output of a build or an installation. */
const OUTPUT_LIMIT = 64 * 1024 * 1024;

/** How a prepared peer is started. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
}

/** The folder of the peers' sources, found from the compiled files as well as from the sources. */
export function peersDirectory(): string {
  for (let directory = __dirname; ; directory = dirname(directory)) {
    const candidate = join(directory, 'bench', 'peers');
    if (existsSync(join(candidate, 'controller-runtime', 'go.mod'))) return candidate;
    if (directory === dirname(directory))
      throw new Error('the sources of the peers are in no folder above: run from a checkout');
  }
}

/** The peer made with controller-runtime. Throws with what to install where it can't be built. */
export async function prepareControllerRuntime(note: (line: string) => void): Promise<Command> {
  const source = join(peersDirectory(), 'controller-runtime');
  const place = await prepared(source, ['main.go', 'go.mod', 'go.sum'], async (directory) => {
    note('building the controller-runtime peer (minutes, once per version)');
    await attempt(
      'Go 1.24 or newer, https://go.dev/dl/',
      'go',
      ['build', '-trimpath', '-o', join(directory, 'peer'), '.'],
      source,
    );
  });
  return { program: join(place, 'peer'), args: [] };
}

/** The peer made with kopf. */
export async function prepareKopf(note: (line: string) => void): Promise<Command> {
  const source = join(peersDirectory(), 'kopf');
  const place = await prepared(source, ['requirements.txt'], async (directory) => {
    note('installing kopf');
    await attempt('Python 3.10 or newer with venv', 'python3', ['-m', 'venv', directory], source);
    const requirements = join(source, 'requirements.txt');
    // As a module, since the scripts of a virtual environment name the folder that it was made in.
    await attempt('pip', join(directory, 'bin', 'python'), ['-m', 'pip', 'install', '-q', '-r', requirements], source);
  });
  const args = ['-m', 'kopf', 'run', '--quiet', '--standalone', join(source, 'main.py')];
  return { program: join(place, 'bin', 'python'), args };
}

/** The peer made with the official JavaScript client. */
export async function prepareClientNode(note: (line: string) => void): Promise<Command> {
  const source = join(peersDirectory(), 'client-node');
  const node = `node-${process.platform}-${process.arch}`;
  const place = await prepared(source, ['package.json', 'package-lock.json'], async (directory) => {
    note(`installing @kubernetes/client-node and Node ${NODE_VERSION} for it`);
    for (const file of ['package.json', 'package-lock.json']) copyFileSync(join(source, file), join(directory, file));
    await attempt('npm', 'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], directory);
    mkdirSync(join(directory, 'runtime'));
    const install = [
      'install',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      '--prefix',
      'runtime',
    ];
    await attempt('npm', 'npm', [...install, `${node}@${NODE_VERSION}`], directory);
  });
  // Beside its modules, since that is where an ES module looks for them.
  copyFileSync(join(source, 'main.mjs'), join(place, 'main.mjs'));
  return { program: join(place, 'runtime', 'node_modules', node, 'bin', 'node'), args: [join(place, 'main.mjs')] };
}

/** The place that `make` has filled from these files, now or earlier. Whole or not there. */
async function prepared(
  source: string,
  files: readonly string[],
  make: (directory: string) => Promise<void>,
): Promise<string> {
  const hash = createHash('sha256').update(NODE_VERSION);
  for (const file of files) hash.update(readFileSync(join(source, file)));
  const cache = process.env['XDG_CACHE_HOME'] ?? '';
  const peers = join(cache === '' ? join(homedir(), '.cache') : cache, 'adrasteia', 'peers');
  const place = join(peers, `${source.split('/').at(-1) ?? ''}-${hash.digest('hex').slice(0, 12)}`);
  if (existsSync(place)) return place;
  const unfinished = `${place}.${String(process.pid)}.unfinished`;
  mkdirSync(unfinished, { recursive: true });
  try {
    await make(unfinished);
    renameSync(unfinished, place);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return place;
}

async function attempt(needed: string, program: string, args: readonly string[], cwd: string): Promise<void> {
  try {
    // Without C, as the test cluster's programs are built, whose compiled packages are used again.
    await run(program, args, { cwd, env: { ...process.env, CGO_ENABLED: '0' }, maxBuffer: OUTPUT_LIMIT });
  } catch (error) {
    const { code, stderr, message } = error as {
      readonly code?: unknown;
      readonly stderr?: string;
      readonly message: string;
    };
    if (code === 'ENOENT') throw new Error(`there is no "${program}": it needs ${needed}`);
    throw new Error(
      `${program} ${args.slice(0, 3).join(' ')}: ${(stderr ?? message).trim().split('\n').slice(-3).join(' | ')}`,
    );
  }
}
