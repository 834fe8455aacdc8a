/**
 * Asking in another user's name, by the headers `Impersonate-User`, `-Group`, `-Uid` and `-Extra-KEY`.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation
 */
import type { IncomingMessage } from 'node:http';
import { ANONYMOUS, type UserInfo } from '../authentication/authenticator';
import { findServiceAccountName, serviceAccountGroups } from '../authentication/service-account-user';
import type { Authorizer } from './authorizer';
import { forbiddenRequest } from './forbidden-request';

/** Groups, a UID or extras without a user: the server answers 500 in plain text, `Internal Server Error: "PATH": MESSAGE`. */
export class ImpersonationWithoutUser extends Error {
  override readonly name = 'ImpersonationWithoutUser';
}

/** One thing that a request wants to be. */
interface Role {
  readonly kind: 'User' | 'ServiceAccount' | 'Group' | 'UserExtra' | 'UID';
  readonly name: string;
  readonly namespace: string;
  /** Of an extra. */
  readonly key: string;
}

const EXTRA_PREFIX = 'impersonate-extra-';
const AUTHENTICATION_GROUP = 'authentication.k8s.io';
const AUTHENTICATED = 'system:authenticated';
const UNAUTHENTICATED = 'system:unauthenticated';

const RESOURCES = {
  User: { group: '', version: 'v1', resource: 'users' },
  ServiceAccount: { group: '', version: 'v1', resource: 'serviceaccounts' },
  Group: { group: '', version: 'v1', resource: 'groups' },
  UserExtra: { group: AUTHENTICATION_GROUP, version: 'v1', resource: 'userextras' },
  UID: { group: AUTHENTICATION_GROUP, version: 'v1', resource: 'uids' },
} as const;

/**
 * The user in whose name a request is to be served; undefined where it asks in its own.
 * @throws StatusError 403 where the requestor may not be all of it.
 * @throws ImpersonationWithoutUser
 */
export function findImpersonatedUser(
  request: Pick<IncomingMessage, 'headersDistinct'>,
  requestor: UserInfo,
  authorizer: Authorizer,
): UserInfo | undefined {
  const roles = rolesOf(request.headersDistinct);
  if (roles.length === 0) return undefined;
  for (const role of roles) {
    const attributes = {
      user: requestor,
      verb: 'impersonate',
      isResource: true,
      ...RESOURCES[role.kind],
      subresource: role.key,
      namespace: role.namespace,
      name: role.name,
      path: '',
    };
    const { allowed, reason } = authorizer.decide(attributes);
    if (!allowed) throw forbiddenRequest(attributes, reason);
  }
  return userOf(roles);
}

/** All that a request wants to be, in the order in which it is checked. */
function rolesOf(headers: NodeJS.Dict<string[]>): readonly Role[] {
  const roles: Role[] = [];
  const [username = ''] = valuesOf(headers, 'impersonate-user');
  const account = findServiceAccountName(username);
  if (account !== undefined) roles.push({ kind: 'ServiceAccount', ...account, key: '' });
  else if (username !== '') roles.push({ kind: 'User', name: username, namespace: '', key: '' });
  for (const name of valuesOf(headers, 'impersonate-group')) {
    roles.push({ kind: 'Group', name, namespace: '', key: '' });
  }
  for (const header of Object.keys(headers)) {
    if (!header.startsWith(EXTRA_PREFIX)) continue;
    const key = decoded(header.slice(EXTRA_PREFIX.length));
    for (const name of valuesOf(headers, header)) roles.push({ kind: 'UserExtra', name, namespace: '', key });
  }
  const [uid = ''] = valuesOf(headers, 'impersonate-uid');
  if (uid !== '') roles.push({ kind: 'UID', name: uid, namespace: '', key: '' });
  if (username === '' && roles.length > 0) {
    throw new ImpersonationWithoutUser(`requested [${roles.map(told).join(' ')}] without impersonating a user`);
  }
  return roles;
}

function userOf(roles: readonly Role[]): UserInfo {
  const named = (kind: Role['kind']): readonly string[] =>
    roles.filter((role) => role.kind === kind).map(({ name }) => name);
  const [account] = roles.filter(({ kind }) => kind === 'ServiceAccount');
  const username =
    account === undefined ? (named('User')[0] ?? '') : `system:serviceaccount:${account.namespace}:${account.name}`;
  const asked = named('Group');
  const groups = account !== undefined && asked.length === 0 ? serviceAccountGroups(account.namespace) : asked;
  const extra = new Map<string, string[]>();
  for (const { kind, key, name } of roles) {
    if (kind === 'UserExtra') extra.set(key, [...(extra.get(key) ?? []), name]);
  }
  const [uid] = named('UID');
  return {
    username,
    ...(uid === undefined ? {} : { uid }),
    groups: withImplied(username, groups),
    ...(extra.size === 0 ? {} : { extra: Object.fromEntries(extra) }),
  };
}

/** The groups with the one that every user of this kind is in, unless the request says otherwise. */
function withImplied(username: string, groups: readonly string[]): readonly string[] {
  if (username === ANONYMOUS.username) {
    return groups.includes(UNAUTHENTICATED) ? groups : [...groups, UNAUTHENTICATED];
  }
  const isTold = groups.includes(AUTHENTICATED) || groups.includes(UNAUTHENTICATED);
  return isTold ? groups : [...groups, AUTHENTICATED];
}

/** Headers are UTF-8 for Kubernetes and Latin-1 for Node. */
function valuesOf(headers: NodeJS.Dict<string[]>, header: string): readonly string[] {
  return (headers[header] ?? []).map((value) => Buffer.from(value, 'latin1').toString('utf8'));
}

/** Percent-decoded; as it is where that can't be. */
function decoded(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

/** As the real server prints an object reference. */
function told({ kind, name, namespace, key }: Role): string {
  const apiVersion = kind === 'UserExtra' || kind === 'UID' ? `${AUTHENTICATION_GROUP}/v1` : '';
  return `{${[kind, namespace, name, '', apiVersion, '', key].join(' ')}}`;
}
