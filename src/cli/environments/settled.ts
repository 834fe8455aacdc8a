/**
 * When an environment has come to rest, whatever its kind.
 */
import { isJsonObject } from '../../api/json';
import type { KubeObject } from '../../api/object';
import { findCondition } from './condition';

/** Reasons of `Ready` that pass by themselves. */
const PASSING: ReadonlySet<string> = new Set(['Starting', 'Stopping', 'Deleting']);

/**
 * True where the status speaks of the specification as it is now and no change is under way: ready, stopped as asked, or kept
 * from ready by something that it names. What never had a status isn't settled.
 */
export function isSettled(object: KubeObject): boolean {
  if (object.metadata.deletionTimestamp !== undefined) return false;
  const ready = findCondition(object, 'Ready');
  if (ready === undefined || !isCurrent(object, ready.observedGeneration)) return false;
  return ready.status === 'True' || !PASSING.has(ready.reason);
}

/** True where it is settled and nothing is wrong: it will not change by waiting. */
export function isAsAsked(object: KubeObject): boolean {
  const ready = findCondition(object, 'Ready');
  return isSettled(object) && (ready?.status === 'True' || ready?.reason === 'Stopped');
}

/** Kinds without generations say nothing of them. */
function isCurrent({ metadata, status }: KubeObject, ofCondition: number | undefined): boolean {
  if (metadata.generation === undefined) return true;
  const ofStatus = isJsonObject(status) ? status['observedGeneration'] : undefined;
  const observed = ofCondition ?? (typeof ofStatus === 'number' ? ofStatus : undefined);
  return observed !== undefined && observed >= metadata.generation;
}
