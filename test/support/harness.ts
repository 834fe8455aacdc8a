/**
 * A runtime in this process against a real API server, in a namespace of its own, so that suites run side by side.
 */

import { randomBytes } from 'node:crypto';
import { NAMESPACE } from '../../constructs/parts/resource-types';
import { connectCluster, KubernetesCluster } from '../../src/adapters/kubernetes/client';
import type { ClusterConnection } from '../../src/adapters/kubernetes/connection';
import { Members } from '../../src/adapters/members/members';
import { systemClock } from '../../src/adapters/system-clock';
import { Volumes } from '../../src/adapters/volumes/volumes';
import type { KubeObject, Manifest, ObjectName } from '../../src/api/object';
import type { ResourceType } from '../../src/api/resource-type';
import { hasCode } from '../../src/errors';
import { MEMBERS } from '../../src/plan/members-request';
import { VOLUMES } from '../../src/plan/volume-source';
import type { Clock } from '../../src/ports/clock';
import type { ExternalSystem } from '../../src/ports/external-system';
import type { RuntimeKind } from '../../src/runtime/reconciler';
import { Runtime } from '../../src/runtime/runtime';
import { CONTROLLER_ACCOUNTS, controllerConnection, hasRights } from '../rights/controller-account';
import { testKubeconfig } from './cluster';
import { installCrds, typeOfCrd } from './crds';
import { eventually } from './eventually';
import { RecordingCluster } from './recording-cluster';
import { silentLogger } from './silent-logger';

export interface StartOptions {
  readonly clock?: Clock;
  readonly systems?: Readonly<Record<string, ExternalSystem>>;
  readonly leaderElection?: {
    readonly name: string;
    readonly durationMs?: number;
    readonly renewMs?: number;
    readonly retryMs?: number;
  };
  readonly workers?: number;
  /** True: it sees the whole cluster, cluster-scoped objects included. Default false: its namespace, so that suites keep apart. */
  readonly everywhere?: boolean;
}

export interface Running {
  readonly runtime: Runtime;
  readonly cluster: RecordingCluster;
  readonly log: ReturnType<typeof silentLogger>;
  readonly fatal: Error[];
  /** Resolves when caches are there and nothing is queued or being looked at. */
  drained(): Promise<void>;
  stop(): Promise<void>;
}

/** One namespace of a test, with a client for looking and a factory for runtimes. */
export class Harness {
  private readonly running: Running[] = [];
  private account: Promise<ClusterConnection> | undefined;

  private constructor(
    readonly cluster: KubernetesCluster,
    readonly namespace: string,
    private readonly crds: readonly Manifest[],
  ) {}

  static async make(crds: readonly Manifest[]): Promise<Harness> {
    const cluster = connectCluster({ kubeconfig: testKubeconfig() });
    await installCrds(cluster, crds);
    const namespace = `test-${randomBytes(4).toString('hex')}`;
    await cluster.create(NAMESPACE, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    return new Harness(cluster, namespace, crds);
  }

  /** Starts a runtime; it is stopped with the harness, if not before. */
  async start(kinds: readonly RuntimeKind[], options: StartOptions = {}): Promise<Running> {
    const cluster = new RecordingCluster(await this.controllerCluster(kinds));
    const log = silentLogger();
    const fatal: Error[] = [];
    const runtime = new Runtime({
      cluster,
      clock: options.clock ?? systemClock,
      log,
      kinds,
      systems: {
        [MEMBERS]: new Members({ cluster }),
        [VOLUMES]: new Volumes({ cluster }),
        ...options.systems,
      },
      ...(options.everywhere === true ? {} : { namespace: this.namespace }),
      systemNamespace: this.namespace,
      identity: `test-${randomBytes(4).toString('hex')}`,
      ...(options.leaderElection === undefined ? {} : { leaderElection: options.leaderElection }),
      workers: options.workers ?? 4,
      onFatal: (error) => fatal.push(error),
    });
    runtime.start();
    await runtime.ready();
    let stopped: Promise<void> | undefined;
    const running: Running = {
      runtime,
      cluster,
      log,
      fatal,
      drained: async () => {
        await eventually('the queue is drained', () => runtime.isDrained);
      },
      stop: () => {
        stopped ??= runtime.stop().then(() => cluster.close());
        return stopped;
      },
    };
    this.running.push(running);
    return running;
  }

  apply(type: ResourceType, manifest: Manifest): Promise<KubeObject> {
    return this.cluster.apply(type, manifest, { fieldManager: 'test', force: true });
  }

  get(type: ResourceType, name: string): Promise<KubeObject | undefined> {
    return this.cluster.get(type, this.name(name));
  }

  delete(type: ResourceType, name: string): Promise<void> {
    return this.cluster.delete(type, this.name(name));
  }

  /** The object, once `holds` is true of it. */
  until(type: ResourceType, name: string, what: string, holds: (object: KubeObject) => boolean): Promise<KubeObject> {
    return eventually(`${type.kind} ${name}: ${what}`, async () => {
      const object = await this.get(type, name);
      return object !== undefined && holds(object) ? object : undefined;
    });
  }

  async untilGone(type: ResourceType, name: string): Promise<void> {
    await eventually(`${type.kind} ${name} is gone`, async () => (await this.get(type, name)) === undefined);
  }

  async close(): Promise<void> {
    for (const running of this.running) await running.stop();
    // Nobody is left to do what the finalizers wait for; the namespace would never go.
    for (const type of this.crds.map(typeOfCrd)) {
      if (!type.namespaced) continue;
      const { items } = await this.cluster.list(type, { namespace: this.namespace });
      for (const { metadata } of items.filter((item) => (item.metadata.finalizers ?? []).length > 0)) {
        await this.cluster.patch(type, this.name(metadata.name), { metadata: { finalizers: null } }, { type: 'merge' });
      }
    }
    try {
      await this.cluster.delete(NAMESPACE, { name: this.namespace });
    } catch (error) {
      if (!hasCode(error, 'ApiConflict')) throw error;
    }
    await this.cluster.close();
  }

  /** A controller's own client: under its own account where the run asks for that, else as the administrator. */
  private async controllerCluster(kinds: readonly RuntimeKind[]): Promise<KubernetesCluster> {
    if (process.env[CONTROLLER_ACCOUNTS] === undefined) return connectCluster({ kubeconfig: testKubeconfig() });
    this.account ??= controllerConnection(this.cluster, this.namespace, kinds);
    const cluster = new KubernetesCluster(await this.account);
    await eventually('the account has its rights', () => hasRights(cluster, this.namespace));
    return cluster;
  }

  private name(name: string): ObjectName {
    return { namespace: this.namespace, name };
  }
}
