/**
 * CrownLabs' tenants as models. What its operator took as flags comes from the Tenancy: how long an unused namespace is kept, the cap
 * on quotas, base workspaces, and where personal volumes lie.
 */
import type { JsonObject } from '../../api/json';
import { isJsonObject } from '../../api/json';
import { describeProblems } from '../../api/problem';
import { canonicalResourceAmount } from '../../api/quantity';
import type { ResourceType } from '../../api/resource-type';
import type { NamespaceModel, SubjectModel } from '../../model/namespace-model';
import type { TenancyFrontEnd, TenancyTranslation } from '../../model/tenancy-front-end';
import type { PersonalStorageModel, TenantModel } from '../../model/tenant-model';
import type { Lookup } from '../../plan/lookup';
import { admissionOf } from '../../schema/admitted';
import { isAsleep } from '../../tenancy/asleep';
import { findTenancy } from '../../tenancy/find-tenancy';
import { capQuota, type Quota, sumQuotas } from '../../tenancy/quota';
import { TENANCY, type TenancySpec } from '../../tenancy/tenancy';
import { crownlabsLabel, dashed, labelValue, managedBy } from './labels';
import { hardOf, quotaOf } from './quota';
import { CROWNLABS_TENANT, CROWNLABS_WORKSPACE } from './resource-types';
import { MANAGE_INSTANCES, MANAGE_TEMPLATES, SANDBOX } from './roles';
import { type CrownlabsTenant, crownlabsTenantSchema } from './tenant';
import type { CrownlabsWorkspace } from './workspace';

const SANDBOX_HARD = {
  'limits.cpu': '4',
  'limits.memory': '8G',
  'requests.cpu': '2',
  'requests.memory': '8G',
};
const SANDBOX_LIMITS = {
  defaultRequest: { cpu: '10m', memory: '50M' },
  default: { cpu: '100m', memory: '250M' },
};

const admit = admissionOf<CrownlabsTenant>(crownlabsTenantSchema);
const namespaceOf = (name: string): string => `tenant-${dashed(name)}`;
const sandboxOf = (name: string): string => `sandbox-${dashed(name)}`;

/** CrownLabs' tenants. `keepers` are the kinds whose objects keep a tenant's namespace awake. */
export function crownlabsTenantFrontEnd(
  keepers: readonly ResourceType[],
): TenancyFrontEnd<TenantModel, CrownlabsTenant> {
  return {
    type: CROWNLABS_TENANT,
    roles: [MANAGE_INSTANCES, MANAGE_TEMPLATES, SANDBOX],
    ownObjectVerbs: ['get', 'list', 'watch', 'patch', 'update'],
    reads: [TENANCY.type, CROWNLABS_WORKSPACE, ...keepers],
    mayLack: [TENANCY.type, CROWNLABS_WORKSPACE, ...keepers],
    namespaces: (name) => [namespaceOf(name), sandboxOf(name)],
    translate: (tenant, lookup) => translate(tenant, lookup, keepers),
    status({ metadata: { name } }, report, notes) {
      const [own, sandbox] = [namespaceOf(name), sandboxOf(name)];
      const isThere = (namespace: string): boolean => report.namespaces.includes(namespace);
      return {
        personalNamespace: isThere(own) ? { name: own, created: true } : { created: false },
        sandboxNamespace: isThere(sandbox) ? { name: sandbox, created: true } : { created: false },
        personalWorkspaceCreated: notes['personalWorkspace'] === true && isThere(own),
        failingWorkspaces: notes['failingWorkspaces'] ?? [],
        // Nobody is told: the provider's own users are taken as they are.
        keycloak: { userCreated: { created: false }, userConfirmed: true, userSynchronized: false },
        ...(isJsonObject(notes['quota']) ? { quota: notes['quota'] } : {}),
        ready: report.conditions.every(({ status }) => status === 'True'),
      };
    },
  };
}

