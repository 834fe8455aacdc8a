/**
 * The dependents of a controller: what it controls and selects. What it selects and nobody controls is adopted; what it
 * controls and selects no longer is released.
 */
import type { KubeObject, OwnerReference } from '../../api/object';
import { hasCode } from '../../errors';
import { controllerOf, controllerReference } from './ownership';
import type { Store } from './store';

export interface Claiming<T extends KubeObject> {
  readonly owner: KubeObject;
  readonly owners: Store;
  readonly dependents: Store<T>;
  readonly isSelected: (dependent: T) => boolean;
  /** Looked at instead of all that the owner controls and all orphans. */
  readonly candidates?: readonly T[];
}

/** Throws what the cluster throws, other than that a dependent is gone. */
export async function claimDependents<T extends KubeObject>(claiming: Claiming<T>): Promise<readonly T[]> {
  const { owner, owners, dependents, isSelected } = claiming;
  const { namespace = '', uid = '' } = owner.metadata;
  const candidates = claiming.candidates ?? [...dependents.controlledBy(uid), ...dependents.orphansIn(namespace)];
  const isLeaving = owner.metadata.deletionTimestamp !== undefined;
  const claimed: T[] = [];
  let mayAdopt: boolean | undefined;
  for (const candidate of candidates) {
    const controller = controllerOf(candidate.metadata);
    if (controller !== undefined && controller.uid !== uid) continue;
    if (controller !== undefined) {
      if (isSelected(candidate)) claimed.push(candidate);
      else if (!isLeaving) await release(dependents, candidate, uid);
      continue;
    }
    if (isLeaving || candidate.metadata.deletionTimestamp !== undefined || !isSelected(candidate)) continue;
    // An owner that has gone meanwhile would leave its new dependents to the garbage collector.
    mayAdopt ??= await isThereStill(owners, owner);
    if (!mayAdopt) continue;
    const adopted = await adopt(dependents, candidate, controllerReference(owners.type, owner));
    if (adopted !== undefined) claimed.push(adopted);
  }
  return claimed;
}

async function isThereStill(owners: Store, { metadata }: KubeObject): Promise<boolean> {
  const fresh = await owners.refresh(metadata);
  return fresh?.metadata.uid === metadata.uid && fresh?.metadata.deletionTimestamp === undefined;
}

function adopt<T extends KubeObject>(store: Store<T>, dependent: T, reference: OwnerReference): Promise<T | undefined> {
  return changeOwners(store, dependent, [...(dependent.metadata.ownerReferences ?? []), reference]);
}

async function release<T extends KubeObject>(store: Store<T>, dependent: T, uid: string): Promise<void> {
  const owners = dependent.metadata.ownerReferences ?? [];
  await changeOwners(
    store,
    dependent,
    owners.filter((owner) => owner.uid !== uid),
  );
}

async function changeOwners<T extends KubeObject>(
  store: Store<T>,
  dependent: T,
  ownerReferences: readonly OwnerReference[],
): Promise<T | undefined> {
  const { resourceVersion } = dependent.metadata;
  try {
    return await store.patch(dependent, { metadata: { resourceVersion, ownerReferences } });
  } catch (error) {
    if (!hasCode(error, 'ApiNotFound')) throw error;
    return undefined;
  }
}
