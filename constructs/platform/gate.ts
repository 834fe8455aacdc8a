/**
 * The gate as it runs in a cluster: a namespace of its own, rights, Deployment, Service, disruption budget, NetworkPolicy and,
 * where its public address is given, an Ingress. It is no part of the platform's minimum: without it, environments whose policy
 * asks for a sign-in stay closed.
 */
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { ENVIRONMENT_ACCESS } from '../../src/access/environment-access';
import { GATE, GATE_SERVICE } from '../../src/access/gate';
import { WORKLOAD_LABEL } from '../../src/api/well-known';
import { platformLabels, restrictedPods } from './labels';
import { grant, mutableRules, policyRules } from './policy-rule';
import { overNodes, probesAt, pulledWith, quantities, RESTRICTED_CONTAINER, RESTRICTED_POD } from './restricted-pod';

/** Port of the pages on which people sign in, named `web`. */
const GATE_WEB_PORT = 8080;
/** Port of `/metrics`, `/healthz` and `/readyz`, named `metrics`. */
const GATE_METRICS_PORT = 9090;

export interface GateProps {
  /** Version of Adrasteia, as in `1.2.3`. */
  readonly version: string;
  /** Default: `adrasteia/gate:<version>`. */
  readonly image?: string;
  /** Each answers alone; they share nothing but their keys. Default: 2. */
  readonly replicas?: number;
  /** Secrets with which the image is pulled, in the gate's namespace. Default: none. */
  readonly imagePullSecrets?: readonly string[];
  /** Where browsers sign in. Default: no Ingress; something else leads to port `web` of the Service. */
  readonly ingress?: GateIngress;
}

export interface GateIngress {
  readonly host: string;
  /** Default: the cluster's default class. */
  readonly className?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  /** True: https. Default true. */
  readonly tls?: boolean;
  /** Default: the ingress controller's own certificate. */
  readonly tlsSecretName?: string;
}

const RBAC_GROUP = 'rbac.authorization.k8s.io';
const SECRETS = { group: '', plural: 'secrets' } as const;

/** All objects of the gate. */
export class GateDeployment extends Construct {
  constructor(scope: Construct, id: string, props: GateProps) {
    super(scope, id);
    const { name, namespace } = GATE_SERVICE;
    // The selector of a Deployment can't change, so it holds neither version nor anything an administrator chooses.
    const selector = { 'app.kubernetes.io/name': 'adrasteia', 'app.kubernetes.io/component': 'gate' };
    const labels = { ...platformLabels(props.version), ...selector };
    const metadata = { name, namespace, labels };
    const account = { kind: 'ServiceAccount', name, namespace };

    new k8s.KubeNamespace(this, 'namespace', {
      metadata: { name: namespace, labels: { ...labels, ...restrictedPods() } },
    });
    new k8s.KubeServiceAccount(this, 'account', { metadata, automountServiceAccountToken: false });
    new k8s.KubeClusterRole(this, 'cluster-role', { metadata: { name, labels }, rules: mutableRules(gateRules()) });
    new k8s.KubeClusterRoleBinding(this, 'cluster-role-binding', {
      metadata: { name, labels },
      roleRef: { apiGroup: RBAC_GROUP, kind: 'ClusterRole', name },
      subjects: [account],
    });
    new k8s.KubeRole(this, 'role', { metadata, rules: mutableRules(gateNamespaceRules()) });
    new k8s.KubeRoleBinding(this, 'role-binding', {
      metadata,
      roleRef: { apiGroup: RBAC_GROUP, kind: 'Role', name },
      subjects: [account],
    });
    new k8s.KubeNetworkPolicy(this, 'network-policy', { metadata, spec: gateNetwork(selector) });
    new k8s.KubeDeployment(this, 'deployment', {
      metadata,
      spec: {
        replicas: props.replicas ?? 2,
        selector: { matchLabels: selector },
        strategy: {
          type: 'RollingUpdate',
          rollingUpdate: { maxSurge: k8s.IntOrString.fromNumber(1), maxUnavailable: k8s.IntOrString.fromNumber(0) },
        },
        template: { metadata: { labels }, spec: podSpec(props, selector) },
      },
    });
    new k8s.KubePodDisruptionBudget(this, 'disruption-budget', {
      metadata,
      spec: { selector: { matchLabels: selector }, maxUnavailable: k8s.IntOrString.fromNumber(1) },
    });
    new k8s.KubeService(this, 'service', {
      metadata,
      spec: {
        selector,
        ports: [
          { name: 'web', port: 80, target: 'web' },
          { name: 'authorization', port: GATE_SERVICE.authorizationPort, target: 'authorization' },
          { name: 'discovery', port: GATE_SERVICE.discoveryPort, target: 'discovery' },
          { name: 'metrics', port: GATE_METRICS_PORT, target: 'metrics' },
        ].map(({ target, ...port }) => ({
          ...port,
          protocol: 'TCP',
          targetPort: k8s.IntOrString.fromString(target),
          ...(target === 'authorization' ? { appProtocol: 'kubernetes.io/h2c' } : {}),
        })),
      },
    });
    if (props.ingress !== undefined)
      new k8s.KubeIngress(
        this,
        'ingress',
        ingressOf(props.ingress, { ...metadata, annotations: props.ingress.annotations }),
      );
  }
}

