/** One tenant or one workspace explained, for people and for programs. */
import type { Condition } from '../../api/condition';
import type { Quota } from '../../tenancy/quota';
import { conditionsOf } from '../environments/condition';
import type { EnvironmentRow } from '../environments/environment-row';
import { durationText } from '../environments/stage-times';
import { jsonText, yamlText } from '../print/formats';
import { type Column, tableLines } from '../print/table';
import { quotaRows } from './quota-rows';
import { type TenantRow, tenantRow, type WorkspaceRow, workspaceRow } from './rows';
import type { TenantObject, WorkspaceObject } from './tenancy-objects';

/** Forms of an explanation, the default first. */
export const DESCRIPTION_FORMS = ['table', 'json', 'yaml'] as const;
export type DescriptionForm = (typeof DESCRIPTION_FORMS)[number];

/** A tenant with all that is known of it. */
export interface TenantDescription extends TenantRow {
  readonly user: string;
  /** RFC 3339; empty where it is not known. */
  readonly lastLogin: string;
  readonly quota: Quota;
  /** Absent where nobody has counted. */
  readonly used?: Quota;
  readonly personalStorage?: { readonly namespace: string; readonly claimName: string; readonly phase: string };
  readonly environments: readonly EnvironmentRow[];
  readonly conditions: readonly Condition[];
}

export interface WorkspaceDescription extends WorkspaceRow {
  readonly conditions: readonly Condition[];
}

/** The description of a tenant and of the environments in its namespaces. */
export function tenantDescription(tenant: TenantObject, environments: readonly EnvironmentRow[]): TenantDescription {
  const { spec, status = {} } = tenant;
  const { user = '', quota = {}, used, personalStorage } = status;
  return {
    ...tenantRow(tenant),
    user,
    lastLogin: spec.lastLogin ?? '',
    quota,
    ...(used === undefined ? {} : { used }),
    ...(personalStorage === undefined ? {} : { personalStorage }),
    environments,
    conditions: conditionsOf(tenant),
  };
}

/** The description of a workspace and of those who are in it. */
export function workspaceDescription(
  workspace: WorkspaceObject,
  tenants: readonly TenantObject[],
): WorkspaceDescription {
  return { ...workspaceRow(workspace, tenants), conditions: conditionsOf(workspace) };
}

/** The text of a tenant's description; `now` in milliseconds since the epoch, for ages. */
export function tenantText(tenant: TenantDescription, form: DescriptionForm, now: number): string {
  const storage = tenant.personalStorage;
  return formed('Tenant', tenant, form, () => [
    `Tenant ${tenant.name}`,
    ...facts([
      ['Person', `${tenant.firstName} ${tenant.lastName}`],
      ['E-mail', tenant.email],
      ['User', tenant.user],
      ['Last log-in', tenant.lastLogin],
      ['Suspended', tenant.suspended ? 'yes' : ''],
      ['Status', tenant.status],
      ['Reason', tenant.reason],
      ['Message', tenant.message],
      ['Namespaces', tenant.namespaces.join(', ')],
      ['Storage', storage === undefined ? '' : `${storage.namespace}/${storage.claimName} (${storage.phase})`],
    ]),
    ...section('Workspaces', tenant.workspaces, [
      { title: 'NAME', cell: ({ name }) => name },
      { title: 'ROLE', cell: ({ role }) => role },
      { title: 'STATE', cell: ({ state }) => state },
      { title: 'MESSAGE', cell: ({ message }) => message },
    ]),
    ...section('Quota', quotaRows(tenant.quota, tenant.used), [
      { title: 'RESOURCE', cell: ({ resource }) => resource },
      { title: 'USED', cell: ({ used }) => (used === '' ? '-' : used) },
      { title: 'OF', cell: ({ of }) => of },
    ]),
    ...section('Environments', tenant.environments, [
      { title: 'KIND', cell: ({ kind }) => kind },
      { title: 'NAMESPACE', cell: ({ namespace }) => namespace },
      { title: 'NAME', cell: ({ name }) => name },
      { title: 'STATUS', cell: ({ status }) => status },
    ]),
    ...conditions(tenant.conditions, now),
  ]);
}

/** The text of a workspace's description; `now` in milliseconds since the epoch, for ages. */
export function workspaceText(workspace: WorkspaceDescription, form: DescriptionForm, now: number): string {
  return formed('Workspace', workspace, form, () => [
    `Workspace ${workspace.name}`,
    ...facts([
      ['Name for people', workspace.displayName],
      ['Enrolment', workspace.enrolment],
      ['Groups of members', workspace.groups.members.join(', ')],
      ['Groups of managers', workspace.groups.managers.join(', ')],
      ['Status', workspace.status],
      ['Reason', workspace.reason],
      ['Message', workspace.message],
      ['Namespaces', workspace.namespaces.join(', ')],
    ]),
    ...section('Members', workspace.members, [
      { title: 'TENANT', cell: ({ name }) => name },
      { title: 'PERSON', cell: ({ firstName, lastName }) => `${firstName} ${lastName}` },
      { title: 'ROLE', cell: ({ role }) => role },
      { title: 'STATE', cell: ({ state }) => state },
    ]),
    ...section('Quota for each member', quotaRows(workspace.quota, undefined), [
      { title: 'RESOURCE', cell: ({ resource }) => resource },
      { title: 'AMOUNT', cell: ({ of }) => of },
    ]),
    ...conditions(workspace.conditions, now),
  ]);
}

function formed(kind: string, description: object, form: DescriptionForm, lines: () => readonly string[]): string {
  // The version is that of this shape.
  const whole = { apiVersion: 'cli.adrasteia.dev/v1', kind: `${kind}Description`, ...description };
  if (form === 'json') return jsonText(whole);
  return form === 'yaml' ? yamlText(whole) : `${lines().join('\n')}\n`;
}

function facts(entries: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...entries.map(([name]) => name.length)) + 1;
  return entries.filter(([, value]) => value !== '').map(([name, value]) => `  ${`${name}:`.padEnd(width)} ${value}`);
}

function conditions(all: readonly Condition[], now: number): readonly string[] {
  return section('Conditions', all, [
    { title: 'TYPE', cell: ({ type }) => type },
    { title: 'STATUS', cell: ({ status }) => status },
    { title: 'SINCE', cell: ({ lastTransitionTime }) => sinceText(lastTransitionTime, now) },
    { title: 'REASON', cell: ({ reason }) => reason },
    { title: 'MESSAGE', cell: ({ message }) => message },
  ]);
}

function section<Row>(title: string, rows: readonly Row[], columns: readonly Column<Row>[]): readonly string[] {
  return rows.length === 0 ? [] : ['', `${title}:`, ...tableLines(rows, columns).map((line) => `  ${line}`)];
}

function sinceText(time: string, now: number): string {
  const at = Date.parse(time);
  return Number.isNaN(at) ? '-' : durationText(now - at);
}
