/**
 * Tenants of our own API as models.
 */

import type { JsonObject } from '../../src/api/json';
import { isJsonObject } from '../../src/api/json';
import { canonicalResourceAmount } from '../../src/api/quantity';
import type { ResourceType } from '../../src/api/resource-type';
import type { NamespaceModel, SubjectModel } from '../../src/model/namespace-model';
import type { TenancyFrontEnd, TenancyTranslation } from '../../src/model/tenancy-front-end';
import type { PersonalStorageModel, TenantModel } from '../../src/model/tenant-model';
import type { Lookup } from '../../src/plan/lookup';
import { admissionOf } from '../../src/schema/admitted';
import { admitWithTenancy, userOf } from '../../src/tenancy/admit-with-tenancy';
import { isAsleep } from '../../src/tenancy/asleep';
import { findUsed } from '../../src/tenancy/find-used';
import { WORKSPACE_ROLE_PREFIX } from '../../src/tenancy/identity';
import {
  NAMESPACE_TYPE_LABEL,
  PERSONAL_STORAGE_SECRET,
  personalClaim,
  sandboxNamespace,
  TENANT_LABEL,
  tenantNamespace,
} from '../../src/tenancy/names';
import { type PersonalStorage, personalStorageNotes, personalStorageOf } from '../../src/tenancy/personal-storage';
import { canonicalQuota, hardOf, type Quota } from '../../src/tenancy/quota';
import { QUOTA_ALLOCATION } from '../../src/tenancy/quota-allocation';
import {
  ENVIRONMENT_USER,
  OWN_OBJECT_VERBS,
  SANDBOX_USER,
  TEMPLATE_EDITOR,
  TENANT_ENROLLER,
  WORKSPACE_MANAGER,
  WORKSPACE_MEMBER,
} from '../../src/tenancy/roles';
import { TENANCY, type TenancySpec } from '../../src/tenancy/tenancy';
import { WORKSPACE } from '../workspace';
import { accountOf, accountStatus } from './account';
import { enrolmentsOf, membershipsOf, quotaOf } from './enrolment';
import { TENANT, type TenantObject } from './schema';

const MANAGED_BY = { 'app.kubernetes.io/managed-by': 'adrasteia' };
const admit = admissionOf<TenantObject>(TENANT);

/** Tenants of our own API. `keepers` are the kinds whose objects keep a tenant's namespace awake. */
export function tenantFrontEnd(keepers: readonly ResourceType[]): TenancyFrontEnd<TenantModel, TenantObject> {
  return {
    type: TENANT.type,
    roles: [ENVIRONMENT_USER, TEMPLATE_EDITOR, SANDBOX_USER, WORKSPACE_MEMBER, WORKSPACE_MANAGER, TENANT_ENROLLER],
    ownObjectVerbs: OWN_OBJECT_VERBS,
    reads: [TENANCY.type, WORKSPACE.type, QUOTA_ALLOCATION.type, ...keepers],
    mayLack: [TENANCY.type, WORKSPACE.type, QUOTA_ALLOCATION.type, ...keepers],
    namespaces: (name) => [tenantNamespace(name), sandboxNamespace(name)],
    identity: (name) => ({ account: { user: name, rolePrefix: WORKSPACE_ROLE_PREFIX } }),
    translate: (tenant, lookup) => translate(tenant, lookup, keepers),
    status: (tenant, report, notes, observed) => ({
      ...(tenant.metadata.generation === undefined ? {} : { observedGeneration: tenant.metadata.generation }),
      ...namespaceStatus(tenant.metadata.name, report.namespaces),
      ...members(notes, ['user', 'workspaces', 'quota', 'used']),
      ...(report.personalStorage === undefined || !isJsonObject(notes['personalStorage'])
        ? {}
        : { personalStorage: { ...notes['personalStorage'], phase: report.personalStorage } }),
      ...accountStatus(report, observed),
    }),
  };
}

