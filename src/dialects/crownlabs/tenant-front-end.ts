/**
 * CrownLabs' tenants as models. What its operator took as flags comes from the Tenancy: how long an unused namespace is kept, the cap
 * on quotas, base workspaces, and where personal volumes lie.
 */
import type { JsonObject } from '../../api/json';
import { isJsonObject } from '../../api/json';
import { valueAt } from '../../api/object';
import { canonicalResourceAmount } from '../../api/quantity';
import type { ResourceType } from '../../api/resource-type';
import type { IdentityModel } from '../../model/identity-model';
import type { NamespaceModel, SubjectModel } from '../../model/namespace-model';
import type { TenancyFrontEnd, TenancyReport, TenancyTranslation } from '../../model/tenancy-front-end';
import type { PersonalStorageModel, TenantModel } from '../../model/tenant-model';
import type { OwnObjectVerb } from '../../plan/kind';
import type { Lookup } from '../../plan/lookup';
import type { Observed } from '../../plan/plan';
import { admissionOf } from '../../schema/admitted';
import { admitWithTenancy, userOf } from '../../tenancy/admit-with-tenancy';
import { isAsleep } from '../../tenancy/asleep';
import { mailOf, providerOf, WORKSPACE_ROLE_PREFIX, workspaceRole } from '../../tenancy/identity';
import { type PersonalStorage, personalStorageNotes, personalStorageOf } from '../../tenancy/personal-storage';
import { canonicalQuota, capQuota, type Quota, sumQuotas } from '../../tenancy/quota';
import { OWN } from '../../tenancy/roles';
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

/** On one's own Tenant, as CrownLabs gives them. What of it may be changed is a matter of admission, which asks for `own`. */
const OWN_OBJECT_VERBS: readonly OwnObjectVerb[] = ['get', 'list', 'watch', 'patch', 'update', OWN];

/** The Secret in a tenant's namespace that its instances mount personal storage by. */
const DRIVE_SECRET = 'mydrive-info';

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
    ownObjectVerbs: OWN_OBJECT_VERBS,
    reads: [TENANCY.type, CROWNLABS_WORKSPACE, ...keepers],
    mayLack: [TENANCY.type, CROWNLABS_WORKSPACE, ...keepers],
    namespaces: (name) => [namespaceOf(name), sandboxOf(name)],
    identity: (name) => ({ account: { user: name, rolePrefix: WORKSPACE_ROLE_PREFIX } }),
    translate: (tenant, lookup) => translate(tenant, lookup, keepers),
    status({ metadata: { name } }, report, notes, observed) {
      const [own, sandbox] = [namespaceOf(name), sandboxOf(name)];
      const isThere = (namespace: string): boolean => report.namespaces.includes(namespace);
      return {
        personalNamespace: isThere(own) ? { name: own, created: true } : { created: false },
        sandboxNamespace: isThere(sandbox) ? { name: sandbox, created: true } : { created: false },
        personalWorkspaceCreated: notes['personalWorkspace'] === true && isThere(own),
        failingWorkspaces: notes['failingWorkspaces'] ?? [],
        keycloak: keycloakStatus(report, observed),
        ...(isJsonObject(notes['quota']) ? { quota: notes['quota'] } : {}),
        ...(isJsonObject(notes['personalStorage']) ? { personalStorage: notes['personalStorage'] } : {}),
        ready: report.conditions.some(({ type, status }) => type === 'Ready' && status === 'True'),
      };
    },
  };
}

