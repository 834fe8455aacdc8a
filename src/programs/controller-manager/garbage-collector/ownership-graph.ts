/**
 * Who owns whom, by UID. Pure; holds of each object only what the garbage collector needs.
 *
 * Whether an owner that was referred to and never seen exists is asked of the API before anything is deleted for its sake.
 */
import type { KubeObject, ObjectName, OwnerReference } from '../../../api/object';
import type { ResourceType } from '../../../api/resource-type';

export interface GraphNode {
  readonly uid: string;
  readonly type: ResourceType | undefined;
  readonly name: ObjectName;
  readonly owners: readonly OwnerReference[];
  /** Asked to be deleted. */
  readonly isDeleting: boolean;
  /** Waits for dependents that block it to be deleted. */
  readonly awaitsDependents: boolean;
  /** Wants its dependents to be set free. */
  readonly orphansDependents: boolean;
}

export const FOREGROUND = 'foregroundDeletion';
export const ORPHAN = 'orphan';

export class OwnershipGraph {
  readonly #nodes = new Map<string, GraphNode>();
  readonly #dependents = new Map<string, Set<string>>();

  find(uid: string): GraphNode | undefined {
    return this.#nodes.get(uid);
  }

  get size(): number {
    return this.#nodes.size;
  }

  /** Takes in an object as it is now. Gives what it was before. */
  put(type: ResourceType, { metadata }: KubeObject): GraphNode | undefined {
    const { uid = '', finalizers = [], ownerReferences = [], deletionTimestamp } = metadata;
    const before = this.#nodes.get(uid);
    this.#unlink(before);
    const isDeleting = deletionTimestamp !== undefined;
    const node: GraphNode = {
      uid,
      type,
      name:
        metadata.namespace === undefined
          ? { name: metadata.name }
          : { namespace: metadata.namespace, name: metadata.name },
      owners: ownerReferences,
      isDeleting,
      awaitsDependents: isDeleting && finalizers.includes(FOREGROUND),
      orphansDependents: isDeleting && finalizers.includes(ORPHAN),
    };
    this.#nodes.set(uid, node);
    for (const owner of ownerReferences) this.#link(owner, node);
    return before;
  }

  /** Takes out an object that is gone. Gives those that named it as their owner. */
  remove(uid: string): readonly GraphNode[] {
    const node = this.#nodes.get(uid);
    this.#unlink(node);
    this.#nodes.delete(uid);
    const dependents = this.dependentsOf(uid);
    if (dependents.length === 0) this.#dependents.delete(uid);
    return dependents;
  }

  dependentsOf(uid: string): readonly GraphNode[] {
    return [...(this.#dependents.get(uid) ?? [])]
      .map((dependent) => this.#nodes.get(dependent))
      .filter((node) => node !== undefined);
  }

  /** Dependents that keep an owner which waits for them. */
  blockingDependentsOf(uid: string): readonly GraphNode[] {
    return this.dependentsOf(uid).filter(({ owners }) =>
      owners.some((owner) => owner.uid === uid && owner.blockOwnerDeletion === true),
    );
  }

  /** Owners that were referred to and never seen. */
  presumedOwnersOf({ owners }: GraphNode): readonly OwnerReference[] {
    return owners.filter(({ uid }) => !this.#nodes.has(uid));
  }

  #link({ uid }: OwnerReference, node: GraphNode): void {
    const dependents = this.#dependents.get(uid) ?? new Set();
    dependents.add(node.uid);
    this.#dependents.set(uid, dependents);
  }

  #unlink(node: GraphNode | undefined): void {
    for (const { uid } of node?.owners ?? []) {
      const dependents = this.#dependents.get(uid);
      dependents?.delete(node?.uid ?? '');
      if (dependents?.size === 0) this.#dependents.delete(uid);
    }
  }
}
