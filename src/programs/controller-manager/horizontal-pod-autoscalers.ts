/** Says of autoscalers that there is nothing to go by: no metrics are measured where nodes are simulated. */
import type { KubeObject, ObjectName } from '../../api/object';
import { findCondition, type WorkloadCondition } from './conditions';
import type { ControllerContext } from './controller-context';
import { KeyedController } from './keyed-controller';
import { HORIZONTAL_POD_AUTOSCALER } from './resource-types';
import type { SharedStores } from './shared-stores';
import type { Store } from './store';
import { timestamp } from './timestamp';

interface Autoscaler extends KubeObject {
  readonly spec?: {
    readonly metrics?: readonly { readonly type: string; readonly resource?: { readonly name: string } }[];
  };
  readonly status?: { readonly desiredReplicas?: number; readonly conditions?: readonly WorkloadCondition[] };
}

export class HorizontalPodAutoscalers extends KeyedController {
  readonly #autoscalers: Store<Autoscaler>;

  constructor(context: ControllerContext, stores: SharedStores) {
    super(context, 'horizontal-pod-autoscaler-controller');
    this.#autoscalers = stores.of<Autoscaler>(HORIZONTAL_POD_AUTOSCALER, (_before, after) => {
      if (after !== undefined) this.enqueue(after.metadata);
    });
  }

  protected async reconcile(name: ObjectName): Promise<undefined> {
    const autoscaler = this.#autoscalers.get(name);
    if (autoscaler === undefined || findCondition(autoscaler.status?.conditions, 'ScalingActive') !== undefined) return;
    const metric = autoscaler.spec?.metrics?.[0]?.resource?.name ?? 'cpu';
    const message = `the HPA was unable to compute the replica count: failed to get ${metric} utilization: unable to get metrics for resource ${metric}: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)`;
    const condition = {
      type: 'ScalingActive',
      status: 'False',
      lastTransitionTime: timestamp(this.context.clock.now()),
      reason: 'FailedGetResourceMetric',
      message,
    } as const;
    const { status } = autoscaler;
    const next = { desiredReplicas: 0, ...status, conditions: [...(status?.conditions ?? []), condition] };
    await this.#autoscalers.replace({ ...autoscaler, status: next }, 'status');
  }
}
