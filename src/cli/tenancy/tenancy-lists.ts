/** Lists of tenants and workspaces in every form. */
import { oneLine } from '../one-line';
import type { Output } from '../output';
import { jsonText, resourceName, yamlText } from '../print/formats';
import { type Column, tableLines } from '../print/table';
import { quotaText } from './quota-rows';
import type { TenantRow, WorkspaceRow } from './rows';
import { TENANCY_TONES, type TenancyState } from './tenancy-state';

/** Forms of the lists, the default first. */
export const TENANCY_LIST_FORMS = ['table', 'wide', 'json', 'yaml', 'name'] as const;
export type TenancyListForm = (typeof TENANCY_LIST_FORMS)[number];

export interface ListSettings {
  readonly form: TenancyListForm;
  readonly output: Pick<Output, 'columns' | 'toned'>;
}

/** The text of a list of tenants. */
export function tenantListText(rows: readonly TenantRow[], settings: ListSettings): string {
  return listText('Tenant', rows, settings, [
    { title: 'PERSON', cell: ({ firstName, lastName }) => `${firstName} ${lastName}` },
    statusColumn(settings),
    { title: 'WORKSPACES', cell: ({ workspaces }) => workspaces.map(entryText).join(', ') },
    ...(settings.form === 'wide'
      ? [
          { title: 'E-MAIL', cell: ({ email }: TenantRow) => email },
          { title: 'NAMESPACES', cell: ({ namespaces }: TenantRow) => namespaces.join(', ') },
        ]
      : []),
    messageColumn(settings),
  ]);
}

/** The text of a list of workspaces. */
export function workspaceListText(rows: readonly WorkspaceRow[], settings: ListSettings): string {
  return listText('Workspace', rows, settings, [
    { title: 'NAME FOR PEOPLE', cell: ({ displayName }) => displayName },
    statusColumn(settings),
    { title: 'ENROLMENT', cell: ({ enrolment }) => enrolment },
    { title: 'MEMBERS', cell: ({ members }) => String(members.filter(({ state }) => state === 'Enrolled').length) },
    {
      title: 'CANDIDATES',
      cell: ({ members }) => String(members.filter(({ state }) => state === 'Candidate').length),
    },
    ...(settings.form === 'wide'
      ? [
          { title: 'QUOTA', cell: ({ quota }: WorkspaceRow) => quotaText(quota) },
          { title: 'NAMESPACES', cell: ({ namespaces }: WorkspaceRow) => namespaces.join(', ') },
        ]
      : []),
    messageColumn(settings),
  ]);
}

/** An entry in a few words: only what isn't a plain member's is said. */
function entryText({ name, role, state }: TenantRow['workspaces'][number]): string {
  if (state === 'Enrolled') return role === 'Member' ? name : `${name} (${role})`;
  return `${name} (${state})`;
}

function statusColumn<Row extends TenancyState>({ output }: ListSettings): Column<Row> {
  return {
    title: 'STATUS',
    cell: ({ status }) => status,
    paint: (cell, { status }) => output.toned(cell, TENANCY_TONES[status]),
  };
}

/** Last: it is the longest, and the first to be cut where a terminal is narrow. */
function messageColumn<Row extends TenancyState>({ form }: ListSettings): Column<Row> {
  return { title: 'MESSAGE', cell: ({ ready, message }) => (form === 'table' && ready ? '' : oneLine(message)) };
}

function listText<Row extends { readonly name: string }>(
  kind: 'Tenant' | 'Workspace',
  rows: readonly Row[],
  { form, output }: ListSettings,
  columns: readonly Column<Row>[],
): string {
  switch (form) {
    case 'json':
      return jsonText(listOf(kind, rows));
    case 'yaml':
      return yamlText(listOf(kind, rows));
    case 'name':
      return rows.map(({ name }) => `${resourceName({ apiVersion: 'adrasteia.dev/v1alpha1', kind, name })}\n`).join('');
    case 'table':
    case 'wide': {
      const all: readonly Column<Row>[] = [{ title: 'NAME', cell: ({ name }) => name }, ...columns];
      return `${tableLines(rows, all, form === 'table' ? { width: output.columns } : {}).join('\n')}\n`;
    }
  }
}

/** The list as programs read it; the version is that of this shape. */
function listOf(kind: string, items: readonly object[]): object {
  return { apiVersion: 'cli.adrasteia.dev/v1', kind: `${kind}List`, items };
}
