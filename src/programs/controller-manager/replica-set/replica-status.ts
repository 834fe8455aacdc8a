/** What a ReplicaSet says of its pods. Pure. */
import { findCondition, type WorkloadCondition, withCondition, withoutCondition } from '../conditions';
import { hasLabels } from '../label-selector';
import { availableIn, isReady, type Pod } from '../pods/pod';
import { isSemanticallyEqual } from '../semantic-equality';
import { timestamp } from '../timestamp';
import type { ReplicaStatus, Replicated } from './replica-set';

const FAILURE = 'ReplicaFailure';

/** The status that follows from the active pods; the message is that of what failed while their number was seen to. */
export function replicaStatus(
  owner: Replicated,
  pods: readonly Pod[],
  { failure, now }: { readonly failure: string | undefined; readonly now: number },
): ReplicaStatus {
  const { replicas = 1, minReadySeconds = 0, template } = owner.spec;
  const ready = pods.filter(isReady);
  const counts = {
    fullyLabeledReplicas: pods.filter(({ metadata }) => hasLabels(metadata.labels, template?.metadata?.labels ?? {}))
      .length,
    readyReplicas: ready.length,
    availableReplicas: ready.filter((pod) => availableIn(pod, minReadySeconds, now) === 0).length,
  };
  const conditions = conditionsAfter(owner, failure, pods.length < replicas ? 'FailedCreate' : 'FailedDelete', now);
  return {
    replicas: pods.length,
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    observedGeneration: owner.metadata.generation ?? 0,
    ...(conditions.length === 0 ? {} : { conditions }),
  };
}

/** True where the status says something new. */
export function isNews({ status }: Replicated, next: ReplicaStatus): boolean {
  return !isSemanticallyEqual(status, next);
}

function conditionsAfter(
  { status }: Replicated,
  failure: string | undefined,
  reason: string,
  now: number,
): readonly WorkloadCondition[] {
  const before = status?.conditions;
  if (failure === undefined) return withoutCondition(before, FAILURE);
  if (findCondition(before, FAILURE) !== undefined) return before ?? [];
  const lastTransitionTime = timestamp(now);
  return withCondition(before, { type: FAILURE, status: 'True', lastTransitionTime, reason, message: failure });
}
