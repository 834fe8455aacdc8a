/**
 * What is written down of a cluster, in `cluster.json` of its directory. Written before and after every process is started, so
 * that an interrupted start can be taken down too.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { endNode, type NodeRecord } from './node/node-record';
import { ClusterProblem } from './problem';
import { endProcesses, type ProcessRecord } from './processes';

/** One cluster, as its directory describes it. */
export interface ClusterRecord {
  /** Of Kubernetes. */
  readonly version: string;
  /** Port of the API server: of loopback, or of the node where there is one. */
  readonly port: number;
  readonly fsync: boolean;
  readonly processes: readonly ProcessRecord[];
  /** Absent where the cluster has no node. */
  readonly node?: NodeRecord;
  /** Who takes a throw-away cluster down; absent where the cluster stays until `down`. */
  readonly owner?: { readonly pid: number; readonly host: string };
}

const FILE = 'cluster.json';
const STARTING = 'starting';

/** The record of the cluster in this directory; undefined where there is none. */
export function findRecord(directory: string): ClusterRecord | undefined {
  const file = join(directory, FILE);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return JSON.parse(text) as ClusterRecord;
  } catch {
    throw new ClusterProblem(`"${file}" is damaged: end the processes that name the directory, and remove it`);
  }
}

/** Whole or not at all. */
export function writeRecord(directory: string, record: ClusterRecord): void {
  const file = join(directory, FILE);
  writeFileSync(`${file}.new`, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Makes the directory, readable by its user alone. A `ClusterProblem` where it holds something else. */
export function claimDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (findRecord(directory) === undefined && readdirSync(directory).some((name) => name !== STARTING)) {
    throw new ClusterProblem(`"${directory}" is not empty and holds no test cluster: choose another directory`);
  }
}

/**
 * Ends the cluster in this directory and removes the directory; false where there is none. A directory without a record
 * is left alone, whatever it holds.
 */
export function removeCluster(directory: string): boolean {
  const record = findRecord(directory);
  if (record === undefined) return false;
  endCluster(record);
  rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
  return true;
}

/** Ends all processes of a cluster and takes away its node, but keeps its files. */
export function endCluster({ processes, node }: ClusterRecord): void {
  if (node !== undefined) endNode(node);
  endProcesses(processes);
}

/**
 * Runs `start` while no other process starts the cluster of this directory. A `ClusterProblem` where one does. Its mark
 * lies in the directory, and counts only while who made it lives.
 */
export async function whileStarting(directory: string, start: () => Promise<void>): Promise<void> {
  claimDirectory(directory);
  const mark = join(directory, STARTING);
  if (existsSync(mark) && isGone(Number(readFileSync(mark, 'utf8')))) rmSync(mark, { force: true });
  try {
    writeFileSync(mark, String(process.pid), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new ClusterProblem(`another process starts the cluster in "${directory}": wait for it`);
  }
  const remove = (): void => {
    rmSync(mark, { force: true });
  };
  process.once('exit', remove);
  try {
    await start();
  } finally {
    process.off('exit', remove);
    remove();
  }
}

/** This process, as the owner of a throw-away cluster. */
export function thisOwner(): NonNullable<ClusterRecord['owner']> {
  return { pid: process.pid, host: hostname() };
}

/** True where the owner ran on this machine and is gone. Another host's pids, as seen in a shared /tmp, mean nothing here. */
export function isOrphaned({ owner }: ClusterRecord): boolean {
  return owner?.host === hostname() && isGone(owner.pid);
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
