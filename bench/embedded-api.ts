/**
 * How fast the embedded API is, next to the real control plane in the same run: `npm run bench -- api`.
 *
 * Rounds alternate between the servers; what counts is the ratio of one round to the other, since the machine's speed changes.
 * The embedded API runs in a process of its own, in memory and on disk. Clients share this process.
 */

import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CONFIG_MAP, NAMESPACE } from '../constructs/parts/resource-types';
import { connectCluster, type KubernetesCluster } from '../src/adapters/kubernetes/client';
import type { Manifest } from '../src/api/object';
import type { ResourceType } from '../src/api/resource-type';

const DEPLOYMENT: ResourceType = {
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  namespaced: true,
};

const ROUNDS = 3;
const WRITES = 500;
const PARALLEL = 16;
const LISTED = 10_000;
const WATCHERS = 100;
const WATCHED_WRITES = 100;
const MANAGER = { fieldManager: 'bench' } as const;

interface Subject {
  readonly name: string;
  readonly cluster: KubernetesCluster;
}

type Measurement = (cluster: KubernetesCluster, namespace: string) => Promise<number>;

/** Prints a table: milliseconds on the real control plane, and the embedded API's as multiples of them. */
export async function benchEmbeddedApi(kubeconfig: string, print: (line: string) => void): Promise<void> {
  const directories = ['memory', 'disk'].map((kind) => ({
    kind,
    directory: mkdtempSync(join(tmpdir(), `bench-api-${kind}-`)),
  }));
  const processes: ChildProcess[] = [];
  const subjects: Subject[] = [{ name: 'real', cluster: connectCluster({ kubeconfig }) }];
  try {
    for (const { kind, directory } of directories) {
      const child = fork(join(__dirname, 'embedded-api-process.js'), [kind, directory], {
        stdio: ['ignore', 2, 2, 'ipc'],
      });
      processes.push(child);
      subjects.push({ name: kind, cluster: connectCluster({ kubeconfig: await started(child) }) });
    }
    for (const { cluster } of subjects) await filled(cluster);
    print(`\nEmbedded API: medians of ${String(ROUNDS)} rounds; ratios to the real control plane, smaller is faster`);
    print('| | real, ms | in memory | on disk |\n|---|---|---|---|');
    for (const [name, measurement] of MEASUREMENTS) print(await row(name, measurement, subjects));
    print(
      `Resident memory with ${String(LISTED)} ConfigMaps: ${processes.map((child, index) => `${directories[index]?.kind ?? ''} ${residentMb(child)} MB`).join(', ')}`,
    );
  } finally {
    for (const child of processes) child.disconnect();
    for (const { cluster } of subjects) await cluster.close();
    for (const { directory } of directories) rmSync(directory, { recursive: true, force: true });
  }
}

const MEASUREMENTS: readonly (readonly [string, Measurement])[] = [
  [
    `create ${String(WRITES)} Deployments, ${String(PARALLEL)} at a time`,
    (cluster, namespace) =>
      timed(() => writeAll((index) => cluster.create(DEPLOYMENT, deployment(namespace, index, 1), MANAGER))),
  ],
  [
    `apply ${String(WRITES)} unchanged`,
    (cluster, namespace) =>
      timed(() =>
        writeAll((index) => cluster.apply(DEPLOYMENT, deployment(namespace, index, 1), { ...MANAGER, force: true })),
      ),
  ],
  [
    `apply ${String(WRITES)} changed`,
    (cluster, namespace) =>
      timed(() =>
        writeAll((index) => cluster.apply(DEPLOYMENT, deployment(namespace, index, 2), { ...MANAGER, force: true })),
      ),
  ],
  [
    `list ${String(LISTED)} ConfigMaps`,
    (cluster) => timed(() => cluster.raw(`/api/v1/namespaces/${FILLED}/configmaps`)),
  ],
  [`${String(WATCHED_WRITES)} writes to ${String(WATCHERS)} watchers`, watched],
];

const FILLED = 'bench-filled';

