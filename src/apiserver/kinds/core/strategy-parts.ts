/** What the strategies of the core kinds have in common. */
import type { JsonObject } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import type { Draft, DraftObject } from '../../draft';
import type { FieldError } from '../../field-error';
import { putMember } from '../draft-members';
import { isDnsSubdomainName, type NameRule, validateObjectMeta, validateObjectMetaUpdate } from '../metadata';

/** The paths that an endpoint for objects, and one for their status, take from nobody. */
export const STATUS_RESET_FIELDS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  '': [['status']],
  status: [['spec']],
};

/**
 * Puts back a member as it was.
 *
 * The old value is shared, not copied: an update of a status would else copy each spec. Nothing after this changes such a
 * part in place.
 */
export function keepMember(object: DraftObject, old: KubeObject, key: string): void {
  putMember(object, key, old[key] as Draft | undefined);
}

export interface MetadataRules {
  readonly namespaced: boolean;
  /** Default: a DNS subdomain. */
  readonly validateName?: NameRule;
}

/** What is wrong with metadata by the rules of a kind. Updates tell it a second time, as the server does. */
export function metadataErrors(
  object: KubeObject,
  { namespaced, validateName = isDnsSubdomainName }: MetadataRules,
): FieldError[] {
  return validateObjectMeta(object.metadata, { namespaced, validateName, path: 'metadata', knowsFinalizers: true });
}

/** What an update may not do to metadata, told a second time. */
export function metadataUpdateErrors(object: KubeObject, old: KubeObject): FieldError[] {
  return validateObjectMetaUpdate(object.metadata, old.metadata, 'metadata', true);
}

/** The spec of an object; without members where there is none. */
export function specOf(object: KubeObject): JsonObject {
  return (object.spec ?? {}) as JsonObject;
}

/** The status of an object; without members where there is none. */
export function statusOf(object: KubeObject): JsonObject {
  return (object.status ?? {}) as JsonObject;
}
