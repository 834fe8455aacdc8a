/**
 * Whose an object is, and what is below whom.
 *
 * A child says its owner by a controller reference and by the label `adrasteia.dev/owner-uid`; an object that outlives its
 * owner carries the label and an annotation with the owner's kind and name instead. Names alone prove nothing.
 */
import type { KubeObject, Manifest, ObjectName, OwnerReference } from '../api/object';
import { describeObject, referenceKey, referenceTo } from '../api/object';
import { kindKeyOf } from '../api/resource-type';
import { OWNER_ANNOTATION, OWNER_UID_LABEL } from '../api/well-known';
import type { Handling, PlannedObject } from '../plan/planned-object';
import type { CachedObject, Change } from './informer';

/** A custom resource as an owner. */
export type Owner = Pick<KubeObject, 'apiVersion' | 'kind' | 'metadata'> & {
  readonly metadata: { readonly uid?: string };
};

/** `Kind.group/name`: recognises an owner that was deleted and made again. */
export function ownerWord(owner: Owner): string {
  return `${kindKeyOf(owner)}/${owner.metadata.name}`;
}

/**
 * The manifest with the marks of its owner. What holds data, what is torn down in order, and what lives in another namespace
 * (where the garbage collector would take the reference for a dangling one and delete), carries no owner reference.
 */
export function withOwner(planned: PlannedObject, owner: Owner): Manifest {
  const { manifest, handling } = planned;
  const uid = owner.metadata.uid ?? '';
  const labels = { ...manifest.metadata.labels, [OWNER_UID_LABEL]: uid };
  const sameNamespace =
    owner.metadata.namespace === undefined || owner.metadata.namespace === manifest.metadata.namespace;
  if (handling.prune === 'Keep' || !handling.collected || !sameNamespace) {
    const annotations = { ...manifest.metadata.annotations, [OWNER_ANNOTATION]: ownerWord(owner) };
    return { ...manifest, metadata: { ...manifest.metadata, labels, annotations } };
  }
  const reference: OwnerReference = {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name,
    uid,
    controller: true,
  };
  return { ...manifest, metadata: { ...manifest.metadata, labels, ownerReferences: [reference] } };
}

/** Undefined where the owner may write the object; else who stands in the way, as text. */
export function conflictOf(live: KubeObject, owner: Owner, handling: Pick<Handling, 'adopt'>): string | undefined {
  const controller = controllerOf(live);
  if (controller !== undefined) {
    if (controller.uid === owner.metadata.uid) return undefined;
    return `${describeObject(live)} belongs to ${controller.kind} ${controller.name}`;
  }
  if (live.metadata.labels?.[OWNER_UID_LABEL] === owner.metadata.uid) return undefined;
  const formerOwner = live.metadata.annotations?.[OWNER_ANNOTATION];
  if (formerOwner === ownerWord(owner)) return undefined;
  if (formerOwner !== undefined) return `${describeObject(live)} holds the data of ${formerOwner}`;
  if (handling.adopt) return undefined;
  return `${describeObject(live)} was not made by Adrasteia`;
}

function controllerOf(object: Pick<KubeObject, 'metadata'>): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((reference) => reference.controller === true);
}

/** Objects below custom resources, by owner; kept from the changes that informers report. */
export class OwnershipIndex {
  /** Parent UID of every child and descendant. */
  private readonly parents = new Map<string, string>();
  /** Objects directly below a UID, as the caches hold them. */
  private readonly below = new Map<string, Set<KubeObject>>();

  /** Takes a change in. Gives the UIDs of the custom resources concerned, before and after. */
  take(change: Change): readonly string[] {
    const roots = new Set<string>();
    for (const entry of [change.before, change.after]) {
      const root = entry === undefined ? undefined : this.rootOf(entry.object);
      if (root !== undefined) roots.add(root);
    }
    if (change.before !== undefined) this.remove(change.before);
    if (change.after !== undefined) this.insert(change.after);
    return [...roots];
  }

  /** Objects below a UID at any depth, of one kind. */
  descendants(uid: string, kind: string): readonly KubeObject[] {
    const found: KubeObject[] = [];
    // Owners are what objects say of themselves, so a forged ring is possible: each parent is visited once.
    const visited = new Set<string>();
    const visit = (parent: string): void => {
      if (visited.has(parent)) return;
      visited.add(parent);
      for (const object of this.below.get(parent) ?? []) {
        if (kindKeyOf(object) === kind) found.push(object);
        if (object.metadata.uid !== undefined) visit(object.metadata.uid);
      }
    };
    visit(uid);
    return found.sort((a, b) => (referenceKey(referenceTo(a)) < referenceKey(referenceTo(b)) ? -1 : 1));
  }

  private rootOf(object: KubeObject): string | undefined {
    let uid = parentOf(object);
    // Chains are short (Pod, ReplicaSet, Deployment, custom resource); the bound keeps a forged ring from hanging.
    for (let depth = 0; uid !== undefined && depth < 8; depth++) {
      const parent = this.parents.get(uid);
      if (parent === undefined) return uid;
      uid = parent;
    }
    return uid;
  }

  private insert({ object }: CachedObject): void {
    const parent = parentOf(object);
    if (parent === undefined || object.metadata.uid === undefined) return;
    this.parents.set(object.metadata.uid, parent);
    const siblings = this.below.get(parent);
    if (siblings === undefined) this.below.set(parent, new Set([object]));
    else siblings.add(object);
  }

  private remove({ object }: CachedObject): void {
    const parent = parentOf(object);
    if (parent === undefined || object.metadata.uid === undefined) return;
    this.parents.delete(object.metadata.uid);
    const siblings = this.below.get(parent);
    siblings?.delete(object);
    if (siblings?.size === 0) this.below.delete(parent);
  }
}

function parentOf(object: KubeObject): string | undefined {
  return object.metadata.labels?.[OWNER_UID_LABEL] ?? controllerOf(object)?.uid;
}

/** The name of an object without more. */
export function nameOf(name: ObjectName): ObjectName {
  return name.namespace === undefined ? { name: name.name } : { name: name.name, namespace: name.namespace };
}
