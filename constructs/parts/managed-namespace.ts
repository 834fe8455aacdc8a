import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { JsonObject } from '../../src/api/json';
import { apiVersionOf } from '../../src/api/resource-type';
import type { NamespaceModel, NetworkPolicyModel } from '../../src/model/namespace-model';
import { QUOTA_ALLOCATION, QUOTA_ALLOCATION_NAME } from '../../src/tenancy/quota-allocation';
import { DNS, INTERNET } from './egress-rules';
import { PlannedApiObject } from './planned';
import { RoleBinding } from './role-binding';
import type { NetworkPolicySpec } from './shapes';
import { storedPeers } from './stored-form';

/** In one's own namespace everybody is a neighbour. */
const SAME_NAMESPACE: JsonObject = { podSelector: {} };

/**
 * A Namespace with its ResourceQuota, QuotaAllocation, LimitRange, NetworkPolicies and RoleBindings. Rights come last: who gets in finds the
 * quota and the policies there. Nothing in it has an owner reference, since the garbage collector knows no order.
 */
export class ManagedNamespace extends Construct {
  constructor(scope: Construct, id: string, { model }: { readonly model: NamespaceModel }) {
    super(scope, id);
    const handling = model.keep === true ? { prune: 'Keep' as const } : { collected: false };
    const metadata = (name: string) => ({ name, namespace: model.name, labels: { ...model.objectLabels } });
    const namespace = new PlannedApiObject(
      this,
      'namespace',
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: model.name, labels: { ...model.labels } } },
      {
        readyWhen: [{ path: ['status', 'phase'], operator: 'Equals', value: 'Active' }],
        handling,
      },
    );
    const inside: ApiObject[] = [
      ...(model.quota === undefined
        ? []
        : [
            new PlannedApiObject(
              this,
              'quota',
              {
                apiVersion: 'v1',
                kind: 'ResourceQuota',
                metadata: metadata(model.quota.name),
                // An empty list isn't stored: sent, it would differ from what is there for ever.
                spec: Object.keys(model.quota.hard).length === 0 ? {} : { hard: { ...model.quota.hard } },
              },
              { handling },
            ),
          ]),
      ...(model.allocation === undefined
        ? []
        : [
            new PlannedApiObject(
              this,
              'allocation',
              {
                apiVersion: apiVersionOf(QUOTA_ALLOCATION.type),
                kind: QUOTA_ALLOCATION.type.kind,
                metadata: metadata(QUOTA_ALLOCATION_NAME),
                spec: { hard: model.allocation.hard, defaultRequest: { ...model.allocation.defaultRequest } },
              },
              { handling },
            ),
          ]),
      ...(model.limits === undefined
        ? []
        : [
            new PlannedApiObject(
              this,
              'limits',
              {
                apiVersion: 'v1',
                kind: 'LimitRange',
                metadata: metadata(model.limits.name),
                spec: { limits: [limitsOf(model.limits)] },
              },
              { handling },
            ),
          ]),
      ...model.networkPolicies.map(
        (policy) =>
          new PlannedApiObject(
            this,
            `network-policy-${policy.name}`,
            {
              apiVersion: 'networking.k8s.io/v1',
              kind: 'NetworkPolicy',
              metadata: metadata(policy.name),
              spec: policySpec(policy),
            },
            { handling },
          ),
      ),
    ];
    for (const object of inside) object.node.addDependency(namespace);
    for (const binding of model.bindings) {
      const bound = new RoleBinding(this, `binding-${binding.name}`, { binding, metadata: metadata(binding.name) });
      bound.node.addDependency(namespace, ...inside);
    }
  }
}

function limitsOf({ defaultRequest, default: limits }: NonNullable<NamespaceModel['limits']>) {
  return {
    type: 'Container',
    ...(Object.keys(limits).length === 0 ? {} : { default: { ...limits } }),
    ...(Object.keys(defaultRequest).length === 0 ? {} : { defaultRequest: { ...defaultRequest } }),
  };
}

/** For every pod of the namespace. An `ingress` without peers would mean everybody, so it is left out. */
function policySpec({ ingressFrom, egress }: NetworkPolicyModel): NetworkPolicySpec {
  return {
    podSelector: {},
    policyTypes: egress === undefined ? ['Ingress'] : ['Ingress', 'Egress'],
    ...(ingressFrom.length === 0 ? {} : { ingress: [{ from: storedPeers(ingressFrom) }] }),
    ...(egress === undefined ? {} : { egress: [DNS, { to: storedPeers([SAME_NAMESPACE]) }, INTERNET] }),
  };
}
