/**
 * What the engine costs, measured on a real API server: `npm run bench`.
 *
 * Wall times are compared only inside one run, by ratio to the raw limit, which is measured again in every round; the order of
 * the two alternates. CPU is the controller process's own, by the kernel's account.
 */

import { execFileSync } from 'node:child_process';
import { cpus, loadavg, tmpdir } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { kinds } from '../constructs/kinds';
import { CUSTOM_RESOURCE_DEFINITION, NAMESPACE } from '../constructs/parts/resource-types';
import { connectCluster } from '../src/adapters/kubernetes/client';
import type { Cluster } from '../src/ports/cluster';
import { benchAccess } from './access';
import { benchStorages } from './apiserver-storage';
import { ControllerProcess } from './controller-process';
import { benchEmbeddedApi } from './embedded-api';
import {
  childrenOf,
  ENTRY_POINT,
  ENVIRONMENT,
  entryPoint,
  environment,
  freshNamespace,
  inParallel,
  rawLimit,
  TEMPLATE,
  template,
} from './environments';
import { benchGate } from './gate';
import { benchPeers } from './peers/main';
import { benchTenancy } from './tenancy';

const ROUNDS = 5;
const BURST = 100;
/** Environments made before a burst is measured. */
const WARM = 200;
const RESTART = 500;
const SCALE = 2_000;

async function main(kubeconfig: string, only: readonly string[]): Promise<void> {
  const cluster = connectCluster({ kubeconfig });
  const wanted = (name: string): boolean => only.length === 0 || only.includes(name);
  print(
    `Node ${process.version}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1) ?? ''}, ${await serverVersion(cluster)}`,
  );
  if (wanted('storage')) benchStorages(print);
  if (wanted('api')) await benchEmbeddedApi(kubeconfig, print);
  if (wanted('gate')) await benchGate(print);
  if (only.includes('access')) await benchAccess(print, only.slice(only.indexOf('access') + 1));
  await install(cluster);
  try {
    if (wanted('one')) await oneEnvironment(cluster, kubeconfig);
    if (wanted('burst')) await burst(cluster, kubeconfig);
    if (wanted('restart')) await restart(cluster, kubeconfig);
    if (wanted('scale')) await scale(cluster, kubeconfig);
    if (only.includes('profile')) await profile(cluster, kubeconfig);
    if (only.includes('tenancy')) await tenancy(cluster, kubeconfig, only.slice(only.indexOf('tenancy') + 1));
  } finally {
    await cluster.close();
  }
}

async function install(cluster: Cluster): Promise<void> {
  for (const kind of kinds)
    await cluster.apply(CUSTOM_RESOURCE_DEFINITION, kind.crd(), { fieldManager: 'bench', force: true });
  for (const kind of kinds) {
    for (;;) {
      try {
        await cluster.list(kind.type, {});
        break;
      } catch {
        await pause(100);
      }
    }
  }
  await cluster.apply(TEMPLATE, template(), { fieldManager: 'bench', force: true });
}

/** The writes of a new environment, one by one. */
async function oneEnvironment(cluster: Cluster, kubeconfig: string): Promise<void> {
  const controller = await ControllerProcess.start(kubeconfig);
  const namespace = await prepared(cluster);
  await controller.untilQuiet();
  await cluster.create(ENVIRONMENT, environment(namespace, 'one'));
  await pause(3_000);
  await controller.untilQuiet();
  const writes = [...(await controller.writes())].sort();
  print(`\nA new environment: ${childrenOf(namespace, 'one').length} children, ${total(writes)} writes`);
  for (const [what, count] of writes) print(`  ${count}  ${what}`);
  await controller.stop();
  await cluster.delete(NAMESPACE, { name: namespace });
}

