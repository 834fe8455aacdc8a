import { changeEntry, entryOperations } from '../../../src/cli/tenancy/enrolment';
import type { TenantObject } from '../../../src/cli/tenancy/tenancy-objects';
import { AdrasteiaError } from '../../../src/errors';
import type { Cluster } from '../../../src/ports/cluster';

type Entries = TenantObject['spec']['workspaces'];

const tenant = (workspaces: Entries, more: Partial<TenantObject> = {}, resourceVersion = '7'): TenantObject => ({
  apiVersion: 'adrasteia.dev/v1alpha1',
  kind: 'Tenant',
  metadata: { name: 'ada', resourceVersion, generation: 2 },
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
const version = { op: 'replace', path: '/metadata/resourceVersion', value: '7' };
const of = (workspaces: Entries, workspace: string, role?: 'Member' | 'Manager', more: Partial<TenantObject> = {}) =>
  entryOperations(tenant(workspaces, more), { tenant: 'ada', workspace, ...(role === undefined ? {} : { role }) });

describe('a change of an entry', () => {
  const others: Entries = [{ name: 'coffee', role: 'Candidate' }];

  it('sends that entry alone, with the version that it was made from', () => {
    expect(of(others, 'tea', 'Member')).toEqual([
      version,
      { op: 'add', path: '/spec/workspaces/-', value: { name: 'tea', role: 'Member' } },
    ]);
    const both: Entries = [...others, { name: 'tea', role: 'Candidate' }];
    expect(of(both, 'tea', 'Manager')).toEqual([
      version,
      { op: 'replace', path: '/spec/workspaces/1/role', value: 'Manager' },
    ]);
    expect(of(both, 'tea')).toEqual([version, { op: 'remove', path: '/spec/workspaces/1' }]);
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
  const clusterOf = (versions: readonly TenantObject[], refusals: number) => {
    const sent: unknown[] = [];
    let read = 0;
    const cluster = {
      get: () => Promise.resolve(versions[Math.min(read++, versions.length - 1)]),
      patch: (_type: unknown, _name: unknown, patch: unknown) => {
        sent.push(patch);
        return sent.length <= refusals ? Promise.reject(conflict) : Promise.resolve(versions.at(-1));
      },
    };
    return { cluster: cluster as unknown as Cluster, sent };
  };
  const change = { tenant: 'ada', workspace: 'tea', role: 'Member' } as const;

  it('is made again from the newer version', async () => {
    const { cluster, sent } = clusterOf([tenant([]), tenant([{ name: 'coffee', role: 'Member' }], {}, '8')], 1);
    expect(await changeEntry(cluster, change, { dryRun: false })).toMatchObject({ changed: true });
    expect(sent).toHaveLength(2);
    expect(sent[1]).toContainEqual({ ...version, value: '8' });
  });

  it('is done where the other one has done it', async () => {
    const { cluster, sent } = clusterOf([tenant([]), tenant([{ name: 'tea', role: 'Member' }], {}, '8')], 1);
    expect(await changeEntry(cluster, change, { dryRun: false })).toMatchObject({ changed: false });
    expect(sent).toHaveLength(1);
  });

  it('gives up where it never ends', async () => {
    const { cluster } = clusterOf([tenant([])], Number.POSITIVE_INFINITY);
    await expect(changeEntry(cluster, change, { dryRun: false })).rejects.toBe(conflict);
  });
});
