/** StatefulSets, and the identities of their pods and claims. Pure. */
import type { KubeObject, Manifest, OwnerReference } from '../../../api/object';
import type { LabelSelector } from '../label-selector';
import type { Pod, PodTemplate } from '../pods/pod';
import { REVISION_HASH_LABEL } from '../revisions/controller-revision';

export interface RetentionPolicy {
  readonly whenDeleted?: string;
  readonly whenScaled?: string;
}

export interface StatefulSetStatus {
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly currentReplicas?: number;
  readonly updatedReplicas?: number;
  readonly currentRevision?: string;
  readonly updateRevision?: string;
  readonly collisionCount?: number;
}

export interface StatefulSet extends KubeObject {
  readonly spec: {
    readonly replicas?: number;
    readonly selector: LabelSelector;
    readonly template: PodTemplate;
    readonly serviceName?: string;
    readonly minReadySeconds?: number;
    readonly revisionHistoryLimit?: number;
    readonly podManagementPolicy?: string;
    readonly ordinals?: { readonly start?: number };
    readonly volumeClaimTemplates?: readonly ClaimTemplate[];
    readonly persistentVolumeClaimRetentionPolicy?: RetentionPolicy;
    readonly updateStrategy?: {
      readonly type?: string;
      readonly rollingUpdate?: { readonly partition?: number };
    };
  };
  readonly status?: StatefulSetStatus;
}

interface ClaimTemplate {
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: unknown;
}

const NAME_LABEL = 'statefulset.kubernetes.io/pod-name';
const INDEX_LABEL = 'apps.kubernetes.io/pod-index';

const POD_NAME = /^(.*)-([0-9]+)$/;

/** The name of a pod's StatefulSet and its number there; -1 where the name has none. */
export function identityOf({ metadata }: Pick<Pod, 'metadata'>): { readonly parent: string; readonly ordinal: number } {
  const [, parent = '', digits = ''] = POD_NAME.exec(metadata.name) ?? [];
  const ordinal = Number(digits);
  return digits === '' || ordinal > 2 ** 31 - 1 ? { parent, ordinal: -1 } : { parent, ordinal };
}

export function startOrdinal({ spec }: StatefulSet): number {
  return spec.ordinals?.start ?? 0;
}

export function replicasOf({ spec }: StatefulSet): number {
  return spec.replicas ?? 1;
}

/** True where the set has, or is to have, a pod of this number. */
export function isWithin(set: StatefulSet, ordinal: number): boolean {
  const start = startOrdinal(set);
  return ordinal >= start && ordinal < start + replicasOf(set);
}

export function revisionNameOf({ metadata }: Pod): string {
  return metadata.labels?.[REVISION_HASH_LABEL] ?? '';
}

/** The labels by which a pod of this number is found. */
export function identityLabels(set: StatefulSet, ordinal: number): Readonly<Record<string, string>> {
  return { [NAME_LABEL]: `${set.metadata.name}-${String(ordinal)}`, [INDEX_LABEL]: String(ordinal) };
}

/** True where the pod is called as it should be. */
export function hasIdentity(set: StatefulSet, pod: Pod): boolean {
  const { parent, ordinal } = identityOf(pod);
  return ordinal >= 0 && parent === set.metadata.name && pod.metadata.labels?.[NAME_LABEL] === pod.metadata.name;
}

/** A pod of the set. */
export function statefulPod(
  set: StatefulSet,
  ordinal: number,
  {
    template,
    revision,
    owner,
  }: { readonly template: PodTemplate; readonly revision: string; readonly owner: OwnerReference },
): Manifest {
  const name = `${set.metadata.name}-${String(ordinal)}`;
  const claims = claimNames(set, ordinal);
  const { labels, annotations, finalizers } = template.metadata ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      generateName: `${set.metadata.name}-`,
      namespace: set.metadata.namespace ?? '',
      labels: { ...labels, ...identityLabels(set, ordinal), [REVISION_HASH_LABEL]: revision },
      ...(annotations === undefined ? {} : { annotations }),
      ...(finalizers === undefined ? {} : { finalizers }),
      ownerReferences: [owner],
    },
    spec: {
      ...template.spec,
      hostname: name,
      ...(set.spec.serviceName === undefined ? {} : { subdomain: set.spec.serviceName }),
      volumes: [
        ...[...claims].map(([volume, claimName]) => ({ name: volume, persistentVolumeClaim: { claimName } })),
        ...(template.spec.volumes ?? []).filter((volume) => !claims.has(volume.name)),
      ],
    },
  };
}

/** Names of a pod's own claims, by the names of their templates. */
export function claimNames(set: StatefulSet, ordinal: number): ReadonlyMap<string, string> {
  return new Map(
    (set.spec.volumeClaimTemplates ?? []).map(({ metadata }) => [
      metadata.name,
      `${metadata.name}-${set.metadata.name}-${String(ordinal)}`,
    ]),
  );
}

/** A pod's own claims. */
export function claimManifests(set: StatefulSet, ordinal: number): readonly Manifest[] {
  return (set.spec.volumeClaimTemplates ?? []).map(({ metadata, spec }) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      namespace: set.metadata.namespace ?? '',
      name: `${metadata.name}-${set.metadata.name}-${String(ordinal)}`,
      labels: { ...metadata.labels, ...set.spec.selector.matchLabels },
      ...(metadata.annotations === undefined ? {} : { annotations: metadata.annotations }),
    },
    spec,
  }));
}