/** Many environments at once, against the raw limit of the same round. */
async function burst(cluster: Cluster, kubeconfig: string): Promise<void> {
  print(`\nBursts of ${BURST} environments, ${ROUNDS} rounds`);
  const ratios: number[] = [];
  const cpu: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const measure = async (): Promise<void> => {
      const result = await oneBurst(cluster, kubeconfig);
      rates.push(result.rate);
      cpu.push(result.cpuMs);
    };
    const rates: number[] = [];
    let limit = 0;
    const raw = async (): Promise<void> => {
      const namespace = await prepared(cluster);
      limit = await rawLimit(cluster, namespace, BURST);
      await removed(cluster, namespace);
    };
    for (const step of round % 2 === 0 ? [raw, measure] : [measure, raw]) await step();
    const rate = rates[0] ?? 0;
    ratios.push(rate / limit);
    print(
      `  round ${round + 1}: ${rate.toFixed(1)} environments/s, raw limit ${limit.toFixed(1)}, ratio ${(rate / limit).toFixed(2)}, controller ${(cpu.at(-1) ?? 0).toFixed(1)} CPU-ms an environment`,
    );
  }
  print(
    `  median ratio ${median(ratios).toFixed(2)}, median ${median(cpu).toFixed(1)} CPU-ms an environment (goal: at most 8)`,
  );
}

/** Tenants and workspaces: `npm run bench -- tenancy [TENANTS] [FOLDER FOR A CPU PROFILE]`. */
async function tenancy(cluster: Cluster, kubeconfig: string, [tenants, profiles]: readonly string[]): Promise<void> {
  await benchTenancy({
    cluster,
    kubeconfig,
    print,
    ...(tenants === undefined ? {} : { tenants: Number(tenants) }),
    ...(profiles === undefined ? {} : { profiles }),
  });
}

/** A CPU profile of bursts, for Chrome's or any other viewer: `npm run bench -- profile`. */
async function profile(cluster: Cluster, kubeconfig: string): Promise<void> {
  const { cpuMs, looks } = await oneBurst(cluster, kubeconfig, tmpdir());
  print(
    `\nProfile in ${tmpdir()}; ${cpuMs.toFixed(1)} CPU-ms and ${looks.toFixed(1)} looks an environment while profiling`,
  );
}

async function oneBurst(
  cluster: Cluster,
  kubeconfig: string,
  profiles?: string,
): Promise<{ readonly rate: number; readonly cpuMs: number; readonly looks: number }> {
  const controller = await ControllerProcess.start(kubeconfig, { profiles });
  const namespace = await prepared(cluster);
  // The first environments meet cold code; what is measured is the steady state.
  await inParallel(names('warm', WARM), (name) => cluster.create(ENVIRONMENT, environment(namespace, name)));
  await controller.untilQuiet();
  const before = controller.usage.cpuMs;
  const looksBefore = await controller.reconciles();
  const startedAt = performance.now();
  await inParallel(names('burst', BURST), (name) => cluster.create(ENVIRONMENT, environment(namespace, name)));
  await untilIngresses(cluster, namespace, BURST + WARM);
  const seconds = (performance.now() - startedAt) / 1000;
  await controller.untilQuiet();
  const cpuMs = (controller.usage.cpuMs - before) / BURST;
  const looks = ((await controller.reconciles()) - looksBefore) / BURST;
  await controller.stop();
  await removed(cluster, namespace);
  return { rate: BURST / seconds, cpuMs, looks };
}

/** A restart with everything converged: nothing may be written. */
async function restart(cluster: Cluster, kubeconfig: string): Promise<void> {
  const first = await ControllerProcess.start(kubeconfig);
  const namespace = await prepared(cluster);
  await inParallel(names('env', RESTART), (name) => cluster.create(ENVIRONMENT, environment(namespace, name)));
  await untilIngresses(cluster, namespace, RESTART);
  await first.untilQuiet();
  await first.stop();
  const second = await ControllerProcess.start(kubeconfig);
  await second.untilQuiet();
  const writes = [...(await second.writes())];
  print(
    `\nA restart with ${RESTART} converged environments: ${total(writes)} writes (goal: 0), ${await second.reconciles()} looks, ${second.usage.cpuMs.toFixed(0)} CPU-ms in all`,
  );
  for (const [what, count] of writes) print(`  ${count}  ${what}`);
  const idleFrom = second.usage.cpuMs;
  await pause(30_000);
  print(
    `30 s idle: ${total([...(await second.writes())]) - total(writes)} writes, ${(second.usage.cpuMs - idleFrom).toFixed(0)} CPU-ms`,
  );
  await second.stop();
  await cluster.delete(NAMESPACE, { name: namespace });
}

