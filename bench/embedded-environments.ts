/**
 * How much memory and time 10,000 environments take in one process with everything in it: `adra up` with its API on disk,
 * Kubernetes' controllers, the simulated node and the controller.
 *
 *     node lib/bench/embedded-environments.js [COUNT] [--heap-snapshot DIR] [--cpu-profile DIR]
 *
 * Memory is by the kernel's account. What is `anonymous` is the process's own; what is `mapped` are pages of its files, the
 * storage's among them, which the kernel takes back when somebody needs the memory.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { NAMESPACE } from '../constructs/parts/resource-types';
import { connectCluster } from '../src/adapters/kubernetes/client';
import { Discovery } from '../src/adapters/kubernetes/discovery';
import type { KubeObject } from '../src/api/object';
import type { Cluster } from '../src/ports/cluster';
import { ENTRY_POINT, ENVIRONMENT, entryPoint, environment, inParallel, template } from './environments';

const COUNT = 10_000;
const PER_NAMESPACE = 100;
const REPORT_MS = 15_000;
/** Clock ticks a second in /proc, fixed by the Linux ABI. */
const TICKS_PER_SECOND = 100;

interface Usage {
  readonly anonymousMb: number;
  readonly mappedMb: number;
  readonly peakMb: number;
  readonly cpuSeconds: number;
}

interface Wanted {
  readonly count: number;
  /** Where a snapshot of the heap at rest is written. Default: none is taken. */
  readonly snapshots?: string;
  /** Where a profile of what the processor did is written. Default: none is taken. */
  readonly profiles?: string;
}

async function main({ count, snapshots, profiles }: Wanted): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-environments-'));
  const child = startUp(directory, { snapshots, profiles });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  try {
    const kubeconfig = join(directory, 'data', 'kubeconfig');
    while (!existsSync(kubeconfig)) await untilLater(child);
    const cluster = connectCluster({ kubeconfig });
    try {
      await measure(cluster, child, { count, dataFile: join(directory, 'data') });
      if (snapshots !== undefined) await takeSnapshot(child, snapshots);
    } finally {
      await cluster.close();
    }
  } finally {
    child.kill('SIGTERM');
    await ended;
    rmSync(directory, { recursive: true, force: true });
  }
}

