/** An authoriser as a process, on one port for as long as a test goes on: killed, stopped, and started again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RawConnection } from '../envoy/raw-connection';
import { freePort } from '../envoy/running-sidecar';
import { eventually } from '../eventually';
import { type OpaExample, POLICY_FOLDER } from './example-policy';
import { grpcDeciderBinary, opaBinary } from './opa-programs';

interface Program {
  readonly binary: string;
  readonly args: readonly string[];
  /** Whether it answers. */
  readonly isReady: (port: number) => Promise<boolean>;
}

export class AuthorizerProcess {
  #child: ChildProcess | undefined;
  #output = '';

  private constructor(
    readonly port: number,
    private readonly program: Program,
    private readonly folder: string,
  ) {}

  /** OPA by the example's own arguments and policy, on loopback. */
  static async opa({ args, policy }: OpaExample): Promise<AuthorizerProcess> {
    const [port, folder] = [await freePort(), written(policy)];
    const onLoopback = args
      .map((arg) => arg.replace(POLICY_FOLDER, folder))
      .map((arg) => (arg.startsWith('--addr=') ? `--addr=127.0.0.1:${port}` : arg));
    return AuthorizerProcess.#begin(port, folder, { binary: opaBinary(), args: onLoopback, isReady: isHealthy });
  }

  /** The same policy behind Envoy's gRPC. */
  static async grpcDecider({ policy }: OpaExample): Promise<AuthorizerProcess> {
    const [port, folder] = [await freePort(), written(policy)];
    const args = [`127.0.0.1:${port}`, 'data.envoy.authz.allow', join(folder, 'allow.rego')];
    return AuthorizerProcess.#begin(port, folder, { binary: grpcDeciderBinary(), args, isReady: isListening });
  }

  static async #begin(port: number, folder: string, program: Program): Promise<AuthorizerProcess> {
    const authorizer = new AuthorizerProcess(port, program, folder);
    try {
      await authorizer.start();
    } catch (error) {
      await authorizer.remove();
      throw error;
    }
    return authorizer;
  }

  /** Starts it; returns when it answers. */
  async start(): Promise<void> {
    const { binary, args } = this.program;
    const child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        this.#output += chunk.toString('utf8');
      });
    }
    await eventually('the authoriser answers', async () => {
      if (child.exitCode !== null) throw new Error(`it ended: ${this.#output}`);
      return this.program.isReady(this.port);
    });
  }

  /** It goes on to hold its port, and says nothing more. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  /** It goes on where it was stopped. */
  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  /** Ends it at once, stopped or not; its port is free then. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    // Null where it hasn't ended.
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** Ends it, and takes its files away. */
  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function written(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'adrasteia-opa-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

async function isHealthy(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/health`).then(
    ({ status }) => status === 200,
    () => false,
  );
}

/** It listens when all that it needs is read. */
async function isListening(port: number): Promise<boolean> {
  return RawConnection.open(port).then(
    (connection) => {
      connection.end();
      return true;
    },
    () => false,
  );
}
