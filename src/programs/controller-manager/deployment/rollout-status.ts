/** What a Deployment says of its ReplicaSets, and of how far its rollout is. Pure. */
import { findCondition, type WorkloadCondition, withCondition, withoutCondition } from '../conditions';
import type { ReplicaSet } from '../replica-set/replica-set';
import { timestamp } from '../timestamp';
import {
  type Deployment,
  type DeploymentStatus,
  desiredReplicas,
  maxUnavailable,
  progressDeadline,
} from './deployment';
import { totalReplicas } from './scaling';

const PROGRESSING = 'Progressing';
const FAILURE = 'ReplicaFailure';
const NEW_AVAILABLE = 'NewReplicaSetAvailable';
const TIMED_OUT = 'ProgressDeadlineExceeded';

/** A Deployment's ReplicaSets; `now` is in milliseconds. */
export interface RolloutFacts {
  readonly newSet: ReplicaSet | undefined;
  readonly oldSets: readonly ReplicaSet[];
  readonly now: number;
}

function deploymentCondition(
  condition: Pick<WorkloadCondition, 'type' | 'status' | 'reason' | 'message'>,
  now: number,
): WorkloadCondition {
  const { type, status, reason, message } = condition;
  return {
    type,
    status,
    lastUpdateTime: timestamp(now),
    lastTransitionTime: timestamp(now),
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
  };
}

/** The condition Progressing, for whoever creates, finds or pauses. */
export function progressing(
  status: WorkloadCondition['status'],
  reason: string,
  message: string,
  now: number,
): WorkloadCondition {
  return deploymentCondition({ type: PROGRESSING, status, reason, message }, now);
}

/** The condition that a Deployment gets when it is paused, or goes on; undefined where there is nothing to say. */
export function pauseCondition(deployment: Deployment, now: number): WorkloadCondition | undefined {
  if (progressDeadline(deployment) === undefined) return undefined;
  const before = findProgressing(deployment);
  const { paused = false } = deployment.spec;
  if (before?.reason === TIMED_OUT || paused === (before?.reason === 'DeploymentPaused')) return undefined;
  return paused
    ? progressing('Unknown', 'DeploymentPaused', 'Deployment is paused', now)
    : progressing('Unknown', 'DeploymentResumed', 'Deployment is resumed', now);
}

export function findProgressing({ status }: Deployment): WorkloadCondition | undefined {
  return findCondition(status?.conditions, PROGRESSING);
}

/** Counts and availability. */
export function deploymentStatus(deployment: Deployment, { newSet, oldSets, now }: RolloutFacts): DeploymentStatus {
  const sets = newSet === undefined ? oldSets : [...oldSets, newSet];
  const sum = (count: 'replicas' | 'readyReplicas' | 'availableReplicas'): number =>
    sets.reduce((total, { status }) => total + (status?.[count] ?? 0), 0);
  const available = sum('availableReplicas');
  const isAvailable = available >= desiredReplicas(deployment) - maxUnavailable(deployment);
  const condition = isAvailable
    ? ({
        type: 'Available',
        status: 'True',
        reason: 'MinimumReplicasAvailable',
        message: 'Deployment has minimum availability.',
      } as const)
    : ({
        type: 'Available',
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      } as const);
  const counts = {
    replicas: sum('replicas'),
    updatedReplicas: newSet?.status?.replicas ?? 0,
    readyReplicas: sum('readyReplicas'),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, totalReplicas(sets) - available),
  };
  const { collisionCount } = deployment.status ?? {};
  return {
    observedGeneration: deployment.metadata.generation ?? 0,
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    ...(collisionCount === undefined ? {} : { collisionCount }),
    conditions: withCondition(deployment.status?.conditions, deploymentCondition(condition, now)),
  };
}

/** Counts, availability, and how far the rollout is. */
export function rolloutStatus(deployment: Deployment, facts: RolloutFacts): DeploymentStatus {
  const status = deploymentStatus(deployment, facts);
  const conditions = withFailure(withProgress(deployment, status, facts), facts);
  return { ...status, conditions };
}

