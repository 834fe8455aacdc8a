/** How admission plugins refuse. */

import { stringAt } from '../authentication/json-members';
import { forbidden, type GroupResource, type StatusCause, StatusError } from '../status-error';
import type { AdmissionAttributes } from './admission';

/** The 403 that names the object; one whose name isn't made yet goes by the beginning of it. */
export function refusedByAdmission(
  attributes: AdmissionAttributes,
  object: unknown,
  why: string,
  causes: readonly StatusCause[] = [],
): StatusError {
  const { status } = forbidden(resourceOf(attributes), nameOf(attributes, object), why);
  const details = { ...status.details, ...(causes.length === 0 ? {} : { causes }) };
  return new StatusError(status.code, status.reason ?? '', status.message, details);
}

function nameOf(attributes: AdmissionAttributes, object: unknown): string {
  const own = stringAt(object, 'metadata', 'name');
  const prefix = stringAt(object, 'metadata', 'generateName');
  return [attributes.name, own, prefix].find((name) => name !== '') ?? 'Unknown';
}

/** The resource that a request is about. */
export function resourceOf({ group, resource }: AdmissionAttributes): GroupResource {
  return { group, resource };
}

/** True for a request on the resource itself or on one of the subresources given. */
export function isAbout(
  attributes: AdmissionAttributes,
  group: string,
  resource: string,
  subresources: readonly string[] = [''],
): boolean {
  return (
    attributes.resource === resource && attributes.group === group && subresources.includes(attributes.subresource)
  );
}

/** Several reasons as one text; each is told once. */
export function reasonsText(reasons: readonly string[]): string {
  const distinct = [...new Set(reasons)];
  return distinct.length === 1 ? (distinct[0] ?? '') : `[${distinct.join(', ')}]`;
}
