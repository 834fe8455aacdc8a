/**
 * The platform: everything a cluster needs before the first environment. In the order in which it is rolled out: the
 * namespace, the CRDs, the rights, the controller. All names are explicit, so moving the construct changes no byte.
 *
 * The controller never loads this room; the doors `cdk8s synth` and Pulumi do.
 */
import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { Kind, TreeSource } from '../../src/plan/kind';
import { ControllerDeployment } from './controller-deployment';
import { GateDeployment, type GateProps } from './gate';
import { platformLabels, restrictedPods } from './labels';
import type { PlatformNetwork } from './network-policy';
import { mutableRules, type PolicyRule } from './policy-rule';
import { controllerRules, editorRules, leaseRules, shippedRoles, viewerRules } from './rbac';
import { TenancyAdmission } from './tenancy-admission';

/** The namespace of the platform's own objects, unless another one is asked for. */
export const PLATFORM_NAMESPACE = 'adrasteia-system';

/** Name of the controller's account, rights, Deployment and Service. */
const CONTROLLER_NAME = 'adrasteia-controller';

/** The Lease by which replicas of the controller agree on the active one. */
export const CONTROLLER_LEASE = 'adrasteia-controller';

export interface PlatformProps {
  /** The kinds to serve. Their CRDs are installed, and the controller's rights follow from them. */
  readonly kinds: readonly Kind[];
  /** Version of Adrasteia, as in `1.2.3`: the label on every object and the tag of the default image. */
  readonly version: string;
  /** Default: `adrasteia/controller:<version>`. */
  readonly image?: string;
  /** Default: `adrasteia-system`. */
  readonly namespace?: string;
  /** One is active by Lease, the others are warm standbys. Default: 2. */
  readonly replicas?: number;
  /** Secrets with which the image is pulled, in the platform's namespace. Default: none. */
  readonly imagePullSecrets?: readonly string[];
  /** What the controller may reach and who may reach it. Default: see `PlatformNetwork`. */
  readonly network?: PlatformNetwork;
  /** True: tenants and workspaces are served, for which the controller makes namespaces and binds roles. Default false. */
  readonly tenancy?: boolean;
  /** The gate. Default: none, and environments whose policy asks for a sign-in stay closed. */
  readonly gate?: Omit<GateProps, 'version'>;
}

