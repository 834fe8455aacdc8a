/** Service accounts as users: `system:serviceaccount:NAMESPACE:NAME`, with their groups. */
import type { UserInfo } from './authenticator';

const PREFIX = 'system:serviceaccount:';
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const SUBDOMAIN_MAX = 253;

export interface ServiceAccountName {
  readonly namespace: string;
  readonly name: string;
}

/** What a token says of its bearer. */
export interface ServiceAccountIdentity extends ServiceAccountName {
  readonly uid: string;
  /** The token's `jti`. */
  readonly tokenId?: string;
  readonly pod?: BoundObject;
  readonly node?: BoundObject;
}

/** An object that a token is bound to; the UID is empty where it isn't known. */
export interface BoundObject {
  readonly name: string;
  readonly uid: string;
}

/** The user name of a service account. */
export function serviceAccountUsername({ namespace, name }: ServiceAccountName): string {
  return `${PREFIX}${namespace}:${name}`;
}

/** The service account that a user name stands for; undefined for any other name. */
export function findServiceAccountName(username: string): ServiceAccountName | undefined {
  if (!username.startsWith(PREFIX)) return undefined;
  const [namespace, name, ...more] = username.slice(PREFIX.length).split(':');
  if (namespace === undefined || name === undefined || more.length > 0) return undefined;
  if (!DNS_LABEL.test(namespace) || name.length > SUBDOMAIN_MAX || !DNS_SUBDOMAIN.test(name)) return undefined;
  return { namespace, name };
}

/** The groups of every service account of a namespace. */
export function serviceAccountGroups(namespace: string): readonly string[] {
  return ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
}

/** The user behind a token, without the group `system:authenticated`. */
export function serviceAccountUser(identity: ServiceAccountIdentity): UserInfo {
  const { pod, node, tokenId, uid } = identity;
  const extra: Record<string, readonly string[]> = {};
  if (tokenId !== undefined && tokenId !== '') extra[CREDENTIAL_ID] = [`JTI=${tokenId}`];
  if (node !== undefined) {
    extra['authentication.kubernetes.io/node-name'] = [node.name];
    if (node.uid !== '') extra['authentication.kubernetes.io/node-uid'] = [node.uid];
  }
  if (pod !== undefined && pod.name !== '' && pod.uid !== '') {
    extra['authentication.kubernetes.io/pod-name'] = [pod.name];
    extra['authentication.kubernetes.io/pod-uid'] = [pod.uid];
  }
  return {
    username: serviceAccountUsername(identity),
    uid,
    groups: serviceAccountGroups(identity.namespace),
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  };
}

/** The extra key that names the credential behind a request. */
export const CREDENTIAL_ID = 'authentication.kubernetes.io/credential-id';