async function row(name: string, measurement: Measurement, subjects: readonly Subject[]): Promise<string> {
  const times = new Map<string, number[]>(subjects.map((subject) => [subject.name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    const order = round % 2 === 0 ? subjects : [...subjects].reverse();
    for (const { name: subject, cluster } of order) {
      const namespace = await namespaceFor(
        cluster,
        `${name.replace(/\W+/g, '-').toLowerCase()}-${String(round)}`,
        name,
      );
      times.get(subject)?.push(await measurement(cluster, namespace));
    }
  }
  const medians = subjects.map((subject) => median(times.get(subject.name) ?? []));
  const [real = 1, ...others] = medians;
  return `| ${name} | ${real.toFixed(0)} | ${others.map((value) => `${(value / real).toFixed(2)} (${value.toFixed(0)} ms)`).join(' | ')} |`;
}

/** The rows about the same Deployments share a namespace in each round. */
async function namespaceFor(cluster: KubernetesCluster, name: string, title: string): Promise<string> {
  const round = name.slice(-1);
  const namespace = title.includes('watchers') ? `bench-watched-${round}` : `bench-${round}`;
  if ((await cluster.get(NAMESPACE, { name: namespace })) === undefined) {
    await cluster.create(NAMESPACE, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  }
  return namespace;
}

async function filled(cluster: KubernetesCluster): Promise<void> {
  await cluster.create(NAMESPACE, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: FILLED } });
  await inParallel(LISTED, (index) =>
    cluster.create(CONFIG_MAP, configMap(FILLED, `filled-${String(index)}`), MANAGER),
  );
}

function writeAll(write: (index: number) => Promise<unknown>): Promise<void> {
  return inParallel(WRITES, write);
}

async function inParallel(count: number, work: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next; index < count; index = next) {
      next += 1;
      await work(index);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
}

/** From the first write until every watcher has seen the last. */
async function watched(cluster: KubernetesCluster, namespace: string): Promise<number> {
  const { resourceVersion } = await cluster.list(CONFIG_MAP, { namespace });
  const stopping = new AbortController();
  const watchers = Array.from({ length: WATCHERS }, async () => {
    let seen = 0;
    const options = { namespace, resourceVersion, timeoutSeconds: 120, signal: stopping.signal };
    for await (const event of cluster.watch(CONFIG_MAP, options)) {
      if (event.type !== 'BOOKMARK' && event.object.metadata.name.startsWith('watched')) seen += 1;
      if (seen === WATCHED_WRITES) return;
    }
  });
  const time = await timed(async () => {
    await inParallel(WATCHED_WRITES, (index) =>
      cluster.create(CONFIG_MAP, configMap(namespace, `watched-${String(index)}`), MANAGER),
    );
    await Promise.all(watchers);
  });
  stopping.abort();
  return time;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

function configMap(namespace: string, name: string): Manifest {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data: { text: 'x'.repeat(1_000) } };
}

function deployment(namespace: string, index: number, replicas: number): Manifest {
  const labels = { app: `bench-${String(index)}` };
  const container = {
    name: 'main',
    image: 'registry.example.org/app:1',
    ports: [{ name: 'http', containerPort: 8080 }],
    env: Array.from({ length: 10 }, (_, variable) => ({ name: `V${String(variable)}`, value: 'x' })),
    resources: { requests: { cpu: '100m', memory: '64Mi' } },
    volumeMounts: [{ name: 'data', mountPath: '/data' }],
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: `bench-${String(index)}`, namespace, labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container], volumes: [{ name: 'data', emptyDir: {} }] } },
    },
  };
}

function started(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => {
      resolve((message as { readonly kubeconfig: string }).kubeconfig);
    });
    child.once('exit', (code) => {
      reject(new Error(`the embedded API ended with ${String(code)}`));
    });
  });
}

function residentMb({ pid }: ChildProcess): string {
  const kb = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1] ?? '0';
  return (Number(kb) / 1024).toFixed(0);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
