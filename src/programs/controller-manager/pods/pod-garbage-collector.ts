/**
 * Removes pods that no node will ever end: those whose node is gone, and those that were deleted before they had one.
 * @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-garbage-collection
 */
import type { ObjectName } from '../../../api/object';
import { withCondition } from '../conditions';
import type { ControllerContext } from '../controller-context';
import { KeyedController } from '../keyed-controller';
import { NODE, POD } from '../resource-types';
import type { SharedStores } from '../shared-stores';
import type { Store } from '../store';
import { timestamp } from '../timestamp';
import { isFinished, type Pod } from './pod';

/** A node that isn't there may be registering anew. */
const QUARANTINE_MS = 40_000;

export class PodGarbageCollector extends KeyedController {
  readonly #pods: Store<Pod>;
  readonly #nodes: Store;
  readonly #missingSince = new Map<string, number>();

  constructor(context: ControllerContext, stores: SharedStores) {
    super(context, 'pod-garbage-collector-controller');
    this.#pods = stores.of<Pod>(POD, (before, after) => {
      if (after === undefined) return;
      const isDeleted = before?.metadata.deletionTimestamp !== after.metadata.deletionTimestamp;
      if (isDeleted || before?.spec.nodeName !== after.spec.nodeName) this.enqueue(after.metadata);
    });
    this.#nodes = stores.of(NODE, (before, after) => {
      const { name } = (after ?? before)?.metadata ?? { name: '' };
      if (after !== undefined) {
        this.#missingSince.delete(name);
        return;
      }
      for (const { metadata, spec } of this.#pods.values()) if (spec.nodeName === name) this.enqueue(metadata);
    });
  }

  protected async reconcile(name: ObjectName): Promise<number | undefined> {
    const pod = this.#pods.get(name);
    if (pod === undefined) return undefined;
    const { nodeName = '' } = pod.spec;
    if (nodeName === '') {
      if (pod.metadata.deletionTimestamp !== undefined) await this.#remove(pod);
      return undefined;
    }
    if (this.#nodes.get({ name: nodeName }) !== undefined) return undefined;
    const now = this.context.clock.now();
    const since = this.#missingSince.get(nodeName) ?? now;
    this.#missingSince.set(nodeName, since);
    if (now - since < QUARANTINE_MS) return since + QUARANTINE_MS - now;
    // The node may have come a moment ago.
    if ((await this.#nodes.refresh({ name: nodeName })) === undefined) await this.#remove(await this.#failed(pod));
    return undefined;
  }

  async #failed(pod: Pod): Promise<Pod> {
    if (isFinished(pod)) return pod;
    const conditions = withCondition(pod.status?.conditions, {
      type: 'DisruptionTarget',
      status: 'True',
      lastTransitionTime: timestamp(this.context.clock.now()),
      reason: 'DeletionByPodGC',
      message: 'PodGC: node no longer exists',
    });
    return this.#pods.replace({ ...pod, status: { ...pod.status, phase: 'Failed', conditions } }, 'status');
  }

  #remove(pod: Pod): Promise<void> {
    return this.#pods.delete(pod, { gracePeriodSeconds: 0 });
  }
}
