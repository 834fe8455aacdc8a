/**
 * The garbage collector: deletes what has no owner left, and does what a deletion asked for its dependents: wait for them,
 * or set them free.
 *
 * It follows every kind that can be listed, watched and deleted, custom ones as they come. An object is deleted only after
 * the API itself said that each of its owners is gone, and only while it has the UID that was seen.
 * @see https://kubernetes.io/docs/concepts/architecture/garbage-collection/
 */

import type { DiscoveredType } from '../../../adapters/kubernetes/discovery';
import type { KubeObject, OwnerReference } from '../../../api/object';
import { apiVersionOf, kindKey, type ResourceType } from '../../../api/resource-type';
import { hasCode } from '../../../errors';
import type { Controller } from '../controller';
import type { ControllerContext } from '../controller-context';
import type { FollowedKinds } from '../followed-kinds';
import { Work } from '../work';
import { FOREGROUND, type GraphNode, ORPHAN, OwnershipGraph } from './ownership-graph';

export class GarbageCollector implements Controller {
  readonly #context: ControllerContext;
  readonly #graph = new OwnershipGraph();
  readonly #work: Work;
  readonly #kinds: FollowedKinds;
  readonly #absent = new Set<string>();

  constructor(context: ControllerContext, kinds: FollowedKinds) {
    this.#context = context;
    this.#kinds = kinds;
    this.#work = new Work({ ...context, name: 'garbage-collector', workers: 10, perform: (uid) => this.#look(uid) });
    kinds.listen((type, before, after) => {
      if (!isCollected(type)) return;
      if (before !== undefined && before.metadata.uid !== after?.metadata.uid) this.#gone(before.metadata.uid ?? '');
      if (after !== undefined) this.#changed(type, after);
    });
  }

  get isIdle(): boolean {
    return this.#work.isIdle;
  }

  start(): void {
    this.#work.start();
  }

  stop(): Promise<void> {
    return this.#work.stop();
  }

  #changed(type: ResourceType, object: KubeObject): void {
    const before = this.#graph.put(type, object);
    const node = this.#graph.find(object.metadata.uid ?? '');
    if (node === undefined) return;
    if (node.awaitsDependents || node.orphansDependents || !this.#hasKnownOwners(node)) this.#work.add(node.uid);
    // An owner that begins to wait concerns those it waits for; one that is deleted may be waited for no longer.
    if (node.awaitsDependents && before?.awaitsDependents !== true)
      for (const { uid } of this.#graph.dependentsOf(node.uid)) this.#work.add(uid);
    const left = (before?.owners ?? []).filter(
      (owner) =>
        !node.owners.some(
          ({ uid, blockOwnerDeletion }) => uid === owner.uid && blockOwnerDeletion === owner.blockOwnerDeletion,
        ),
    );
    for (const { uid } of left) this.#work.add(uid);
  }

  /**
   * True where every owner was seen, is what it is called, and doesn't wait for its dependents: then nothing has to be asked. An
   * owner that goes afterwards, or begins to wait, tells of itself.
   */
  #hasKnownOwners({ owners, name: { namespace } }: GraphNode): boolean {
    return owners.every(({ uid, apiVersion, kind, name }) => {
      const owner = this.#graph.find(uid);
      if (owner?.type === undefined || owner.awaitsDependents) return false;
      const isCalledSo =
        owner.name.name === name && owner.type.kind === kind && owner.type.group === groupOf(apiVersion);
      return isCalledSo && (!owner.type.namespaced || owner.name.namespace === namespace);
    });
  }

  #gone(uid: string): void {
    const node = this.#graph.find(uid);
    for (const dependent of this.#graph.remove(uid)) this.#work.add(dependent.uid);
    for (const owner of node?.owners ?? []) this.#work.add(owner.uid);
  }

