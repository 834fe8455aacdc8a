/** DaemonSets, and which nodes their pods belong on. Pure. */
import type { KubeObject, Manifest } from '../../../api/object';
import type { LabelSelector } from '../label-selector';
import { affineNode, findUntolerated, isChosen, type Node } from '../nodes/node';
import { availableIn, isReady, type Pod, type PodSpec, type PodTemplate, type Toleration } from '../pods/pod';
import { podManifest } from '../pods/pod-control';
import { DAEMON_SET } from '../resource-types';
import { REVISION_HASH_LABEL } from '../revisions/controller-revision';
import { scaledValue } from '../scaled-value';

export interface DaemonSetStatus {
  readonly currentNumberScheduled?: number;
  readonly numberMisscheduled?: number;
  readonly desiredNumberScheduled?: number;
  readonly numberReady?: number;
  readonly observedGeneration?: number;
  readonly updatedNumberScheduled?: number;
  readonly numberAvailable?: number;
  readonly numberUnavailable?: number;
  readonly collisionCount?: number;
}

export interface DaemonSet extends KubeObject {
  readonly spec: {
    readonly selector: LabelSelector;
    readonly template: PodTemplate;
    readonly minReadySeconds?: number;
    readonly revisionHistoryLimit?: number;
    readonly updateStrategy?: {
      readonly type?: string;
      readonly rollingUpdate?: { readonly maxUnavailable?: number | string; readonly maxSurge?: number | string };
    };
  };
  readonly status?: DaemonSetStatus;
}

const GENERATION_ANNOTATION = 'deprecated.daemonset.template.generation';
const GENERATION_LABEL = 'pod-template-generation';

/** What a daemon has to bear, so that it runs where little else does. */
const TOLERATIONS: readonly Toleration[] = [
  { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/disk-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/pid-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' },
];
const HOST_NETWORK_TOLERATION: Toleration = {
  key: 'node.kubernetes.io/network-unavailable',
  operator: 'Exists',
  effect: 'NoSchedule',
};

/** Whether a pod is to be made on a node, and whether one that is there may stay. */
export function placement({ spec }: DaemonSet, node: Node): { readonly starts: boolean; readonly stays: boolean } {
  const { spec: pod } = spec.template;
  if (!isChosen(pod, node)) return { starts: false, stays: false };
  const tolerations = tolerationsOf(pod);
  const repels = (...effects: readonly string[]): boolean => findUntolerated(node, tolerations, effects) !== undefined;
  return { starts: !repels('NoExecute', 'NoSchedule'), stays: !repels('NoExecute') };
}

/** The node of a pod, or the one that it is meant for. */
export function nodeNameOf({ spec }: Pod): string {
  return (spec.nodeName ?? '') === '' ? (affineNode(spec) ?? '') : (spec.nodeName ?? '');
}

/** A pod of the set for a node. */
export function daemonPod(set: DaemonSet, node: string, hash: string): Manifest {
  const { metadata = {}, spec } = set.spec.template;
  const generation = set.metadata.annotations?.[GENERATION_ANNOTATION];
  return podManifest(set, DAEMON_SET, {
    metadata: {
      ...metadata,
      labels: {
        ...metadata.labels,
        [REVISION_HASH_LABEL]: hash,
        ...(generation === undefined ? {} : { [GENERATION_LABEL]: generation }),
      },
    },
    spec: { ...spec, tolerations: tolerationsOf(spec), affinity: affinityTo(spec, node) },
  });
}

/** How many pods may be unavailable while they are replaced; at least one, unless a surge is allowed. */
export function maxUnavailable({ spec }: DaemonSet, desired: number): number {
  const { maxUnavailable: unavailable = 1 } = spec.updateStrategy?.rollingUpdate ?? {};
  const surge = maxSurge({ spec } as DaemonSet, desired);
  const count = scaledValue(unavailable, desired, 'Up');
  return count === 0 && surge === 0 ? 1 : count;
}

/** How many nodes may have an old and a new pod while pods are replaced. */
export function maxSurge({ spec }: DaemonSet, desired: number): number {
  return scaledValue(spec.updateStrategy?.rollingUpdate?.maxSurge, desired, 'Up');
}

export function isOfHash({ metadata }: Pod, hash: string): boolean {
  return metadata.labels?.[REVISION_HASH_LABEL] === hash;
}

export function isAvailable(set: DaemonSet, pod: Pod, now: number): boolean {
  return availableIn(pod, set.spec.minReadySeconds ?? 0, now) === 0;
}

/** What the set says of its pods, by their nodes. */
export function daemonStatus(
  set: DaemonSet,
  facts: {
    readonly nodes: Iterable<Node>;
    readonly podsOn: (node: string) => readonly Pod[];
    readonly hash: string;
    readonly collisionCount: number;
    readonly now: number;
  },
): DaemonSetStatus {
  const counts = { current: 0, misscheduled: 0, desired: 0, ready: 0, updated: 0, available: 0 };
  for (const node of facts.nodes) {
    const pods = facts.podsOn(node.metadata.name);
    if (!placement(set, node).starts) {
      if (pods.length > 0) counts.misscheduled += 1;
      continue;
    }
    counts.desired += 1;
    const [oldest] = [...pods].sort(byAge);
    if (oldest === undefined) continue;
    counts.current += 1;
    if (isReady(oldest)) counts.ready += 1;
    if (isReady(oldest) && isAvailable(set, oldest, facts.now)) counts.available += 1;
    if (isOfHash(oldest, facts.hash)) counts.updated += 1;
  }
  const optional = {
    updatedNumberScheduled: counts.updated,
    numberAvailable: counts.available,
    numberUnavailable: counts.desired - counts.available,
    collisionCount: facts.collisionCount,
  };
  return {
    currentNumberScheduled: counts.current,
    numberMisscheduled: counts.misscheduled,
    desiredNumberScheduled: counts.desired,
    numberReady: counts.ready,
    observedGeneration: set.metadata.generation ?? 0,
    ...Object.fromEntries(Object.entries(optional).filter(([, count]) => count > 0)),
  };
}

/** The oldest first. */
export function byAge(a: Pod, b: Pod): number {
  return (
    (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? '') ||
    (a.metadata.name < b.metadata.name ? -1 : 1)
  );
}

function tolerationsOf({ tolerations = [], hostNetwork }: PodSpec): readonly Toleration[] {
  const own = hostNetwork === true ? [...TOLERATIONS, HOST_NETWORK_TOLERATION] : TOLERATIONS;
  const isSaid = ({ key, effect }: Toleration): boolean =>
    tolerations.some(
      (toleration) => toleration.key === key && toleration.effect === effect && toleration.operator === 'Exists',
    );
  return [...tolerations, ...own.filter((toleration) => !isSaid(toleration))];
}

/** The pod's affinity, narrowed to the node. */
function affinityTo({ affinity }: PodSpec, node: string): object {
  const field = { key: 'metadata.name', operator: 'In', values: [node] };
  const given = affinity ?? {};
  return {
    ...given,
    nodeAffinity: {
      ...given.nodeAffinity,
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields: [field] }] },
    },
  };
}
