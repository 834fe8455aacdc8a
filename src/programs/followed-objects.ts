/** A copy of all objects of one kind that somebody keeps, so that parts of one process needn't each keep their own. */
import type { KubeObject, ObjectName } from '../api/object';
import type { ResourceType } from '../api/resource-type';

/** The copy, as those see it who read it and write to the API. */
export interface FollowedObjects {
  get(name: ObjectName): KubeObject | undefined;
  values(): IterableIterator<KubeObject>;
  /** Takes in the answer to one's own write before the watch brings it, unless a newer version is known. */
  take(object: KubeObject): void;
  /** Takes out an object that is gone. */
  drop(gone: ObjectName & { readonly uid?: string }): void;
}

/** Told after the copy changed; `before` is undefined for what is new, `after` for what is gone. */
export type ObjectListener = (before: KubeObject | undefined, after: KubeObject | undefined) => void;

/** Gives the copy of a kind; to be asked before whoever keeps it begins. The listener is called for every object found. */
export type FollowObjects = (type: ResourceType, listener: ObjectListener) => FollowedObjects;
