/** The roles that the platform ships, which tenants and members of workspaces are bound to. */
import { kinds } from '../../constructs/kinds';
import { CLUSTER_ROLE } from '../../constructs/parts/resource-types';
import { shippedRoles } from '../../constructs/platform';
import type { KubernetesCluster } from '../../src/adapters/kubernetes/client';

/** Installs them. */
export async function shipRoles(cluster: KubernetesCluster): Promise<void> {
  for (const { name, rules } of shippedRoles(kinds)) {
    const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name }, rules };
    await cluster.apply(CLUSTER_ROLE, role, { fieldManager: 'test', force: true });
  }
}
