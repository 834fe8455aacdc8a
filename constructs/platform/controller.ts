/**
 * One controller in a cluster: its account, its rights, which follow from the kinds that it serves, its Lease, and its workload.
 */
import { k8s } from 'cdk8s-plus-28';
import { Construct, type IDependable } from 'constructs';
import type { Kind } from '../../src/plan/kind';
import { ControllerDeployment } from './controller-deployment';
import type { PlatformNetwork } from './network-policy';
import { mutableRules } from './policy-rule';
import { controllerRules, credentialRules, leaseRules } from './rbac';

const RBAC_GROUP = 'rbac.authorization.k8s.io';

export interface ControllerProps {
  /** Name of its account, rights, Deployment and Service, and of its Lease. */
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Component in labels, by which its pods are known from those of another controller. */
  readonly component: string;
  readonly kinds: readonly Kind[];
  readonly image: string;
  readonly replicas: number;
  readonly imagePullSecrets: readonly string[];
  readonly network: PlatformNetwork;
  /** What comes after `controller` on its command line. */
  readonly arguments: readonly string[];
  /** What has to be there before it starts, beside its rights. */
  readonly after: readonly IDependable[];
}

/** A controller with its rights. */
export class Controller extends Construct {
  constructor(scope: Construct, id: string, props: ControllerProps) {
    super(scope, id);
    const { name, namespace, labels, kinds, after, ...workload } = props;
    const serviceAccount = new k8s.KubeServiceAccount(this, 'account', {
      metadata: { name, namespace, labels },
      // The pod mounts its token itself; nobody else who runs under the account gets one unasked.
      automountServiceAccountToken: false,
    });
    const account = { kind: 'ServiceAccount', name, namespace };
    const clusterRole = new k8s.KubeClusterRole(this, 'cluster-role', {
      metadata: { name, labels },
      rules: mutableRules(controllerRules(kinds)),
    });
    const binding = new k8s.KubeClusterRoleBinding(this, 'cluster-role-binding', {
      metadata: { name, labels },
      roleRef: { apiGroup: RBAC_GROUP, kind: 'ClusterRole', name },
      subjects: [account],
    });
    const leaseRole = new k8s.KubeRole(this, 'lease-role', {
      metadata: { name, namespace, labels },
      rules: mutableRules([...leaseRules(name), ...credentialRules(kinds)]),
    });
    const leaseBinding = new k8s.KubeRoleBinding(this, 'lease-role-binding', {
      metadata: { name, namespace, labels },
      roleRef: { apiGroup: RBAC_GROUP, kind: 'Role', name },
      subjects: [account],
    });
    const deployment = new ControllerDeployment(this, 'controller', { name, namespace, labels, ...workload });
    binding.node.addDependency(clusterRole, serviceAccount);
    leaseBinding.node.addDependency(leaseRole, serviceAccount);
    // A controller that starts without rights or kinds would wait for them, and say so; in order, it never has to.
    deployment.node.addDependency(binding, leaseBinding, ...after);
  }
}
