/**
 * Who owns the claims of a StatefulSet, so that the garbage collector deletes those that the set doesn't want kept. Pure.
 *
 * A claim that anything else controls, or that belongs to an earlier set or pod of the same name, is left as it is.
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention
 */
import type { KubeObject, OwnerReference } from '../../../api/object';
import { apiVersionOf } from '../../../api/resource-type';
import { controllerReference } from '../ownership';
import { POD, STATEFUL_SET } from '../resource-types';
import { identityOf, isWithin, type StatefulSet } from './stateful-set';

export interface ClaimOwners {
  readonly set: StatefulSet;
  readonly pod: KubeObject;
}

/** What the claim's owners are to be; undefined where they are right. */
export function changedOwners(claim: KubeObject, owners: ClaimOwners): readonly OwnerReference[] | undefined {
  if (isOfPast(claim, owners)) return undefined;
  const before = claim.metadata.ownerReferences ?? [];
  const others = before.filter((reference) => !isTo(reference, owners.set) && !isTo(reference, owners.pod));
  if (hasConflictingController(claim, owners)) return others.length === before.length ? undefined : others;
  const after = [...others, ...wantedReferences(owners)];
  const isRight =
    before.length === after.length &&
    after.every(({ uid, controller }) => before.some((known) => known.uid === uid && known.controller === controller));
  return isRight ? undefined : after;
}

/** True where something else controls a claim that the set would let go. */
export function hasConflictingController(claim: KubeObject, { set, pod }: ClaimOwners): boolean {
  if (!isDeletedWhen(set, 'whenScaled') && !isDeletedWhen(set, 'whenDeleted')) return false;
  return (claim.metadata.ownerReferences ?? []).some((reference) => {
    if (isTo(reference, set)) return reference.uid !== set.metadata.uid;
    if (isTo(reference, pod)) return reference.uid !== pod.metadata.uid;
    return reference.controller === true;
  });
}

/** True where the claim is deleted with an earlier pod of the same name: a new pod has to wait for that. */
export function isStale(claim: KubeObject, set: StatefulSet, podName: string): boolean {
  if (!isDeletedWhen(set, 'whenScaled')) return false;
  const { apiVersion, kind } = { apiVersion: apiVersionOf(POD), kind: POD.kind };
  return (claim.metadata.ownerReferences ?? []).some(
    (reference) => reference.apiVersion === apiVersion && reference.kind === kind && reference.name === podName,
  );
}

function wantedReferences({ set, pod }: ClaimOwners): readonly OwnerReference[] {
  const isCondemned = !isWithin(set, identityOf(pod).ordinal);
  if (isDeletedWhen(set, 'whenScaled') && isCondemned) return [controllerReference(POD, pod)];
  return isDeletedWhen(set, 'whenDeleted') ? [controllerReference(STATEFUL_SET, set)] : [];
}

function isOfPast(claim: KubeObject, { set, pod }: ClaimOwners): boolean {
  return [set, pod].some((owner) => {
    const reference = (claim.metadata.ownerReferences ?? []).find((known) => isTo(known, owner));
    return reference !== undefined && reference.uid !== owner.metadata.uid;
  });
}

function isTo({ apiVersion, kind, name }: OwnerReference, owner: KubeObject): boolean {
  return apiVersion === owner.apiVersion && kind === owner.kind && name === owner.metadata.name;
}

function isDeletedWhen({ spec }: StatefulSet, event: 'whenScaled' | 'whenDeleted'): boolean {
  return spec.persistentVolumeClaimRetentionPolicy?.[event] === 'Delete';
}
