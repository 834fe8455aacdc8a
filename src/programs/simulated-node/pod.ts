/**
 * Pods, as far as a node reads them. What the API server has taken in is of this shape.
 */
import type { KubeObject, ObjectMeta } from '../../api/object';
import type { NodeConstraints } from '../node-selector';

/** A container or init container of a pod’s spec. */
export interface Container {
  readonly name: string;
  readonly image: string;
  /** `Always` makes an init container a sidecar: the next one starts once it runs. */
  readonly restartPolicy?: string;
}

/** Exactly one of the three; none stands for waiting. */
export interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly running?: { readonly startedAt: string };
  readonly terminated?: {
    readonly exitCode: number;
    readonly reason: string;
    readonly startedAt?: string;
    readonly finishedAt: string;
  };
}

/** What the node says of one container. */
export interface ContainerStatus {
  readonly name: string;
  readonly image: string;
  readonly imageID: string;
  readonly containerID?: string;
  readonly ready: boolean;
  readonly started: boolean;
  readonly restartCount: number;
  readonly state: ContainerState;
}

/** A condition of a pod. The server adds `lastProbeTime`, which nobody sets. */
export interface PodCondition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

/** A pod, as the API server holds it. */
export interface Pod extends KubeObject {
  readonly metadata: ObjectMeta & { readonly deletionGracePeriodSeconds?: number };
  readonly spec: NodeConstraints & {
    readonly containers: readonly Container[];
    readonly initContainers?: readonly Container[];
    readonly restartPolicy?: string;
    readonly nodeName?: string;
    readonly schedulerName?: string;
    readonly schedulingGates?: readonly unknown[];
    readonly readinessGates?: readonly { readonly conditionType: string }[];
    readonly hostNetwork?: boolean;
    readonly volumes?: readonly {
      readonly name: string;
      readonly persistentVolumeClaim?: { readonly claimName: string };
      readonly ephemeral?: unknown;
    }[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly startTime?: string;
    readonly podIP?: string;
    readonly conditions?: readonly PodCondition[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}

/** Names of the claims that a pod mounts, in its namespace. */
export function claimsOf(pod: Pod): readonly string[] {
  return (pod.spec.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    if (persistentVolumeClaim !== undefined) return [persistentVolumeClaim.claimName];
    return ephemeral === undefined ? [] : [`${pod.metadata.name}-${name}`];
  });
}

/** The pod’s condition of this type, if it has one. */
export function findCondition(pod: Pod, type: string): PodCondition | undefined {
  return pod.status?.conditions?.find((condition) => condition.type === type);
}

/**
 * The pod's conditions with some replaced or added, in their order. A transition time is kept while the status stays, and is
 * `now` (RFC 3339) where it changes.
 */
export function withConditions(pod: Pod, changed: readonly PodCondition[], now: string): readonly PodCondition[] {
  const stamped = changed.map((condition): PodCondition => {
    const before = findCondition(pod, condition.type);
    const lastTransitionTime = before?.status === condition.status ? before.lastTransitionTime : now;
    return { ...condition, ...(lastTransitionTime === undefined ? {} : { lastTransitionTime }) };
  });
  const present = pod.status?.conditions ?? [];
  return [
    ...present.map((condition) => stamped.find(({ type }) => type === condition.type) ?? condition),
    ...stamped.filter(({ type }) => !present.some((condition) => condition.type === type)),
  ];
}