/** What the gate may do in the whole cluster: watch who gets in where, and say whether its sidecars take it. */
export function gateRules() {
  return policyRules([
    grant(ENVIRONMENT_ACCESS.type, ['list', 'watch']),
    grant(ENVIRONMENT_ACCESS.type, ['patch'], 'status'),
    grant(GATE.type, ['list', 'watch']),
  ]);
}

/** What the gate may do in its own namespace: read the secrets of its providers, and keep its keys and sign-outs. */
export function gateNamespaceRules() {
  return policyRules([grant(SECRETS, ['get', 'list', 'watch', 'create', 'update'])]);
}

/**
 * In: pages and metrics from the cluster; what sidecars ask, from pods of environments alone: it would tell others how sidecars
 * are set up, and let them try passwords. Out: everywhere, since only the Gate and its policies know where providers and
 * authorisers are.
 */
function gateNetwork(selector: Record<string, string>): k8s.NetworkPolicySpec {
  const from = (peer: k8s.NetworkPolicyPeer, ...ports: readonly number[]): k8s.NetworkPolicyIngressRule => ({
    from: [peer],
    ports: ports.map((port) => ({ port: k8s.IntOrString.fromNumber(port), protocol: 'TCP' })),
  });
  const environments = { matchExpressions: [{ key: WORKLOAD_LABEL, operator: 'Exists' }] };
  return {
    podSelector: { matchLabels: selector },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [
      from({ namespaceSelector: {} }, GATE_WEB_PORT, GATE_METRICS_PORT),
      from(
        { namespaceSelector: {}, podSelector: environments },
        GATE_SERVICE.authorizationPort,
        GATE_SERVICE.discoveryPort,
      ),
    ],
    egress: [{}],
  };
}

function podSpec(props: GateProps, selector: Record<string, string>): k8s.PodSpec {
  return {
    serviceAccountName: GATE_SERVICE.name,
    automountServiceAccountToken: true,
    enableServiceLinks: false,
    ...pulledWith(props.imagePullSecrets ?? []),
    securityContext: RESTRICTED_POD,
    topologySpreadConstraints: overNodes(selector),
    terminationGracePeriodSeconds: 30,
    containers: [
      {
        name: 'gate',
        image: props.image ?? `adrasteia/gate:${props.version}`,
        env: [
          { name: 'NAMESPACE', value: GATE_SERVICE.namespace },
          { name: 'NODE_OPTIONS', value: '--max-old-space-size=192' },
        ],
        ports: [
          { name: 'web', containerPort: GATE_WEB_PORT, protocol: 'TCP' },
          { name: 'authorization', containerPort: GATE_SERVICE.authorizationPort, protocol: 'TCP' },
          { name: 'discovery', containerPort: GATE_SERVICE.discoveryPort, protocol: 'TCP' },
          { name: 'metrics', containerPort: GATE_METRICS_PORT, protocol: 'TCP' },
        ],
        resources: {
          requests: quantities({ cpu: '100m', memory: '128Mi', 'ephemeral-storage': '64Mi' }),
          // No limit on CPU: every request to every environment waits for this answer.
          limits: quantities({ memory: '256Mi', 'ephemeral-storage': '1Gi' }),
        },
        securityContext: RESTRICTED_CONTAINER,
        ...probesAt('metrics'),
      },
    ],
  };
}

function ingressOf(ingress: GateIngress, metadata: k8s.ObjectMeta): k8s.KubeIngressProps {
  const { host, className, tls = true, tlsSecretName } = ingress;
  return {
    metadata,
    spec: {
      ...(className === undefined ? {} : { ingressClassName: className }),
      rules: [
        {
          host,
          http: {
            paths: [
              {
                path: '/',
                pathType: 'Prefix',
                backend: { service: { name: GATE_SERVICE.name, port: { name: 'web' } } },
              },
            ],
          },
        },
      ],
      ...(tls
        ? { tls: [{ hosts: [host], ...(tlsSecretName === undefined ? {} : { secretName: tlsSecretName }) }] }
        : {}),
    },
  };
}
