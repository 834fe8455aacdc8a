/**
 * How a definition goes: its objects go first. The finalizer waits for that, and a condition tells how far it is.
 * @see k8s.io/apiextensions-apiserver/pkg/controller/finalizer/crd_finalizer.go, v0.34
 */
import { type Draft, type DraftObject, ensureObject } from '../draft';
import type { CustomResourceDefinition, DefinitionCondition, DefinitionStatus } from './definition';
import { withCondition } from './definition-conditions';

/** The finalizer that a definition has from the moment of its deletion. */
export const CLEANUP_FINALIZER = 'customresourcecleanup.apiextensions.k8s.io';

/** How far the deletion of a definition is. */
export type DeletionStage =
  | 'InstanceDeletionPending'
  | 'InstanceDeletionInProgress'
  | 'InstanceDeletionFailed'
  | 'InstanceDeletionCheck'
  | 'InstanceDeletionCompleted'
  | 'NeverEstablished'
  | 'OverlappingBuiltInResource';

const STAGES: Readonly<Record<DeletionStage, { readonly status: 'True' | 'False'; readonly message: string }>> = {
  InstanceDeletionPending: {
    status: 'True',
    message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
  },
  InstanceDeletionInProgress: { status: 'True', message: 'CustomResource deletion is in progress' },
  InstanceDeletionFailed: { status: 'True', message: 'could not issue all deletes: ' },
  InstanceDeletionCheck: { status: 'True', message: 'could not confirm zero CustomResources remaining: ' },
  InstanceDeletionCompleted: { status: 'False', message: 'removed all instances' },
  NeverEstablished: { status: 'False', message: 'resource was never established' },
  OverlappingBuiltInResource: { status: 'False', message: 'instances overlap with built-in resources in storage' },
};

/** The condition of a stage; `why` ends the message of those that failed. */
function terminatingCondition(stage: DeletionStage, why = ''): DefinitionCondition {
  const { status, message } = STAGES[stage];
  return { type: 'Terminating', status, reason: stage, message: `${message}${why}` };
}

/** The status of a definition at a stage of its deletion. */
export function statusAt(
  definition: CustomResourceDefinition,
  stage: DeletionStage,
  { now, why = '' }: { readonly now: Date; readonly why?: string },
): DefinitionStatus {
  const { status } = definition;
  return { ...status, conditions: withCondition(status?.conditions, terminatingCondition(stage, why), now) };
}

/** Adds the finalizer and the first condition to a definition that is deleted, in place. */
export function beginDeletion(object: DraftObject, now: Date): void {
  const metadata = ensureObject(object, 'metadata');
  const before = metadata['finalizers'];
  const finalizers = Array.isArray(before) ? before : [];
  if (!finalizers.includes(CLEANUP_FINALIZER)) metadata['finalizers'] = [...finalizers, CLEANUP_FINALIZER];
  const status = ensureObject(object, 'status');
  const conditions = (status['conditions'] ?? null) as DefinitionStatus['conditions'];
  const next = withCondition(conditions, terminatingCondition('InstanceDeletionPending'), now);
  status['conditions'] = next as unknown as Draft;
}