function translate(
  given: TenantObject,
  lookup: Lookup,
  keepers: readonly ResourceType[],
): TenancyTranslation<TenantModel> {
  const admitted = admitWithTenancy(admit(given), lookup);
  if (admitted.outcome === 'hold') return admitted;
  const { object: tenant, tenancy } = admitted;
  const { name } = tenant.metadata;
  const subject = userOf(name, tenancy);
  const enrolments = enrolmentsOf(tenant.spec, tenancy, lookup);
  const quota = tenant.spec.quota ?? quotaOf(enrolments, tenancy);
  const storage = personalStorageOf(tenant, { claimName: personalClaim(name), tenancy }, lookup);
  const identity = accountOf(tenant, tenancy, enrolments);
  const since = tenant.spec.lastLogin ?? tenant.metadata.creationTimestamp;
  const namespaces = [tenantNamespace(name), sandboxNamespace(name)];
  const asleep = isAsleep({ since, namespaces, keepers }, tenancy, lookup);
  return {
    outcome: 'model',
    model: {
      name,
      labels: { ...MANAGED_BY, [TENANT_LABEL]: name },
      namespaces: asleep
        ? []
        : [
            ownNamespace(tenant, { subject, tenancy, quota }),
            ...(tenant.spec.sandbox ? [sandbox(name, { subject, tenancy })] : []),
          ],
      memberships: membershipsOf(name, subject, enrolments),
      clusterBindings: enrolments.some(({ state, role }) => state === 'Enrolled' && role === 'Manager')
        ? [{ name: `${TENANT_ENROLLER.name}-${name}`, clusterRole: TENANT_ENROLLER.name, subject }]
        : [],
      ownObject: {
        name: `adrasteia-tenant-${name}`,
        resource: { group: TENANT.type.group, plural: TENANT.type.plural },
        verbs: OWN_OBJECT_VERBS,
        subject,
      },
      ...(storage === undefined ? {} : { personalStorage: storageModel(storage, !asleep, name) }),
      ...(identity === undefined ? {} : { identity }),
    },
    notes: {
      user: subject.name,
      quota: quota,
      used: { ...findUsed(tenantNamespace(name), lookup) },
      workspaces: enrolments.map(({ name: workspace, role, state, message }) => ({
        name: workspace,
        role,
        state,
        ...(message === undefined ? {} : { message }),
      })),
      ...(storage === undefined ? {} : { personalStorage: personalStorageNotes(storage, tenancy) }),
    },
  };
}

interface NamespaceProps {
  readonly subject: SubjectModel;
  readonly tenancy: TenancySpec;
}

function ownNamespace(
  { metadata: { name }, spec }: TenantObject,
  { subject, tenancy, quota }: NamespaceProps & { readonly quota: Quota },
): NamespaceModel {
  return {
    name: tenantNamespace(name),
    labels: {
      ...tenancy.namespaces.labels,
      ...namespaceLabels(name, 'tenant', tenancy.namespaces.podSecurity),
    },
    objectLabels: { ...MANAGED_BY, [TENANT_LABEL]: name },
    quota: { name: 'adrasteia', hard: hardOf(quota) },
    allocation: { hard: { ...canonicalQuota(quota) }, defaultRequest: amounts(tenancy.limits.defaultRequest) },
    limits: { name: 'adrasteia', defaultRequest: amounts(tenancy.limits.defaultRequest), default: {} },
    bindings: [
      { name: ENVIRONMENT_USER.name, clusterRole: ENVIRONMENT_USER.name, subject },
      ...(spec.personalTemplates ? [{ name: TEMPLATE_EDITOR.name, clusterRole: TEMPLATE_EDITOR.name, subject }] : []),
    ],
    networkPolicies: [trafficOf(tenancy)],
  };
}

function sandbox(name: string, { subject, tenancy }: NamespaceProps): NamespaceModel {
  return {
    name: sandboxNamespace(name),
    labels: namespaceLabels(name, 'sandbox', tenancy.sandbox.podSecurity),
    objectLabels: { ...MANAGED_BY, [TENANT_LABEL]: name },
    quota: { name: 'adrasteia', hard: hardOf(tenancy.sandbox.quota) },
    limits: { name: 'adrasteia', defaultRequest: amounts(tenancy.limits.defaultRequest), default: {} },
    bindings: [{ name: SANDBOX_USER.name, clusterRole: SANDBOX_USER.name, subject }],
    networkPolicies: [trafficOf(tenancy)],
  };
}

/** Its own traffic and what the Tenancy lets in; out, what the Tenancy says. */
function trafficOf({ network }: TenancySpec): NamespaceModel['networkPolicies'][number] {
  return {
    name: 'adrasteia',
    ingressFrom: [{ podSelector: {} }, ...network.ingressFrom.map((peer) => ({ ...peer }))],
    ...(network.egress === 'Internet' ? { egress: 'Internet' as const } : {}),
  };
}

function namespaceLabels(tenant: string, type: string, podSecurity: string): Readonly<Record<string, string>> {
  return {
    ...MANAGED_BY,
    [TENANT_LABEL]: tenant,
    [NAMESPACE_TYPE_LABEL]: type,
    'pod-security.kubernetes.io/enforce': podSecurity.toLowerCase(),
  };
}

/** The claim, and the Secret by which environments mount it while there is a namespace for it. */
function storageModel({ claim, mount }: PersonalStorage, hasNamespace: boolean, tenant: string): PersonalStorageModel {
  return {
    ...claim,
    mount: mount.state,
    ...(mount.state === 'Mountable' && hasNamespace
      ? { secret: { name: PERSONAL_STORAGE_SECRET, namespace: tenantNamespace(tenant), data: { ...mount.share } } }
      : {}),
  };
}

function namespaceStatus(tenant: string, there: readonly string[]): JsonObject {
  const [own, sandboxed] = [tenantNamespace(tenant), sandboxNamespace(tenant)];
  return {
    ...(there.includes(own) ? { namespace: own } : {}),
    ...(there.includes(sandboxed) ? { sandboxNamespace: sandboxed } : {}),
  };
}

function amounts(given: Readonly<Record<string, string | number>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(given).map(([name, amount]) => [name, canonicalResourceAmount(amount)]));
}

function members(notes: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.flatMap((name) => (notes[name] === undefined ? [] : [[name, notes[name]]])));
}
