/** How many pods each of a Deployment's ReplicaSets is to have. Pure. */
import type { ReplicaSet } from '../replica-set/replica-set';
import { byCreation, type Deployment, desiredReplicas, isRollingUpdate, maxSurge, maxUnavailable } from './deployment';
import { desiredBefore, maxBefore } from './replica-set-annotations';

/** Pods that the ReplicaSets ask for together. */
export function totalReplicas(sets: readonly ReplicaSet[]): number {
  return sets.reduce((total, set) => total + desiredReplicas(set), 0);
}

/** Sizes by name, in the order in which they are to be set; only of ReplicaSets that change. */
export type Sizes = ReadonlyMap<string, number>;

/** The size of the new ReplicaSet as far as the surge allows; `sets` are all, with the new one where it exists. */
export function newReplicaSetSize(deployment: Deployment, sets: readonly ReplicaSet[], current: number): number {
  const desired = desiredReplicas(deployment);
  if (!isRollingUpdate(deployment)) return desired;
  const allowed = desired + maxSurge(deployment) - totalReplicas(sets);
  return allowed <= 0 ? current : current + Math.min(allowed, desired - current);
}

/** The sizes of old ReplicaSets as small as availability allows: first without pods that don't work, then the oldest. */
export function shrunkenSizes(deployment: Deployment, newSet: ReplicaSet, oldSets: readonly ReplicaSet[]): Sizes {
  const sizes = new Map(oldSets.map((set) => [set.metadata.name, desiredReplicas(set)]));
  const minAvailable = desiredReplicas(deployment) - maxUnavailable(deployment);
  const newUnavailable = desiredReplicas(newSet) - availableOf(newSet);
  let removable = totalReplicas([...oldSets, newSet]) - minAvailable - newUnavailable;
  const changed = new Map<string, number>();
  if (removable <= 0) return changed;
  const sorted = [...oldSets].sort(byCreation);
  for (const set of sorted) {
    const size = desiredReplicas(set);
    const removed = Math.min(removable, size - availableOf(set));
    if (removed <= 0) continue;
    removable -= removed;
    changed.set(set.metadata.name, size - removed);
  }
  let spare = availableOf(newSet) + oldSets.reduce((total, set) => total + availableOf(set), 0) - minAvailable;
  for (const set of sorted) {
    if (spare <= 0) break;
    const { name } = set.metadata;
    const size = changed.get(name) ?? sizes.get(name) ?? 0;
    const removed = Math.min(size, spare);
    if (removed === 0) continue;
    spare -= removed;
    changed.set(name, size - removed);
  }
  return changed;
}

/** The sizes after the Deployment was scaled in the middle of a rollout: each in proportion to what it has. */
export function proportionalSizes(deployment: Deployment, active: readonly ReplicaSet[]): Sizes {
  const desired = desiredReplicas(deployment);
  const allowed = desired > 0 ? desired + maxSurge(deployment) : 0;
  const toAdd = allowed - totalReplicas(active);
  // Growth goes to the newer of equals first, shrinking to the older.
  const sorted = [...active].sort(
    (a, b) => desiredReplicas(b) - desiredReplicas(a) || (toAdd > 0 ? byCreation(b, a) : byCreation(a, b)),
  );
  let added = 0;
  const sizes = new Map<string, number>();
  for (const set of sorted) {
    const share = toAdd === 0 ? 0 : proportion(deployment, set, toAdd, added);
    sizes.set(set.metadata.name, desiredReplicas(set) + share);
    added += share;
  }
  const [first] = sorted;
  if (first !== undefined && toAdd !== 0) {
    const { name } = first.metadata;
    sizes.set(name, Math.max(0, (sizes.get(name) ?? 0) + toAdd - added));
  }
  return sizes;
}

/** True where the ReplicaSet has all pods of the Deployment, and all are available. */
export function isSaturated(deployment: Deployment, set: ReplicaSet | undefined): boolean {
  const desired = desiredReplicas(deployment);
  return (
    set !== undefined &&
    desiredReplicas(set) === desired &&
    desiredBefore(set) === desired &&
    availableOf(set) === desired
  );
}

/** The only ReplicaSet with pods or, where none has any, the latest; undefined where several have pods. */
export function activeOrLatest(newSet: ReplicaSet | undefined, oldSets: readonly ReplicaSet[]): ReplicaSet | undefined {
  const all = newSet === undefined ? oldSets : [...oldSets, newSet];
  const active = all.filter((set) => desiredReplicas(set) > 0);
  if (active.length > 1) return undefined;
  return active[0] ?? newSet ?? [...oldSets].sort(byCreation).at(-1);
}

function proportion(deployment: Deployment, set: ReplicaSet, toAdd: number, added: number): number {
  if (desiredReplicas(set) === 0 || toAdd === added) return 0;
  const share = fraction(deployment, set);
  const left = toAdd - added;
  return toAdd > 0 ? Math.min(share, left) : Math.max(share, left);
}

function fraction(deployment: Deployment, set: ReplicaSet): number {
  const size = desiredReplicas(set);
  const desired = desiredReplicas(deployment);
  if (desired === 0) return -size;
  const noted = maxBefore(set) ?? 0;
  const before = noted === 0 ? (deployment.status?.replicas ?? 0) : noted;
  return before === 0 ? 0 : Math.round((size * (desired + maxSurge(deployment))) / before) - size;
}

function availableOf({ status }: ReplicaSet): number {
  return status?.availableReplicas ?? 0;
}
