/**
 * Who may change what of a Tenant, and whose environments a tenant's namespace holds: what RBAC can't say, said by the API server
 * itself, without a webhook.
 *
 * Rights are asked of RBAC by verbs of our own, so that no name and no group stands here:
 *
 * | verb on `tenants` | who has it |
 * |---|---|
 * | `administer` | administrators, by `*`; the controller |
 * | `own`, on the one Tenant | the tenant, by the role that its plan makes |
 * | `enrol`, in a workspace's namespace | the workspace's managers, by `adrasteia-workspace-manager` |
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
 */
import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { API_GROUP } from '../../src/api/well-known';
import { TENANT_LABEL, workspaceNamespace } from '../../src/tenancy/names';
import { ADMINISTER, ENROL, OWN } from '../../src/tenancy/roles';

const ADMISSION = 'admissionregistration.k8s.io/v1';
const TENANTS = `authorizer.group('${API_GROUP}').resource('tenants')`;

interface Rules {
  readonly plural: string;
  readonly operations: readonly ('CREATE' | 'UPDATE')[];
  /** Namespaces that carry this label; absent: everywhere. */
  readonly namespaceLabel?: string;
  readonly variables: readonly Variable[];
  readonly validations: readonly Validation[];
}

interface Variable {
  readonly name: string;
  readonly expression: string;
}

interface Validation {
  readonly expression: string;
  readonly message: string;
  readonly reason: 'Forbidden' | 'Invalid';
}

/** Each entry of a list by its name, with its role: `tea=Member`. */
const entries = (object: string): string =>
  `(has(${object}.spec.workspaces) ? ${object}.spec.workspaces.map(entry, entry.name + '=' + entry.role) : [])`;
const same = (field: string): string =>
  `has(object.spec.${field}) == has(oldObject.spec.${field}) && (!has(object.spec.${field}) || object.spec.${field} == oldObject.spec.${field})`;
const sameMeta = (field: string): string =>
  `has(object.metadata.${field}) == has(oldObject.metadata.${field}) && (!has(object.metadata.${field}) || object.metadata.${field} == oldObject.metadata.${field})`;

const METADATA = ['labels', 'annotations', 'finalizers', 'ownerReferences'] as const;

/** What only administrators change. */
const FIXED = ['firstName', 'lastName', 'email', 'sandbox', 'personalTemplates', 'quota'] as const;

/** Changes of a Tenant by others than administrators: the tenant's own, and those of workspaces' managers. */
const TENANT_CHANGES: Rules = {
  plural: 'tenants',
  operations: ['UPDATE'],
  variables: [
    { name: 'isAdministrator', expression: `${TENANTS}.check('${ADMINISTER}').allowed()` },
    { name: 'isSelf', expression: `${TENANTS}.name(object.metadata.name).check('${OWN}').allowed()` },
    { name: 'before', expression: entries('oldObject') },
    { name: 'after', expression: entries('object') },
    {
      name: 'changed',
      expression:
        "(variables.before.filter(entry, !(entry in variables.after)) + variables.after.filter(entry, !(entry in variables.before))).map(entry, entry.split('=')[0])",
    },
    // All of them are of one workspace, since a check costs too much to be made for each.
    {
      name: 'isManager',
      expression: `variables.changed.size() > 0 && variables.changed.all(name, name == variables.changed[0]) && ${TENANTS}.namespace('${workspaceNamespace('')}' + variables.changed[0]).check('${ENROL}').allowed()`,
    },
  ],
  validations: [
    {
      expression: `variables.isAdministrator || (${METADATA.map((field) => `(${sameMeta(field)})`).join(' && ')})`,
      message: 'labels, annotations, finalizers and owners of a Tenant are an administrator’s to change',
      reason: 'Forbidden',
    },
    ...FIXED.map(
      (field): Validation => ({
        expression: `(${same(field)}) || variables.isAdministrator`,
        message: `spec.${field} is an administrator’s to change`,
        reason: 'Forbidden',
      }),
    ),
    {
      expression: `(${same('publicKeys')}) || variables.isSelf || variables.isAdministrator`,
      message: 'spec.publicKeys are the tenant’s own to change',
      reason: 'Forbidden',
    },
    {
      expression: `(${same('lastLogin')}) || variables.isAdministrator || (variables.isSelf && has(object.spec.lastLogin))`,
      message: 'spec.lastLogin is written by whoever lets the tenant in',
      reason: 'Forbidden',
    },
    {
      expression: `variables.changed.size() == 0 || variables.isAdministrator || variables.isManager || (variables.isSelf && variables.after.all(entry, entry in variables.before || entry.endsWith('=Candidate')))`,
      message:
        'spec.workspaces: a tenant leaves workspaces, and enters them as a Candidate; a manager says who is in the workspace, one workspace at a time',
      reason: 'Forbidden',
    },
  ],
};

/** Environments in a tenant's namespace are the tenant's: by the owner policies know people, and let them in. */
const ENVIRONMENT_OWNERS: Rules = {
  plural: 'environments',
  operations: ['CREATE', 'UPDATE'],
  namespaceLabel: TENANT_LABEL,
  variables: [],
  validations: [
    {
      expression: `object.spec.owner.kind == 'Tenant' && object.spec.owner.name == namespaceObject.metadata.labels['${TENANT_LABEL}']`,
      message: 'spec.owner must be the Tenant whose namespace it is in',
      reason: 'Invalid',
    },
  ],
};

/** The policies, each with its binding. Names are explicit, so moving the construct changes no byte. */
export class TenancyAdmission extends Construct {
  constructor(scope: Construct, id: string, { labels }: { readonly labels: Readonly<Record<string, string>> }) {
    super(scope, id);
    this.policy('adrasteia-tenants', TENANT_CHANGES, labels);
    this.policy('adrasteia-environment-owners', ENVIRONMENT_OWNERS, labels);
  }

  private policy(name: string, rules: Rules, labels: Readonly<Record<string, string>>): void {
    const { plural, operations, namespaceLabel, variables, validations } = rules;
    new ApiObject(this, name, {
      apiVersion: ADMISSION,
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name, labels: { ...labels } },
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: {
          resourceRules: [{ apiGroups: [API_GROUP], apiVersions: ['*'], operations, resources: [plural] }],
          ...(namespaceLabel === undefined
            ? {}
            : { namespaceSelector: { matchExpressions: [{ key: namespaceLabel, operator: 'Exists' }] } }),
        },
        ...(variables.length === 0 ? {} : { variables }),
        validations,
      },
    });
    new ApiObject(this, `${name}-binding`, {
      apiVersion: ADMISSION,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name, labels: { ...labels } },
      spec: { policyName: name, validationActions: ['Deny'] },
    });
  }
}
