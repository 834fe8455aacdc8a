/**
 * Nobody grants what it doesn't hold: the checks before roles and bindings are written.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping
 */

import type { KubeObject } from '../../api/object';
import type { UserInfo } from '../authentication/authenticator';
import { objectAt, objectsAt, stringAt } from '../authentication/json-members';
import { quotedList } from '../authentication/quoted-text';
import { canonicalJson } from '../json/json-text';
import { goQuoted } from '../schema/go-text';
import { forbidden, type GroupResource, isStatusError, notFound } from '../status-error';
import type { Authorizer } from './authorizer';
import { compactRules, type PolicyRule, rulesOf, ruleText, uncoveredRules } from './policy-rule';
import {
  CLUSTER_ROLE_BINDINGS,
  CLUSTER_ROLES,
  PRIVILEGED_GROUP,
  ROLE_BINDINGS,
  ROLES,
  type RuleResolver,
} from './rbac-authorizer';

/** A role or binding that is about to be written. */
export interface GrantingWrite {
  readonly object: KubeObject;
  /** What was there before; absent for a creation. */
  readonly oldObject?: KubeObject;
  readonly user: UserInfo;
  /** The name in the request's path: empty for a creation. */
  readonly requestName: string;
}

/** The rules that only an administrator of the cluster holds. */
const FULL_AUTHORITY: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'], resourceNames: [], nonResourceURLs: [] },
  { verbs: ['*'], apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: ['*'] },
];

/**
 * Checks the write of a role or binding, of either scope; other types pass. To be called after validation, where the
 * object is stored.
 * @throws StatusError 403 where the user would grant what it doesn't hold; 404 for a binding whose role isn't there.
 */
export function checkEscalation(
  type: GroupResource,
  write: GrantingWrite,
  access: { readonly authorizer: Authorizer; readonly resolver: RuleResolver },
): void {
  if (type.group !== ROLES.group || write.user.groups.includes(PRIVILEGED_GROUP)) return;
  if (isOnlyForCollector(write.object, write.oldObject)) return;
  switch (type.resource) {
    case ROLES.resource:
    case CLUSTER_ROLES.resource:
      return checkRole(type, write, access);
    case ROLE_BINDINGS.resource:
    case CLUSTER_ROLE_BINDINGS.resource:
      return checkBinding(type, write, access);
  }
}

function checkRole(
  type: GroupResource,
  { object, oldObject, user, requestName }: GrantingWrite,
  { authorizer, resolver }: { readonly authorizer: Authorizer; readonly resolver: RuleResolver },
): void {
  const { name, namespace = '' } = object.metadata;
  const mayEscalate = authorizer.decide({
    ...attributesOf(type, user),
    verb: 'escalate',
    namespace,
    name: requestName,
  }).allowed;
  if (mayEscalate) return;
  const refusal = findRefusal(rulesOf(object), user, resolver, namespace);
  if (refusal !== undefined) throw forbidden(type, name, refusal);
  if (type.resource !== CLUSTER_ROLES.resource || !(isAggregated(object) || isAggregated(oldObject))) return;
  if (findRefusal(FULL_AUTHORITY, user, resolver, '') !== undefined) {
    throw forbidden(type, name, 'must have cluster-admin privileges to use the aggregationRule');
  }
}

function checkBinding(
  type: GroupResource,
  { object, user }: GrantingWrite,
  { authorizer, resolver }: { readonly authorizer: Authorizer; readonly resolver: RuleResolver },
): void {
  const { name, namespace = '' } = object.metadata;
  const reference = objectAt(object, 'roleRef');
  const role = { kind: stringAt(reference, 'kind'), name: stringAt(reference, 'name') };
  const isKnown = role.kind === 'Role' || role.kind === 'ClusterRole';
  const mayBind =
    isKnown &&
    authorizer.decide({
      ...attributesOf(role.kind === 'Role' ? ROLES : CLUSTER_ROLES, user),
      group: stringAt(reference, 'apiGroup'),
      verb: 'bind',
      namespace,
      name: role.name,
    }).allowed;
  if (mayBind) return;
  const refusal = findRefusal(rulesOfBound(type, role, namespace, resolver), user, resolver, namespace);
  if (refusal !== undefined) throw forbidden(type, name, refusal);
}

/** The real server tells a missing role as if the binding were missing. */
function rulesOfBound(
  type: GroupResource,
  role: { readonly kind: string; readonly name: string },
  namespace: string,
  resolver: RuleResolver,
): readonly PolicyRule[] {
  try {
    return resolver.rulesOfRole(role, namespace);
  } catch (error) {
    throw isStatusError(error, 'NotFound') ? notFound(type, role.name) : error;
  }
}

/** Why the user may not grant the rules; undefined where it holds all of them. */
function findRefusal(
  wanted: readonly PolicyRule[],
  user: UserInfo,
  resolver: RuleResolver,
  namespace: string,
): string | undefined {
  const held = resolver.rulesFor(user, namespace);
  const missing = uncoveredRules(held.rules, wanted);
  if (missing.length === 0) return undefined;
  const told = [...new Set(compactRules(missing).map(ruleText))].sort();
  const errors =
    held.errors.length === 0
      ? ''
      : `; resolution errors: [${held.errors.length === 1 ? String(held.errors[0]) : `[${held.errors.join(', ')}]`}]`;
  return (
    `user ${goQuoted(user.username)} (groups=${quotedList(user.groups)}) is attempting to grant RBAC permissions not ` +
    `currently held:\n${told.join('\n')}${errors}`
  );
}

function isAggregated(role: KubeObject | undefined): boolean {
  return objectsAt(role, 'aggregationRule', 'clusterRoleSelectors').length > 0;
}

function attributesOf(
  type: GroupResource,
  user: UserInfo,
): {
  readonly user: UserInfo;
  readonly isResource: true;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  readonly path: string;
} {
  return {
    user,
    isResource: true,
    group: type.group,
    version: '*',
    resource: type.resource,
    subresource: '',
    path: '',
  };
}

/** True if an update changes nothing but owners, finalizers and field managers, which the garbage collector may do. */
function isOnlyForCollector(object: KubeObject, oldObject: KubeObject | undefined): boolean {
  if (oldObject === undefined) return false;
  return canonicalJson(withoutCollected(object)) === canonicalJson(withoutCollected(oldObject));
}

function withoutCollected(object: KubeObject): unknown {
  const { ownerReferences: _owners, finalizers: _finalizers, managedFields: _managed, ...metadata } = object.metadata;
  return { ...object, metadata };
}
