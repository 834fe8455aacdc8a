/** CrownLabs' tenants and workspaces as objects, under the names that its clients know. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { kinds } from '../../../constructs/kinds';
import { tenantPlanner } from '../../../constructs/tenant';
import type { Manifest } from '../../../src/api/object';
import { describeObject, valueAt } from '../../../src/api/object';
import { crownlabsTenantFrontEnd } from '../../../src/dialects/crownlabs';
import { labelValue } from '../../../src/dialects/crownlabs/labels';
import type { Lookup } from '../../../src/plan/lookup';
import { expand } from '../../../src/synth/expand';

const SAMPLES = join(__dirname, '../../../../shared/seeds/samples/crownlabs');
const present = existsSync(SAMPLES);

const john = (spec: object = {}): Manifest => ({
  apiVersion: 'crownlabs.polito.it/v1alpha2',
  kind: 'Tenant',
  metadata: { name: 'john.doe' },
  spec: { firstName: 'John', lastName: 'Doe', email: 'john.doe@example.org', ...spec },
});
const workspace = (name: string, spec: object = {}): Manifest => ({
  apiVersion: 'crownlabs.polito.it/v1alpha1',
  kind: 'Workspace',
  metadata: { name },
  spec: { prettyName: name, quota: { cpu: 8, memory: '15Gi', instances: 3 }, ...spec },
});
const tenancy = (spec: object): Manifest => ({
  apiVersion: 'adrasteia.dev/v1alpha1',
  kind: 'Tenancy',
  metadata: { name: 'default' },
  spec,
});

function objectsOf(...given: readonly Manifest[]): readonly Manifest[] {
  const { manifests, problems } = expand(given, kinds);
  expect(problems).toEqual([]);
  return manifests.filter(({ apiVersion }) => !apiVersion.startsWith('adrasteia.dev'));
}
const named = (objects: readonly Manifest[], described: string): Manifest | undefined =>
  objects.find((object) => describeObject(object) === described);
const hardOf = (objects: readonly Manifest[]): unknown =>
  valueAt(named(objects, 'ResourceQuota tenant-john-doe/crownlabs-resource-quota'), ['spec', 'hard']);

describe('a tenant of CrownLabs', () => {
  test('has the objects that its clients know, under their names', () => {
    const objects = objectsOf(
      john({ createSandbox: true, createPersonalWorkspace: true }),
      tenancy({ personalStorage: { namespace: 'mydrive-pvcs' } }),
    );
    expect(objects.map(describeObject).sort()).toEqual([
      'ClusterRole crownlabs-manage-tenant-john-doe',
      'ClusterRoleBinding crownlabs-manage-tenant-john-doe',
      'LimitRange sandbox-john-doe/sandbox-limit-range',
      'Namespace mydrive-pvcs',
      'Namespace sandbox-john-doe',
      'Namespace tenant-john-doe',
      'NetworkPolicy mydrive-pvcs/adrasteia',
      'NetworkPolicy sandbox-john-doe/crownlabs-allow-trusted-ingress-traffic',
      'NetworkPolicy sandbox-john-doe/crownlabs-deny-ingress-traffic',
      'NetworkPolicy sandbox-john-doe/crownlabs-limit-egress-traffic',
      'NetworkPolicy tenant-john-doe/crownlabs-allow-trusted-ingress-traffic',
      'NetworkPolicy tenant-john-doe/crownlabs-deny-ingress-traffic',
      'NetworkPolicy tenant-john-doe/crownlabs-limit-egress-traffic',
      'PersistentVolumeClaim mydrive-pvcs/john-doe-drive',
      'ResourceQuota mydrive-pvcs/adrasteia',
      'ResourceQuota sandbox-john-doe/sandbox-resource-quota',
      'ResourceQuota tenant-john-doe/crownlabs-resource-quota',
      'RoleBinding sandbox-john-doe/sandbox-editor',
      'RoleBinding tenant-john-doe/crownlabs-manage-instances',
      'RoleBinding tenant-john-doe/crownlabs-manage-templates',
    ]);
    expect(named(objects, 'Namespace tenant-john-doe')?.metadata.labels).toMatchObject({
      'crownlabs.polito.it/type': 'tenant',
      'crownlabs.polito.it/name': 'john.doe',
      'crownlabs.polito.it/managed-by': 'tenant',
      'crownlabs.polito.it/instance-resources-replication': 'true',
    });
  });

  test('has the quota of its workspaces, capped, or its own, which isn’t', () => {
    const workspaces = [
      { name: 'tea', role: 'user' },
      { name: 'coffee', role: 'manager' },
    ];
    const given = [workspace('tea'), workspace('coffee', { quota: { cpu: 22, memory: '25Gi', instances: 9 } })];
    const cap = tenancy({ quota: { cap: { cpu: '25', memory: '50G', environments: 10 } } });
    expect(hardOf(objectsOf(john({ workspaces }), ...given, cap))).toEqual({
      'limits.cpu': '25',
      'requests.cpu': '25',
      'limits.memory': '40Gi',
      'requests.memory': '40Gi',
      'count/instances.crownlabs.polito.it': '10',
    });
    const own = { cpu: 30, memory: '64Gi', instances: 20 };
    expect(hardOf(objectsOf(john({ workspaces, quota: own }), ...given, cap))).toMatchObject({ 'limits.cpu': '30' });
  });

  test('is limited in disk and devices by what the later generation says, and by no disk of zero', () => {
    const quota = { cpu: 1, memory: '1Gi', instances: 1, disk: '20Gi', otherResources: { 'nvidia.com/gpu': 1 } };
    expect(hardOf(objectsOf(john({ quota })))).toMatchObject({
      'requests.storage': '20Gi',
      'requests.nvidia.com/gpu': '1',
    });
    expect(hardOf(objectsOf(john({ quota: { ...quota, disk: 0 } })))).not.toHaveProperty('requests.storage');
  });

  test.each([
    ['Da Vinci', 'Da_Vinci'],
    ['O’Neill-Müller', 'ONeillMller'],
    [' Ada ', 'Ada'],
    ['ü', ''],
  ])('called %s is labelled “%s”', (name, value) => {
    expect(labelValue(name)).toBe(value);
  });

  test('is labelled with the workspaces that it is in, and no longer with others', () => {
    const planner = tenantPlanner(crownlabsTenantFrontEnd([]));
    const objects = [workspace('tea'), workspace('open', { autoEnroll: 'immediate' }), workspace('closed')];
    const lookup: Lookup = {
      get: (_type, { name }) => {
        const object = objects.find(({ metadata }) => metadata.name === name);
        return object === undefined ? { found: false } : { found: true, object: object as never };
      },
      list: () => [],
      secret: () => ({ found: false }),
      observe: () => ({ state: 'Failed', message: 'nobody to ask' }),
      clock: { hasPassed: () => false },
    };
    const given = john({
      workspaces: [
        { name: 'tea', role: 'manager' },
        { name: 'open', role: 'candidate' },
        { name: 'closed', role: 'candidate' },
        { name: 'gone', role: 'user' },
      ],
    });
    const plan = planner.plan(
      {
        ...given,
        metadata: { ...given.metadata, labels: { 'crownlabs.polito.it/workspace-closed': 'manager', team: 'blue' } },
      },
      lookup,
    );
    expect(plan).toMatchObject({
      outcome: 'apply',
      labels: {
        'crownlabs.polito.it/workspace-tea': 'manager',
        'crownlabs.polito.it/workspace-open': 'user',
        'crownlabs.polito.it/workspace-closed': null,
        'crownlabs.polito.it/first-name': 'John',
        'crownlabs.polito.it/no-workspaces': null,
      },
    });
    const report = plan.status({
      child: () => undefined,
      descendants: () => [],
      refusals: new Map(),
      ensured: new Map(),
      previous: {},
    });
    expect(report.fields).toMatchObject({ failingWorkspaces: ['closed', 'gone'], ready: true });
  });
});

describe('a workspace of CrownLabs', () => {
  test('gives members and managers rights in its own namespace, by their groups, and lets managers find people', () => {
    const objects = objectsOf(workspace('tea'));
    expect(objects.map(describeObject).sort()).toEqual([
      'ClusterRoleBinding crownlabs-manage-tenants-tea',
      'Namespace workspace-tea',
      'RoleBinding workspace-tea/crownlabs-enrol-tenants',
      'RoleBinding workspace-tea/crownlabs-manage-sharedvolumes',
      'RoleBinding workspace-tea/crownlabs-manage-templates',
      'RoleBinding workspace-tea/crownlabs-view-templates',
    ]);
    expect(named(objects, 'RoleBinding workspace-tea/crownlabs-view-templates')?.['subjects']).toEqual([
      { apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'kubernetes:workspace-tea:user' },
    ]);
  });

  test.each([
    ['', false],
    ['withApproval', false],
    ['immediate', true],
  ] as const)('lets in whoever is signed in only where everybody is taken at once: "%s"', (autoEnroll, isOpen) => {
    const [entrance] = objectsOf(workspace('tea', { autoEnroll })).filter(
      ({ metadata }) => metadata.name === 'crownlabs-enter-workspace',
    );
    expect(entrance !== undefined).toBe(isOpen);
  });
});

// eslint-disable-next-line no-restricted-syntax -- the folder is beside the repository, not in it: without it there is nothing to apply
(present ? describe : describe.skip)(
  `CrownLabs' published examples${present ? '' : ' (skipped: ../shared/seeds/samples is not there)'}`,
  () => {
    const read = (file: string): readonly Manifest[] =>
      parseAllDocuments(readFileSync(join(SAMPLES, file), 'utf8')).map((document) => document.toJS() as Manifest);

    test('of a tenant and its workspaces become objects as they are', () => {
      const objects = objectsOf(...read('tenant.yml'), ...read('workspace.yml'));
      expect(hardOf(objects)).toMatchObject({
        'limits.cpu': '18',
        'requests.memory': '40Gi',
        'count/instances.crownlabs.polito.it': '8',
      });
      expect(objects.map(describeObject)).toEqual(
        expect.arrayContaining([
          'Namespace workspace-tea',
          'Namespace workspace-coffee',
          'Namespace workspace-chill-pepper',
        ]),
      );
    });
  },
);