/** True where all pods are of the new template and available, and none is left over. */
export function isComplete(deployment: Deployment, status: DeploymentStatus | undefined): boolean {
  const desired = desiredReplicas(deployment);
  return (
    (status?.updatedReplicas ?? 0) === desired &&
    (status?.replicas ?? 0) === desired &&
    (status?.availableReplicas ?? 0) === desired &&
    (status?.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}

/** Milliseconds until the rollout is to be looked at for its deadline; undefined where none is waited for. */
export function deadlineIn(deployment: Deployment, now: number): number | undefined {
  const deadline = progressDeadline(deployment);
  const condition = findProgressing(deployment);
  if (deadline === undefined || condition === undefined) return undefined;
  if (isComplete(deployment, deployment.status) || condition.reason === TIMED_OUT) return undefined;
  return Math.max(0, Date.parse(condition.lastUpdateTime ?? '') + deadline * 1000 - now) + 1000;
}

function withProgress(
  deployment: Deployment,
  status: DeploymentStatus,
  { newSet, now }: RolloutFacts,
): readonly WorkloadCondition[] {
  const conditions = status.conditions ?? [];
  if (progressDeadline(deployment) === undefined) return withoutCondition(conditions, PROGRESSING);
  const before = findProgressing(deployment);
  if ((status.replicas ?? 0) === (status.updatedReplicas ?? 0) && before?.reason === NEW_AVAILABLE) return conditions;
  const subject =
    newSet === undefined ? `Deployment "${deployment.metadata.name}"` : `ReplicaSet "${newSet.metadata.name}"`;
  if (isComplete(deployment, status)) {
    const message = `${subject} has successfully progressed.`;
    return withCondition(conditions, progressing('True', NEW_AVAILABLE, message, now));
  }
  if (hasProgressed(deployment.status ?? {}, status)) {
    // Each step counts as an update, also where reason and status stay.
    const next = progressing('True', 'ReplicaSetUpdated', `${subject} is progressing.`, now);
    const kept = before?.status === 'True' ? { lastTransitionTime: before.lastTransitionTime ?? timestamp(now) } : {};
    return [...withoutCondition(conditions, PROGRESSING), { ...next, ...kept }];
  }
  if (hasTimedOut(deployment, before, now)) {
    return withCondition(conditions, progressing('False', TIMED_OUT, `${subject} has timed out progressing.`, now));
  }
  return conditions;
}

function hasProgressed(before: DeploymentStatus, after: DeploymentStatus): boolean {
  const old = ({ replicas = 0, updatedReplicas = 0 }: DeploymentStatus): number => replicas - updatedReplicas;
  return (
    (after.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    old(after) < old(before) ||
    (after.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

function hasTimedOut(deployment: Deployment, condition: WorkloadCondition | undefined, now: number): boolean {
  const deadline = progressDeadline(deployment);
  if (deadline === undefined || condition === undefined || condition.reason === NEW_AVAILABLE) return false;
  if (condition.reason === TIMED_OUT) return true;
  return Date.parse(condition.lastUpdateTime ?? '') + deadline * 1000 < now;
}

/** With what keeps a ReplicaSet from making its pods; the new one's counts first. */
function withFailure(
  conditions: readonly WorkloadCondition[],
  { newSet, oldSets }: RolloutFacts,
): readonly WorkloadCondition[] {
  const sets = newSet === undefined ? oldSets : [newSet, ...oldSets];
  const failure = sets
    .map(({ status }) => findCondition(status?.conditions, FAILURE))
    .find((condition) => condition !== undefined);
  if (failure === undefined) return withoutCondition(conditions, FAILURE);
  const { lastTransitionTime } = failure;
  return withCondition(conditions, {
    ...failure,
    ...(lastTransitionTime === undefined ? {} : { lastUpdateTime: lastTransitionTime }),
  });
}
