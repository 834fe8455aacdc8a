/**
 * What tenants and workspaces cost: `npm run bench -- tenancy [TENANTS]`.
 *
 * Each tenant is in three workspaces, one of them everybody's. Measured: making them all, one more enrolment, a restart with all of
 * them there, a resync, and the deletion of the workspace that everybody is in. The API server and Kubernetes' controllers are real; what they
 * do with namespaces is theirs, and goes on beside the controller's own work.
 */

import { setTimeout as pause } from 'node:timers/promises';
import { kinds } from '../constructs/kinds';
import { CLUSTER_ROLE, NAMESPACE, ROLE_BINDING } from '../constructs/parts/resource-types';
import { PLATFORM_NAMESPACE, shippedRoles } from '../constructs/platform';
import type { KubeObject, Manifest } from '../src/api/object';
import { valueAt } from '../src/api/object';
import type { ResourceType } from '../src/api/resource-type';
import type { Cluster } from '../src/ports/cluster';
import { ControllerProcess } from './controller-process';
import { inParallel } from './environments';

type Print = (line: string) => void;

export interface TenancyBench {
  readonly cluster: Cluster;
  readonly kubeconfig: string;
  readonly print: Print;
  /** Default: 2,000. */
  readonly tenants?: number;
  /** Where a CPU profile of the first controller is left. Default: none is made. */
  readonly profiles?: string;
}

const TENANTS = 2_000;
const PER_WORKSPACE = 50;
const EVERYBODYS = 'bench-everybody';
/** Resync of the second controller: everybody is looked at again once within twice as long. */
const RESYNC_SECONDS = 60;

const [TENANT, WORKSPACE] = ['Tenant', 'Workspace'].map((name) => {
  const found = kinds.find(({ type }) => type.group === 'adrasteia.dev' && type.kind === name);
  if (found === undefined) throw new Error(`no kind ${name}`);
  return found.type;
}) as [ResourceType, ResourceType];

/** Measures, and prints. The cluster is left as it is then: it is to be thrown away. */
export async function benchTenancy({
  cluster,
  kubeconfig,
  print,
  tenants = TENANTS,
  profiles,
}: TenancyBench): Promise<void> {
  // Inventories of cluster-scoped objects lie in it.
  const system = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: PLATFORM_NAMESPACE } };
  await cluster.apply(NAMESPACE, system, { fieldManager: 'bench', force: true });
  for (const { name, rules } of shippedRoles(kinds)) {
    const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name }, rules };
    await cluster.apply(CLUSTER_ROLE, role, { fieldManager: 'bench', force: true });
  }
  const controller = await ControllerProcess.start(kubeconfig, { args: ['--tenancy'], profiles });
  const workspaces = Array.from(
    { length: Math.max(2, Math.ceil(tenants / PER_WORKSPACE)) },
    (_, index) => `bench-${index}`,
  );
  const everything = [EVERYBODYS, ...workspaces];
  await inParallel(everything, (name) => cluster.create(WORKSPACE, workspace(name)));
  await untilReady(cluster, WORKSPACE, everything.length);
  await controller.untilQuiet();
  print(`\n${tenants} tenants, each in 3 of ${everything.length} workspaces`);

  await making({ cluster, controller, print, tenants, workspaces });
  await enrolling({ cluster, controller, print });
  await controller.stop();
  const second = await restarting({ kubeconfig, print });
  await removing({ cluster, controller: second, print, tenants });
  await second.stop();
}

interface Step {
  readonly cluster: Cluster;
  readonly controller: ControllerProcess;
  readonly print: Print;
}

