/** References of autoscalers to objects in any version. */
import type { JsonObject } from '../../../api/json';
import { type FieldError, invalidField, requiredField } from '../../field-error';
import { textAt } from '../json-members';
import { addProblems, isPathSegmentName } from '../metadata';

export interface ReferenceRules {
  /** For what was stored before versions were checked. */
  readonly allowsAnyVersion: boolean;
  /** `v1` will do. */
  readonly allowsNoGroup: boolean;
}

/** Problems of a reference by kind, name and version. */
export function targetReferenceErrors(
  reference: JsonObject | undefined,
  path: string,
  { allowsAnyVersion, allowsNoGroup }: ReferenceRules,
): FieldError[] {
  const errors: FieldError[] = [];
  for (const key of ['kind', 'name']) {
    const text = textAt(reference, key);
    if (text === '') errors.push(requiredField(`${path}.${key}`));
    else addProblems(errors, `${path}.${key}`, text, isPathSegmentName(text, false));
  }
  const apiVersion = textAt(reference, 'apiVersion');
  const problem = allowsAnyVersion ? undefined : apiVersionProblem(apiVersion, allowsNoGroup);
  if (problem !== undefined) errors.push(invalidField(`${path}.apiVersion`, apiVersion, problem));
  return errors;
}

/** What is wrong with the version of a reference; undefined where nothing is. */
export function apiVersionProblem(apiVersion: string, allowsNoGroup: boolean): string | undefined {
  const parts = apiVersion.split('/');
  if (parts.length > 2) return `unexpected GroupVersion string: ${apiVersion}`;
  const group = parts.length === 2 ? parts[0] : '';
  return group === '' && !allowsNoGroup ? 'apiVersion must specify API group' : undefined;
}
