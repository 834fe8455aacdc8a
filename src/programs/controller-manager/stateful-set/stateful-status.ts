/** What a StatefulSet says of its pods. Pure. */
import { availableIn, isReady, type Pod } from '../pods/pod';
import { isSemanticallyEqual } from '../semantic-equality';
import { replicasOf, revisionNameOf, type StatefulSet, type StatefulSetStatus } from './stateful-set';

export interface StatefulFacts {
  readonly currentRevision: string;
  readonly updateRevision: string;
  readonly collisionCount: number;
  /** Milliseconds. */
  readonly now: number;
}

function isCreated({ status }: Pod): boolean {
  return (status?.phase ?? '') !== '';
}

export function isTerminating({ metadata }: Pod): boolean {
  return metadata.deletionTimestamp !== undefined;
}

export function isRunningAndReady(pod: Pod): boolean {
  return pod.status?.phase === 'Running' && isReady(pod);
}

export function isAvailable(pod: Pod, { spec }: StatefulSet, now: number): boolean {
  return availableIn(pod, spec.minReadySeconds ?? 0, now) === 0;
}

/** Counts of the pods, and how far the update is. `leaving` pods of the current revision are gone as good as. */
export function statefulStatus(
  set: StatefulSet,
  pods: readonly Pod[],
  facts: StatefulFacts & { readonly leaving?: number },
): Required<StatefulSetStatus> {
  const { currentRevision, updateRevision, collisionCount, now, leaving = 0 } = facts;
  const staying = pods.filter((pod) => isCreated(pod) && !isTerminating(pod));
  const ready = pods.filter(isRunningAndReady);
  const status = {
    observedGeneration: set.metadata.generation ?? 0,
    replicas: pods.filter(isCreated).length,
    readyReplicas: ready.length,
    availableReplicas: ready.filter((pod) => isAvailable(pod, set, now)).length,
    currentReplicas: staying.filter((pod) => revisionNameOf(pod) === currentRevision).length - leaving,
    updatedReplicas: staying.filter((pod) => revisionNameOf(pod) === updateRevision).length,
    currentRevision,
    updateRevision,
    collisionCount,
  };
  const desired = replicasOf(set);
  const isRolled =
    set.spec.updateStrategy?.type === 'RollingUpdate' &&
    [status.updatedReplicas, status.readyReplicas, status.replicas].every((count) => count === desired);
  return isRolled ? { ...status, currentReplicas: status.updatedReplicas, currentRevision: updateRevision } : status;
}

/** The status as it is written: counts of none are left out, but for the two that are always told. */
export function writtenStatus(status: Required<StatefulSetStatus>): StatefulSetStatus {
  const { readyReplicas, currentReplicas, updatedReplicas, ...rest } = status;
  const counts = Object.entries({ readyReplicas, currentReplicas, updatedReplicas });
  return { ...rest, ...Object.fromEntries(counts.filter(([, count]) => count !== 0)) };
}

/** True where the status says something new. */
export function isNews({ status }: StatefulSet, next: StatefulSetStatus): boolean {
  const { collisionCount: _before, ...before } = status ?? {};
  const { collisionCount: _after, ...after } = next;
  return !isSemanticallyEqual(before, after);
}