async function making({
  cluster,
  controller,
  print,
  tenants,
  workspaces,
}: Step & { readonly tenants: number; readonly workspaces: readonly string[] }): Promise<void> {
  const before = await measured(controller);
  const startedAt = performance.now();
  await inParallel(
    Array.from({ length: tenants }, (_, index) => index),
    (index) => cluster.create(TENANT, tenant(index, workspaces)),
  );
  const asked = seconds(startedAt);
  await untilReady(cluster, TENANT, tenants);
  const took = seconds(startedAt);
  await controller.untilQuiet();
  const after = await measured(controller);
  const { rssBytes, peakRssBytes } = controller.usage;
  print(
    `  all ready ${took.toFixed(0)} s after the first was asked for (the last after ${asked.toFixed(0)} s): ${(tenants / took).toFixed(1)} tenants/s`,
  );
  print(
    `  ${((after.cpuMs - before.cpuMs) / tenants).toFixed(1)} CPU-ms and ${((after.looks - before.looks) / tenants).toFixed(1)} looks a tenant; memory ${megabytes(rssBytes)} MB, peak ${megabytes(peakRssBytes)} MB`,
  );
  print(`  ${((after.total - before.total) / tenants).toFixed(2)} writes a tenant:`);
  for (const [what, count] of difference(before.writes, after.writes))
    print(`    ${(count / tenants).toFixed(2)}  ${what}`);
}

/** One tenant more in one workspace, with all the others there. */
async function enrolling({ cluster, controller, print }: Step): Promise<void> {
  const before = await measured(controller);
  const startedAt = performance.now();
  const name = 'bench-0';
  await cluster.patch(
    WORKSPACE,
    { name },
    { spec: { displayName: 'Renamed' } },
    { type: 'merge', fieldManager: 'bench' },
  );
  await cluster.patch(
    TENANT,
    { name: tenantName(0) },
    { spec: { workspaces: [{ name: EVERYBODYS, role: 'Manager' }] } },
    { type: 'merge', fieldManager: 'bench' },
  );
  const binding = { namespace: `workspace-${EVERYBODYS}`, name: `tenant-${tenantName(0)}-manager` };
  while ((await cluster.get(ROLE_BINDING, binding)) === undefined) await pause(5);
  const took = performance.now() - startedAt;
  await controller.untilQuiet();
  const after = await measured(controller);
  print(
    `  a tenant that becomes manager of everybody’s workspace and leaves the others, beside a workspace that is renamed: its right is there after ${took.toFixed(0)} ms; ${after.total - before.total} writes, ${after.looks - before.looks} looks in all`,
  );
}

async function restarting({
  kubeconfig,
  print,
}: Pick<Step, 'print'> & { readonly kubeconfig: string }): Promise<ControllerProcess> {
  const startedAt = performance.now();
  const controller = await ControllerProcess.start(kubeconfig, {
    args: ['--tenancy', '--resync', `${RESYNC_SECONDS}s`],
  });
  const ready = seconds(startedAt);
  await controller.untilQuiet();
  const { total, looks, writes, cpuMs } = await measured(controller);
  print(
    `  a restart with all of them: caches there after ${ready.toFixed(1)} s; ${total} writes (goal: 0), ${looks} looks, ${(cpuMs / 1000).toFixed(1)} CPU-s; memory ${megabytes(controller.usage.rssBytes)} MB, peak ${megabytes(controller.usage.peakRssBytes)} MB`,
  );
  for (const [what, count] of writes) print(`    ${count}  ${what}`);
  await pause(2 * RESYNC_SECONDS * 1000);
  const after = await measured(controller);
  print(
    `  a resync, spread over ${RESYNC_SECONDS} to ${2 * RESYNC_SECONDS} s: ${after.looks - looks} looks, ${after.total - total} writes (goal: 0), ${((after.cpuMs - cpuMs) / 1000).toFixed(1)} CPU-s; memory ${megabytes(controller.usage.rssBytes)} MB`,
  );
  return controller;
}

/** The workspace that everybody is in. */
async function removing({ cluster, controller, print, tenants }: Step & { readonly tenants: number }): Promise<void> {
  const before = await measured(controller);
  const startedAt = performance.now();
  await cluster.delete(WORKSPACE, { name: EVERYBODYS });
  while ((await cluster.get(WORKSPACE, { name: EVERYBODYS })) !== undefined) await pause(50);
  const gone = seconds(startedAt);
  await untilNobodyIsIn(cluster, EVERYBODYS);
  const known = seconds(startedAt);
  while ((await cluster.get(NAMESPACE, { name: `workspace-${EVERYBODYS}` })) !== undefined) await pause(250);
  const emptied = seconds(startedAt);
  await controller.untilQuiet();
  const after = await measured(controller);
  print(
    `  the workspace of all ${tenants} deleted: gone after ${gone.toFixed(1)} s, every tenant’s status knows it after ${known.toFixed(1)} s, its namespace gone after ${emptied.toFixed(1)} s`,
  );
  print(
    `  ${((after.cpuMs - before.cpuMs) / tenants).toFixed(1)} CPU-ms, ${((after.looks - before.looks) / tenants).toFixed(1)} looks and ${((after.total - before.total) / tenants).toFixed(2)} writes a member:`,
  );
  for (const [what, count] of difference(before.writes, after.writes)) print(`    ${count}  ${what}`);
}

