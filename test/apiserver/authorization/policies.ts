/** Roles and bindings for tests. */
import type { JsonObject } from '../../../src/api/json';
import type { KubeObject } from '../../../src/api/object';
import type { UserInfo } from '../../../src/apiserver/authentication/authenticator';
import { RbacAuthorizer } from '../../../src/apiserver/authorization/rbac-authorizer';
import { kubeObject, storedObjects } from '../authentication/stored-objects';

const VERSION = 'rbac.authorization.k8s.io/v1';
const GROUP = 'rbac.authorization.k8s.io';

export function role(name: string, namespace: string, rules: readonly JsonObject[]): KubeObject {
  return kubeObject(VERSION, 'Role', { name, namespace }, { rules });
}

export function clusterRole(name: string, rules: readonly JsonObject[], members: JsonObject = {}): KubeObject {
  return kubeObject(VERSION, 'ClusterRole', { name }, { rules, ...members });
}

export function roleBinding(
  name: string,
  namespace: string,
  [kind, to]: [string, string],
  subjects: readonly JsonObject[],
): KubeObject {
  const roleRef = { apiGroup: GROUP, kind, name: to };
  return kubeObject(VERSION, 'RoleBinding', { name, namespace }, { roleRef, subjects });
}

export function clusterRoleBinding(name: string, to: string, subjects: readonly JsonObject[]): KubeObject {
  const roleRef = { apiGroup: GROUP, kind: 'ClusterRole', name: to };
  return kubeObject(VERSION, 'ClusterRoleBinding', { name }, { roleRef, subjects });
}

export const subject = {
  user: (name: string): JsonObject => ({ apiGroup: GROUP, kind: 'User', name }),
  group: (name: string): JsonObject => ({ apiGroup: GROUP, kind: 'Group', name }),
  account: (name: string, namespace?: string): JsonObject => ({
    kind: 'ServiceAccount',
    name,
    ...(namespace === undefined ? {} : { namespace }),
  }),
};

export function userOf(username: string, ...groups: string[]): UserInfo {
  return { username, groups };
}

/** An authorizer over policies that don't change. */
export function authorizerOf(policies: readonly KubeObject[]): RbacAuthorizer {
  return new RbacAuthorizer({ reader: storedObjects(policies), revisionOf: () => 1 });
}

const DISCOVERY_PATHS = [
  '/api',
  '/api/*',
  '/apis',
  '/apis/*',
  '/healthz',
  '/livez',
  '/openapi',
  '/openapi/*',
  '/readyz',
  '/version',
  '/version/',
];

/** The part of a new cluster's policies that everybody has, and the administrators'. */
export const DEFAULT_POLICIES: readonly KubeObject[] = [
  clusterRole('cluster-admin', [
    { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
    { verbs: ['*'], nonResourceURLs: ['*'] },
  ]),
  clusterRole('system:basic-user', [
    {
      verbs: ['create'],
      apiGroups: ['authorization.k8s.io'],
      resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
    },
    { verbs: ['create'], apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'] },
  ]),
  clusterRole('system:discovery', [{ verbs: ['get'], nonResourceURLs: DISCOVERY_PATHS }]),
  clusterRole('system:public-info-viewer', [
    { verbs: ['get'], nonResourceURLs: ['/healthz', '/livez', '/readyz', '/version', '/version/'] },
  ]),
  clusterRoleBinding('cluster-admin', 'cluster-admin', [subject.group('system:masters')]),
  clusterRoleBinding('system:basic-user', 'system:basic-user', [subject.group('system:authenticated')]),
  clusterRoleBinding('system:discovery', 'system:discovery', [subject.group('system:authenticated')]),
  clusterRoleBinding('system:public-info-viewer', 'system:public-info-viewer', [
    subject.group('system:authenticated'),
    subject.group('system:unauthenticated'),
  ]),
];
