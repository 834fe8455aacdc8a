/** Changes of members of drafts whose names are known only at run time. */
import type { Draft, DraftObject } from '../draft';

/** Removes a member; nothing happens where there is none. */
export function removeMember(object: DraftObject, key: string): void {
  Reflect.deleteProperty(object, key);
}

/** Sets a member, or removes it where the value is undefined. */
export function putMember(object: DraftObject, key: string, value: Draft | undefined): void {
  if (value === undefined) removeMember(object, key);
  else object[key] = value;
}
