/** Tenants and workspaces as objects: what is made of each, without a cluster. */

import { kinds } from '../../../constructs/kinds';
import { CLAIM } from '../../../constructs/parts/resource-types';
import { TENANT, tenantFrontEnd, tenantPlanner } from '../../../constructs/tenant';
import type { KubeObject, Manifest } from '../../../src/api/object';
import { describeObject, valueAt } from '../../../src/api/object';
import { FINALIZER, OWNER_UID_LABEL } from '../../../src/api/well-known';
import type { Lookup } from '../../../src/plan/lookup';
import type { Observed } from '../../../src/plan/plan';
import { renderTree } from '../../../src/synth';
import { expand } from '../../../src/synth/expand';

const of = (kind: string, name: string, spec: object, more: object = {}): Manifest => ({
  apiVersion: 'adrasteia.dev/v1alpha1',
  kind,
  metadata: { name, ...more },
  spec,
});
const ada = (spec: object = {}): Manifest =>
  of('Tenant', 'ada', { firstName: 'Ada', lastName: 'Lovelace', email: 'ada@example.org', ...spec });
const workspace = (name: string, spec: object = {}, namespace = `workspace-${name}`): Manifest => ({
  ...of('Workspace', name, { displayName: name, enrolment: 'None', ...spec }),
  status: { namespace },
});

function objectsOf(...given: readonly Manifest[]): readonly Manifest[] {
  const { manifests, problems } = expand(given, kinds);
  expect(problems).toEqual([]);
  return manifests;
}
const named = (objects: readonly Manifest[], described: string): Manifest | undefined =>
  objects.find((object) => describeObject(object) === described);

describe('a tenant', () => {
  test('has a namespace with quota, limits, policies and rights, and a claim apart from it', () => {
    const objects = objectsOf(
      ada({ quota: { cpu: '4', environments: 3 } }),
      of('Tenancy', 'default', { personalStorage: {} }),
    ).filter(({ apiVersion }) => !apiVersion.startsWith('adrasteia.dev'));
    expect(objects.map(describeObject).sort()).toEqual([
      'ClusterRole adrasteia-tenant-ada',
      'ClusterRoleBinding adrasteia-tenant-ada',
      'LimitRange tenant-ada/adrasteia',
      'Namespace adrasteia-personal',
      'Namespace tenant-ada',
      'NetworkPolicy adrasteia-personal/adrasteia',
      'NetworkPolicy tenant-ada/adrasteia',
      'PersistentVolumeClaim adrasteia-personal/ada',
      'ResourceQuota adrasteia-personal/adrasteia',
      'ResourceQuota tenant-ada/adrasteia',
      'RoleBinding tenant-ada/adrasteia-environment-user',
    ]);
    expect(named(objects, 'ResourceQuota tenant-ada/adrasteia')).toMatchObject({
      spec: { hard: { 'requests.cpu': '4', 'count/environments.adrasteia.dev': '3' } },
    });
  });

  test('may do with its own object what its role says, and with no other', () => {
    const role = named(objectsOf(ada()), 'ClusterRole adrasteia-tenant-ada');
    expect(role?.['rules']).toEqual([
      {
        apiGroups: ['adrasteia.dev'],
        resources: ['tenants'],
        resourceNames: ['ada'],
        verbs: ['get', 'list', 'watch', 'patch', 'own'],
      },
    ]);
  });

  test('has the quota that its workspaces add up to, and at most the cap', () => {
    const given = [
      ada({
        workspaces: [
          { name: 'tea', role: 'Member' },
          { name: 'coffee', role: 'Manager' },
        ],
      }),
      workspace('tea', { quota: { cpu: '2', memory: '4Gi', environments: 2 } }),
      workspace('coffee', { quota: { cpu: '3', memory: '4Gi', environments: 4 } }),
      of('Tenancy', 'default', { quota: { cap: { cpu: '4' } } }),
    ];
    expect(valueAt(named(objectsOf(...given), 'ResourceQuota tenant-ada/adrasteia'), ['spec', 'hard'])).toEqual({
      'requests.cpu': '4',
      'requests.memory': '8Gi',
      'count/environments.adrasteia.dev': '6',
    });
  });

  test('in no workspace has no room for anything, unless the Tenancy gives it some', () => {
    const hard = (...given: readonly Manifest[]) =>
      valueAt(named(objectsOf(ada(), ...given), 'ResourceQuota tenant-ada/adrasteia'), ['spec', 'hard']);
    expect(hard()).toMatchObject({ 'requests.cpu': '0', 'count/environments.adrasteia.dev': '0' });
    expect(hard(of('Tenancy', 'default', { quota: { base: { cpu: '1' } } }))).toEqual({ 'requests.cpu': '1' });
  });

  test('has rights in the workspaces that it is in, by its role, and in no other', () => {
    const objects = objectsOf(
      ada({
        workspaces: [
          { name: 'tea', role: 'Member' },
          { name: 'coffee', role: 'Manager' },
          { name: 'closed', role: 'Candidate' },
          { name: 'asking', role: 'Candidate' },
          { name: 'open', role: 'Candidate' },
          { name: 'gone', role: 'Manager' },
        ],
      }),
      workspace('tea'),
      workspace('coffee'),
      workspace('closed'),
      workspace('asking', { enrolment: 'Approval' }),
      workspace('open', { enrolment: 'Immediate' }),
    );
    const bindings = objects.filter(
      ({ kind, metadata }) => kind === 'RoleBinding' && metadata.namespace?.startsWith('workspace-'),
    );
    expect(bindings.map((binding) => [describeObject(binding), valueAt(binding, ['roleRef', 'name'])])).toEqual([
      ['RoleBinding workspace-coffee/tenant-ada-manager', 'adrasteia-workspace-manager'],
      ['RoleBinding workspace-open/tenant-ada-member', 'adrasteia-workspace-member'],
      ['RoleBinding workspace-tea/tenant-ada-member', 'adrasteia-workspace-member'],
    ]);
  });

  test('is bound as the user that the API server knows', () => {
    const binding = named(
      objectsOf(ada(), of('Tenancy', 'default', { users: { prefix: 'oidc:' } })),
      'RoleBinding tenant-ada/adrasteia-environment-user',
    );
    expect(valueAt(binding, ['subjects', 0])).toMatchObject({ kind: 'User', name: 'oidc:ada' });
  });

  test('is let in by its own namespace and by whom the Tenancy names, and reaches no private address', () => {
    const peer = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress-nginx' } } };
    const policy = named(
      objectsOf(ada(), of('Tenancy', 'default', { network: { ingressFrom: [peer] } })),
      'NetworkPolicy tenant-ada/adrasteia',
    );
    expect(valueAt(policy, ['spec', 'ingress'])).toEqual([{ from: [{ podSelector: {} }, peer] }]);
    expect(JSON.stringify(valueAt(policy, ['spec', 'egress']))).toContain('"10.0.0.0/8"');
  });

  test('may have a sandbox', () => {
    const objects = objectsOf(ada({ sandbox: true })).map(describeObject);
    expect(objects).toEqual(
      expect.arrayContaining(['Namespace sandbox-ada', 'RoleBinding sandbox-ada/adrasteia-sandbox-user']),
    );
  });
});

