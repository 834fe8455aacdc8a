/**
 * Who is who to the API server: each contestant works under a service account of its own, with all rights, so that the server
 * itself counts what each sends. The counts come from flow schemas that sort requests by account and by what they write; all
 * are exempt from queueing, so that nobody is held back.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { NAMESPACE, SECRET, SERVICE_ACCOUNT } from '../../constructs/parts/resource-types';
import type { KubernetesCluster } from '../../src/adapters/kubernetes/client';
import { isJsonObject } from '../../src/api/json';
import type { Manifest } from '../../src/api/object';
import type { ResourceType } from '../../src/api/resource-type';
import { API_GROUP } from '../../src/api/well-known';
import { flowSchemaName } from './request-counts';

const SYSTEM = 'bench-system';
const WRITES = ['create', 'update', 'patch', 'delete', 'deletecollection'];
const MS_BETWEEN_LOOKS = 100;

const CHILD_RULES = [
  { apiGroups: [''], resources: ['serviceaccounts', 'persistentvolumeclaims', 'services'] },
  { apiGroups: ['apps'], resources: ['statefulsets'] },
  { apiGroups: ['networking.k8s.io'], resources: ['networkpolicies', 'ingresses'] },
];

const BINDING: ResourceType = {
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'ClusterRoleBinding',
  plural: 'clusterrolebindings',
  namespaced: false,
};
const FLOW_SCHEMA: ResourceType = {
  group: 'flowcontrol.apiserver.k8s.io',
  version: 'v1',
  kind: 'FlowSchema',
  plural: 'flowschemas',
  namespaced: false,
};

const APPLY = { fieldManager: 'bench', force: true } as const;

export class Account {
  private constructor(
    readonly name: string,
    private readonly cluster: KubernetesCluster,
    private readonly token: string,
    private readonly directory: string,
  ) {}

  /** Makes an account; its kubeconfigs are written to the directory. */
  static async make(cluster: KubernetesCluster, name: string, directory: string): Promise<Account> {
    await cluster.apply(NAMESPACE, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: SYSTEM } }, APPLY);
    await cluster.apply(BINDING, everyRight(), APPLY);
    const metadata = { name, namespace: SYSTEM };
    await cluster.apply(SERVICE_ACCOUNT, { apiVersion: 'v1', kind: 'ServiceAccount', metadata }, APPLY);
    for (const schema of flowSchemas(name)) await cluster.apply(FLOW_SCHEMA, schema, APPLY);
    const annotations = { 'kubernetes.io/service-account.name': name };
    const secret = { apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/service-account-token' };
    await cluster.apply(SECRET, { ...secret, metadata: { ...metadata, annotations } }, APPLY);
    for (;;) {
      const data = (await cluster.get(SECRET, metadata))?.['data'];
      const token = isJsonObject(data) ? data['token'] : undefined;
      if (typeof token === 'string') {
        return new Account(name, cluster, Buffer.from(token, 'base64').toString('utf8'), directory);
      }
      await pause(MS_BETWEEN_LOOKS);
    }
  }

  /** Path of a kubeconfig for this account. `server` instead of the cluster's own address. */
  kubeconfig(server: string = this.cluster.connection.server): string {
    const authority = this.cluster.connection.certificateAuthority;
    const { name } = this;
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        {
          name,
          cluster: {
            server,
            ...(authority === undefined
              ? {}
              : 'data' in authority
                ? { 'certificate-authority-data': Buffer.from(authority.data).toString('base64') }
                : { 'certificate-authority': authority.file }),
          },
        },
      ],
      users: [{ name, user: { token: this.token } }],
      contexts: [{ name, context: { cluster: name, user: name, namespace: 'default' } }],
      'current-context': name,
    };
    const file = join(this.directory, `${name}-${new URL(server).port}.kubeconfig`);
    writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
    return file;
  }
}

function everyRight(): Manifest {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: SYSTEM },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: `system:serviceaccounts:${SYSTEM}` }],
  };
}

/** One schema for each count; the server takes the first that fits. */
function flowSchemas(account: string): readonly Manifest[] {
  const everything = [{ apiGroups: ['*'], resources: ['*'] }];
  const sorted = [
    { count: 'children', verbs: WRITES, objects: CHILD_RULES },
    { count: 'status', verbs: WRITES, objects: [{ apiGroups: [API_GROUP], resources: ['environments/status'] }] },
    { count: 'other', verbs: WRITES, objects: everything },
    { count: 'reads', verbs: ['get', 'list', 'watch'], objects: everything },
  ];
  return sorted.map(({ count, verbs, objects }, index) => ({
    apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
    kind: 'FlowSchema',
    metadata: { name: flowSchemaName(account, count) },
    spec: {
      priorityLevelConfiguration: { name: 'exempt' },
      matchingPrecedence: 100 + index,
      rules: [
        {
          subjects: [{ kind: 'ServiceAccount', serviceAccount: { name: account, namespace: SYSTEM } }],
          resourceRules: objects.map((rule) => ({ ...rule, verbs, clusterScope: true, namespaces: ['*'] })),
        },
      ],
    },
  }));
}
