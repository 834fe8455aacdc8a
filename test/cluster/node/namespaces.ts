/**
 * The namespaces that a node lives in: network, mounts and processes.
 *
 * One process holds them, the first of its process namespace. When it ends, by whatever way, the kernel ends every other process
 * there (daemons, containers and what they left behind) and then removes the mounts and the interfaces, which nobody else has.
 * The programs find `/run`, `/var/lib` and `/var/log` as they like them, without a trace on this machine.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ClusterProblem } from '../problem';
import { isRunning, launch, type ProcessRecord } from '../processes';
import { runTool, TOOL_PATH } from './tools';

/** What is written down of a node's namespaces. */
export interface NodeNamespaces {
  /** Made the namespaces, and waits for the first process in them; when it is gone, everything in them is. */
  readonly holder: ProcessRecord;
  /** The first process of the namespaces, as this machine numbers it. Absent until the holder has made them. */
  readonly first?: number;
}

/** Folders of the node that the programs write to. A cluster's directory can't be in one of them. */
const COVERED = ['/run', '/var/run', '/var/lib', '/var/log'] as const;

/** What the node keeps in the cluster's directory, and where the programs see it. */
const KEPT = { kubelet: '/var/lib/kubelet', containerd: '/var/lib/containerd', pods: '/var/log/pods' } as const;

/**
 * Settings of the kernel that the kubelet insists on and that hold for the whole machine: it finds them as it wants them, and
 * the machine's own stay.
 */
const APPARENT_SETTINGS = {
  'vm/overcommit_memory': 1,
  'vm/panic_on_oom': 0,
  'kernel/panic': 10,
  'kernel/panic_on_oops': 1,
  'kernel/keys/root_maxkeys': 1_000_000,
  'kernel/keys/root_maxbytes': 25_000_000,
} as const;

/** Stands on the command line of the first process, before the cluster's directory. */
const NAME = 'adrasteia-node';

const STARTING_TAKES_AT_MOST_MS = 10_000;
const ENDING_TAKES_AT_MOST_MS = 30_000;

/** Namespaces that are there. */
export type ReadyNamespaces = Required<NodeNamespaces>;

/** Starts the process that holds the namespaces. The programs don't see theirs until `mountInside`. */
export async function startNamespaces(
  directory: string,
  recorded: (namespaces: NodeNamespaces) => void,
): Promise<ReadyNamespaces> {
  const covered = COVERED.find((path) => `${directory}/`.startsWith(`${path}/`));
  if (covered !== undefined)
    throw new ClusterProblem(`a cluster with a node can't be in "${covered}": choose another directory`);
  // The shell collects what loses its parent; the words after the command only say whose process it is.
  const first = ['sh', '-c', 'sleep infinity & wait', NAME, directory];
  const { record: holder, ended } = launch(directory, 'namespaces', [
    'unshare',
    '--net',
    '--mount',
    '--propagation=private',
    '--pid',
    '--mount-proc',
    '--fork',
    '--kill-child=SIGKILL',
    '--',
    ...first,
  ]);
  recorded({ holder });
  const until = Date.now() + STARTING_TAKES_AT_MOST_MS;
  for (;;) {
    const child = firstChild(holder.pid);
    if (child !== undefined && isRunning({ name: 'first', pid: child, argv: first })) return { holder, first: child };
    if (ended() !== undefined || Date.now() > until) {
      throw new ClusterProblem(`unshare ${ended() ?? 'does not start'}: see "${join(directory, 'namespaces.log')}"`);
    }
    await delay(5);
  }
}

/** Prepares what the programs see. */
export function mountInside(directory: string, namespaces: ReadyNamespaces): void {
  const inside = (...argv: readonly string[]): void => {
    runTool(...prefix(namespaces), ...argv);
  };
  inside('mount', '--make-rshared', '/');
  inside('mount', '-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', '/run');
  inside('mkdir', '-p', '/run/lock', '/run/var-lib/upper', '/run/var-lib/work');
  const layers = 'lowerdir=/var/lib,upperdir=/run/var-lib/upper,workdir=/run/var-lib/work';
  inside('mount', '-t', 'overlay', '-o', layers, 'overlay', '/var/lib');
  inside('mount', '-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', '/var/log');
  for (const [name, path] of Object.entries(KEPT)) {
    mkdirSync(join(directory, name), { recursive: true, mode: 0o711 });
    inside('mkdir', '-p', path);
    inside('mount', '--bind', join(directory, name), path);
  }
  const settings = join(directory, 'settings');
  mkdirSync(settings, { recursive: true });
  for (const [name, value] of Object.entries(APPARENT_SETTINGS)) {
    const file = join(settings, name.replaceAll('/', '.'));
    writeFileSync(file, `${String(value)}\n`);
    inside('mount', '--bind', file, `/proc/sys/${name}`);
  }
  mkdirSync(join(directory, 'tmp'), { recursive: true });
}

/** The command that runs another inside the namespaces, in the cluster's directory, and ends with it. */
export function insideNamespaces(
  directory: string,
  namespaces: ReadyNamespaces,
  argv: readonly string[],
): readonly string[] {
  const environment = [`PATH=${TOOL_PATH}`, `TMPDIR=${join(directory, 'tmp')}`];
  return [...prefix(namespaces), 'env', `--chdir=${directory}`, ...environment, ...argv];
}

/** Ends everything in the namespaces and returns when it is gone. Synchronous, so that it also works while this process exits. */
export function endNamespaces({ holder, ...recorded }: NodeNamespaces): void {
  const directory = holder.argv.at(-1) ?? '';
  const first = recorded.first ?? (isRunning(holder) ? firstChild(holder.pid) : undefined);
  if (first !== undefined && commandLine(first)?.endsWith(`\0${NAME}\0${directory}\0`) === true) end(first);
  // A holder that has no child yet; else it ends after its child.
  else if (isRunning(holder)) end(holder.pid);
  const until = Date.now() + ENDING_TAKES_AT_MOST_MS;
  // The first process is gone only after all others, and the holder after the first. Where the holder was killed, the first
  // stays as a zombie until this machine's init sees to it.
  while (isRunning(holder) || (first !== undefined && isEnding(first))) {
    if (Date.now() > until) throw new ClusterProblem(`process ${String(first)} does not end: end it by hand`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself in between.
  }
}

function prefix({ first }: ReadyNamespaces): [string, ...string[]] {
  return ['nsenter', `--target=${String(first)}`, '--net', '--mount', '--pid', '--'];
}

function firstChild(pid: number): number | undefined {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((candidate) => statusOf(candidate)?.parent === pid);
}

function commandLine(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8');
  } catch {
    return undefined;
  }
}

/** True while a process that was told to end still waits for those it is responsible for: it has no command line any more. */
function isEnding(pid: number): boolean {
  const status = statusOf(pid);
  return status !== undefined && commandLine(pid) === '' && status.state !== 'Z' && status.state !== 'X';
}

function statusOf(pid: number): { readonly state: string; readonly parent: number } | undefined {
  try {
    const text = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
    const field = (name: string): string => new RegExp(`^${name}:\\s+(\\S+)`, 'm').exec(text)?.[1] ?? '';
    return { state: field('State'), parent: Number(field('PPid')) };
  } catch {
    return undefined;
  }
}