function startUp(directory: string, { snapshots, profiles }: Omit<Wanted, 'count'>): ChildProcess {
  const objects = join(directory, 'objects.json');
  writeFileSync(objects, JSON.stringify(template()));
  const main = join(__dirname, '..', 'src', 'cli', 'main.js');
  const args = [main, 'up', '--data', join(directory, 'data'), '--port', '0', objects];
  const profiling = [
    ...(snapshots === undefined ? [] : ['--heapsnapshot-signal=SIGUSR2', `--diagnostic-dir=${snapshots}`]),
    ...(profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`]),
  ];
  return spawn(process.execPath, [...profiling, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ADRA_HOME: directory },
  });
}

/** A snapshot is whole when the process, which stands still meanwhile, answers again. */
async function takeSnapshot(child: ChildProcess, directory: string): Promise<void> {
  const before = usageOf(child).cpuSeconds;
  child.kill('SIGUSR2');
  const isDone = (): boolean => readdirSync(directory).some((name) => name.endsWith('.heapsnapshot'));
  while (!isDone() || usageOf(child).cpuSeconds - before < 1) await untilLater(child);
  await untilIdle(child);
  print(`a snapshot of the heap is in ${directory}`);
}

async function untilLater(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) throw new Error(`adra up ended with ${String(child.exitCode)}`);
  await pause(100);
}

interface Measured {
  readonly count: number;
  readonly dataFile: string;
}

async function measure(cluster: Cluster, child: ChildProcess, { count, dataFile }: Measured): Promise<void> {
  await untilServed(cluster, child);
  print(`${String(count)} environments; before the first: ${usageText(usageOf(child))}`);
  const startedAt = performance.now();
  const ready = new Set<string>();
  const stopping = new AbortController();
  const watching = watchReady(cluster, ready, stopping.signal);
  let created = 0;
  const timer = setInterval(() => {
    print(
      `${secondsSince(startedAt)} s: ${String(created)} made, ${String(ready.size)} ready; ${usageText(usageOf(child))}`,
    );
  }, REPORT_MS);
  try {
    const namespaces = Array.from({ length: Math.ceil(count / PER_NAMESPACE) }, (_, index) => `team-${String(index)}`);
    for (const name of namespaces) {
      await cluster.create(NAMESPACE, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
      await cluster.create(ENTRY_POINT, entryPoint(name));
    }
    const names = Array.from({ length: count }, (_, index) => index);
    await inParallel(names, async (index) => {
      const namespace = `team-${String(Math.floor(index / PER_NAMESPACE))}`;
      await cluster.create(ENVIRONMENT, environment(namespace, `env-${String(index)}`));
      created += 1;
    });
    print(`all made after ${secondsSince(startedAt)} s`);
    while (ready.size < count) await untilLater(child);
    const seconds = (performance.now() - startedAt) / 1000;
    print(`all ready after ${seconds.toFixed(0)} s: ${(count / seconds).toFixed(1)} environments/s`);
  } finally {
    clearInterval(timer);
    stopping.abort();
    await watching;
  }
  await untilIdle(child);
  print(`at rest: ${usageText(usageOf(child))}; storage ${mb(storageBytes(dataFile))} MB`);
  await printObjects(cluster);
  print(`after counting them: ${usageText(usageOf(child))}`);
}

/** The template is sent last: with it, everything that comes before is there. */
async function untilServed(cluster: Cluster, child: ChildProcess): Promise<void> {
  for (;;) {
    try {
      if ((await cluster.list(ENVIRONMENT, {})).items.length === 0) {
        const { items } = await cluster.list(
          {
            ...ENVIRONMENT,
            kind: 'ClusterEnvironmentTemplate',
            plural: 'clusterenvironmenttemplates',
            namespaced: false,
          },
          {},
        );
        if (items.length > 0) return;
      }
    } catch {
      // Not served yet.
    }
    await untilLater(child);
  }
}

async function watchReady(cluster: Cluster, ready: Set<string>, signal: AbortSignal): Promise<void> {
  let { resourceVersion } = await cluster.list(ENVIRONMENT, {});
  const isOver = (): boolean => signal.aborted;
  while (!isOver()) {
    try {
      for await (const event of cluster.watch(ENVIRONMENT, { resourceVersion, timeoutSeconds: 3_600, signal })) {
        if (event.type === 'BOOKMARK') resourceVersion = event.resourceVersion;
        else {
          resourceVersion = event.object.metadata.resourceVersion ?? resourceVersion;
          if (isReady(event.object))
            ready.add(`${event.object.metadata.namespace ?? ''}/${event.object.metadata.name}`);
        }
      }
    } catch (error) {
      if (!isOver()) throw error;
    }
  }
}

function isReady(object: KubeObject): boolean {
  const { conditions } = (object.status ?? {}) as { conditions?: readonly { type: string; status: string }[] };
  return conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

/** Until it has hardly used a CPU for a while. */
async function untilIdle(child: ChildProcess): Promise<void> {
  for (let before = usageOf(child).cpuSeconds; ; ) {
    await pause(10_000);
    const { cpuSeconds } = usageOf(child);
    if (cpuSeconds - before < 1) return;
    before = cpuSeconds;
  }
}

async function printObjects(cluster: Cluster): Promise<void> {
  const counts: [string, number][] = [];
  const seen = new Set<string>();
  for (const type of await new Discovery(cluster).all()) {
    const key = `${type.kind}.${type.group}`;
    if (!type.verbs.includes('list') || seen.has(key)) continue;
    seen.add(key);
    const path = `${type.group === '' ? '/api' : `/apis/${type.group}`}/${type.version}/${type.plural}?limit=1`;
    const { items, metadata } = (await cluster.raw(path)) as {
      readonly items: readonly unknown[];
      readonly metadata: { readonly remainingItemCount?: number };
    };
    counts.push([key, items.length + (metadata.remainingItemCount ?? 0)]);
  }
  counts.sort(([, a], [, b]) => b - a);
  print(`${String(counts.reduce((sum, [, count]) => sum + count, 0))} objects:`);
  for (const [key, count] of counts) if (count > 100) print(`  ${String(count)} ${key}`);
}

function usageOf({ pid }: ChildProcess): Usage {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const megabytes = (field: string): number =>
    (Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? Number.NaN) * 1024) / 1e6;
  return {
    anonymousMb: megabytes('RssAnon'),
    mappedMb: megabytes('RssFile') + megabytes('RssShmem'),
    peakMb: megabytes('VmHWM'),
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
  };
}

function usageText({ anonymousMb, mappedMb, peakMb, cpuSeconds }: Usage): string {
  return `${anonymousMb.toFixed(0)} MB anonymous, ${mappedMb.toFixed(0)} MB mapped, peak of both ${peakMb.toFixed(0)} MB, ${cpuSeconds.toFixed(0)} CPU-s`;
}

function storageBytes(directory: string): number {
  const file = ['storage', 'objects', '.']
    .map((name) => join(directory, name, 'data.mdb'))
    .find((path) => existsSync(path));
  return file === undefined ? 0 : statSync(file).size;
}

function mb(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}

function secondsSince(startedAt: number): string {
  return ((performance.now() - startedAt) / 1000).toFixed(0);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

const { positionals, values } = parseArgs({
  options: { 'heap-snapshot': { type: 'string' }, 'cpu-profile': { type: 'string' } },
  allowPositionals: true,
});
const { 'heap-snapshot': snapshots, 'cpu-profile': profiles } = values;
main({
  count: Number(positionals[0] ?? COUNT),
  ...(snapshots === undefined ? {} : { snapshots }),
  ...(profiles === undefined ? {} : { profiles }),
}).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
