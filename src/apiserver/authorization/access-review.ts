/**
 * The access reviews of `authorization.k8s.io`: may somebody do something?
 * @see https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access
 */
import type { JsonObject } from '../../api/json';
import type { UserInfo } from '../authentication/authenticator';
import { objectAt, stringAt, stringsAt } from '../authentication/json-members';
import { type FieldError, invalidField } from '../field-error';
import { canonicalJson } from '../json/json-text';
import { badRequest, invalid } from '../status-error';
import type { AccessAttributes, Authorizer } from './authorizer';
import { selectorErrors, selectorEvaluationError } from './selector-attributes';

/** Messages name the reviews without their kind. */
const UNNAMED_KIND = { group: 'authorization.k8s.io', kind: '' } as const;

/**
 * A `SubjectAccessReview` with its status.
 * @throws StatusError 422 where it isn't valid.
 */
export function answerSubjectAccessReview(review: JsonObject, authorizer: Authorizer): JsonObject {
  refuseInvalid([...subjectErrors(review), ...metadataErrors(review, 'must be empty', [])]);
  return answered(review, subjectOf(review), authorizer);
}

/**
 * A `SelfSubjectAccessReview` with its status.
 * @throws StatusError 422 where it isn't valid.
 */
export function answerSelfSubjectAccessReview(
  review: JsonObject,
  { authorizer, user }: { readonly authorizer: Authorizer; readonly user: UserInfo },
): JsonObject {
  refuseInvalid([
    ...exclusionErrors(review),
    ...selectorErrors(objectAt(review, 'spec', 'resourceAttributes')),
    ...metadataErrors(review, 'must be empty', []),
  ]);
  return answered(review, user, authorizer);
}

/**
 * A `LocalSubjectAccessReview` of a namespace, with its status.
 * @throws StatusError 422 or 400 where it isn't valid.
 */
export function answerLocalSubjectAccessReview(
  review: JsonObject,
  { authorizer, namespace }: { readonly authorizer: Authorizer; readonly namespace: string },
): JsonObject {
  const own = stringAt(review, 'metadata', 'namespace');
  const resourceAttributes = objectAt(review, 'spec', 'resourceAttributes');
  const errors = [
    ...subjectErrors(review),
    ...metadataErrors(review, 'must be empty except for namespace', ['namespace']),
  ];
  const asked = stringAt(resourceAttributes, 'namespace');
  if (resourceAttributes !== undefined && asked !== own) {
    errors.push(invalidField('spec.resourceAttributes.namespace', asked, 'must match metadata.namespace'));
  }
  const paths = objectAt(review, 'spec', 'nonResourceAttributes');
  if (paths !== undefined) {
    errors.push(invalidField('spec.nonResourceAttributes', shownPath(paths), 'disallowed on this kind of request'));
  }
  refuseInvalid(errors);
  if (own !== namespace) throw badRequest(`spec.resourceAttributes.namespace must match namespace: ${namespace}`);
  return answered(review, subjectOf(review), authorizer);
}

function answered(review: JsonObject, user: UserInfo, authorizer: Authorizer): JsonObject {
  const resource = objectAt(review, 'spec', 'resourceAttributes');
  const attributes =
    resource === undefined
      ? pathAttributes(user, objectAt(review, 'spec', 'nonResourceAttributes'))
      : resourceAttributesOf(user, resource);
  const { allowed, reason } = authorizer.decide(attributes);
  const evaluationError = selectorEvaluationError(resource);
  return {
    ...review,
    status: {
      allowed,
      ...(reason === '' ? {} : { reason }),
      ...(evaluationError === '' ? {} : { evaluationError }),
    },
  };
}

function resourceAttributesOf(user: UserInfo, asked: JsonObject): AccessAttributes {
  const version = stringAt(asked, 'version');
  return {
    user,
    verb: stringAt(asked, 'verb'),
    isResource: true,
    group: stringAt(asked, 'group'),
    version: version === '' ? '*' : version,
    resource: stringAt(asked, 'resource'),
    subresource: stringAt(asked, 'subresource'),
    namespace: stringAt(asked, 'namespace'),
    name: stringAt(asked, 'name'),
    path: '',
  };
}

function pathAttributes(user: UserInfo, asked: JsonObject | undefined): AccessAttributes {
  return {
    ...resourceAttributesOf(user, {}),
    isResource: false,
    verb: stringAt(asked, 'verb'),
    path: stringAt(asked, 'path'),
  };
}

function subjectOf(review: JsonObject): UserInfo {
  const spec = objectAt(review, 'spec');
  const uid = stringAt(spec, 'uid');
  const extra = Object.keys(objectAt(spec, 'extra') ?? {}).map((key) => [key, stringsAt(spec, 'extra', key)] as const);
  return {
    username: stringAt(spec, 'user'),
    groups: stringsAt(spec, 'groups'),
    ...(uid === '' ? {} : { uid }),
    ...(extra.length === 0 ? {} : { extra: Object.fromEntries(extra) }),
  };
}

function subjectErrors(review: JsonObject): FieldError[] {
  const spec = objectAt(review, 'spec');
  const user = stringAt(spec, 'user');
  const errors = exclusionErrors(review);
  if (user === '' && stringsAt(spec, 'groups').length === 0) {
    errors.push(invalidField('spec.user', user, 'at least one of user or group must be specified'));
  }
  return [...errors, ...selectorErrors(objectAt(spec, 'resourceAttributes'))];
}

/** A review asks about a resource or about a path. */
function exclusionErrors(review: JsonObject): FieldError[] {
  const paths = objectAt(review, 'spec', 'nonResourceAttributes');
  const isResource = objectAt(review, 'spec', 'resourceAttributes') !== undefined;
  if (isResource && paths !== undefined) {
    const detail = 'cannot be specified in combination with resourceAttributes';
    return [invalidField('spec.nonResourceAttributes', shownPath(paths), detail)];
  }
  if (isResource || paths !== undefined) return [];
  const detail = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
  return [invalidField('spec.resourceAttributes', null, detail)];
}

/** As the real server shows it: by the names that its own code has. */
function shownPath(paths: JsonObject): JsonObject {
  return { Path: stringAt(paths, 'path'), Verb: stringAt(paths, 'verb') };
}

function metadataErrors(review: JsonObject, detail: string, allowed: readonly string[]): readonly FieldError[] {
  const metadata = objectAt(review, 'metadata') ?? {};
  const isEmpty = Object.entries(metadata).every(
    ([key, value]) => key === 'managedFields' || allowed.includes(key) || isNothing(value),
  );
  return isEmpty ? [] : [invalidField('metadata', metadata, detail)];
}

function isNothing(value: unknown): boolean {
  return value === undefined || ['null', '""', '[]', '{}', '0'].includes(canonicalJson(value));
}

function refuseInvalid(errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalid(UNNAMED_KIND, '', errors);
}
