/**
 * The platform: everything a cluster needs before the first environment. In the order in which it is rolled out: the
 * namespace, the CRDs, the rights, the controller. All names are explicit, so moving the construct changes no byte.
 *
 * The controller never loads this room; the doors `cdk8s synth` and Pulumi do.
 */
import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct, type IDependable } from 'constructs';
import type { Kind, TreeSource } from '../../src/plan/kind';
import { Controller } from './controller';
import { controllerSelector } from './controller-deployment';
import { CONTROLLER_NAME, controllerInstance } from './controller-instance';
import { GateDeployment, type GateProps } from './gate';
import { platformLabels, restrictedPods } from './labels';
import type { PlatformNetwork } from './network-policy';
import { mutableRules, type PolicyRule } from './policy-rule';
import { QuotaWebhook } from './quota-webhook';
import { controllerRules, editorRules, shippedRoles, viewerRules } from './rbac';
import { TenancyAdmission } from './tenancy-admission';

/** The namespace of the platform's own objects, unless another one is asked for. */
export const PLATFORM_NAMESPACE = 'adrasteia-system';

/** The Lease by which replicas of the platform's own controller agree on the active one. */
export const CONTROLLER_LEASE = CONTROLLER_NAME;

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
  /** True: environments of tenants that a quota has no room for are refused at admission, by a webhook. Default false: they wait. */
  readonly quotaWebhook?: boolean;
  /**
   * `key=value`: of tenants and workspaces the controller acts only on those with this label, so that another one can look after the
   * rest. Default: on all.
   */
  readonly targetLabel?: string;
  /**
   * Name of a further controller beside the platform's own, in the same namespace: only its account, rights and workload are made,
   * called `adrasteia-controller-<instance>`. It looks after tenants and workspaces with `targetLabel` alone, and leaves environments
   * to the first. Default: the platform itself.
   */
  readonly instance?: string;
  /** The gate. Default: none, and environments whose policy asks for a sign-in stay closed. */
  readonly gate?: Omit<GateProps, 'version'>;
}

/** All objects of the platform. Unless said otherwise in `props`, they are fit for production as they are. */
export class Platform extends Construct {
  constructor(scope: Construct, id: string, props: PlatformProps) {
    super(scope, id);
    const namespace = props.namespace ?? PLATFORM_NAMESPACE;
    const labels = platformLabels(props.version);
    // All else is the platform's, beside which it runs.
    if (props.instance !== undefined) {
      this.controller(props, []);
      return;
    }

    new k8s.KubeNamespace(this, 'namespace', {
      metadata: { name: namespace, labels: { ...labels, ...restrictedPods() } },
    });
    const kinds = servedKinds(props);
    const crds = kinds.map((kind) => new ApiObject(this, crdId(kind), withLabels(kind.crd(), labels)));

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

    this.controller(props, crds);
    if (props.quotaWebhook === true)
      new QuotaWebhook(this, 'quota-webhook', {
        namespace,
        labels,
        kinds,
        account: CONTROLLER_NAME,
        selector: controllerSelector(controllerInstance(props)),
      });
    if (props.gate === undefined) return;
    const gate = new GateDeployment(this, 'gate', { ...props.gate, version: props.version });
    gate.node.addDependency(...crds);
  }

  private controller(props: PlatformProps, after: readonly IDependable[]): void {
    new Controller(this, 'controller', {
      ...controllerInstance(props),
      namespace: props.namespace ?? PLATFORM_NAMESPACE,
      labels: platformLabels(props.version),
      kinds: servedKinds(props),
      image: props.image ?? `adrasteia/controller:${props.version}`,
      replicas: props.replicas ?? 2,
      imagePullSecrets: props.imagePullSecrets ?? [],
      network: props.network ?? {},
      after,
    });
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

/** The kinds that a platform serves; a further controller those of tenancy alone. */
function servedKinds({ kinds, tenancy, instance }: PlatformProps): readonly Kind[] {
  return kinds.filter(
    ({ isTenancy, withEnvironments }) =>
      (isTenancy !== true || tenancy === true) &&
      ((isTenancy === true && withEnvironments !== true) || instance === undefined),
  );
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
