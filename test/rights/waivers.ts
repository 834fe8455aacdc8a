/**
 * Rights of the controller that no suite uses, each with the reason why it is granted all the same. A waiver for a right that is
 * used, or isn't granted, fails the suite.
 */
import { kinds } from '../../constructs/kinds';
import { shippedRoles } from '../../constructs/platform';
import type { Right } from './used-rights';

export interface RightsWaiver {
  /** `cluster`: the ClusterRole; `lease`: the Role in the controller's own namespace. */
  readonly role: 'cluster' | 'lease';
  readonly right: Right;
  readonly because: string;
}

const ESCALATION =
  'RBAC asks for it beside the request that makes a binding or a role, and doesn’t write that down: without it the request is refused.';

export const RIGHTS_WAIVERS: readonly RightsWaiver[] = [
  ...shippedRoles(kinds).map(
    ({ name }): RightsWaiver => ({
      role: 'cluster',
      right: `bind clusterroles.rbac.authorization.k8s.io ${name}`,
      because: ESCALATION,
    }),
  ),
  ...[
    'get tenants.adrasteia.dev',
    'own tenants.adrasteia.dev',
    'get tenants.crownlabs.polito.it',
    'update tenants.crownlabs.polito.it',
    'own tenants.crownlabs.polito.it',
  ].map((right): RightsWaiver => ({ role: 'cluster', right, because: ESCALATION })),
  ...['administer tenants.adrasteia.dev', 'administer tenants.crownlabs.polito.it'].map(
    (right): RightsWaiver => ({
      role: 'cluster',
      right,
      because:
        'Admission asks for it where the controller changes labels and finalizers of a Tenant, which is no request of its own.',
    }),
  ),
];
