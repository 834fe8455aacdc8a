/**
 * Which embedded APIs run on this machine, so that other commands find them: one small file for each, in `running/` of the
 * state home. A file counts only while the process that wrote it lives; what a killed one left is removed by the next.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isJsonObject } from '../../api/json';

/** An embedded API that runs. */
export interface RunningApi {
  /** The process of `adra up`. */
  readonly pid: number;
  /** `https://127.0.0.1:26443` */
  readonly server: string;
  /** Absolute path. */
  readonly kubeconfig: string;
}

const SUFFIX = '.json';

function directoryIn(home: string): string {
  return join(home, 'running');
}

/** Where the process of this number keeps a kubeconfig that is gone with it. */
export function passingKubeconfig(home: string, pid: number): string {
  return join(directoryIn(home), `${String(pid)}.kubeconfig`);
}

/** Writes down that an API runs in this process, or under it. Returns what takes the record away again. */
export function recordRunning(home: string, api: Omit<RunningApi, 'pid'>): () => void {
  const { pid } = process;
  const file = join(directoryIn(home), `${String(pid)}${SUFFIX}`);
  makeDirectory(home);
  const record = { pid, host: hostname(), started: startOf(pid), ...api };
  writeFileSync(`${file}.new`, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return () => {
    rmSync(file, { force: true });
  };
}

/** Makes the folder of the records, and removes from it what processes left that are gone. */
export function sweepRecords(home: string): void {
  makeDirectory(home);
  for (const name of readdirSync(directoryIn(home)).filter((entry) => entry.endsWith(SUFFIX))) {
    if (readRecord(home, name)?.isGone !== true) continue;
    rmSync(join(directoryIn(home), name), { force: true });
    rmSync(passingKubeconfig(home, Number.parseInt(name, 10)), { force: true });
  }
}

/** The embedded APIs that run, the oldest process first. */
export function runningApis(home: string): readonly RunningApi[] {
  let names: readonly string[];
  try {
    names = readdirSync(directoryIn(home));
  } catch {
    return [];
  }
  return names
    .filter((name) => name.endsWith(SUFFIX))
    .flatMap((name) => readRecord(home, name)?.running ?? [])
    .sort((left, right) => left.pid - right.pid);
}

function makeDirectory(home: string): void {
  mkdirSync(directoryIn(home), { recursive: true, mode: 0o700 });
}

/** Undefined for what can't be read: somebody removes it at this moment, or it is none of ours. */
function readRecord(
  home: string,
  name: string,
): { readonly isGone: boolean; readonly running?: RunningApi } | undefined {
  let record: unknown;
  try {
    record = JSON.parse(readFileSync(join(directoryIn(home), name), 'utf8'));
  } catch {
    return undefined;
  }
  if (!isJsonObject(record) || record['host'] !== hostname()) return undefined;
  const { pid, server, kubeconfig } = record;
  if (typeof pid !== 'number' || typeof server !== 'string' || typeof kubeconfig !== 'string') return undefined;
  // The number may belong to somebody else by now.
  const isGone = !isAlive(pid) || (record['started'] ?? undefined) !== startOf(pid);
  return isGone ? { isGone } : { isGone, running: { pid, server, kubeconfig } };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code !== 'ESRCH';
  }
}

/**
 * When a process started, in the kernel's words; undefined where there is no /proc.
 * @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    // The second field is the name in brackets, which may hold blanks; the start is the 22nd.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
