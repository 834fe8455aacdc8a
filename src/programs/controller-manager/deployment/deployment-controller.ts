/**
 * Rolls out Deployments: has a ReplicaSet for each template, and moves pods from the old ones to the new one.
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/deployment/
 */
import type { KubeObject, ObjectName } from '../../../api/object';
import type { ControllerContext } from '../controller-context';
import { claimDependents } from '../dependents';
import { KeyedController } from '../keyed-controller';
import { isEmptySelector, isSelected } from '../label-selector';
import { controllerOf } from '../ownership';
import type { Pod } from '../pods/pod';
import type { ReplicaSet } from '../replica-set/replica-set';
import { DEPLOYMENT, POD, REPLICA_SET } from '../resource-types';
import type { SharedStores } from '../shared-stores';
import type { Store } from '../store';
import type { Deployment } from './deployment';
import { Rollout } from './rollout';
import { deadlineIn } from './rollout-status';

export class DeploymentController extends KeyedController {
  readonly #deployments: Store<Deployment>;
  readonly #replicaSets: Store<ReplicaSet>;
  readonly #pods: Store<Pod>;

  constructor(context: ControllerContext, stores: SharedStores) {
    super(context, 'deployment-controller');
    this.#deployments = stores.of<Deployment>(DEPLOYMENT, (_before, after) => {
      if (after !== undefined) this.enqueue(after.metadata);
    });
    this.#replicaSets = stores.of<ReplicaSet>(REPLICA_SET, (before, after) => {
      for (const set of [before, after]) this.#enqueueOwner(set);
      if (after !== undefined && controllerOf(after.metadata) === undefined) this.#enqueueAdopters(after);
    });
    this.#pods = stores.of<Pod>(POD, (before, after) => {
      // A Deployment that recreates its pods waits for the last one to go.
      if (before !== undefined && after === undefined) this.#lastPodGone(before);
    });
  }

  protected async reconcile(name: ObjectName): Promise<number | undefined> {
    const deployment = this.#deployments.get(name);
    if (deployment === undefined) return undefined;
    const { selector } = deployment.spec;
    if (isEmptySelector(selector)) return this.#refuse(deployment);
    const sets = await claimDependents({
      owner: deployment,
      owners: this.#deployments as unknown as Store,
      dependents: this.#replicaSets,
      isSelected: ({ metadata }) => isSelected(metadata.labels, selector),
    });
    const rollout = new Rollout({
      context: this.context,
      deployments: this.#deployments,
      replicaSets: this.#replicaSets,
      pods: this.#pods,
      deployment,
      sets,
    });
    const advanced = await rollout.advance();
    return advanced.spec.paused === true ? undefined : deadlineIn(advanced, this.context.clock.now());
  }

  async #refuse(deployment: Deployment): Promise<undefined> {
    const message = 'This deployment is selecting all pods. A non-empty selector is required.';
    this.context.events.record('deployment-controller', deployment, {
      type: 'Warning',
      reason: 'SelectingAll',
      message,
    });
    const { generation = 0 } = deployment.metadata;
    if ((deployment.status?.observedGeneration ?? 0) >= generation) return;
    const status = { ...deployment.status, observedGeneration: generation };
    await this.#deployments.replace({ ...deployment, status }, 'status');
  }

  #enqueueOwner(object: KubeObject | undefined): void {
    const controller = object === undefined ? undefined : controllerOf(object.metadata);
    if (object === undefined || controller?.kind !== 'Deployment') return;
    this.enqueue({ namespace: object.metadata.namespace ?? '', name: controller.name });
  }

  #enqueueAdopters({ metadata }: ReplicaSet): void {
    for (const deployment of this.#deployments.inNamespace(metadata.namespace ?? '')) {
      if (isSelected(metadata.labels, deployment.spec.selector)) this.enqueue(deployment.metadata);
    }
  }

  #lastPodGone({ metadata }: Pod): void {
    const controller = controllerOf(metadata);
    if (controller?.kind !== 'ReplicaSet') return;
    const set = this.#replicaSets.get({ namespace: metadata.namespace ?? '', name: controller.name });
    if (set !== undefined && this.#pods.controlledBy(controller.uid).length === 0) this.#enqueueOwner(set);
  }
}
