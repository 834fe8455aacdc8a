/** What the kinds of `networking.k8s.io` do beyond their schemas. */
import type { KindFacts } from '../kind-facts';
import {
  ingressClassColumns,
  ingressColumns,
  ipAddressColumns,
  networkPolicyColumns,
  serviceCidrColumns,
} from './columns';
import { ingressStrategy } from './ingress';
import { ingressClassStrategy } from './ingress-class';
import { networkPolicyStrategy } from './network-policy';
import { ipAddressStrategy, serviceCidrStrategy } from './service-address';

export const networkingKinds: Readonly<Record<string, KindFacts>> = {
  ingresses: { strategy: ingressStrategy, columns: ingressColumns },
  ingressclasses: { strategy: ingressClassStrategy, columns: ingressClassColumns },
  networkpolicies: { strategy: networkPolicyStrategy, columns: networkPolicyColumns },
  ipaddresses: { strategy: ipAddressStrategy, columns: ipAddressColumns },
  servicecidrs: { strategy: serviceCidrStrategy, columns: serviceCidrColumns },
};
