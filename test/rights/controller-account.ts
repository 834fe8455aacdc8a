/**
 * The account under which a controller runs in a cluster, for suites that run one: what the Platform construct writes for the
 * kinds at hand is installed for one namespace, and a token of the account is asked for.
 *
 * Bindings go with the namespace, as its dependents. Of the objects only two names differ from the platform's, since many
 * namespaces have an account at a time: that of the cluster-wide binding, and that of the ClusterRole where the kinds are
 * a suite's own.
 */

import { kinds as shippedKinds } from '../../constructs/kinds';
import { NAMESPACE } from '../../constructs/parts/resource-types';
import { CONTROLLER_LEASE, controllerRules, platformTree } from '../../constructs/platform';
import type { KubernetesCluster } from '../../src/adapters/kubernetes/client';
import type { ClusterConnection } from '../../src/adapters/kubernetes/connection';
import { digest, isJsonObject } from '../../src/api/json';
import type { Manifest } from '../../src/api/object';
import { apiVersionOf, type ResourceType } from '../../src/api/resource-type';
import type { Kind } from '../../src/plan/kind';
import { renderTree } from '../../src/synth';

/** The variable that makes suites run their controllers under accounts of their own; set to anything. */
export const CONTROLLER_ACCOUNTS = 'ADRA_TEST_CONTROLLER_ACCOUNTS';

/** Name of the account in each namespace, and of the role that holds the shipped kinds' rights. */
export const CONTROLLER_NAME = 'adrasteia-controller';

const RBAC = 'rbac.authorization.k8s.io';
const TYPES: readonly ResourceType[] = [
  { group: '', version: 'v1', kind: 'ServiceAccount', plural: 'serviceaccounts', namespaced: true },
  { group: RBAC, version: 'v1', kind: 'ClusterRole', plural: 'clusterroles', namespaced: false },
  { group: RBAC, version: 'v1', kind: 'ClusterRoleBinding', plural: 'clusterrolebindings', namespaced: false },
  { group: RBAC, version: 'v1', kind: 'Role', plural: 'roles', namespaced: true },
  { group: RBAC, version: 'v1', kind: 'RoleBinding', plural: 'rolebindings', namespaced: true },
];

/** What a token is asked for with: a subresource that is only ever created, so it is spoken to as a type of its own. */
const TOKEN: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'TokenRequest',
  plural: `serviceaccounts/${CONTROLLER_NAME}/token`,
  namespaced: true,
};

/** Installs the account of a controller of these kinds whose system namespace is `namespace`; gives it as a connection. */
export async function controllerConnection(
  admin: KubernetesCluster,
  namespace: string,
  kinds: readonly Kind[],
): Promise<ClusterConnection> {
  const uid = (await admin.get(NAMESPACE, { name: namespace }))?.metadata.uid ?? '';
  for (const manifest of accountManifests(namespace, uid, kinds))
    await admin.apply(typeOf(manifest), manifest, { fieldManager: 'test', force: true });
  const request = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    metadata: { namespace, name: CONTROLLER_NAME },
    spec: { expirationSeconds: 7200 },
  };
  const { status } = await admin.create(TOKEN, request);
  if (!isJsonObject(status) || typeof status['token'] !== 'string')
    throw new Error(`the API server gave no token for ${namespace}/${CONTROLLER_NAME}`);
  return { ...admin.connection, user: { token: status['token'] } };
}

/** True where the API server knows of the account's roles by now: it learns of them by watching, as everybody does. */
export async function hasRights(account: KubernetesCluster, namespace: string): Promise<boolean> {
  const asked = [
    { group: 'adrasteia.dev', resource: 'inventories', verb: 'list' },
    { group: 'coordination.k8s.io', resource: 'leases', verb: 'get', namespace, name: CONTROLLER_LEASE },
  ];
  for (const resourceAttributes of asked) {
    const { status } = await account.create(ACCESS_REVIEW, {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      metadata: { name: '' },
      spec: { resourceAttributes },
    });
    if (!isJsonObject(status) || status['allowed'] !== true) return false;
  }
  return true;
}

const ACCESS_REVIEW: ResourceType = {
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectAccessReview',
  plural: 'selfsubjectaccessreviews',
  namespaced: false,
};

/** Account, roles and bindings, as the platform has them. */
function accountManifests(namespace: string, namespaceUid: string, kinds: readonly Kind[]): readonly Manifest[] {
  const isShipped = digest(controllerRules(kinds)) === digest(controllerRules(shippedKinds));
  const clusterRole = isShipped ? CONTROLLER_NAME : `${CONTROLLER_NAME}-${namespace}`;
  const withNamespace = {
    ownerReferences: [{ apiVersion: 'v1', kind: 'Namespace', name: namespace, uid: namespaceUid }],
  };
  return renderTree(platformTree({ kinds, version: '0.0.0', namespace, tenancy: true }))
    .map(({ manifest }) => manifest)
    .filter(({ kind, metadata }) => TYPES.some((type) => type.kind === kind) && metadata.name === CONTROLLER_NAME)
    .map((manifest) => {
      const { metadata } = manifest;
      if (manifest.kind === 'ClusterRole')
        return isShipped ? manifest : { ...manifest, metadata: { ...metadata, ...withNamespace, name: clusterRole } };
      if (manifest.kind !== 'ClusterRoleBinding') return manifest;
      return {
        ...manifest,
        metadata: { ...metadata, ...withNamespace, name: `${CONTROLLER_NAME}-${namespace}` },
        roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: clusterRole },
      };
    });
}

function typeOf(manifest: Manifest): ResourceType {
  const type = TYPES.find((one) => one.kind === manifest.kind && apiVersionOf(one) === manifest.apiVersion);
  if (type === undefined) throw new Error(`no account has a ${manifest.kind}`);
  return type;
}