/** All objects of the platform. Unless said otherwise in `props`, they are fit for production as they are. */
export class Platform extends Construct {
  constructor(scope: Construct, id: string, props: PlatformProps) {
    super(scope, id);
    const namespace = props.namespace ?? PLATFORM_NAMESPACE;
    const labels = platformLabels(props.version);

    new k8s.KubeNamespace(this, 'namespace', {
      metadata: { name: namespace, labels: { ...labels, ...restrictedPods() } },
    });
    const kinds = servedKinds(props);
    const crds = kinds.map((kind) => new ApiObject(this, crdId(kind), withLabels(kind.crd(), labels)));

    const serviceAccount = new k8s.KubeServiceAccount(this, 'account', {
      metadata: { name: CONTROLLER_NAME, namespace, labels },
      // The pod mounts its token itself; nobody else who runs under the account gets one unasked.
      automountServiceAccountToken: false,
    });
    const account = { kind: 'ServiceAccount', name: CONTROLLER_NAME, namespace };
    const clusterRole = new k8s.KubeClusterRole(this, 'cluster-role', {
      metadata: { name: CONTROLLER_NAME, labels },
      rules: mutableRules(controllerRules(kinds)),
    });
    const binding = new k8s.KubeClusterRoleBinding(this, 'cluster-role-binding', {
      metadata: { name: CONTROLLER_NAME, labels },
      roleRef: { apiGroup: RBAC_GROUP, kind: 'ClusterRole', name: CONTROLLER_NAME },
      subjects: [account],
    });
    const leaseRole = new k8s.KubeRole(this, 'lease-role', {
      metadata: { name: CONTROLLER_NAME, namespace, labels },
      rules: mutableRules(leaseRules(CONTROLLER_LEASE)),
    });
    const leaseBinding = new k8s.KubeRoleBinding(this, 'lease-role-binding', {
      metadata: { name: CONTROLLER_NAME, namespace, labels },
      roleRef: { apiGroup: RBAC_GROUP, kind: 'Role', name: CONTROLLER_NAME },
      subjects: [account],
    });
    if (props.tenancy === true) new TenancyAdmission(this, 'tenancy-admission', { labels });
    for (const { name, rules } of shippedRoles(kinds))
      new k8s.KubeClusterRole(this, `role-${name}`, {
        metadata: { name, labels },
        rules: rules.map(({ apiGroups, resources, verbs }) => ({
          apiGroups: [...apiGroups],
          resources: [...resources],
          verbs: [...verbs],
        })),
      });
    this.userRole('edit', ['admin', 'edit'], editorRules(kinds), labels);
    this.userRole('view', ['admin', 'edit', 'view'], viewerRules(kinds), labels);

    const controller = new ControllerDeployment(this, 'controller', {
      name: CONTROLLER_NAME,
      namespace,
      labels,
      image: props.image ?? `adrasteia/controller:${props.version}`,
      replicas: props.replicas ?? 2,
      imagePullSecrets: props.imagePullSecrets ?? [],
      network: props.network ?? {},
      tenancy: props.tenancy === true,
    });
    binding.node.addDependency(clusterRole, serviceAccount);
    leaseBinding.node.addDependency(leaseRole, serviceAccount);
    // A controller that starts without rights or kinds would wait for them, and say so; in order, it never has to.
    controller.node.addDependency(binding, leaseBinding, ...crds);
    if (props.gate === undefined) return;
    const gate = new GateDeployment(this, 'gate', { ...props.gate, version: props.version });
    gate.node.addDependency(...crds);
  }

  /** A ClusterRole that Kubernetes adds to its own user-facing roles, so that who edits a namespace edits environments in it. */
  private userRole(
    verb: 'edit' | 'view',
    into: readonly string[],
    allowed: readonly PolicyRule[],
    labels: Readonly<Record<string, string>>,
  ): void {
    const aggregation = Object.fromEntries(
      into.map((role): [string, string] => [`rbac.authorization.k8s.io/aggregate-to-${role}`, 'true']),
    );
    new k8s.KubeClusterRole(this, `${verb}-role`, {
      metadata: { name: `adrasteia-${verb}`, labels: { ...labels, ...aggregation } },
      rules: mutableRules(allowed),
    });
  }
}

/** The kinds that a platform serves. */
function servedKinds({ kinds, tenancy }: PlatformProps): readonly Kind[] {
  return tenancy === true ? kinds : kinds.filter(({ isTenancy }) => isTenancy !== true);
}

/** The platform as a tree source: what the doors render. */
export function platformTree(props: PlatformProps): TreeSource<Construct> {
  const { kinds: _all, ...settings } = props;
  const kinds = servedKinds(props);
  const crds = kinds.map((kind) => kind.crd());
  return {
    inputs: { ...settings, crds, rules: controllerRules(kinds), roles: shippedRoles(kinds) },
    build: (scope) => {
      new Platform(scope, 'platform', props);
    },
  };
}

const RBAC_GROUP = 'rbac.authorization.k8s.io';

function crdId(kind: Kind): string {
  return `crd-${kind.type.plural}.${kind.type.group}`;
}

function withLabels(crd: ReturnType<Kind['crd']>, labels: Readonly<Record<string, string>>) {
  const { apiVersion, kind, metadata, ...fields } = crd;
  const { name, annotations } = metadata;
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      labels: { ...metadata.labels, ...labels },
      ...(annotations === undefined ? {} : { annotations }),
    },
    ...fields,
  };
}
