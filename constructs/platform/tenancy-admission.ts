/**
 * Who may change what of a Tenant, whose environments a tenant's namespace holds, and what a sandbox may not: what RBAC can't say,
 * said by the API server itself, without a webhook.
 *
 * Rights are asked of RBAC by verbs of our own, so that no name and no group stands here:
 *
 * | verb on `tenants` | who has it |
 * |---|---|
 * | `administer` | administrators, by `*`; the controller |
 * | `own`, on the one Tenant | the tenant, by the role that its plan makes |
 * | `enrol`, in a workspace's namespace | the workspace's managers, by `adrasteia-workspace-manager` or `crownlabs-enrol-tenants` |
 * | `enter`, in the namespace of a workspace of CrownLabs that takes everybody | whoever is signed in, by `crownlabs-enter-workspace` |
 */
import { Construct } from 'constructs';
import { API_GROUP } from '../../src/api/well-known';
import { TENANT_LABEL } from '../../src/tenancy/names';
import { AdmissionPolicy, type AdmissionRules } from './admission-policy';
import { SANDBOX_RULES } from './sandbox-rules';
import { tenantChanges } from './tenant-changes';

/** By the name of the policy. */
const POLICIES: Readonly<Record<string, AdmissionRules>> = {
  'adrasteia-tenants': tenantChanges({
    group: API_GROUP,
    fixed: ['firstName', 'lastName', 'email', 'sandbox', 'personalTemplates', 'suspended', 'quota'],
    candidate: 'Candidate',
  }),
  'adrasteia-crownlabs-tenants': tenantChanges({
    group: 'crownlabs.polito.it',
    fixed: ['firstName', 'lastName', 'email', 'createSandbox', 'createPersonalWorkspace', 'personalWorkspace', 'quota'],
    candidate: 'candidate',
    entrant: 'user',
  }),
  // By the owner policies know people, and let them in.
  'adrasteia-environment-owners': {
    group: API_GROUP,
    plural: 'environments',
    operations: ['CREATE', 'UPDATE'],
    namespaces: [{ key: TENANT_LABEL }],
    validations: [
      {
        expression: `object.spec.owner.kind == 'Tenant' && object.spec.owner.name == namespaceObject.metadata.labels['${TENANT_LABEL}']`,
        message: 'spec.owner must be the Tenant whose namespace it is in',
        reason: 'Invalid',
      },
    ],
  },
  ...SANDBOX_RULES,
};

/** The policies, each with its bindings. Names are explicit, so moving the construct changes no byte. */
export class TenancyAdmission extends Construct {
  constructor(scope: Construct, id: string, { labels }: { readonly labels: Readonly<Record<string, string>> }) {
    super(scope, id);
    for (const [name, rules] of Object.entries(POLICIES)) new AdmissionPolicy(this, name, { name, labels, rules });
  }
}
