/** Puts back what an endpoint doesn't change, before validation. */
import type { JsonObject } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import { type Draft, type DraftObject, ensureObject } from '../../draft';
import type { Strategy, StrategyContext } from '../../resources/resource';
import { jsonOf } from '../json-members';

/**
 * Makes members of an object what they are in another.
 *
 * The values are shared, not copied: an update of a status would else copy each spec. Nothing after this changes such a part
 * in place.
 */
export function restoreMembers(object: DraftObject, old: JsonObject, keys: readonly string[]): void {
  for (const key of keys) {
    const member = old[key];
    if (member === undefined) dropMembers(object, [key]);
    else object[key] = member as Draft;
  }
}

/** Takes members out of an object. */
export function dropMembers(object: DraftObject, keys: readonly string[]): void {
  for (const key of keys) Reflect.deleteProperty(object, key);
}

/** All that clients may set in metadata. */
export const CLIENT_METADATA = ['labels', 'annotations', 'finalizers', 'ownerReferences'] as const;

/** Makes members of an object's metadata what they were. */
function restoreMetadata(object: DraftObject, old: KubeObject, keys: readonly string[]): void {
  restoreMembers(ensureObject(object, 'metadata'), jsonOf(old.metadata), keys);
}

/** The preparations of a kind whose status is an endpoint of its own. */
export function statusPreparations(
  statusMetadata: readonly string[] = [],
): Required<Pick<Strategy, 'prepareForCreate' | 'prepareForUpdate'>> {
  return {
    prepareForCreate(object) {
      object['status'] = {};
    },
    prepareForUpdate(object, old, { subresource }: StrategyContext) {
      if (subresource !== 'status') {
        restoreMembers(object, jsonOf(old), ['status']);
        return;
      }
      restoreMembers(object, jsonOf(old), ['spec']);
      restoreMetadata(object, old, statusMetadata);
    },
  };
}

/** What the two endpoints of such a kind take from nobody. */
export const STATUS_RESET_FIELDS = { '': [['status']], status: [['spec']] } as const;