function translate(
  given: CrownlabsTenant,
  lookup: Lookup,
  keepers: readonly ResourceType[],
): TenancyTranslation<TenantModel> {
  const { problems, object: tenant } = admit(given);
  if (problems.length > 0) return { outcome: 'hold', reason: 'Invalid', message: describeProblems(problems) };
  const found = findTenancy(lookup);
  if (found.outcome === 'Invalid') return { outcome: 'hold', reason: 'Invalid', message: found.message };
  const { spec: tenancy } = found;
  const { name } = tenant.metadata;
  const subject: SubjectModel = { kind: 'User', name: `${tenancy.users.prefix}${name}` };
  const { enrolled, failing } = enrolmentsOf(tenant, tenancy, lookup);
  const quota = tenantQuota(tenant, tenancy, enrolled);
  const storage = personalStorageOf(name, tenancy);
  const since = tenant.spec.lastLogin ?? tenant.metadata.creationTimestamp;
  const namespaces = [namespaceOf(name), sandboxOf(name)];
  const hasTemplates = tenant.spec.createPersonalWorkspace === true || tenant.spec.personalWorkspace !== undefined;
  return {
    outcome: 'model',
    model: {
      name,
      labels: managedBy('tenant'),
      namespaces: isAsleep({ since, namespaces, keepers }, tenancy, lookup)
        ? []
        : [
            ownNamespace(name, { subject, tenancy, quota, hasTemplates }),
            ...(tenant.spec.createSandbox === true ? [sandboxNamespace(name, subject)] : []),
          ],
      // Members of a workspace are groups of the provider.
      memberships: [],
      clusterBindings: [],
      ownObject: {
        name: `crownlabs-manage-tenant-${dashed(name)}`,
        resource: { group: CROWNLABS_TENANT.group, plural: CROWNLABS_TENANT.plural },
        verbs: ['get', 'list', 'watch', 'patch', 'update'],
        subject,
      },
      ...(storage === undefined ? {} : { personalStorage: storage }),
    },
    notes: {
      failingWorkspaces: failing,
      personalWorkspace: hasTemplates,
      quota: shownQuota(quota),
    },
    labels: labelsOf(tenant, tenancy, enrolled),
  };
}

interface Enrolment {
  readonly workspace: CrownlabsWorkspace;
  readonly role: 'manager' | 'user' | 'candidate';
}

/** Entries that count, and names of those that don't: the workspace isn't there, or takes no candidates. */
function enrolmentsOf(
  { spec }: CrownlabsTenant,
  { baseWorkspaces }: TenancySpec,
  lookup: Lookup,
): { readonly enrolled: readonly Enrolment[]; readonly failing: readonly string[] } {
  const entries = new Map<string, Enrolment['role']>(baseWorkspaces.map((name) => [name, 'user']));
  for (const { name, role } of spec.workspaces ?? []) entries.set(name, role);
  const enrolled: Enrolment[] = [];
  const failing: string[] = [];
  for (const [name, role] of [...entries].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const answer = lookup.get<CrownlabsWorkspace>(CROWNLABS_WORKSPACE, { name });
    const workspace =
      answer.found && answer.object.metadata.deletionTimestamp === undefined ? answer.object : undefined;
    const autoEnroll = workspace?.spec.autoEnroll;
    if (
      workspace === undefined ||
      (role === 'candidate' && autoEnroll !== 'withApproval' && autoEnroll !== 'immediate')
    )
      failing.push(name);
    else enrolled.push({ workspace, role: role === 'candidate' && autoEnroll === 'immediate' ? 'user' : role });
  }
  return { enrolled, failing };
}

/** What the tenant itself says wins, uncapped; else what its workspaces add up to. */
function tenantQuota({ spec }: CrownlabsTenant, { quota }: TenancySpec, enrolled: readonly Enrolment[]): Quota {
  if (spec.quota !== undefined) return quotaOf(spec.quota);
  const given = [
    ...enrolled.filter(({ role }) => role !== 'candidate').map(({ workspace }) => quotaOf(workspace.spec.quota)),
    ...(spec.personalWorkspace === undefined ? [] : [quotaOf(spec.personalWorkspace)]),
  ];
  const sum = given.length === 0 ? (quota.base ?? { cpu: '0', memory: '0', environments: 0 }) : sumQuotas(given);
  return quota.cap === undefined ? sum : capQuota(sum, quota.cap);
}

