import { quotaRows, quotaText } from '../../../src/cli/tenancy/quota-rows';
import { tenantRow, workspaceRow } from '../../../src/cli/tenancy/rows';
import {
  tenantDescription,
  tenantText,
  workspaceDescription,
  workspaceText,
} from '../../../src/cli/tenancy/tenancy-descriptions';
import { tenantListText, workspaceListText } from '../../../src/cli/tenancy/tenancy-lists';
import type { TenantObject, WorkspaceObject } from '../../../src/cli/tenancy/tenancy-objects';

const condition = (status: 'True' | 'False', reason: string, message: string) => ({
  type: 'Ready',
  status,
  reason,
  message,
  lastTransitionTime: '2026-01-01T00:00:00Z',
});
const NOW = Date.parse('2026-01-01T02:00:00Z');

function tenant(name: string, more: Partial<TenantObject['spec']>, status?: TenantObject['status']): TenantObject {
  return {
    apiVersion: 'adrasteia.dev/v1alpha1',
    kind: 'Tenant',
    metadata: { name, generation: 1 },
    spec: {
      firstName: 'Ada',
      lastName: 'Lovelace',
      email: 'ada@example.org',
      workspaces: [],
      publicKeys: [],
      sandbox: false,
      personalTemplates: false,
      suspended: false,
      ...more,
    },
    ...(status === undefined ? {} : { status }),
  };
}
const tea: WorkspaceObject = {
  apiVersion: 'adrasteia.dev/v1alpha1',
  kind: 'Workspace',
  metadata: { name: 'tea' },
  spec: {
    displayName: 'Tea',
    enrolment: 'Approval',
    quota: { cpu: '2', environments: 1 },
    groups: { members: ['/students'], managers: [] },
  },
  status: { namespace: 'workspace-tea', conditions: [condition('True', 'Ready', 'Everything is as planned')] },
};
const ada = tenant(
  'ada',
  { workspaces: [{ name: 'tea', role: 'Manager' }], lastLogin: '2026-01-01T01:00:00Z' },
  {
    observedGeneration: 1,
    namespace: 'tenant-ada',
    user: 'oidc:ada',
    conditions: [condition('True', 'Ready', 'Everything is as planned')],
    workspaces: [
      { name: 'all', role: 'Member', state: 'Enrolled' },
      { name: 'tea', role: 'Manager', state: 'Enrolled' },
    ],
    quota: { cpu: '4', memory: '8Gi', environments: 2, extended: { 'nvidia.com/gpu': '1' } },
    used: { cpu: '1', memory: '2Gi', environments: 1 },
  },
);
const grace = tenant('grace', { workspaces: [{ name: 'tea', role: 'Candidate' }] });
const output = { columns: Number.POSITIVE_INFINITY, toned: (word: string) => word };

describe('the row of a tenant', () => {
  it('has the workspaces that every tenant is in beside its own', () => {
    expect(tenantRow(ada).workspaces.map(({ name, role, state }) => [name, role, state])).toEqual([
      ['all', 'Member', 'Enrolled'],
      ['tea', 'Manager', 'Enrolled'],
    ]);
  });

  it('says of an entry that no controller has seen that it is pending', () => {
    expect(tenantRow(grace)).toMatchObject({
      ready: false,
      status: 'Pending',
      reason: 'NotObserved',
      namespaces: [],
      workspaces: [{ name: 'tea', role: 'Candidate', state: 'Pending' }],
    });
  });

  it('leaves out an entry that was taken out since the controller looked', () => {
    const left = { ...ada, metadata: { ...ada.metadata, generation: 2 }, spec: { ...ada.spec, workspaces: [] } };
    expect(tenantRow(left).workspaces).toEqual([]);
  });

  it.each([
    { status: condition('True', 'Asleep', 'x'), word: 'Asleep', ready: true },
    { status: condition('False', 'Waiting', 'x'), word: 'Pending', ready: false },
    { status: condition('False', 'NameConflict', 'x'), word: 'Failed', ready: false },
  ])('is $word for the reason $status.reason', ({ status, word, ready }) => {
    expect(tenantRow(tenant('ada', {}, { conditions: [status] }))).toMatchObject({ status: word, ready });
  });

  it('is Deleting, with the reason that keeps it, once it is to go', () => {
    const going = tenant('ada', {}, { conditions: [condition('False', 'VolumesLeft', 'Volumes are left')] });
    const row = tenantRow({ ...going, metadata: { name: 'ada', deletionTimestamp: '2026-01-01T00:00:00Z' } });
    expect(row).toMatchObject({ status: 'Deleting', reason: 'VolumesLeft', message: 'Volumes are left' });
  });
});