describe('the plan of a tenant', () => {
  const DESK = { group: 'example.org', version: 'v1', kind: 'Desk', plural: 'desks', namespaced: true };
  const planner = tenantPlanner(tenantFrontEnd([DESK, CLAIM]));
  const tenancy = of('Tenancy', 'default', { namespaces: { keepFor: '30d' } });
  const NOTHING: Observed = {
    child: () => undefined,
    descendants: () => [],
    refusals: new Map(),
    ensured: new Map(),
    previous: {},
  };

  function lookup(objects: readonly Manifest[], now = Date.parse('2026-11-21T00:00:00Z')): Lookup {
    return {
      get: (type, { name }) => {
        const object = objects.find(({ kind, metadata }) => kind === type.kind && metadata.name === name);
        return object === undefined ? { found: false } : { found: true, object: object as never };
      },
      list: (type, { namespace }) =>
        objects.filter(({ kind, metadata }) => kind === type.kind && metadata.namespace === namespace) as never,
      secret: () => ({ found: false }),
      observe: () => ({ state: 'Failed', message: 'nobody to ask' }),
      clock: { hasPassed: (instant) => instant <= now },
    };
  }
  const inNamespace = (kind: string, namespace: string): Manifest => ({
    apiVersion: 'v1',
    kind,
    metadata: { name: 'thing', namespace },
  });
  const planned = (tenant: Manifest, objects: readonly Manifest[]): readonly Manifest[] => {
    const plan = planner.plan(tenant, lookup(objects));
    if (plan.outcome !== 'apply') throw new Error(plan.outcome);
    return renderTree(plan.tree).map(({ manifest }) => manifest);
  };
  const namespacesOf = (tenant: Manifest, objects: readonly Manifest[]): readonly string[] =>
    planned(tenant, objects)
      .filter(({ kind }) => kind === 'Namespace')
      .map(({ metadata }) => metadata.name);

  test('gives rights in a workspace once its namespace is there', () => {
    const tenant = ada({ workspaces: [{ name: 'tea', role: 'Manager' }] });
    const rights = (tea: Manifest): readonly string[] =>
      planned(tenant, [tea])
        .filter(({ metadata }) => metadata.namespace === 'workspace-tea')
        .map(describeObject);
    expect(rights({ ...workspace('tea'), status: undefined })).toEqual([]);
    expect(rights(workspace('tea'))).toEqual(['RoleBinding workspace-tea/tenant-ada-manager']);
  });

  test('removes a namespace in which nothing is, long after the last log-in', () => {
    expect(namespacesOf(ada({ lastLogin: '2026-10-01T00:00:00Z' }), [tenancy])).toEqual([]);
    expect(namespacesOf(ada({ lastLogin: '2026-11-20T00:00:00Z' }), [tenancy])).toEqual(['tenant-ada']);
    expect(namespacesOf(ada({ lastLogin: '2026-10-01T00:00:00Z' }), [])).toEqual(['tenant-ada']);
  });

  test.each(['Desk', 'PersistentVolumeClaim'])('keeps a namespace in which there is a %s', (kind) => {
    expect(
      namespacesOf(ada({ lastLogin: '2026-10-01T00:00:00Z' }), [tenancy, inNamespace(kind, 'tenant-ada')]),
    ).toEqual(['tenant-ada']);
  });

  const leaving = (annotations: Readonly<Record<string, string>> = {}): KubeObject => ({
    ...ada(),
    metadata: {
      name: 'ada',
      uid: 'uid-1',
      annotations,
      deletionTimestamp: '2026-11-21T00:00:00Z',
      finalizers: [FINALIZER],
    },
  });
  const namespaceOf = (uid: string): Manifest => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'tenant-ada', labels: { [OWNER_UID_LABEL]: uid } },
  });

  test('deletes nothing while volumes are left, and says which and how', () => {
    const objects = [namespaceOf('uid-1'), inNamespace('PersistentVolumeClaim', 'tenant-ada')];
    const plan = planner.plan(leaving(), lookup(objects));
    expect(plan).toMatchObject({ outcome: 'hold', reason: 'VolumesLeft' });
    const [ready] = plan.status(NOTHING).conditions;
    expect(ready?.message).toContain('tenant-ada/thing');
    expect(ready?.message).toContain('adrasteia.dev/delete-volumes=true');
  });

  test('deletes rights before namespaces', () => {
    const plan = planner.plan(leaving(), lookup([namespaceOf('uid-1')]));
    expect(plan).toMatchObject({
      outcome: 'teardown',
      steps: [
        { kinds: ['RoleBinding.rbac.authorization.k8s.io', 'ClusterRoleBinding.rbac.authorization.k8s.io'] },
        { kinds: ['Namespace'] },
        { kinds: expect.arrayContaining(['ClusterRole.rbac.authorization.k8s.io']) as unknown },
      ],
    });
  });

  test('deletes volumes where it is told to', () => {
    const objects = [namespaceOf('uid-1'), inNamespace('PersistentVolumeClaim', 'tenant-ada')];
    expect(planner.plan(leaving({ 'adrasteia.dev/delete-volumes': 'true' }), lookup(objects)).outcome).toBe('teardown');
  });

  test('isn’t kept by volumes in a namespace of its name that is somebody else’s', () => {
    const objects = [namespaceOf('uid-2'), inNamespace('PersistentVolumeClaim', 'tenant-ada')];
    expect(planner.plan(leaving(), lookup(objects)).outcome).toBe('teardown');
  });

  test('changes nothing where the Tenancy can’t be carried out, and leaves status as it is', () => {
    const broken = of('Tenancy', 'default', { network: { egress: 'Nowhere' } });
    const plan = planner.plan(ada(), lookup([broken]));
    expect(plan).toMatchObject({ outcome: 'hold', reason: 'Invalid' });
    const report = plan.status({ ...NOTHING, previous: { namespace: 'tenant-ada', conditions: [] } });
    expect(report.fields).toEqual({ namespace: 'tenant-ada' });
    expect(report.conditions[0]?.message).toContain('spec.network.egress');
  });
});

describe('the name of a tenant', () => {
  const problems = (name: string) =>
    kinds
      .find(({ type }) => type.kind === TENANT.type.kind)
      ?.validate({ ...ada(), metadata: { name } })
      .map(({ path }) => path);

  test('leaves room for the names made from it', () => {
    expect(problems('a'.repeat(55))).toEqual([]);
    expect(problems('a'.repeat(56))).toEqual(['metadata.name']);
    expect(problems('ada.lovelace')).toEqual(['metadata.name']);
  });
});