function translate(
  given: CrownlabsTenant,
  lookup: Lookup,
  keepers: readonly ResourceType[],
): TenancyTranslation<TenantModel> {
  const admitted = admitWithTenancy(admit(given), lookup);
  if (admitted.outcome === 'hold') return admitted;
  const { object: tenant, tenancy } = admitted;
  const { name } = tenant.metadata;
  const subject = userOf(name, tenancy);
  const { enrolled, failing } = enrolmentsOf(tenant, tenancy, lookup);
  const quota = tenantQuota(tenant, tenancy, enrolled);
  const storage = personalStorageOf(tenant, { claimName: `${dashed(name)}-drive`, tenancy }, lookup);
  const identity = accountOf(tenant, tenancy, enrolled);
  const since = tenant.spec.lastLogin ?? tenant.metadata.creationTimestamp;
  const namespaces = [namespaceOf(name), sandboxOf(name)];
  const asleep = isAsleep({ since, namespaces, keepers }, tenancy, lookup);
  const hasTemplates = tenant.spec.createPersonalWorkspace === true || tenant.spec.personalWorkspace !== undefined;
  return {
    outcome: 'model',
    model: {
      name,
      labels: managedBy('tenant'),
      namespaces: asleep
        ? []
        : [
            ownNamespace(name, { subject, tenancy, quota, hasTemplates }),
            ...(tenant.spec.createSandbox === true ? [sandboxNamespace(name, subject, tenancy)] : []),
          ],
      // Members of a workspace are groups of the provider.
      memberships: [],
      clusterBindings: [],
      ownObject: {
        name: `crownlabs-manage-tenant-${dashed(name)}`,
        resource: { group: CROWNLABS_TENANT.group, plural: CROWNLABS_TENANT.plural },
        verbs: OWN_OBJECT_VERBS,
        subject,
      },
      ...(storage === undefined ? {} : { personalStorage: storageModel(storage, !asleep, name) }),
      ...(identity === undefined ? {} : { identity }),
    },
    notes: {
      failingWorkspaces: failing,
      personalWorkspace: hasTemplates,
      quota: shownQuota(quota),
      ...(storage === undefined ? {} : { personalStorage: personalStorageNotes(storage, tenancy) }),
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

/** Its account, where accounts are managed, with the roles of the workspaces that it is in. */
function accountOf(
  { metadata: { name }, spec: { email, firstName, lastName } }: CrownlabsTenant,
  tenancy: TenancySpec,
  enrolled: readonly Enrolment[],
): IdentityModel | undefined {
  const provider = providerOf(tenancy);
  if (provider === undefined) return undefined;
  const mail = mailOf(tenancy);
  return {
    provider,
    account: {
      user: { name, email, firstName, lastName, isEnabled: true },
      rolePrefix: WORKSPACE_ROLE_PREFIX,
      roles: enrolled.flatMap(({ workspace, role }) =>
        role === 'candidate' ? [] : [workspaceRole(workspace.metadata.name, role)],
      ),
      ...(mail === undefined ? {} : { mail }),
    },
  };
}

/**
 * The account as it was seen last, also while the provider doesn't answer. Where no accounts are managed the provider's own users
 * are taken as they are.
 */
function keycloakStatus({ identity }: TenancyReport, { previous }: Observed): JsonObject {
  if (identity === undefined) return { userCreated: { created: false }, userConfirmed: true, userSynchronized: false };
  const { account, isSynced } = identity;
  if (account === undefined) {
    const before = valueAt(previous, ['keycloak']);
    const wasSeen = isJsonObject(before) && valueAt(before, ['userCreated', 'created']) === true;
    return {
      ...(wasSeen ? before : { userCreated: { created: false }, userConfirmed: false }),
      userSynchronized: false,
    };
  }
  return {
    userCreated: { name: account.id, created: true },
    userConfirmed: account.isEmailVerified,
    userSynchronized: isSynced,
  };
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
    allocation: { hard: { ...canonicalQuota(quota) }, defaultRequest: {} },
    bindings: [bound(MANAGE_INSTANCES.name), ...(hasTemplates ? [bound(MANAGE_TEMPLATES.name)] : [])],
    networkPolicies: trafficOf(tenancy),
  };
}

function sandboxNamespace(name: string, subject: SubjectModel, tenancy: TenancySpec): NamespaceModel {
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
    networkPolicies: trafficOf(tenancy),
  };
}

/** CrownLabs' policies, and one that it has none of: what pods reach is what the Tenancy says, as with our own tenants. */
function trafficOf({ network }: TenancySpec): NamespaceModel['networkPolicies'] {
  return [
    { name: 'crownlabs-deny-ingress-traffic', ingressFrom: [{ podSelector: {} }] },
    {
      name: 'crownlabs-allow-trusted-ingress-traffic',
      ingressFrom: [
        { namespaceSelector: { matchLabels: { [crownlabsLabel('allow-instance-access')]: 'true' } } },
        ...network.ingressFrom.map((peer) => ({ ...peer })),
      ],
    },
    ...(network.egress === 'Internet'
      ? [{ name: 'crownlabs-limit-egress-traffic', ingressFrom: [], egress: 'Internet' as const }]
      : []),
  ];
}

/** The claim, and the Secret by which instances mount it while there is a namespace for it. */
function storageModel({ claim, mount }: PersonalStorage, hasNamespace: boolean, tenant: string): PersonalStorageModel {
  return {
    ...claim,
    mount: mount.state,
    ...(mount.state === 'Mountable' && hasNamespace
      ? {
          secret: {
            name: DRIVE_SECRET,
            namespace: namespaceOf(tenant),
            data: { 'server-name': mount.share.server, path: mount.share.path },
          },
        }
      : {}),
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
