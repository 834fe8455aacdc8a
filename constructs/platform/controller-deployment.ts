/**
 * The controller as it runs in a cluster: Deployment, disruption budget, Service for metrics, NetworkPolicy.
 */
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { networkPolicy, type PlatformNetwork } from './network-policy';
import { overNodes, probesAt, pulledWith, quantities, RESTRICTED_CONTAINER, RESTRICTED_POD } from './restricted-pod';

/** Port of `/metrics`, named `metrics`. */
export const METRICS_PORT = 8080;

/** Port of `/healthz` and `/readyz`, named `health`. A warm standby is ready too. */
export const HEALTH_PORT = 8081;

/**
 * The heap knows the container's limit, and is cleaned before it is reached. A small young generation and one helper thread take a
 * third off the memory that the process keeps; what that costs in CPU is said in docs/performance.md.
 */
export const CONTROLLER_NODE_OPTIONS = '--max-old-space-size=384 --max-semi-space-size=2 --v8-pool-size=1';

export interface ControllerDeploymentProps {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly image: string;
  readonly replicas: number;
  readonly imagePullSecrets: readonly string[];
  readonly network: PlatformNetwork;
  /** Component in labels, by which its pods are known from those of another controller. */
  readonly component: string;
  /** What comes after `controller` on its command line. */
  readonly arguments: readonly string[];
}

/** The controller's workload. Its pods meet Pod Security `restricted` and write nothing to their root file system. */
export class ControllerDeployment extends Construct {
  constructor(scope: Construct, id: string, props: ControllerDeploymentProps) {
    super(scope, id);
    const { name, namespace } = props;
    // The selector of a Deployment can't change, so it holds neither version nor anything an administrator chooses.
    const selector = controllerSelector(props);
    const labels = { ...props.labels, ...selector };
    const metadata = { name, namespace, labels };

    new k8s.KubeNetworkPolicy(this, 'network-policy', {
      metadata,
      spec: networkPolicy(selector, METRICS_PORT, props.network),
    });
    new k8s.KubeDeployment(this, 'deployment', {
      metadata,
      spec: {
        replicas: props.replicas,
        selector: { matchLabels: selector },
        // A new replica stands by before the active one goes: the Lease passes over in one go.
        strategy: {
          type: 'RollingUpdate',
          rollingUpdate: { maxSurge: k8s.IntOrString.fromNumber(1), maxUnavailable: k8s.IntOrString.fromNumber(0) },
        },
        template: { metadata: { labels }, spec: podSpec(props, selector) },
      },
    });
    new k8s.KubePodDisruptionBudget(this, 'disruption-budget', {
      metadata,
      // With a single replica a budget of one would stop every drain of its node.
      spec: { selector: { matchLabels: selector }, maxUnavailable: k8s.IntOrString.fromNumber(1) },
    });
    new k8s.KubeService(this, 'service', {
      metadata,
      spec: {
        selector,
        ports: [
          { name: 'metrics', port: METRICS_PORT, targetPort: k8s.IntOrString.fromString('metrics'), protocol: 'TCP' },
        ],
      },
    });
  }
}

/** Labels that select a controller's pods. */
export function controllerSelector({
  component,
}: Pick<ControllerDeploymentProps, 'component'>): Record<string, string> {
  return { 'app.kubernetes.io/name': 'adrasteia', 'app.kubernetes.io/component': component };
}

function podSpec(props: ControllerDeploymentProps, selector: Record<string, string>): k8s.PodSpec {
  return {
    serviceAccountName: props.name,
    automountServiceAccountToken: true,
    enableServiceLinks: false,
    ...pulledWith(props.imagePullSecrets),
    securityContext: RESTRICTED_POD,
    topologySpreadConstraints: overNodes(selector),
    terminationGracePeriodSeconds: 30,
    containers: [
      {
        name: 'controller',
        image: props.image,
        args: ['controller', ...props.arguments],
        env: [{ name: 'NODE_OPTIONS', value: CONTROLLER_NODE_OPTIONS }],
        ports: [
          { name: 'metrics', containerPort: METRICS_PORT, protocol: 'TCP' },
          { name: 'health', containerPort: HEALTH_PORT, protocol: 'TCP' },
        ],
        resources: {
          requests: quantities({ cpu: '100m', memory: '256Mi', 'ephemeral-storage': '64Mi' }),
          // No limit on CPU: throttling a controller delays every environment, and requests already share fairly. What it
          // writes to the node's disk is its log, which the node keeps short.
          limits: quantities({ memory: '512Mi', 'ephemeral-storage': '1Gi' }),
        },
        securityContext: RESTRICTED_CONTAINER,
        ...probesAt('health'),
      },
    ],
  };
}