  async #look(uid: string): Promise<undefined> {
    const node = this.#graph.find(uid);
    if (node?.type === undefined) return undefined;
    if (node.orphansDependents) await this.#setDependentsFree(node);
    else if (node.awaitsDependents) await this.#deleteDependents(node);
    else if (node.owners.length > 0 && !node.isDeleting) await this.#deleteIfLost(node);
    return undefined;
  }

  /** Takes the owner's reference off every dependent, and then the owner's finalizer. */
  async #setDependentsFree(owner: GraphNode): Promise<void> {
    for (const dependent of this.#graph.dependentsOf(owner.uid)) {
      await this.#patchOwners(dependent, (owners) => owners.filter(({ uid }) => uid !== owner.uid));
    }
    await this.#removeFinalizer(owner, ORPHAN);
  }

  /** Has the dependents that block it deleted; takes the finalizer off when there is none. */
  async #deleteDependents(owner: GraphNode): Promise<void> {
    const blocking = this.#graph.blockingDependentsOf(owner.uid);
    if (blocking.length === 0) {
      await this.#removeFinalizer(owner, FOREGROUND);
      return;
    }
    for (const { uid, isDeleting } of blocking) if (!isDeleting) this.#work.add(uid);
  }

  async #deleteIfLost(node: GraphNode): Promise<void> {
    const live = await this.#live(node);
    if (live === undefined) {
      this.#gone(node.uid);
      return;
    }
    const owners = live.metadata.ownerReferences ?? [];
    if (owners.length === 0 || live.metadata.deletionTimestamp !== undefined) return;
    const solid: OwnerReference[] = [];
    const lost: OwnerReference[] = [];
    const waiting: OwnerReference[] = [];
    for (const owner of owners) {
      const state = await this.#stateOf(owner, node);
      if (state === 'Unknown') return;
      ({ Solid: solid, Lost: lost, Waiting: waiting })[state].push(owner);
    }
    if (solid.length > 0) {
      const rest = new Set([...lost, ...waiting].map(({ uid }) => uid));
      if (rest.size > 0) await this.#patchOwners(node, (references) => references.filter(({ uid }) => !rest.has(uid)));
      return;
    }
    const dependents = this.#graph.dependentsOf(node.uid);
    if (waiting.length > 0 && dependents.length > 0) {
      // In a circle each would wait for the other.
      for (const dependent of dependents) {
        if (dependent.awaitsDependents) {
          await this.#patchOwners(node, (references) =>
            references.map((owner) => ({ ...owner, blockOwnerDeletion: false })),
          );
          break;
        }
      }
      await this.#delete(node, live, 'Foreground');
      return;
    }
    const { finalizers = [] } = live.metadata;
    const policy = finalizers.includes(ORPHAN)
      ? 'Orphan'
      : finalizers.includes(FOREGROUND)
        ? 'Foreground'
        : 'Background';
    await this.#delete(node, live, policy);
  }

  /** Unknown: the API could not tell, and nothing may be concluded. */
  async #stateOf(owner: OwnerReference, dependent: GraphNode): Promise<'Solid' | 'Lost' | 'Waiting' | 'Unknown'> {
    const known = this.#graph.find(owner.uid);
    if (known?.type !== undefined) {
      const isElsewhere = known.type.namespaced && known.name.namespace !== dependent.name.namespace;
      if (isElsewhere) return 'Lost';
    }
    const absentKey = `${owner.uid}/${dependent.name.namespace ?? ''}`;
    if (this.#absent.has(absentKey)) return 'Lost';
    const type = this.#typeOf(owner);
    if (type === undefined) {
      this.#context.log.debug('owner of unknown kind', {
        controller: 'garbage-collector',
        kind: owner.kind,
        name: owner.name,
      });
      return 'Unknown';
    }
    if (type.namespaced && dependent.name.namespace === undefined) return 'Unknown';
    const name =
      type.namespaced && dependent.name.namespace !== undefined
        ? { namespace: dependent.name.namespace, name: owner.name }
        : { name: owner.name };
    const live = await this.#context.cluster.get(type, name);
    if (live?.metadata.uid !== owner.uid) {
      // A UID never comes back.
      if (this.#absent.size > MOST_ABSENT) this.#absent.clear();
      this.#absent.add(absentKey);
      return 'Lost';
    }
    const { deletionTimestamp, finalizers = [] } = live.metadata;
    return deletionTimestamp !== undefined && finalizers.includes(FOREGROUND) ? 'Waiting' : 'Solid';
  }

  #typeOf({ apiVersion, kind }: OwnerReference): ResourceType | undefined {
    const type = this.#kinds.find(kindKey({ kind, group: groupOf(apiVersion) }));
    if (type === undefined || apiVersionOf(type) === apiVersion) return type;
    return { ...type, version: apiVersion.slice(apiVersion.indexOf('/') + 1) };
  }

  async #live({ type, name, uid }: GraphNode): Promise<KubeObject | undefined> {
    if (type === undefined) return undefined;
    const live = await this.#context.cluster.get(type, name);
    return live?.metadata.uid === uid ? live : undefined;
  }

  async #delete(
    { type, name, uid }: GraphNode,
    live: KubeObject,
    propagation: 'Background' | 'Foreground' | 'Orphan',
  ): Promise<void> {
    if (type === undefined) return;
    const { resourceVersion } = live.metadata;
    // What changed since it was looked at is looked at again: it may have an owner by now.
    await this.#context.cluster.delete(type, name, {
      uid,
      propagation,
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    });
  }

  async #removeFinalizer(node: GraphNode, finalizer: string): Promise<void> {
    await this.#change(node, ({ finalizers = [] }) => ({
      finalizers: finalizers.filter((name) => name !== finalizer),
    }));
  }

  async #patchOwners(
    node: GraphNode,
    next: (owners: readonly OwnerReference[]) => readonly OwnerReference[],
  ): Promise<void> {
    await this.#change(node, ({ ownerReferences = [] }) => ({ ownerReferences: next(ownerReferences) }));
  }

  /** Changes metadata of the object that was seen, and of no other. */
  async #change(
    node: GraphNode,
    change: (metadata: KubeObject['metadata']) => Partial<KubeObject['metadata']>,
  ): Promise<void> {
    if (node.type === undefined) return;
    const live = await this.#live(node);
    if (live === undefined) return;
    const { uid, resourceVersion } = live.metadata;
    const patch = { metadata: { ...change(live.metadata), uid, resourceVersion } };
    try {
      await this.#context.cluster.patch(node.type, node.name, patch, { type: 'merge' });
    } catch (error) {
      if (!hasCode(error, 'ApiNotFound')) throw error;
    }
  }
}

const MOST_ABSENT = 10_000;

function isCollected({ verbs }: DiscoveredType): boolean {
  return verbs.includes('delete');
}

function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}
