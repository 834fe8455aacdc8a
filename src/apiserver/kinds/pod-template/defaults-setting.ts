/** Setting of defaults. */
import type { Draft, DraftObject } from '../../draft';

/** Sets a member that is absent or holds its type's zero value. */
export function setDefault(parent: DraftObject, key: string, value: Draft): void {
  const member = parent[key];
  if (member === undefined || member === '' || member === 0) parent[key] = value;
}

/** Sets a member that is absent; a present zero value stays. */
export function setAbsent(parent: DraftObject, key: string, value: Draft): void {
  if (parent[key] === undefined) parent[key] = value;
}
