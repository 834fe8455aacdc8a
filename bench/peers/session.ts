/**
 * What all measurements of one run share: the cluster, an account for each contestant, and the children that all of them make.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { kinds } from '../../constructs/kinds';
import { CUSTOM_RESOURCE_DEFINITION, NAMESPACE } from '../../constructs/parts/resource-types';
import type { KubernetesCluster } from '../../src/adapters/kubernetes/client';
import type { ResourceType } from '../../src/api/resource-type';
import { findRecord } from '../../test/cluster/record';
import { ENTRY_POINT, ENVIRONMENT, entryPoint, environment, freshNamespace, TEMPLATE } from '../environments';
import { Account } from './accounts';
import type { Contestant } from './contestants';
import { comparable, liveChildren, peersTemplate, templateOf } from './golden';
import { PeerProcess } from './peer-process';
import type { Command } from './prepare';
import { Presence } from './presence';
import { cpuMsOf, machineCpuMs } from './process-usage';
import type { RawOrder } from './raw-process';
import { type RequestCounts, requestCounts, writesOf } from './request-counts';

/** The environment whose children are compared; the name is in no other text. */
const GOLDEN = 'goldenrecord';
const STEP_MS = 250;
/** Longest wait for anything. */
const LIMIT_MS = 900_000;
/** The lists that a controller begins with: environments and six kinds of children. */
const LISTS = 7;

/** Where a running contestant works. */
export interface Post {
  readonly contestant: Contestant;
  readonly namespace: string;
  readonly process: PeerProcess;
  readonly presence: Presence;
}

type Working = Pick<Post, 'contestant' | 'process'>;

export class Session {
  /** Of the namespace that was left last. */
  private removal: Promise<void> = Promise.resolve();
  private readonly directory = mkdtempSync(join(tmpdir(), 'bench-peers-'));
  private readonly accounts = new Map<string, Account>();
  private readonly commands = new Map<string, (namespace: string) => Command>();
  private golden: readonly string[] = [];

  constructor(
    readonly cluster: KubernetesCluster,
    private readonly kubeconfig: string,
  ) {
    // However the process ends: the directory holds tokens.
    process.once('exit', () => rmSync(this.directory, { recursive: true, force: true }));
  }

  /** Installs the kinds, makes accounts, and records from the first contestant's namesake what all are to make. */
  async open(contestants: readonly Contestant[], adrasteia: Contestant, note: (line: string) => void): Promise<void> {
    await this.install();
    for (const contestant of new Set([adrasteia, ...contestants])) {
      this.commands.set(contestant.name, await contestant.prepare(note));
      this.accounts.set(contestant.name, await Account.make(this.cluster, contestant.name, this.directory));
    }
    await this.record(adrasteia);
  }

  /** Resolves when the last namespace is gone. */
  async close(): Promise<void> {
    await this.removal;
  }

  /** Starts a contestant in a namespace. `server`: another address than the cluster's own. */
  start(contestant: Contestant, namespace: string, server?: string): PeerProcess {
    const command = this.commands.get(contestant.name)?.(namespace);
    const account = this.accounts.get(contestant.name);
    if (command === undefined || account === undefined) throw new Error(`${contestant.name} isn't prepared`);
    return PeerProcess.start({
      ...command,
      log: join(this.directory, `${contestant.name}.log`),
      environment: {
        ...contestant.environment,
        KUBECONFIG: account.kubeconfig(server),
        BENCH_NAMESPACE: namespace,
        BENCH_CHILDREN: this.childrenFile,
      },
    });
  }

  /** A fresh namespace with all that an environment of the bench refers to. */
  async namespace(): Promise<string> {
    const namespace = await freshNamespace(this.cluster);
    await this.cluster.apply(ENTRY_POINT, entryPoint(namespace), { fieldManager: 'bench', force: true });
    return namespace;
  }

  /** Deletes a namespace and waits until it is gone, so that its end doesn't weigh on what is measured next. */
  private async remove(namespace: string): Promise<void> {
    await this.cluster.delete(NAMESPACE, { name: namespace });
    while ((await this.cluster.get(NAMESPACE, { name: namespace })) !== undefined) await pause(STEP_MS);
  }

  /** Creates an environment, as its user does. */
  async make({ contestant, namespace, process }: Post, name: string): Promise<void> {
    const owner = await this.cluster.create(ENVIRONMENT, environment(namespace, name));
    if (contestant.isTold === true) process.tell({ owner } satisfies RawOrder);
  }

  /** Changes an environment so that one of its children changes. */
  async change({ contestant, namespace, process }: Post, name: string): Promise<void> {
    const patch = { spec: { overrides: { resources: { limits: { memory: '5Gi' } } } } };
    const owner = await this.cluster.patch(ENVIRONMENT, { namespace, name }, patch, { type: 'merge' });
    if (contestant.isTold === true) process.tell({ owner, only: 'StatefulSet' } satisfies RawOrder);
  }

