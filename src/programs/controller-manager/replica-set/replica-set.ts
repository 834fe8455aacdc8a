/** ReplicaSets and ReplicationControllers, which differ in how they say what they select. */
import type { KubeObject } from '../../../api/object';
import type { WorkloadCondition } from '../conditions';
import type { LabelSelector } from '../label-selector';
import type { PodTemplate } from '../pods/pod';

export interface ReplicaStatus {
  readonly replicas?: number;
  readonly fullyLabeledReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly observedGeneration?: number;
  readonly conditions?: readonly WorkloadCondition[];
}

interface ReplicatedSpec<S> {
  readonly replicas?: number;
  readonly minReadySeconds?: number;
  readonly selector?: S;
  readonly template?: PodTemplate;
}

export interface ReplicaSet extends KubeObject {
  readonly spec: ReplicatedSpec<LabelSelector>;
  readonly status?: ReplicaStatus;
}

export interface ReplicationController extends KubeObject {
  readonly spec: ReplicatedSpec<Readonly<Record<string, string>>>;
  readonly status?: ReplicaStatus;
}

/** Either of the two. */
export type Replicated = ReplicaSet | ReplicationController;

/** What either of the two selects. */
export function selectorOf({ kind, spec }: Replicated): LabelSelector {
  if (kind === 'ReplicaSet') return (spec as ReplicaSet['spec']).selector ?? {};
  return { matchLabels: (spec as ReplicationController['spec']).selector ?? {} };
}