test('a workspace has those of all tenants who are in it or want to be', () => {
  expect(workspaceRow(tea, [ada, grace, tenant('emmy', {})]).members).toEqual([
    { name: 'ada', firstName: 'Ada', lastName: 'Lovelace', role: 'Manager', state: 'Enrolled' },
    { name: 'grace', firstName: 'Ada', lastName: 'Lovelace', role: 'Candidate', state: 'Pending' },
  ]);
});

test('a quota is shown with what is used of it, where somebody has counted', () => {
  expect(quotaRows({ cpu: '4', environments: 0 }, { cpu: '0' })).toEqual([
    { resource: 'cpu', used: '0', of: '4' },
    { resource: 'environments', used: '', of: '0' },
  ]);
  expect(quotaText({ memory: '4Gi', environments: 2, extended: { 'b/x': '1', 'a/x': '2' } })).toBe(
    'memory 4Gi, environments 2, a/x 2, b/x 1',
  );
});

describe('texts', () => {
  it('of lists say of an entry only what isn’t a plain member’s', () => {
    expect(tenantListText([ada, grace].map(tenantRow), { form: 'table', output })).toBe(
      [
        'NAME    PERSON         STATUS    WORKSPACES           MESSAGE',
        'ada     Ada Lovelace   Ready     all, tea (Manager)',
        'grace   Ada Lovelace   Pending   tea (Pending)        No controller has looked at it yet',
        '',
      ].join('\n'),
    );
    expect(workspaceListText([workspaceRow(tea, [ada, grace])], { form: 'wide', output })).toBe(
      [
        'NAME   NAME FOR PEOPLE   STATUS   ENROLMENT   MEMBERS   CANDIDATES   QUOTA                   NAMESPACES      MESSAGE',
        'tea    Tea               Ready    Approval    1         0            cpu 2, environments 1   workspace-tea   Everything is as planned',
        '',
      ].join('\n'),
    );
    expect(tenantListText([tenantRow(ada)], { form: 'name', output })).toBe('tenant.adrasteia.dev/ada\n');
  });

  it('of a tenant have all that there is, and no heading without anything below it', () => {
    expect(tenantText(tenantDescription(ada, []), 'table', NOW)).toBe(
      [
        'Tenant ada',
        '  Person:      Ada Lovelace',
        '  E-mail:      ada@example.org',
        '  User:        oidc:ada',
        '  Last log-in: 2026-01-01T01:00:00Z',
        '  Status:      Ready',
        '  Reason:      Ready',
        '  Message:     Everything is as planned',
        '  Namespaces:  tenant-ada',
        '',
        'Workspaces:',
        '  NAME   ROLE      STATE      MESSAGE',
        '  all    Member    Enrolled',
        '  tea    Manager   Enrolled',
        '',
        'Quota:',
        '  RESOURCE         USED   OF',
        '  cpu              1      4',
        '  memory           2Gi    8Gi',
        '  environments     1      2',
        '  nvidia.com/gpu   -      1',
        '',
        'Conditions:',
        '  TYPE    STATUS   SINCE   REASON   MESSAGE',
        '  Ready   True     2h      Ready    Everything is as planned',
        '',
      ].join('\n'),
    );
  });

  it('of a workspace say who is in it', () => {
    expect(workspaceText(workspaceDescription(tea, [ada]), 'table', NOW)).toContain(
      ['Members:', '  TENANT   PERSON         ROLE      STATE', '  ada      Ada Lovelace   Manager   Enrolled'].join(
        '\n',
      ),
    );
    expect(JSON.parse(workspaceText(workspaceDescription(tea, [ada]), 'json', NOW))).toMatchObject({
      apiVersion: 'cli.adrasteia.dev/v1',
      kind: 'WorkspaceDescription',
      name: 'tea',
      members: [{ name: 'ada' }],
    });
  });
});
