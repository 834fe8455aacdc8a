/**
 * The gate as its image starts it: a process, which can be killed and stopped. It has a mount namespace of its own, with a hosts
 * file in which the names of Services stand for loopback; nothing of that is left when it has ended.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GATE_SERVICE } from '../../src/access/gate';
import { freePort, type GateAddress } from '../support/envoy/running-sidecar';
import { eventually } from '../support/eventually';

const ROOT = join(__dirname, '../..');
const HOOK = join(ROOT, 'test/support/embedded-cluster/typescript-hook.js');

/** Runs in the new namespace; $1 is the hosts file, the rest what is started. */
const SCRIPT = `set -e
mount --bind "$1" /etc/hosts
shift
exec "$@"`;

interface GateProcessOptions {
  /** Where its files are put. */
  readonly folder: string;
  /** Path. */
  readonly kubeconfig: string;
  /** Names that mean 127.0.0.1. */
  readonly hosts: readonly string[];
}

interface GateProcessPorts extends GateAddress {
  readonly public: number;
  readonly metrics: number;
}

export class GateProcess {
  #child: ChildProcess | undefined;
  #output = '';

  private constructor(
    readonly ports: GateProcessPorts,
    private readonly kubeconfig: string,
    private readonly hostsFile: string,
  ) {}

  /** Starts it on ports that are free. */
  static async start({ folder, kubeconfig, hosts }: GateProcessOptions): Promise<GateProcess> {
    const hostsFile = join(folder, 'hosts');
    writeFileSync(hostsFile, `127.0.0.1 localhost ${hosts.join(' ')}\n`);
    const ports = {
      public: await freePort(),
      authorization: await freePort(),
      discovery: await freePort(),
      metrics: await freePort(),
    };
    const gate = new GateProcess(ports, kubeconfig, hostsFile);
    try {
      await gate.startAgain();
    } catch (error) {
      await gate.kill();
      throw error;
    }
    return gate;
  }

  /** What it has logged so far. */
  get output(): string {
    return this.#output;
  }

  /** Starts it where none runs; returns when it is ready. */
  async startAgain(): Promise<void> {
    const child = this.#spawn();
    this.#child = child;
    const note = (chunk: Buffer): void => {
      this.#output += chunk.toString('utf8');
    };
    child.stdout?.on('data', note);
    child.stderr?.on('data', note);
    await eventually('the gate is ready', async () => {
      if (hasEnded(child)) throw new Error(`the gate has ended: ${this.#output}`);
      return fetch(`http://127.0.0.1:${this.ports.metrics}/readyz`).then(
        ({ status }) => status === 200,
        () => false,
      );
    });
  }

  /** It goes on to hold its ports and connections, and says nothing more. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  /** It goes on where it was stopped. */
  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  /** Ends it at once, stopped or not; its ports are free then. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || hasEnded(child)) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  #spawn(): ChildProcess {
    const { ports } = this;
    const isRoot = process.getuid?.() === 0;
    const program = [process.execPath, '--require', HOOK, join(ROOT, 'images/programs/gate.ts')];
    return spawn(
      'unshare',
      [
        ...(isRoot ? [] : ['--user', '--map-root-user']),
        ...['--mount', '--propagation=private', '--', 'sh', '-c', SCRIPT, 'sh', this.hostsFile],
        ...program,
      ],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          ...process.env,
          KUBECONFIG: this.kubeconfig,
          NAMESPACE: GATE_SERVICE.namespace,
          HOST: '127.0.0.1',
          PUBLIC_PORT: String(ports.public),
          AUTHORIZATION_PORT: String(ports.authorization),
          DISCOVERY_PORT: String(ports.discovery),
          METRICS_PORT: String(ports.metrics),
        },
      },
    );
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