interface Measured {
  readonly cpuMs: number;
  readonly looks: number;
  readonly writes: ReadonlyMap<string, number>;
  readonly total: number;
}

async function measured(controller: ControllerProcess): Promise<Measured> {
  const writes = await controller.writes();
  return {
    cpuMs: controller.usage.cpuMs,
    looks: await controller.reconciles(),
    writes,
    total: [...writes.values()].reduce((sum, count) => sum + count, 0),
  };
}

function difference(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): readonly (readonly [string, number])[] {
  return [...after]
    .map(([what, count]) => [what, count - (before.get(what) ?? 0)] as const)
    .filter(([, count]) => count > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Resolves when so many objects of a kind are ready. */
async function untilReady(cluster: Cluster, type: ResourceType, count: number): Promise<void> {
  const isReady = (object: KubeObject): boolean =>
    valueAt(object, ['status', 'conditions', 0, 'reason']) === 'Ready' &&
    valueAt(object, ['status', 'observedGeneration']) === object.metadata.generation;
  await untilAll(cluster, type, { count, holds: isReady });
}

/** Resolves when no tenant's status says that it is in a workspace. */
async function untilNobodyIsIn(cluster: Cluster, name: string): Promise<void> {
  const isOut = (object: KubeObject): boolean => {
    const entries = valueAt(object, ['status', 'workspaces']);
    return !(
      Array.isArray(entries) &&
      entries.some((entry) => valueAt(entry, ['name']) === name && valueAt(entry, ['state']) === 'Enrolled')
    );
  };
  const { items } = await cluster.list(TENANT, {});
  await untilAll(cluster, TENANT, { count: items.length, holds: isOut });
}

async function untilAll(
  cluster: Cluster,
  type: ResourceType,
  { count, holds }: { readonly count: number; readonly holds: (object: KubeObject) => boolean },
): Promise<void> {
  const held = new Set<string>();
  const see = (object: KubeObject): void => {
    if (holds(object)) held.add(object.metadata.name);
    else held.delete(object.metadata.name);
  };
  const { resourceVersion, items } = await cluster.list(type, {});
  items.forEach(see);
  if (held.size >= count) return;
  const abort = new AbortController();
  for await (const event of cluster.watch(type, { resourceVersion, timeoutSeconds: 3_600, signal: abort.signal })) {
    if (event.type === 'BOOKMARK') continue;
    if (event.type === 'DELETED') held.delete(event.object.metadata.name);
    else see(event.object);
    if (held.size >= count) break;
  }
  abort.abort();
}

function workspace(name: string): Manifest {
  return {
    apiVersion: 'adrasteia.dev/v1alpha1',
    kind: 'Workspace',
    metadata: { name },
    spec: { displayName: name, enrolment: 'Approval', quota: { cpu: '1', memory: '2Gi', environments: 1 } },
  };
}

/** In everybody's workspace, and in two others, one of which it manages if it is the first in it. */
function tenant(index: number, workspaces: readonly string[]): Manifest {
  const count = workspaces.length;
  const entries = [
    { name: EVERYBODYS, role: 'Member' },
    { name: workspaces[index % count] ?? '', role: index < count ? 'Manager' : 'Member' },
    { name: workspaces[(index + 1) % count] ?? '', role: 'Member' },
  ];
  return {
    apiVersion: 'adrasteia.dev/v1alpha1',
    kind: 'Tenant',
    metadata: { name: tenantName(index) },
    spec: {
      firstName: 'Person',
      lastName: `Number ${index}`,
      email: `person-${index}@example.org`,
      workspaces: entries,
      publicKeys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ bench'],
    },
  };
}

function tenantName(index: number): string {
  return `person-${index}`;
}

function seconds(startedAt: number): number {
  return (performance.now() - startedAt) / 1000;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
