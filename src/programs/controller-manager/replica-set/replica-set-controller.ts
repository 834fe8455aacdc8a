/**
 * Keeps as many pods as a ReplicaSet, or a ReplicationController, asks for.
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/
 */
import type { ObjectName } from '../../../api/object';
import { apiVersionOf, type ResourceType } from '../../../api/resource-type';
import type { ControllerContext } from '../controller-context';
import { claimDependents } from '../dependents';
import { failureOf } from '../failure';
import { KeyedController } from '../keyed-controller';
import { isSelected } from '../label-selector';
import { controllerOf } from '../ownership';
import { isActive, nextAvailability, type Pod } from '../pods/pod';
import { PodControl, podManifest } from '../pods/pod-control';
import { departureOrder } from '../pods/pod-ranking';
import { refusalMessage } from '../refusal';
import { POD, REPLICA_SET, REPLICATION_CONTROLLER } from '../resource-types';
import type { SharedStores } from '../shared-stores';
import type { Store } from '../store';
import { type Replicated, selectorOf } from './replica-set';
import { isNews, replicaStatus } from './replica-status';

/** Pods that are made or deleted at most in one go. */
const BURST = 500;

export class ReplicaSetController extends KeyedController {
  readonly #type: ResourceType;
  readonly #owners: Store<Replicated>;
  readonly #pods: Store<Pod>;
  readonly #control: PodControl;

  private constructor(
    context: ControllerContext,
    stores: SharedStores,
    { type, component }: { readonly type: ResourceType; readonly component: string },
  ) {
    super(context, component);
    this.#type = type;
    this.#owners = stores.of<Replicated>(type, (_before, after) => {
      if (after !== undefined) this.enqueue(after.metadata);
    });
    this.#pods = stores.of<Pod>(POD, (before, after) => this.#podChanged(before, after));
    this.#control = new PodControl({ pods: this.#pods, events: context.events, component });
  }

  static ofReplicaSets(context: ControllerContext, stores: SharedStores): ReplicaSetController {
    return new ReplicaSetController(context, stores, { type: REPLICA_SET, component: 'replicaset-controller' });
  }

  static ofReplicationControllers(context: ControllerContext, stores: SharedStores): ReplicaSetController {
    return new ReplicaSetController(context, stores, {
      type: REPLICATION_CONTROLLER,
      component: 'replication-controller',
    });
  }

  protected async reconcile(name: ObjectName): Promise<number | undefined> {
    const owner = this.#owners.get(name);
    if (owner === undefined) return undefined;
    const selector = selectorOf(owner);
    const candidates = [
      ...this.#pods.controlledBy(owner.metadata.uid ?? ''),
      ...this.#pods.orphansIn(owner.metadata.namespace ?? ''),
    ].filter(isActive);
    const pods = await claimDependents({
      owner,
      owners: this.#owners as Store,
      dependents: this.#pods,
      isSelected: ({ metadata }) => isSelected(metadata.labels, selector),
      candidates,
    });
    const isLeaving = owner.metadata.deletionTimestamp !== undefined;
    const failure = isLeaving ? undefined : await failureOf(() => this.#manage(owner, pods));
    // What was made or deleted a moment ago is told of when it is seen to have come or gone.
    const now = this.context.clock.now();
    const status = replicaStatus(owner, pods, {
      failure: failure === undefined ? undefined : refusalMessage(failure),
      now,
    });
    if (isNews(owner, status)) await this.#owners.replace({ ...owner, status }, 'status');
    if (failure !== undefined) throw failure;
    const { minReadySeconds = 0 } = owner.spec;
    return nextAvailability(pods, minReadySeconds, now);
  }

  async #manage(owner: Replicated, pods: readonly Pod[]): Promise<void> {
    const { replicas = 1, template } = owner.spec;
    const missing = Math.min(replicas - pods.length, BURST);
    if (missing > 0 && template !== undefined) {
      const manifests = Array.from({ length: missing }, () => podManifest(owner, this.#type, template));
      await this.#control.createMany(owner, manifests);
    }
    if (missing >= 0) return;
    const leaving = departureOrder(pods, this.#crowds(owner), this.context.clock.now()).slice(
      0,
      Math.min(-missing, BURST),
    );
    const outcomes = await Promise.allSettled(leaving.map((pod) => this.#control.delete(owner, pod)));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  /** How many active pods of the owner's siblings share a pod's node. */
  #crowds(owner: Replicated): (pod: Pod) => number {
    const grandparent = controllerOf(owner.metadata)?.uid;
    const siblings = grandparent === undefined ? [owner] : this.#owners.controlledBy(grandparent);
    const crowds = new Map<string, number>();
    for (const { metadata } of siblings) {
      for (const pod of this.#pods.controlledBy(metadata.uid ?? '')) {
        const { nodeName = '' } = pod.spec;
        if (isActive(pod)) crowds.set(nodeName, (crowds.get(nodeName) ?? 0) + 1);
      }
    }
    return ({ spec }) => crowds.get(spec.nodeName ?? '') ?? 0;
  }

  #podChanged(before: Pod | undefined, after: Pod | undefined): void {
    for (const pod of [before, after]) {
      const controller = pod === undefined ? undefined : controllerOf(pod.metadata);
      if (pod === undefined || controller?.kind !== this.#type.kind) continue;
      if (controller.apiVersion !== apiVersionOf(this.#type)) continue;
      this.enqueue({ namespace: pod.metadata.namespace ?? '', name: controller.name });
    }
    if (after === undefined || controllerOf(after.metadata) !== undefined) return;
    for (const owner of this.#owners.inNamespace(after.metadata.namespace ?? '')) {
      if (isSelected(after.metadata.labels, selectorOf(owner))) this.enqueue(owner.metadata);
    }
  }
}
