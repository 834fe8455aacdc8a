/**
 * What a deletion does to an object: take it out, or mark it and let others finish (its node, the holders of finalizers,
 * the garbage collector). Pure.
 * @see k8s.io/apiserver/pkg/registry/rest/delete.go and generic/registry/store.go, v0.34
 */
import type { KubeObject } from '../../api/object';
import { type DraftObject, draftOf, ensureObject, findNumber, findString } from '../draft';
import type { Resource } from '../resources/resource';
import { badRequest, conflict } from '../status-error';
import { timestamp } from './metadata';

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  /** The old form of a policy. */
  readonly orphanDependents?: boolean;
  readonly uid?: string;
  readonly resourceVersion?: string;
}

export type DeletionStep =
  /** Take it out now. */
  | { readonly kind: 'Remove' }
  /** Store this instead; it goes when its time has come and its finalizers are gone. */
  | { readonly kind: 'Mark'; readonly object: DraftObject; readonly removeAfterwards: boolean }
  /** It is going already, and this deletion changes nothing. */
  | { readonly kind: 'Pending' };

const ORPHAN = 'orphan';
const FOREGROUND = 'foregroundDeletion';

export interface DeletionRequest {
  readonly options: DeleteOptions;
  readonly now: Date;
  /** What the first deletion of such an object changes in it, in place: a definition gets its finalizer. */
  readonly prepare?: (object: DraftObject) => void;
}

/**
 * The next step of a deletion. Throws `StatusError` 409 where a precondition doesn't hold, 400 where the options
 * contradict each other.
 */
export function deletionStep(
  resource: Resource,
  object: KubeObject,
  { options, now, prepare }: DeletionRequest,
): DeletionStep {
  checkOptions(options);
  checkPreconditions(resource, object, options);
  const draft = draftOf(object as never);
  const metadata = ensureObject(draft, 'metadata');
  const grace = graceStep(resource, object, metadata, { options, now });
  if (grace === 'Pending') return { kind: 'Pending' };

  if (object.metadata.deletionTimestamp === undefined) prepare?.(draft);
  const before = (metadata['finalizers'] ?? []) as readonly string[];
  const finalizers = finalizersAfter(resource, before, options);
  if (finalizers.length === 0) delete metadata['finalizers'];
  else metadata['finalizers'] = finalizers;
  const hasFinalizers =
    finalizers.length > 0 || (resource.strategy.hasFinalizers?.(draft as unknown as KubeObject) ?? false);

  if (grace === 'Graceful') {
    const seconds = findNumber(metadata, 'deletionGracePeriodSeconds') ?? 0;
    return { kind: 'Mark', object: draft, removeAfterwards: !hasFinalizers && seconds === 0 };
  }
  if (!hasFinalizers) return { kind: 'Remove' };
  // Kinds that say themselves what a deletion changes are told nothing more than when it began.
  if (prepare === undefined) markAsDeleting(metadata, now);
  else metadata['deletionTimestamp'] ??= timestamp(now);
  return { kind: 'Mark', object: draft, removeAfterwards: false };
}

/** True where an update of an object that is being deleted was the last that it waited for. */
export function isDeletedByUpdate(resource: Resource, next: KubeObject, old: KubeObject): boolean {
  if ((next.metadata.finalizers ?? []).length > 0 || (resource.strategy.hasFinalizers?.(next) ?? false)) return false;
  const before = old.metadata as unknown as DraftObject;
  return before['deletionTimestamp'] !== undefined && (findNumber(before, 'deletionGracePeriodSeconds') ?? 0) === 0;
}

function checkOptions({ propagationPolicy, orphanDependents }: DeleteOptions): void {
  if (propagationPolicy !== undefined && orphanDependents !== undefined) {
    throw badRequest('orphanDependents and deletionPropagation cannot be both set');
  }
}

