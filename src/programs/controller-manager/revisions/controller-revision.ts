/** ControllerRevisions: the templates that a StatefulSet or DaemonSet has had, by number. Pure. */
import type { KubeObject, OwnerReference } from '../../../api/object';
import type { PodTemplate } from '../pods/pod';
import { isSemanticallyEqual } from '../semantic-equality';
import { collidingHash } from '../template-hash';

/** The label of revisions that tells their hash. */
const HASH_LABEL = 'controller.kubernetes.io/hash';

/** The label of pods that names their revision and, for DaemonSets, of revisions that tells their hash. */
export const REVISION_HASH_LABEL = 'controller-revision-hash';

const NAME_PREFIX_MAX = 223;

export interface ControllerRevision extends KubeObject {
  readonly data?: { readonly spec?: { readonly template?: PodTemplate & { readonly $patch?: string } } };
  readonly revision: number;
}

/** A workload whose templates are kept as revisions. */
export interface RevisedOwner extends KubeObject {
  readonly spec: { readonly template: PodTemplate };
}

/** The revision of an owner's template; its hash is another one for each count of collisions. */
export function revisionManifest(
  owner: RevisedOwner,
  options: {
    readonly reference: OwnerReference;
    readonly revision: number;
    readonly collisionCount: number;
    /** Under which the hash is told. Default: that of StatefulSets. */
    readonly hashLabel?: string;
  },
): ControllerRevision {
  const { reference, revision, collisionCount, hashLabel = HASH_LABEL } = options;
  const { metadata, spec } = owner;
  const data = { spec: { template: { ...spec.template, $patch: 'replace' } } };
  const hash = collidingHash(data, collisionCount);
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      namespace: metadata.namespace ?? '',
      name: `${metadata.name.slice(0, NAME_PREFIX_MAX)}-${hash}`,
      labels: { ...spec.template.metadata?.labels, [hashLabel]: hash },
      ...(metadata.annotations === undefined ? {} : { annotations: metadata.annotations }),
      ownerReferences: [reference],
    },
    data,
    revision,
  };
}

/** True where both are of the same template. */
export function isSameRevision(a: ControllerRevision, b: ControllerRevision): boolean {
  return isSemanticallyEqual(a.data, b.data);
}

/** The template that a revision keeps. */
export function templateOf({ data }: ControllerRevision): PodTemplate | undefined {
  if (data?.spec?.template === undefined) return undefined;
  const { $patch: _directive, ...template } = data.spec.template;
  return template;
}

/** By number; by age, where two have the same. */
export function byRevision(a: ControllerRevision, b: ControllerRevision): number {
  return (
    a.revision - b.revision ||
    (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? '') ||
    (a.metadata.name < b.metadata.name ? -1 : 1)
  );
}
