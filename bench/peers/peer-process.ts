/** One contestant as a process, measured from outside. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { cpuMsOf, type Memory, memoryOf } from './process-usage';

const LOOK_MS = 250;
/** A process is quiet when it has used no more than this in each of so many looks, one after another. */
const QUIET_CPU_MS = 10;
const QUIET_LOOKS = 5;

export interface PeerStart {
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** File that its output is added to. */
  readonly log: string;
}

/** Those that run; none outlives the bench. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export class PeerProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly log: string,
  ) {}

  static start({ program, args, environment, log }: PeerStart): PeerProcess {
    const output = openSync(log, 'a');
    const child = spawn(program, args, {
      stdio: ['pipe', output, output],
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment },
    });
    closeSync(output);
    running.add(child);
    child.once('exit', () => running.delete(child));
    // Its end is seen by whoever waits for it; a broken pipe says no more.
    child.stdin?.on('error', () => undefined);
    child.on('error', () => undefined);
    return new PeerProcess(child, log);
  }

  get cpuMs(): number {
    return cpuMsOf(this.pid);
  }

  get memory(): Memory {
    return memoryOf(this.pid);
  }

  /** Tells it something, one line of JSON. */
  tell(message: unknown): void {
    this.child.stdin?.write(`${JSON.stringify(message)}\n`);
  }

  /** Resolves when it has nothing left to do. Rejects where it has ended. */
  async untilQuiet(): Promise<void> {
    let looks = 0;
    let before = this.cpuMs;
    while (looks < QUIET_LOOKS) {
      await pause(LOOK_MS);
      this.assertAlive();
      const now = this.cpuMs;
      looks = now - before <= QUIET_CPU_MS ? looks + 1 : 0;
      before = now;
    }
  }

  /** Throws with the end of its output where it has ended. */
  assertAlive(): void {
    const { exitCode, signalCode } = this.child;
    if (exitCode === null && signalCode === null && this.child.pid !== undefined) return;
    const output = readFileSync(this.log, 'utf8').trimEnd().split('\n').slice(-8).join('\n');
    throw new Error(`${this.child.spawnfile} ended with ${String(exitCode ?? signalCode)}:\n${output}`);
  }

  /** Ends it; by default as a pod is ended. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill(signal);
    await ended;
  }

  private get pid(): number {
    return this.child.pid ?? 0;
  }
}
