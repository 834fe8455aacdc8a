/**
 * What the controller may reach, and who may reach it.
 */
import { k8s } from 'cdk8s-plus-28';
import type { JsonObject } from '../../src/api/json';

/** NetworkPolicy of the controller. Peers are networking.k8s.io/v1 NetworkPolicyPeer each. */
export interface PlatformNetwork {
  /** Where the API server is. Default: anywhere, since its address is neither a pod's nor known beforehand. */
  readonly apiServer?: readonly JsonObject[];
  /** Ports of the API server. Default: 443 and 6443. */
  readonly apiServerPorts?: readonly number[];
  /**
   * Where the identity provider is whose accounts are managed; the port is 443 unless said otherwise. Default: nowhere but where the
   * API server may be.
   */
  readonly identityProvider?: { readonly to: readonly JsonObject[]; readonly port?: number };
  /** Where names are resolved. Default: the namespace `kube-system`, and a cache on the node. */
  readonly dns?: readonly JsonObject[];
  /** Who may scrape metrics. Default: every namespace of the cluster. */
  readonly metricsFrom?: readonly JsonObject[];
}

/**
 * In: metrics. Out: names, the API server and the identity provider, nothing else. Probes come from the node, which policies don't keep out.
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function networkPolicy(
  selector: Record<string, string>,
  metricsPort: number,
  network: PlatformNetwork,
): k8s.NetworkPolicySpec {
  const port = (number: number, protocol = 'TCP') => ({ port: k8s.IntOrString.fromNumber(number), protocol });
  const dns = network.dns ?? [
    { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } } },
    // NodeLocal DNSCache listens on this link-local address.
    { ipBlock: { cidr: '169.254.20.10/32' } },
  ];
  const apiServerPorts = (network.apiServerPorts ?? [443, 6443]).map((number) => port(number));
  return {
    podSelector: { matchLabels: selector },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ from: peers(network.metricsFrom ?? [{ namespaceSelector: {} }]), ports: [port(metricsPort)] }],
    egress: [
      { to: peers(dns), ports: [port(53, 'UDP'), port(53)] },
      { ...(network.apiServer === undefined ? {} : { to: peers(network.apiServer) }), ports: apiServerPorts },
      ...(network.identityProvider === undefined
        ? []
        : [{ to: peers(network.identityProvider.to), ports: [port(network.identityProvider.port ?? 443)] }]),
    ],
  };
}

function peers(given: readonly JsonObject[]): k8s.NetworkPolicyPeer[] {
  return given.map((peer) => peer as k8s.NetworkPolicyPeer);
}