/** Memory with many environments, after a start with all of them there. */
async function scale(cluster: Cluster, kubeconfig: string): Promise<void> {
  const first = await ControllerProcess.start(kubeconfig);
  const namespace = await prepared(cluster);
  const startedAt = performance.now();
  await inParallel(names('env', SCALE), (name) => cluster.create(ENVIRONMENT, environment(namespace, name)));
  await untilIngresses(cluster, namespace, SCALE);
  const seconds = (performance.now() - startedAt) / 1000;
  await first.untilQuiet();
  print(
    `\n${SCALE} environments (${SCALE * childrenOf(namespace, 'x').length} children) made in ${seconds.toFixed(0)} s`,
  );
  print(
    `  ${(first.usage.cpuMs / SCALE).toFixed(1)} CPU-ms an environment, the start of the process and cold code counted in`,
  );
  print(
    `  memory after making them: ${megabytes(first.usage.rssBytes)} MB, peak ${megabytes(first.usage.peakRssBytes)} MB`,
  );
  await first.stop();
  const second = await ControllerProcess.start(kubeconfig);
  await second.untilQuiet();
  await pause(10_000);
  print(
    `  memory after a restart with them: ${megabytes(second.usage.rssBytes)} MB, peak ${megabytes(second.usage.peakRssBytes)} MB (goal: at most 130 MB)`,
  );
  await second.stop();
  // Nothing is measured after this: the namespace may go in its own time.
  await cluster.delete(NAMESPACE, { name: namespace });
}

async function prepared(cluster: Cluster): Promise<string> {
  const namespace = await freshNamespace(cluster);
  await cluster.apply(ENTRY_POINT, entryPoint(namespace), { fieldManager: 'bench', force: true });
  return namespace;
}

/** Deletes a namespace and waits until it is gone, so that its deletion doesn't weigh on the next measurement. */
async function removed(cluster: Cluster, namespace: string): Promise<void> {
  await cluster.delete(NAMESPACE, { name: namespace });
  while ((await cluster.get(NAMESPACE, { name: namespace })) !== undefined) await pause(250);
}

/** Ingresses are applied last: when all are there, so is all else. */
async function untilIngresses(cluster: Cluster, namespace: string, count: number): Promise<void> {
  const type = { group: 'networking.k8s.io', version: 'v1', kind: 'Ingress', plural: 'ingresses', namespaced: true };
  let seen = 0;
  const { resourceVersion, items } = await cluster.list(type, { namespace });
  seen = items.length;
  const abort = new AbortController();
  if (seen >= count) return;
  for await (const event of cluster.watch(type, {
    namespace,
    resourceVersion,
    timeoutSeconds: 3_600,
    signal: abort.signal,
  })) {
    if (event.type === 'ADDED') seen += 1;
    if (seen >= count) break;
  }
  abort.abort();
}

function names(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
}

function total(counts: readonly (readonly [string, number])[]): number {
  return counts.reduce((sum, [, count]) => sum + count, 0);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}

async function serverVersion(cluster: Cluster): Promise<string> {
  const { gitVersion } = (await cluster.raw('/version')) as { readonly gitVersion: string };
  return `kube-apiserver ${gitVersion}, kernel ${execFileSync('uname', ['-r'], { encoding: 'utf8' }).trim()}`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

const kubeconfig = process.env['KUBECONFIG'];
if (kubeconfig === undefined) throw new Error('KUBECONFIG names no cluster: run this as `npm run bench`');
const [verb, ...rest] = process.argv.slice(2);
(verb === 'peers' ? benchPeers(kubeconfig, rest) : main(kubeconfig, process.argv.slice(2))).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
