/**
 * What the storages of the embedded API cost, in memory and on disk: `npm run bench -- storage`.
 *
 * No cluster is asked. Each storage is measured in a process of its own, so that one's memory isn't the other's.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiskStorage } from '../src/apiserver/storage/disk-storage';
import { MemoryStorage } from '../src/apiserver/storage/memory-storage';
import type { Storage } from '../src/apiserver/storage/storage';

const OBJECTS = 100_000;
const OBJECT_BYTES = 2_500;
const LISTED = 10_000;
const SUBSCRIBERS = 100;
const WATCHED_WRITES = 1_000;
/** How long writers write. */
const WRITING_MS = 2_000;

const STORAGES = ['memory', 'disk', 'disk without flushes'];

/** Prints the figures of all storages. */
export function benchStorages(print: (line: string) => void): void {
  for (const name of STORAGES) {
    const output = execFileSync(process.execPath, ['--expose-gc', __filename, name], { encoding: 'utf8' });
    print(`\nStorage: ${name}\n${output.trimEnd()}`);
  }
}

async function measure(name: string): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-storage-'));
  try {
    // Memory first: what was freed is seldom given back.
    await filled(name, join(directory, 'filled'));
    const storage = open(name, join(directory, 'written'));
    await writers(storage, 1);
    await writers(storage, 64);
    await storage.close();
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function open(name: string, directory: string): Storage {
  return name === 'memory' ? new MemoryStorage() : DiskStorage.open({ directory, sync: name === 'disk' });
}

async function writers(storage: Storage, count: number): Promise<void> {
  const startedAt = performance.now();
  let written = 0;
  const write = async (writer: number): Promise<void> => {
    for (let index = 0; performance.now() - startedAt < WRITING_MS; index += 1) {
      await put(storage, keyOf(writer, index % 1_000));
      written += 1;
    }
  };
  await Promise.all(Array.from({ length: count }, (_, writer) => write(writer)));
  const seconds = (performance.now() - startedAt) / 1_000;
  print(`  ${count} writers: ${(written / seconds).toFixed(0)} writes/s`);
}

async function filled(name: string, directory: string): Promise<void> {
  const before = memory();
  const storage = open(name, directory);
  const fillMs = await timed(async () => {
    for (let from = 0; from < OBJECTS; from += 1_000) {
      await Promise.all(Array.from({ length: 1_000 }, (_, index) => put(storage, keyOf(from / 1_000, index))));
    }
  });
  print(`  ${OBJECTS} objects of ${OBJECT_BYTES} bytes made in ${(fillMs / 1_000).toFixed(1)} s`);
  print(`  memory for them: ${megabytes(memory() - before)} MB, without the pages of the file`);
  await lists(storage);
  await fanOut(storage);
  await storage.close();
  if (name === 'memory') return;
  print(`  file: ${megabytes(statSync(join(directory, 'data.mdb')).size)} MB`);
  let opened: Storage | undefined;
  const openMs = await timed(() => {
    opened = open(name, directory);
  });
  print(`  opened with them in ${openMs.toFixed(0)} ms`);
  await opened?.close();
}

async function lists(storage: Storage): Promise<void> {
  const prefix = '/apps/deployments/';
  const revision = storage.revision;
  const whole = await timed(() => storage.list({ prefix, limit: LISTED }));
  print(`  list of ${LISTED}: ${whole.toFixed(1)} ms`);
  for (let index = 0; index < 1_000; index += 1) await put(storage, keyOf(0, index));
  const older = await timed(() => storage.list({ prefix, limit: LISTED, revision }));
  print(`  the same, 1000 changes ago: ${older.toFixed(1)} ms`);
}

async function fanOut(storage: Storage): Promise<void> {
  let delivered = 0;
  for (let index = 0; index < SUBSCRIBERS; index += 1) {
    storage.subscribe('/apps/deployments/', storage.revision, (events) => {
      delivered += events.length;
    });
  }
  const ms = await timed(async () => {
    await Promise.all(Array.from({ length: WATCHED_WRITES }, (_, index) => put(storage, keyOf(1, index))));
  });
  print(`  ${WATCHED_WRITES} writes to ${SUBSCRIBERS} subscribers: ${ms.toFixed(1)} ms, ${delivered} deliveries`);
}

function keyOf(namespace: number, name: number): string {
  return `/apps/deployments/team-${namespace}/environment-${name}`;
}

async function put(storage: Storage, key: string): Promise<void> {
  const ifRevision = storage.get(key)?.modRevision ?? 0;
  await storage.commit({ key, ifRevision, text: textOf });
}

const FILLING = 'x'.repeat(OBJECT_BYTES - 60);

/** As the API makes it: a new string each time. */
function textOf(revision: number): string {
  return JSON.stringify({ metadata: { resourceVersion: String(revision) }, filling: FILLING });
}

async function timed(work: () => unknown): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** Memory that is this process's own. */
function memory(): number {
  globalThis.gc?.();
  const status = readFileSync('/proc/self/status', 'utf8');
  return Number(/^RssAnon:\s+(\d+) kB/m.exec(status)?.[1] ?? Number.NaN) * 1024;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

if (require.main === module) void measure(process.argv[2] ?? 'memory');
