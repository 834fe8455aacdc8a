/** Deployments, and what their strategy allows. Pure. */
import type { KubeObject } from '../../../api/object';
import type { WorkloadCondition } from '../conditions';
import type { LabelSelector } from '../label-selector';
import type { PodTemplate } from '../pods/pod';
import type { ReplicaSet } from '../replica-set/replica-set';
import { scaledValue } from '../scaled-value';
import { isSemanticallyEqual } from '../semantic-equality';

export interface DeploymentStatus {
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly updatedReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly unavailableReplicas?: number;
  readonly collisionCount?: number;
  readonly conditions?: readonly WorkloadCondition[];
}

export interface Deployment extends KubeObject {
  readonly spec: {
    readonly replicas?: number;
    readonly selector: LabelSelector;
    readonly template: PodTemplate;
    readonly minReadySeconds?: number;
    readonly paused?: boolean;
    readonly progressDeadlineSeconds?: number;
    readonly revisionHistoryLimit?: number;
    readonly strategy?: {
      readonly type?: string;
      readonly rollingUpdate?: {
        readonly maxSurge?: number | string;
        readonly maxUnavailable?: number | string;
      };
    };
  };
  readonly status?: DeploymentStatus;
}

/** The label that tells a Deployment's ReplicaSets and their pods apart. */
export const TEMPLATE_HASH_LABEL = 'pod-template-hash';

/** The annotation by which a rollback is asked for: the revision, or 0 for the one before. */
export const ROLLBACK_ANNOTATION = 'deprecated.deployment.rollback.to';

/** Stands for no deadline and for no limit. */
const MAX_INT32 = 2 ** 31 - 1;

export function desiredReplicas({ spec }: Deployment | ReplicaSet): number {
  return spec.replicas ?? 1;
}

export function isRollingUpdate({ spec }: Deployment): boolean {
  return spec.strategy?.type === 'RollingUpdate';
}

/** How many pods more than asked for there may be. */
export function maxSurge(deployment: Deployment): number {
  if (!isRollingUpdate(deployment)) return 0;
  return scaledValue(deployment.spec.strategy?.rollingUpdate?.maxSurge, desiredReplicas(deployment), 'Up');
}

/** How many pods may be unavailable; one where neither this nor a surge is allowed, since nothing could move. */
export function maxUnavailable(deployment: Deployment): number {
  const desired = desiredReplicas(deployment);
  if (!isRollingUpdate(deployment) || desired === 0) return 0;
  const unavailable = scaledValue(deployment.spec.strategy?.rollingUpdate?.maxUnavailable, desired, 'Down');
  return Math.min(desired, unavailable === 0 && maxSurge(deployment) === 0 ? 1 : unavailable);
}

export function progressDeadline({ spec }: Deployment): number | undefined {
  return spec.progressDeadlineSeconds === MAX_INT32 ? undefined : spec.progressDeadlineSeconds;
}

export function historyLimit({ spec }: Deployment): number | undefined {
  return spec.revisionHistoryLimit === MAX_INT32 ? undefined : spec.revisionHistoryLimit;
}

/** The revision that a rollback is asked for, 0 for the last one; undefined where none is asked for. */
export function rollbackTarget({ metadata }: Deployment): number | undefined {
  const text = metadata.annotations?.[ROLLBACK_ANNOTATION] ?? '';
  return /^-?\d+$/.test(text) ? Number(text) : undefined;
}

/** True where two templates make the same pods, whatever their hash label. */
export function isSameTemplate(a: PodTemplate | undefined, b: PodTemplate | undefined): boolean {
  return isSemanticallyEqual(withoutHash(a), withoutHash(b));
}

/** The template without the label that its ReplicaSet added. */
export function withoutHash(template: PodTemplate | undefined): PodTemplate | undefined {
  if (template?.metadata?.labels === undefined) return template;
  const { [TEMPLATE_HASH_LABEL]: _hash, ...labels } = template.metadata.labels;
  return { ...template, metadata: { ...template.metadata, labels } };
}

/** The oldest ReplicaSet that makes the Deployment's pods; undefined where none does. */
export function findNewReplicaSet({ spec }: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined {
  return [...sets].sort(byCreation).find((set) => isSameTemplate(set.spec.template, spec.template));
}

/** The order of creation; of names, where two are of the same second. */
export function byCreation(a: KubeObject, b: KubeObject): number {
  return (
    (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? '') ||
    (a.metadata.name < b.metadata.name ? -1 : 1)
  );
}
