/** Groups of an identity provider as members and managers of a workspace, by the API server's own word on who may do what. */

import type { Manifest } from '../../src/api/object';
import { valueAt } from '../../src/api/object';
import type { ResourceType } from '../../src/api/resource-type';
import { hasCode } from '../../src/errors';
import { engineCrds, engineKinds, typeOf } from '../support/engine';
import { eventually } from '../support/eventually';
import { Harness } from '../support/harness';
import { shipRoles } from '../support/shipped-roles';

jest.setTimeout(120_000);

const KINDS = engineKinds();
const WORKSPACE = typeOf('Workspace');
const ACCESS_REVIEW: ResourceType = {
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SubjectAccessReview',
  plural: 'subjectaccessreviews',
  namespaced: false,
};

let harness: Harness;
let tea: string;
beforeEach(async () => {
  harness = await Harness.make(engineCrds());
  tea = `tea-${harness.namespace}`;
  await shipRoles(harness.cluster);
  await harness.start(KINDS, { everywhere: true });
});
afterEach(async () => {
  await harness.cluster.delete(WORKSPACE, { name: tea });
  await eventually(`${tea} is gone`, async () => (await harness.cluster.get(WORKSPACE, { name: tea })) === undefined);
  await harness.close();
});

const workspace = (groups: object): Manifest => ({
  apiVersion: 'adrasteia.dev/v1alpha1',
  kind: 'Workspace',
  metadata: { name: tea },
  spec: { displayName: 'Tea', groups },
});

/** Whether somebody of a group, who is no tenant, may do something. */
async function may(group: string, verb: string, where: Readonly<Record<string, string>>): Promise<boolean> {
  const { status } = await harness.cluster.create(ACCESS_REVIEW, {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    metadata: { name: '' },
    spec: {
      user: 'somebody',
      groups: ['system:authenticated', group],
      resourceAttributes: { group: 'adrasteia.dev', verb, ...where },
    },
  });
  return valueAt(status, ['allowed']) === true;
}

test('a group has the rights of its role in its workspace, in no other, and for as long as it is named', async () => {
  await harness.apply(WORKSPACE, workspace({ members: ['/students'], managers: ['/teachers'] }));
  const templates = { resource: 'environmenttemplates', namespace: `workspace-${tea}` };
  const people = { resource: 'tenants', namespace: `workspace-${tea}` };
  await eventually('managers have their rights', () => may('/teachers', 'create', templates));
  await eventually('members have theirs', () => may('/students', 'get', templates));
  expect(await may('/teachers', 'enrol', people)).toBe(true);
  await eventually('managers find people', () => may('/teachers', 'list', { resource: 'tenants' }));
  for (const [group, verb, where] of [
    ['/students', 'create', templates],
    ['/students', 'enrol', people],
    ['/students', 'list', { resource: 'tenants' }],
    ['/teachers', 'create', { ...templates, namespace: harness.namespace }],
    ['/teachers', 'enrol', { ...people, namespace: harness.namespace }],
    ['/teachers', 'administer', { resource: 'tenants' }],
  ] as const)
    expect([group, verb, await may(group, verb, where)]).toEqual([group, verb, false]);
  await harness.apply(WORKSPACE, workspace({ members: ['/students'] }));
  await eventually('the right is gone', async () => !(await may('/teachers', 'enrol', people)));
  await eventually('so is the other one', async () => !(await may('/teachers', 'list', { resource: 'tenants' })));
});

test('groups of Kubernetes’ own are refused', async () => {
  const refused = await harness
    .apply(WORKSPACE, workspace({ managers: ['system:authenticated'] }))
    .catch((error: unknown) => error);
  expect(hasCode(refused, 'ApiInvalid') && refused.message).toContain('must not be a group of Kubernetes’ own');
});
