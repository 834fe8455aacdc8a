import type { Construct } from 'constructs';
import type { JsonObject } from '../../src/api/json';
import { entryPort, isClosed } from './access';
import { DNS, INTERNET } from './egress-rules';
import { type PartProps, partMeta } from './object-meta';
import { PlannedApiObject } from './planned';
import type { NetworkPolicyIngressRule, NetworkPolicySpec } from './shapes';
import { storedPeers } from './stored-form';

/**
 * Who may reach an environment's pods and whom they may reach; everything else is denied. In: the web port, from pods of
 * the cluster or those that the model names, and the model's peers; nobody while the environment is closed. Out: names, the
 * internet, the model's peers.
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

const EVERY_NAMESPACE: readonly JsonObject[] = [{ namespaceSelector: {} }];

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
  // Nothing from outside the cluster either way.
  const { ingressFrom, entryFrom = EVERY_NAMESPACE } = model.network;
  return [
    ...(entry === undefined
      ? []
      : [{ from: storedPeers(entryFrom), ports: [{ port: entry.port, protocol: entry.protocol ?? 'TCP' }] }]),
    ...(ingressFrom.length === 0 ? [] : [{ from: storedPeers(ingressFrom) }]),
  ];
}
