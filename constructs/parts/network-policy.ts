import type { Construct } from 'constructs';
import { entryPort, isClosed } from './access';
import { DNS, INTERNET } from './egress-rules';
import { type PartProps, partMeta } from './object-meta';
import { PlannedApiObject } from './planned';
import type { NetworkPolicyIngressRule, NetworkPolicySpec } from './shapes';
import { storedPeers } from './stored-form';

/**
 * Who may reach an environment's pods and whom they may reach; everything else is denied. In: the web port, from pods of
 * the cluster, and the model's peers; nobody while the environment is closed. Out: names, the internet, the model's peers.
 */
export class NetworkPolicy extends PlannedApiObject {
  constructor(scope: Construct, id: string, props: PartProps) {
    super(scope, id, {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: partMeta(props, props.layout.names.networkPolicy),
      spec: networkPolicySpec(props),
    });
  }
}

function networkPolicySpec({ model, layout }: PartProps): NetworkPolicySpec {
  const ingress = isClosed(model) ? [] : ingressRules({ model, layout });
  const { egressTo } = model.network;
  return {
    podSelector: { matchLabels: layout.selector },
    policyTypes: ['Ingress', 'Egress'],
    ...(ingress.length === 0 ? {} : { ingress }),
    egress: [DNS, INTERNET, ...(egressTo.length === 0 ? [] : [{ to: storedPeers(egressTo) }])],
  };
}

function ingressRules({ model, layout }: PartProps): readonly NetworkPolicyIngressRule[] {
  const entry = entryPort(model, layout);
  const { ingressFrom } = model.network;
  return [
    // Where the entry's controller runs isn't known, so every namespace is let in, and nothing from outside the cluster.
    ...(entry === undefined
      ? []
      : [{ from: [{ namespaceSelector: {} }], ports: [{ port: entry.port, protocol: entry.protocol ?? 'TCP' }] }]),
    ...(ingressFrom.length === 0 ? [] : [{ from: storedPeers(ingressFrom) }]),
  ];
}