function shownQuota({ cpu = '0', memory = '0', environments = 0, storage, extended }: Quota): JsonObject {
  return {
    cpu: canonicalResourceAmount(cpu),
    memory: canonicalResourceAmount(memory),
    instances: environments,
    ...(storage === undefined ? {} : { disk: canonicalResourceAmount(storage) }),
    ...(extended === undefined ? {} : { otherResources: { ...extended } }),
  };
}

function ownNamespace(
  name: string,
  {
    subject,
    tenancy,
    quota,
    hasTemplates,
  }: {
    readonly subject: SubjectModel;
    readonly tenancy: TenancySpec;
    readonly quota: Quota;
    readonly hasTemplates: boolean;
  },
): NamespaceModel {
  const bound = (clusterRole: string) => ({ name: clusterRole, clusterRole, subject });
  return {
    name: namespaceOf(name),
    labels: {
      ...tenancy.namespaces.labels,
      ...managedBy('tenant'),
      [crownlabsLabel('type')]: 'tenant',
      [crownlabsLabel('name')]: name,
      [crownlabsLabel('instance-resources-replication')]: 'true',
    },
    objectLabels: managedBy('tenant'),
    quota: { name: 'crownlabs-resource-quota', hard: hardOf(quota) },
    bindings: [bound(MANAGE_INSTANCES.name), ...(hasTemplates ? [bound(MANAGE_TEMPLATES.name)] : [])],
    networkPolicies: [
      { name: 'crownlabs-deny-ingress-traffic', ingressFrom: [{ podSelector: {} }] },
      {
        name: 'crownlabs-allow-trusted-ingress-traffic',
        ingressFrom: [
          { namespaceSelector: { matchLabels: { [crownlabsLabel('allow-instance-access')]: 'true' } } },
          ...tenancy.network.ingressFrom.map((peer) => ({ ...peer })),
        ],
      },
    ],
  };
}

function sandboxNamespace(name: string, subject: SubjectModel): NamespaceModel {
  return {
    name: sandboxOf(name),
    labels: {
      ...managedBy('tenant'),
      [crownlabsLabel('type')]: 'sandbox',
      [crownlabsLabel('tenant')]: name,
      'pod-security.kubernetes.io/enforce': 'restricted',
    },
    objectLabels: managedBy('tenant'),
    quota: { name: 'sandbox-resource-quota', hard: SANDBOX_HARD },
    limits: { name: 'sandbox-limit-range', ...SANDBOX_LIMITS },
    bindings: [{ name: 'sandbox-editor', clusterRole: SANDBOX.name, subject }],
    networkPolicies: [],
  };
}

function personalStorageOf(name: string, { personalStorage }: TenancySpec): PersonalStorageModel | undefined {
  if (personalStorage === undefined) return undefined;
  const { namespace, size, accessModes, storageClassName } = personalStorage;
  return {
    namespace,
    claimName: `${dashed(name)}-drive`,
    size: canonicalResourceAmount(size),
    accessModes,
    ...(storageClassName === undefined ? {} : { storageClassName }),
  };
}

/** What clients select tenants by. Nobody's rights come from it. */
function labelsOf(
  { metadata, spec }: CrownlabsTenant,
  { baseWorkspaces }: TenancySpec,
  enrolled: readonly Enrolment[],
): Readonly<Record<string, string | null>> {
  const prefix = crownlabsLabel('workspace-');
  const stale = Object.keys(metadata.labels ?? {}).filter((label) => label.startsWith(prefix));
  const isInNone = enrolled.every(({ workspace }) => baseWorkspaces.includes(workspace.metadata.name));
  return {
    ...Object.fromEntries(stale.map((label) => [label, null])),
    ...Object.fromEntries(enrolled.map(({ workspace, role }) => [`${prefix}${workspace.metadata.name}`, role])),
    ...managedBy('tenant'),
    [crownlabsLabel('first-name')]: labelValue(spec.firstName),
    [crownlabsLabel('last-name')]: labelValue(spec.lastName),
    [crownlabsLabel('no-workspaces')]: isInNone ? 'true' : null,
  };
}
