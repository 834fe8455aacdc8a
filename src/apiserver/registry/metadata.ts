/**
 * The members of `metadata` that the server keeps, whatever the kind.
 * @see k8s.io/apiserver/pkg/registry/rest/meta.go and create.go, v0.34
 */
import type { KubeObject } from '../../api/object';
import { type DraftObject, ensureObject, findString, objectsIn } from '../draft';
import { badRequest } from '../status-error';

/** Where names and identities come from, so that tests can tell what they will be. */
export interface Identities {
  uid(): string;
  /** Five characters that end a generated name. */
  nameSuffix(): string;
}

/** The longest beginning of a generated name; the rest is the suffix's. */
const LONGEST_PREFIX = 58;

/** Takes out what a client may not set on a new object. */
export function wipeSystemFields(metadata: DraftObject): void {
  delete metadata['creationTimestamp'];
  delete metadata['uid'];
  delete metadata['deletionTimestamp'];
  delete metadata['deletionGracePeriodSeconds'];
  delete metadata['selfLink'];
}

/** Gives a new object its identity, and a name where it asks for one. */
export function fillSystemFields(metadata: DraftObject, now: Date, identities: Identities): void {
  metadata['creationTimestamp'] = timestamp(now);
  metadata['uid'] = identities.uid();
  const prefix = findString(metadata, 'generateName') ?? '';
  if (prefix !== '' && (findString(metadata, 'name') ?? '') === '') {
    metadata['name'] = `${prefix.slice(0, LONGEST_PREFIX)}${identities.nameSuffix()}`;
  }
}

/** An instant as Kubernetes writes it: UTC, whole seconds. */
export function timestamp(now: Date): string {
  return `${now.toISOString().slice(0, 19)}Z`;
}

/**
 * Sets the namespace of an object to the request's.
 * Throws `StatusError` 400 where the object names another one.
 */
export function settleNamespace(metadata: DraftObject, namespace: string): void {
  const own = findString(metadata, 'namespace') ?? '';
  if (own !== '' && own !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  if (namespace === '') delete metadata['namespace'];
  else metadata['namespace'] = namespace;
}

/** Sets the name to that of the path. Throws `StatusError` 400 where the object has another. */
export function settleName(metadata: DraftObject, name: string): void {
  const own = findString(metadata, 'name') ?? '';
  if (own === '') metadata['name'] = name;
  else if (own !== name) {
    throw badRequest(`the name of the object (${own}) does not match the name on the URL (${name})`);
  }
}

/** Leaves out owner references that stand there twice, and says so. */
export function dedupeOwnerReferences(metadata: DraftObject, warn: (text: string) => void): void {
  const references = objectsIn(metadata, 'ownerReferences');
  if (references.length < 2) return;
  const seen = new Set<string>();
  const duplicated: string[] = [];
  const kept = references.filter((reference) => {
    const members = ['apiVersion', 'kind', 'name', 'uid', 'controller', 'blockOwnerDeletion'];
    const text = JSON.stringify(members.map((member) => reference[member] ?? null));
    const isNew = !seen.has(text);
    seen.add(text);
    if (!isNew) duplicated.push(findString(reference, 'uid') ?? '');
    return isNew;
  });
  if (duplicated.length === 0) return;
  metadata['ownerReferences'] = kept;
  warn(
    `.metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: ${[...new Set(duplicated)].join(', ')}`,
  );
}

/** Puts back what no update changes. */
export function keepSystemFields(next: DraftObject, old: KubeObject): void {
  const metadata = ensureObject(next, 'metadata');
  const before = old.metadata as unknown as DraftObject;
  if ((findString(metadata, 'uid') ?? '') === '') metadata['uid'] = before['uid'];
  for (const member of ['creationTimestamp', 'deletionTimestamp'] as const) {
    if (before[member] !== undefined) metadata[member] = before[member];
  }
  if (metadata['deletionGracePeriodSeconds'] === undefined && before['deletionGracePeriodSeconds'] !== undefined) {
    metadata['deletionGracePeriodSeconds'] = before['deletionGracePeriodSeconds'];
  }
}

/** Sets the generation; none leaves it out. */
export function setGeneration(next: DraftObject, generation: number | undefined): void {
  const metadata = ensureObject(next, 'metadata');
  if (generation === undefined || generation === 0) delete metadata['generation'];
  else metadata['generation'] = generation;
}