function checkPreconditions(resource: Resource, object: KubeObject, { uid, resourceVersion }: DeleteOptions): void {
  const { metadata } = object;
  const type = { group: resource.group, resource: resource.kind };
  if (uid !== undefined && uid !== metadata.uid) {
    const why = `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid ?? ''}). The object might have been deleted and then recreated`;
    throw conflict(type, metadata.name, why);
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    const why = `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion ?? ''}). The object might have been modified`;
    throw conflict(type, metadata.name, why);
  }
}

/** Sets what a graceful deletion sets, in place. */
function graceStep(
  resource: Resource,
  object: KubeObject,
  metadata: DraftObject,
  { options, now }: { readonly options: DeleteOptions; readonly now: Date },
): 'Graceful' | 'Pending' | 'Ungraceful' {
  const asked = options.gracePeriodSeconds === undefined ? undefined : Math.max(options.gracePeriodSeconds, -1);
  const wanted = asked !== undefined && asked < 0 ? 1 : asked;
  if (resource.strategy.gracePeriodSeconds === undefined) return 'Ungraceful';
  const deletedAt = findString(metadata, 'deletionTimestamp');
  if (deletedAt !== undefined) {
    const granted = findNumber(metadata, 'deletionGracePeriodSeconds') ?? 0;
    if (granted === 0) return 'Ungraceful';
    // A period only gets shorter.
    if (wanted === undefined || wanted >= granted) return 'Pending';
    const shortened = Date.parse(deletedAt) - (granted - wanted) * 1000;
    const isPast = shortened < now.getTime();
    metadata['deletionTimestamp'] = timestamp(isPast ? now : new Date(shortened));
    metadata['deletionGracePeriodSeconds'] = isPast && wanted !== 0 ? 1 : wanted;
    return 'Graceful';
  }
  const seconds = resource.strategy.gracePeriodSeconds(object, wanted);
  if (seconds === undefined) return 'Ungraceful';
  metadata['deletionTimestamp'] = timestamp(new Date(now.getTime() + seconds * 1000));
  metadata['deletionGracePeriodSeconds'] = seconds;
  bumpGeneration(metadata);
  return 'Graceful';
}

function markAsDeleting(metadata: DraftObject, now: Date): void {
  const deletedAt = findString(metadata, 'deletionTimestamp');
  if (deletedAt === undefined) bumpGeneration(metadata);
  if (deletedAt === undefined || Date.parse(deletedAt) > now.getTime()) metadata['deletionTimestamp'] = timestamp(now);
  metadata['deletionGracePeriodSeconds'] = 0;
}

function bumpGeneration(metadata: DraftObject): void {
  const generation = findNumber(metadata, 'generation') ?? 0;
  if (generation > 0) metadata['generation'] = generation + 1;
}

/** The finalizers by which the garbage collector is told what becomes of dependents. */
function finalizersAfter(resource: Resource, before: readonly string[], options: DeleteOptions): string[] {
  const byDefault = resource.strategy.defaultPropagation ?? 'Background';
  if (byDefault === 'Unsupported')
    return before.filter((finalizer) => finalizer !== ORPHAN && finalizer !== FOREGROUND);
  const policy = policyOf(options) ?? policyInFinalizers(before) ?? byDefault;
  const others = before.filter((finalizer) => finalizer !== ORPHAN && finalizer !== FOREGROUND);
  if (policy === 'Orphan') return [...others, ORPHAN];
  return policy === 'Foreground' ? [...others, FOREGROUND] : others;
}

function policyOf({ propagationPolicy, orphanDependents }: DeleteOptions): DeleteOptions['propagationPolicy'] {
  if (orphanDependents !== undefined) return orphanDependents ? 'Orphan' : 'Background';
  return propagationPolicy;
}

function policyInFinalizers(finalizers: readonly string[]): DeleteOptions['propagationPolicy'] {
  const found = finalizers.find((finalizer) => finalizer === ORPHAN || finalizer === FOREGROUND);
  return found === undefined ? undefined : found === ORPHAN ? 'Orphan' : 'Foreground';
}
