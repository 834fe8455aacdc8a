import { changeEntry, entryOperations } from '../../../src/cli/tenancy/enrolment';
import type { TenantObject } from '../../../src/cli/tenancy/tenancy-objects';
import { AdrasteiaError } from '../../../src/errors';
import type { Cluster } from '../../../src/ports/cluster';

type Entries = TenantObject['spec']['workspaces'];

const tenant = (workspaces: Entries, more: Partial<TenantObject> = {}): TenantObject => ({
  apiVersion: 'adrasteia.dev/v1alpha1',
  kind: 'Tenant',
  metadata: { name: 'ada', resourceVersion: '7', generation: 2 },
  spec: {
    firstName: 'Ada',
    lastName: 'Lovelace',
    email: 'ada@example.org',
    workspaces,
    publicKeys: [],
    sandbox: false,
    personalTemplates: false,
    suspended: false,
  },
  ...more,
});
const inPlace = (index: number) => ({ op: 'test', path: `/spec/workspaces/${index}/name`, value: 'tea' });
const of = (workspaces: Entries, workspace: string, role?: 'Member' | 'Manager', more: Partial<TenantObject> = {}) =>
  entryOperations(tenant(workspaces, more), { tenant: 'ada', workspace, ...(role === undefined ? {} : { role }) });

describe('a change of an entry', () => {
  const others: Entries = [{ name: 'coffee', role: 'Candidate' }];

  it('sends that entry alone, for the place that it has', () => {
    expect(of(others, 'tea', 'Member')).toEqual([
      { op: 'add', path: '/spec/workspaces/-', value: { name: 'tea', role: 'Member' } },
    ]);
    const both: Entries = [...others, { name: 'tea', role: 'Candidate' }];
    expect(of(both, 'tea', 'Manager')).toEqual([
      inPlace(1),
      { op: 'replace', path: '/spec/workspaces/1/role', value: 'Manager' },
    ]);
    expect(of(both, 'tea')).toEqual([inPlace(1), { op: 'remove', path: '/spec/workspaces/1' }]);
  });

  it('sends nothing where the entry is as it is to be', () => {
    expect(of([{ name: 'tea', role: 'Member' }], 'tea', 'Member')).toEqual([]);
    expect(of(others, 'tea')).toEqual([]);
  });

  it('says where a tenant is in a workspace without an entry', () => {
    const status = { observedGeneration: 2, workspaces: [{ name: 'all', state: 'Enrolled' as const }] };
    expect(() => of([], 'all', undefined, { status })).toThrow(
      'Tenant ada: spec.workspaces: it is in workspace all as every tenant is: take it out of spec.baseWorkspaces of Tenancy default',
    );
    expect(of([], 'all', undefined, { status: { ...status, observedGeneration: 1 } })).toEqual([]);
  });
});

describe('a change that meets another', () => {
  const conflict = new AdrasteiaError('ApiConflict', 'the object has been modified');
  const invalid = new AdrasteiaError('ApiInvalid', 'testing path /spec/workspaces/0/name: test failed');
  const clusterOf = (versions: readonly TenantObject[], refusal: AdrasteiaError, refusals: number) => {
    const sent: unknown[] = [];
    let read = 0;
    const cluster = {
      get: () => Promise.resolve(versions[Math.min(read++, versions.length - 1)]),
      patch: (_type: unknown, _name: unknown, patch: unknown) => {
        sent.push(patch);
        return sent.length <= refusals ? Promise.reject(refusal) : Promise.resolve(versions.at(-1));
      },
    };
    return { cluster: cluster as unknown as Cluster, sent };
  };
  const change = { tenant: 'ada', workspace: 'tea', role: 'Member' } as const;
  const tea = { name: 'tea', role: 'Manager' } as const;
  const coffee = { name: 'coffee', role: 'Member' } as const;

  it('is made again at the entry’s new place', async () => {
    const { cluster, sent } = clusterOf([tenant([tea]), tenant([coffee, tea])], invalid, 1);
    expect(await changeEntry(cluster, change, { dryRun: false })).toMatchObject({ changed: true });
    expect(sent).toEqual([
      [inPlace(0), { op: 'replace', path: '/spec/workspaces/0/role', value: 'Member' }],
      [inPlace(1), { op: 'replace', path: '/spec/workspaces/1/role', value: 'Member' }],
    ]);
  });

  it('is done where the other one has done it', async () => {
    const { cluster, sent } = clusterOf([tenant([]), tenant([{ name: 'tea', role: 'Member' }])], invalid, 1);
    expect(await changeEntry(cluster, change, { dryRun: false })).toMatchObject({ changed: false });
    expect(sent).toHaveLength(1);
  });

  it('is made again as it is where the server met too many at once, and gives up where that never ends', async () => {
    const { cluster } = clusterOf([tenant([])], conflict, 1);
    expect(await changeEntry(cluster, change, { dryRun: false })).toMatchObject({ changed: true });
    const { cluster: busy } = clusterOf([tenant([])], conflict, Number.POSITIVE_INFINITY);
    await expect(changeEntry(busy, change, { dryRun: false })).rejects.toBe(conflict);
  });

  it('is refused at once where no other one is the reason', async () => {
    const { cluster, sent } = clusterOf([tenant([])], invalid, Number.POSITIVE_INFINITY);
    await expect(changeEntry(cluster, change, { dryRun: false })).rejects.toBe(invalid);
    expect(sent).toHaveLength(1);
  });
});
