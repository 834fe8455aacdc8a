/**
 * The controllers of a cluster, as kube-controller-manager runs them: they read the API and write to it until it is as its
 * objects say. What runs on nodes is left to nodes.
 *
 * All share one store for each kind; those begin first. The controllers then work side by side, each on several keys at a
 * time, and never twice on one key at the same time.
 */
import type { ResourceType } from '../../api/resource-type';
import type { Clock } from '../../ports/clock';
import type { Cluster } from '../../ports/cluster';
import type { Logger } from '../../ports/logger';
import type { FollowedObjects, ObjectListener } from '../followed-objects';
import { AdmissionPolicies, type PolicyChecker } from './admission-policies';
import { ClusterRoleAggregation } from './cluster-role-aggregation';
import type { Controller } from './controller';
import type { ControllerContext } from './controller-context';
import { CronJobController } from './cron-job/cron-job-controller';
import { DaemonSetController } from './daemon-set/daemon-set-controller';
import { DeploymentController } from './deployment/deployment-controller';
import { DisruptionBudgets } from './disruption/disruption-budgets';
import { EndpointSlicesController } from './endpoints/endpoint-slices-controller';
import { EndpointsController } from './endpoints/endpoints-controller';
import { EventRecorder } from './event-recorder';
import { FollowedKinds } from './followed-kinds';
import { GarbageCollector } from './garbage-collector/garbage-collector';
import { HorizontalPodAutoscalers } from './horizontal-pod-autoscalers';
import { FinishedJobs } from './job/finished-jobs';
import { JobController } from './job/job-controller';
import { Namespaces } from './namespaces';
import { NodeLifecycle } from './nodes/node-lifecycle';
import { PodGarbageCollector } from './pods/pod-garbage-collector';
import { ReplicaSetController } from './replica-set/replica-set-controller';
import { type QuotaCounter, ResourceQuotas } from './resource-quota/resource-quotas';
import { RootCertificates } from './root-certificates';
import { ServiceAccounts } from './service-accounts';
import { SharedStores } from './shared-stores';
import { SigningRequests } from './signing-requests';
import { StatefulSetController } from './stateful-set/stateful-set-controller';
import { VolumeBinding } from './volumes/volume-binding';
import { VolumeProtection } from './volumes/volume-protection';

/** What a controller manager works with. */
export interface ControllerManagerProps {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Logger;
  /** PEM text of the certificate by which pods know the API. Default: none is published. */
  readonly rootCertificate?: string;
  /** How the server counts objects against quotas. Default: quotas are left alone. */
  readonly countQuota?: QuotaCounter;
  /** What is wrong with the expressions of a policy. Default: nothing is. */
  readonly checkPolicy?: PolicyChecker;
}

export class ControllerManager {
  readonly #stores: SharedStores;
  readonly #kinds: FollowedKinds;
  readonly #controllers: readonly Controller[];

  constructor(props: ControllerManagerProps) {
    const { cluster, clock, log, rootCertificate, countQuota, checkPolicy = () => [] } = props;
    const context: ControllerContext = { cluster, clock, log, events: new EventRecorder({ cluster, clock, log }) };
    const stores = new SharedStores(context);
    const kinds = new FollowedKinds(context, stores);
    this.#stores = stores;
    this.#kinds = kinds;
    this.#controllers = [
      new GarbageCollector(context, kinds),
      new Namespaces(context, stores),
      new ServiceAccounts(context, stores),
      ...(rootCertificate === undefined
        ? []
        : [new RootCertificates(context, { stores, kinds, certificate: rootCertificate })]),
      ...(countQuota === undefined ? [] : [new ResourceQuotas(context, { stores, kinds, count: countQuota })]),
      new NodeLifecycle(context, stores),
      new PodGarbageCollector(context, stores),
      new ClusterRoleAggregation(context, stores),
      new AdmissionPolicies(context, stores, checkPolicy),
      new SigningRequests(context, stores),
      new HorizontalPodAutoscalers(context, stores),
      new DisruptionBudgets(context, stores),
      new DeploymentController(context, stores),
      new EndpointsController(context, stores),
      new EndpointSlicesController(context, stores),
      new VolumeBinding(context, stores),
      new VolumeProtection(context, stores),
      new DaemonSetController(context, stores),
      new CronJobController(context, stores),
      new JobController(context, stores),
      new FinishedJobs(context, stores),
      new StatefulSetController(context, stores),
      ReplicaSetController.ofReplicaSets(context, stores),
      ReplicaSetController.ofReplicationControllers(context, stores),
    ];
  }

  /** True where no controller has anything to do. What is to be done later doesn't count. */
  get isIdle(): boolean {
    return this.#controllers.every(({ isIdle }) => isIdle);
  }

  /** The copy that is kept of a kind, for others in this process; to be asked for before `start`. */
  follow(type: ResourceType, listener: ObjectListener): FollowedObjects {
    return this.#stores.of(type, listener);
  }

  /** Begins. Returns when everything is listed; throws what the cluster throws where that isn't possible. */
  async start(): Promise<void> {
    await Promise.all([this.#stores.start(), this.#kinds.start()]);
    await Promise.all(this.#controllers.map(async (controller) => controller.start()));
  }

  /** Begins nothing more, and returns when nothing is under way. */
  async stop(): Promise<void> {
    await Promise.all(this.#controllers.map((controller) => controller.stop()));
    await Promise.all([this.#stores.stop(), this.#kinds.stop()]);
  }
}
