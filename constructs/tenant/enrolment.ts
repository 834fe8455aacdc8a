/**
 * What becomes of a tenant's enrolments: which count, what they add to the quota, and which rights they give.
 */

import type { SubjectModel } from '../../src/model/namespace-model';
import type { Membership } from '../../src/model/tenant-model';
import type { Lookup } from '../../src/plan/lookup';
import { capQuota, type Quota, sumQuotas } from '../../src/tenancy/quota';
import { WORKSPACE_MANAGER, WORKSPACE_MEMBER } from '../../src/tenancy/roles';
import type { TenancySpec } from '../../src/tenancy/tenancy';
import { WORKSPACE, type WorkspaceObject } from '../workspace';
import type { EnrolmentState, TenantSpec } from './schema';

type Role = TenantSpec['workspaces'][number]['role'];

export interface Enrolment {
  readonly name: string;
  /** The role that counts. */
  readonly role: Role;
  readonly state: EnrolmentState;
  readonly message?: string;
  /** What the workspace adds to the quota; only where enrolled, and only if it says so. */
  readonly quota?: Quota;
  /** The workspace's namespace, once it is there. */
  readonly namespace?: string;
}

/** Each enrolment, and those in the base workspaces that aren't among them, with what it comes to; sorted by name. */
export function enrolmentsOf(
  { workspaces }: TenantSpec,
  { baseWorkspaces }: TenancySpec,
  lookup: Lookup,
): readonly Enrolment[] {
  const named = new Map<string, Role>(baseWorkspaces.map((name) => [name, 'Member']));
  for (const { name, role } of workspaces) if (role !== 'Candidate' || !named.has(name)) named.set(name, role);
  return [...named]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, role]) => enrolmentIn(lookup.get<WorkspaceObject>(WORKSPACE.type, { name }), name, role));
}

/** The quota of who has none of its own: what its workspaces add up to, or the base, and never more than the cap. */
export function quotaOf(enrolments: readonly Enrolment[], { quota }: TenancySpec): Quota {
  const added = enrolments.flatMap(({ quota: one }) => (one === undefined ? [] : [one]));
  const sum = added.length === 0 ? (quota.base ?? NOTHING) : sumQuotas(added);
  return quota.cap === undefined ? sum : capQuota(sum, quota.cap);
}

/** Rights in the workspaces' namespaces. The role is part of the name, since a binding's role can't be changed. */
export function membershipsOf(
  tenant: string,
  subject: SubjectModel,
  enrolments: readonly Enrolment[],
): readonly Membership[] {
  return enrolments.flatMap(({ state, role, namespace }) => {
    if (state !== 'Enrolled' || namespace === undefined) return [];
    const { name: clusterRole } = role === 'Manager' ? WORKSPACE_MANAGER : WORKSPACE_MEMBER;
    return [{ namespace, binding: { name: `tenant-${tenant}-${role.toLowerCase()}`, clusterRole, subject } }];
  });
}

/** Who is in no workspace, where nobody has said what that comes to. */
const NOTHING: Quota = { cpu: '0', memory: '0', storage: '0', environments: 0 };

function enrolmentIn(
  answer: ReturnType<Lookup['get']> & { readonly object?: WorkspaceObject },
  name: string,
  role: Role,
): Enrolment {
  const workspace = answer.object;
  if (workspace === undefined || workspace.metadata.deletionTimestamp !== undefined)
    return { name, role, state: 'Unknown', message: `Workspace ${name} is not there: create it, or remove the entry` };
  const { spec, status } = workspace;
  if (role === 'Candidate' && spec.enrolment !== 'Immediate') {
    return spec.enrolment === 'Approval'
      ? { name, role, state: 'Candidate', message: 'A manager of the workspace has to agree' }
      : { name, role, state: 'Unknown', message: `Workspace ${name} takes no candidates: ask one of its managers` };
  }
  return {
    name,
    // Where nobody has to agree, whoever asks is in.
    role: role === 'Candidate' ? 'Member' : role,
    state: 'Enrolled',
    ...(spec.quota === undefined ? {} : { quota: spec.quota }),
    ...(status?.namespace === undefined ? {} : { namespace: status.namespace }),
  };
}
