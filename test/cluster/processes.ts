/**
 * Processes that outlive their starter, recorded so that exactly they can be ended later.
 *
 * A pid alone says little: it may belong to something else by now. A process counts as ours only while its command line is the
 * one recorded, which names the cluster's directory.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ClusterProblem } from './problem';

/** What is written down of a process. */
export interface ProcessRecord {
  readonly name: string;
  readonly pid: number;
  /** Program and arguments. */
  readonly argv: readonly string[];
}

/** A process just started. */
export interface Launched {
  readonly record: ProcessRecord;
  /** Undefined while it runs; then how it ended. */
  readonly ended: () => string | undefined;
}

/**
 * Starts a program in its own session, so that Ctrl-C in the terminal doesn't reach it. It works in the cluster's
 * directory and logs to `<name>.log` there. It gets no environment but PATH and HOME: proxies and the like are none of its business.
 */
export function launch(directory: string, name: string, argv: readonly string[]): Launched {
  const [program = '', ...args] = argv;
  const log = openSync(join(directory, `${name}.log`), 'a', 0o600);
  let child: ChildProcess;
  try {
    child = spawn(program, args, {
      cwd: directory,
      detached: true,
      stdio: ['ignore', log, log],
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
    });
  } finally {
    closeSync(log);
  }
  let ended: string | undefined;
  child.once('error', (error) => {
    ended = error.message;
  });
  child.once('exit', (code, signal) => {
    ended = `ended with ${String(code ?? signal)}`;
  });
  child.unref();
  if (child.pid === undefined)
    throw new ClusterProblem(`${name}: "${program}" cannot be started: remove the file, so that it is built again`);
  return { record: { name, pid: child.pid, argv }, ended: () => ended };
}

/** True while the recorded process runs; false where its pid is free or somebody else's. */
export function isRunning(record: ProcessRecord): boolean {
  return existsSync('/proc/self/cmdline') ? runsByProc(record) : runsByPs(record);
}

function runsByProc({ pid, argv }: ProcessRecord): boolean {
  try {
    return readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8') === argv.map((word) => `${word}\0`).join('');
  } catch {
    return false;
  }
}

/** Where there is no /proc, as on macOS. */
function runsByPs({ pid, argv }: ProcessRecord): boolean {
  try {
    return (
      execFileSync('ps', ['-ww', '-o', 'args=', '-p', String(pid)], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim() === argv.join(' ')
    );
  } catch {
    return false;
  }
}

const ENDING_TAKES_AT_MOST_MS = 10_000;

/**
 * Ends the recorded processes that are still ours and returns when they are gone; others are left alone. At once, since
 * nothing that they hold is kept. Synchronous, so that it also works while this process exits.
 */
export function endProcesses(records: readonly ProcessRecord[]): void {
  const ours = records.filter(isRunning);
  for (const { pid } of ours) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself in between.
    }
  }
  const until = Date.now() + ENDING_TAKES_AT_MOST_MS;
  while (ours.some(isRunning)) {
    if (Date.now() > until) {
      throw new ClusterProblem(
        `processes ${ours.map(({ pid }) => String(pid)).join(', ')} do not end: end them by hand`,
      );
    }
    pause(5);
  }
}

function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