  /** Starts a contestant in a fresh namespace and has it make its first environment, whose children must be the recorded ones. */
  async post(contestant: Contestant): Promise<Post & { readonly startMs: number }> {
    const namespace = await this.namespace();
    const presence = await Presence.watch(this.cluster, namespace);
    const startedAt = performance.now();
    const process = this.start(contestant, namespace);
    const post = { contestant, namespace, process, presence };
    try {
      await this.make(post, GOLDEN);
      const wholeAt = await this.until(post, 'the first environment', () => presence.isWhole(GOLDEN));
      await this.assertGolden(post);
      await this.removal;
      return { ...post, startMs: wholeAt - startedAt };
    } catch (error) {
      await this.leave(post);
      throw error;
    }
  }

  /** Ends a contestant and what it worked in, which goes while the next one starts. */
  async leave({ namespace, process, presence }: Post): Promise<void> {
    presence.close();
    await process.stop();
    await this.removal;
    this.removal = this.remove(namespace);
  }

  /** When something first held; rejects where the contestant ends before. */
  until({ contestant, presence, process }: Post, what: string, holds: () => boolean): Promise<number> {
    return presence.until(`${contestant.name}: ${what}`, holds, LIMIT_MS).finally(() => process.assertAlive());
  }

  /** Resolves when a contestant has begun to watch, by its requests since `before`, and has nothing left to do. */
  async untilSettled(post: Working, before: RequestCounts): Promise<void> {
    while ((await this.counts(post.contestant)).reads - before.reads < LISTS) {
      post.process.assertAlive();
      await pause(STEP_MS);
    }
    await this.untilQuiet(post);
  }

  /** Resolves when a contestant neither computes nor sends anything: one that waits for a busy server computes little. */
  async untilQuiet({ contestant, process }: Working): Promise<void> {
    let before: number;
    let now = await this.sent(contestant);
    do {
      before = now;
      await process.untilQuiet();
      now = await this.sent(contestant);
    } while (now !== before);
  }

  counts(contestant: Contestant): Promise<RequestCounts> {
    return requestCounts(this.cluster, contestant.name);
  }

  /** CPU of API server and etcd so far, ms; NaN where the cluster isn't one of ours. */
  serverCpuMs(): number {
    return this.clusterCpuMs(({ name }) => name !== 'kube-controller-manager');
  }

  /** CPU so far, ms, of all that has nothing to do with the measurement: neither cluster nor contestant nor bench. */
  foreignCpuMs(contestant: PeerProcess): number {
    const { user, system } = process.cpuUsage();
    return machineCpuMs() - this.clusterCpuMs(() => true) - contestant.cpuMs - (user + system) / 1000;
  }

  private clusterCpuMs(counts: (record: { readonly name: string }) => boolean): number {
    const processes = findRecord(dirname(this.kubeconfig))?.processes.filter(counts);
    return processes?.reduce((sum, { pid }) => sum + cpuMsOf(pid), 0) ?? Number.NaN;
  }

  private get childrenFile(): string {
    return join(this.directory, 'children.json');
  }

  private async sent(contestant: Contestant): Promise<number> {
    const counts = await this.counts(contestant);
    return writesOf(counts) + counts.reads;
  }

  private async install(): Promise<void> {
    for (const kind of kinds)
      await this.cluster.apply(CUSTOM_RESOURCE_DEFINITION, kind.crd(), { fieldManager: 'bench', force: true });
    for (const kind of kinds) {
      while (!(await this.isServed(kind.type))) await pause(STEP_MS);
    }
    await this.cluster.apply(TEMPLATE, peersTemplate(), { fieldManager: 'bench', force: true });
  }

  private async isServed(type: ResourceType): Promise<boolean> {
    try {
      await this.cluster.list(type, {});
      return true;
    } catch {
      return false;
    }
  }

  private async record(adrasteia: Contestant): Promise<void> {
    const post = await this.post(adrasteia);
    const owner = await this.owner(post);
    const live = await liveChildren(this.cluster, post.namespace, GOLDEN);
    this.golden = comparable(owner, live);
    writeFileSync(this.childrenFile, templateOf(owner, live));
    await this.leave(post);
  }

  private async assertGolden(post: Post): Promise<void> {
    if (this.golden.length === 0) return;
    const live = comparable(await this.owner(post), await liveChildren(this.cluster, post.namespace, GOLDEN));
    live.forEach((child, index) => {
      if (child === this.golden[index]) return;
      throw new Error(
        `${post.contestant.name} makes another child:\n  ${child}\ninstead of\n  ${this.golden[index] ?? ''}`,
      );
    });
  }

  private async owner({ namespace }: Post) {
    const owner = await this.cluster.get(ENVIRONMENT, { namespace, name: GOLDEN });
    if (owner === undefined) throw new Error(`Environment ${namespace}/${GOLDEN} is gone`);
    return owner;
  }
}
