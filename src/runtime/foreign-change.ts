/** Whether a change of a served object is news, or only what the controller itself has just written. */
import { canonicalJson } from '../api/json';
import type { KubeObject } from '../api/object';
import type { Change } from './informer';

/**
 * False for the answer to a write of ours that says nothing else new. Such an answer may hold what somebody else changed
 * shortly before; the watch will not bring that again, since it is older than the answer.
 */
export function isForeignChange({ isOwn, before, after }: Change): boolean {
  if (!isOwn || before === undefined || after === undefined) return true;
  return inputs(before.object) !== inputs(after.object);
}

/** What others decide about an object, as far as a plan may depend on it. */
function inputs({ metadata }: KubeObject): string {
  const { uid, generation, labels, annotations, deletionTimestamp } = metadata;
  return canonicalJson([uid, generation, labels, annotations, deletionTimestamp]);
}
