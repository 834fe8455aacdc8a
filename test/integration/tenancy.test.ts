/** Tenants and workspaces on an API server: their namespaces, who may do what in them, and what a deletion leaves. */
import { platformTree, shippedRoles } from '../../constructs/platform';
import { KubernetesCluster } from '../../src/adapters/kubernetes/client';
import type { JsonObject } from '../../src/api/json';
import type { KubeObject, Manifest } from '../../src/api/object';
import { valueAt } from '../../src/api/object';
import type { ResourceType } from '../../src/api/resource-type';
import { hasCode } from '../../src/errors';
import { renderTree } from '../../src/synth';
import { anyEnvironment, engineCrds, engineKinds, typeOf } from '../support/engine';
import { eventually, Harness, type Running } from '../support/harness';
import { CLAIM } from '../support/widget';

jest.setTimeout(120_000);

const ENVIRONMENT = typeOf('Environment');
const TENANT = typeOf('Tenant');
const WORKSPACE = typeOf('Workspace');
const TENANCY = typeOf('Tenancy');
const CROWNLABS_TENANT = typeOf('Tenant', 'crownlabs.polito.it');
const CROWNLABS_WORKSPACE = typeOf('Workspace', 'crownlabs.polito.it');
const RBAC = { group: 'rbac.authorization.k8s.io', version: 'v1' } as const;
const CLUSTER_ROLE: ResourceType = { ...RBAC, kind: 'ClusterRole', plural: 'clusterroles', namespaced: false };
const ROLE_BINDING: ResourceType = { ...RBAC, kind: 'RoleBinding', plural: 'rolebindings', namespaced: true };
const NAMESPACE: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  namespaced: false,
};
const ACCESS_REVIEW: ResourceType = {
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SubjectAccessReview',
  plural: 'subjectaccessreviews',
  namespaced: false,
};
const KINDS = engineKinds();

const SERVICE_ACCOUNT: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  namespaced: true,
};
const ADMISSION = { group: 'admissionregistration.k8s.io', version: 'v1', namespaced: false } as const;
const ADMISSION_TYPES: readonly ResourceType[] = [
  { ...ADMISSION, kind: 'ValidatingAdmissionPolicy', plural: 'validatingadmissionpolicies' },
  { ...ADMISSION, kind: 'ValidatingAdmissionPolicyBinding', plural: 'validatingadmissionpolicybindings' },
];

let harness: Harness;
let running: Running;
/** Names of this test's own, since tenants and workspaces are everybody's. */
let ada: string;
let grace: string;
let tea: string;
let personal: string;
const clients: KubernetesCluster[] = [];
beforeEach(async () => {
  harness = await Harness.make(engineCrds());
  personal = harness.namespace;
  [ada, grace, tea] = ['ada', 'grace', 'tea'].map((name) => `${name}-${harness.namespace}`) as [string, string, string];
  for (const { name, rules } of shippedRoles(KINDS))
    await harness.apply(CLUSTER_ROLE, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name },
      rules,
    });
  running = await harness.start(KINDS, { everywhere: true });
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  for (const [type, name] of [
    [TENANT, ada],
    [TENANT, grace],
    [WORKSPACE, tea],
  ] as const) {
    await remove(type, name);
  }
  await harness.cluster.delete(TENANCY, { name: 'default' });
  await harness.close();
});

const of = (kind: string, name: string, spec: object): Manifest => ({
  apiVersion: 'adrasteia.dev/v1alpha1',
  kind,
  metadata: { name },
  spec,
});
const person = (name: string, spec: object = {}): Manifest =>
  of('Tenant', name, { firstName: 'A', lastName: 'Person', email: `${name}@example.org`, ...spec });

async function remove(type: ResourceType, name: string): Promise<void> {
  const live = await harness.cluster.get(type, { name });
  if (live === undefined) return;
  await harness.cluster.patch(
    type,
    { name },
    { metadata: { annotations: { 'adrasteia.dev/delete-volumes': 'true' } } },
    { type: 'merge', fieldManager: 'test' },
  );
  await harness.cluster.delete(type, { name });
  await gone(type, name);
}

const gone = (type: ResourceType, name: string): Promise<unknown> =>
  eventually(`${type.kind} ${name} is gone`, async () => (await harness.cluster.get(type, { name })) === undefined);

function until(
  type: ResourceType,
  name: string,
  what: string,
  holds: (object: KubeObject) => boolean,
): Promise<KubeObject> {
  return eventually(`${type.kind} ${name} ${what}`, async () => {
    const object = await harness.cluster.get(type, { name });
    return object !== undefined && holds(object) ? object : undefined;
  });
}
const readyReason = (object: KubeObject): unknown => valueAt(object, ['status', 'conditions', 0, 'reason']);
const isReady = (object: KubeObject): boolean => readyReason(object) === 'Ready';

/** Whether a user may do something, by the API server's own word. */
async function may(
  user: string,
  verb: string,
  where: Readonly<Record<string, string>>,
  groups: readonly string[] = [],
): Promise<boolean> {
  const { status } = await harness.cluster.create(ACCESS_REVIEW, {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    metadata: { name: '' },
    spec: { user, groups: ['system:authenticated', ...groups], resourceAttributes: { verb, ...where } },
  });
  return valueAt(status, ['allowed']) === true;
}
/** What the platform ships to decide who may change what. */
async function installAdmission(): Promise<void> {
  for (const { manifest } of renderTree(platformTree({ kinds: KINDS, version: '0.0.0', tenancy: true }))) {
    const type = ADMISSION_TYPES.find(({ kind }) => kind === manifest.kind);
    if (type !== undefined) await harness.apply(type, manifest);
  }
}

/** A client of somebody: accounts of the harness's namespace are the users here. */
async function signedIn(name: string): Promise<KubernetesCluster> {
  const { namespace } = harness;
  await harness.apply(SERVICE_ACCOUNT, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace },
  });
  const { status } = await harness.cluster.create(
    {
      group: '',
      version: 'v1',
      kind: 'TokenRequest',
      plural: `serviceaccounts/${name}/token`,
      namespaced: true,
    },
    {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      metadata: { namespace, name },
      spec: { expirationSeconds: 3600 },
    },
  );
  const token = valueAt(status, ['token']);
  if (typeof token !== 'string') throw new Error(`no token for ${name}`);
  const client = new KubernetesCluster({ ...harness.cluster.connection, user: { token } });
  clients.push(client);
  return client;
}

/** `Yes`, or the words of the refusal. */
async function patched(client: KubernetesCluster, name: string, patch: JsonObject): Promise<string> {
  try {
    await client.patch(TENANT, { name }, patch, { type: 'merge', fieldManager: 'person' });
    return 'Yes';
  } catch (error) {
    if (hasCode(error, 'ApiForbidden', 'ApiInvalid')) return error.message;
    throw error;
  }
}

/** New policies count a moment after they are written. Each try is a change of its own: one that changes nothing is let through. */
function policiesHold(client: KubernetesCluster): Promise<unknown> {
  let tries = 0;
  return eventually('the policies hold', async () => {
    tries += 1;
    const answer = await patched(client, ada, { metadata: { annotations: { tries: String(tries) } } });
    return answer === 'Yes' ? undefined : true;
  });
}

const environments = (namespace: string) => ({ group: 'adrasteia.dev', resource: 'environments', namespace });
const templates = (namespace: string) => ({ group: 'adrasteia.dev', resource: 'environmenttemplates', namespace });

describe('a tenant', () => {
  test('is ready with a namespace in which it alone has environments', async () => {
    await harness.apply(TENANT, person(ada));
    await harness.apply(TENANT, person(grace));
    const live = await until(TENANT, ada, 'is ready', isReady);
    expect(live.status).toMatchObject({ namespace: `tenant-${ada}`, user: ada });
    await until(TENANT, grace, 'is ready', isReady);
    await eventually('ada has rights', () => may(ada, 'create', environments(`tenant-${ada}`)));
    expect(await may(ada, 'create', environments(`tenant-${grace}`))).toBe(false);
    expect(await may(ada, 'list', environments(`tenant-${grace}`))).toBe(false);
    expect(await may(ada, 'create', { resource: 'pods', namespace: `tenant-${ada}` })).toBe(false);
    expect(await may(ada, 'get', { resource: 'secrets', namespace: `tenant-${ada}` })).toBe(false);
    expect(await may(ada, 'patch', { group: 'adrasteia.dev', resource: 'tenants', name: ada })).toBe(true);
    expect(await may(ada, 'patch', { group: 'adrasteia.dev', resource: 'tenants', name: grace })).toBe(false);
    expect(await may(ada, 'delete', { group: 'adrasteia.dev', resource: 'tenants', name: ada })).toBe(false);
    expect(await may(ada, 'patch', { resource: 'namespaces', name: `tenant-${ada}` })).toBe(false);
  });

  test('comes into a workspace by its entry, as what the entry says, and out of it without', async () => {
    await harness.apply(WORKSPACE, of('Workspace', tea, { displayName: 'Tea' }));
    await harness.apply(TENANT, person(ada, { workspaces: [{ name: tea, role: 'Manager' }] }));
    await eventually('ada edits templates', () => may(ada, 'create', templates(`workspace-${tea}`)));
    await harness.apply(TENANT, person(ada, { workspaces: [{ name: tea, role: 'Member' }] }));
    await eventually(
      'ada no longer edits templates',
      async () => !(await may(ada, 'create', templates(`workspace-${tea}`))),
    );
    await eventually('ada reads templates', () => may(ada, 'get', templates(`workspace-${tea}`)));
    await harness.apply(TENANT, person(ada, { workspaces: [] }));
    await eventually('ada is out', async () => !(await may(ada, 'get', templates(`workspace-${tea}`))));
    expect((await harness.cluster.list(ROLE_BINDING, { namespace: `workspace-${tea}` })).items).toEqual([]);
  });

  test('keeps its personal storage when it is deleted, and finds it again under the same name', async () => {
    await harness.apply(TENANCY, of('Tenancy', 'default', { personalStorage: { namespace: personal } }));
    await harness.apply(TENANT, person(ada));
    await until(TENANT, ada, 'is ready', isReady);
    const claim = await harness.until(CLAIM, ada, 'is there', () => true);
    await remove(TENANT, ada);
    expect((await harness.get(CLAIM, ada))?.metadata.uid).toBe(claim.metadata.uid);
    await harness.apply(TENANT, person(ada));
    const again = await until(TENANT, ada, 'is ready again', isReady);
    expect(again.status).toMatchObject({ personalStorage: { namespace: personal, claimName: ada } });
    expect((await harness.get(CLAIM, ada))?.metadata.uid).toBe(claim.metadata.uid);
  });

  test('isn’t deleted with volumes in its namespace, however it is deleted, unless it says so', async () => {
    await harness.apply(TENANT, person(ada, { quota: {} }));
    await until(TENANT, ada, 'is ready', isReady);
    const namespace = `tenant-${ada}`;
    await harness.cluster.create(CLAIM, {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'thesis', namespace },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    });
    await harness.cluster.delete(TENANT, { name: ada }, { propagation: 'Foreground' });
    await until(TENANT, ada, 'says what is left', (object) => readyReason(object) === 'VolumesLeft');
    const left = await harness.cluster.get(NAMESPACE, { name: namespace });
    expect(left?.metadata.deletionTimestamp).toBeUndefined();
    expect(await harness.cluster.get(CLAIM, { name: 'thesis', namespace })).toBeDefined();
    await harness.cluster.delete(CLAIM, { name: 'thesis', namespace });
    await gone(TENANT, ada);
    await gone(NAMESPACE, namespace);
  });

  test('doesn’t take a namespace that somebody else has made', async () => {
    await harness.cluster.create(NAMESPACE, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: `tenant-${ada}` },
    });
    await harness.apply(TENANT, person(ada));
    await until(TENANT, ada, 'says so', (object) => readyReason(object) === 'NameConflict');
    expect(await may(ada, 'create', environments(`tenant-${ada}`))).toBe(false);
    await remove(TENANT, ada);
    const foreign = await harness.cluster.get(NAMESPACE, { name: `tenant-${ada}` });
    expect(foreign?.metadata.deletionTimestamp).toBeUndefined();
    await harness.cluster.delete(NAMESPACE, { name: `tenant-${ada}` });
  });

  test('is written once, and not again by a controller that starts anew', async () => {
    await harness.apply(TENANT, person(ada));
    await until(TENANT, ada, 'is ready', isReady);
    await running.drained();
    await running.stop();
    const next = await harness.start(KINDS, { everywhere: true });
    await next.drained();
    expect(next.cluster.writes).toEqual([]);
  });
});

describe('a Tenant', () => {
  const byToken = (): Promise<unknown> =>
    harness.apply(
      TENANCY,
      of('Tenancy', 'default', { users: { prefix: `system:serviceaccount:${harness.namespace}:` } }),
    );

  test('is changed by its tenant where it is the tenant’s own, and nowhere else', async () => {
    await installAdmission();
    await byToken();
    await harness.apply(WORKSPACE, of('Workspace', tea, { displayName: 'Tea', enrolment: 'Approval' }));
    await harness.apply(TENANT, person(ada));
    await harness.apply(TENANT, person(grace));
    await until(TENANT, ada, 'is ready', isReady);
    const client = await signedIn(ada);
    const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ ada';
    await eventually('ada changes her keys', async () =>
      (await patched(client, ada, { spec: { publicKeys: [key] } })) === 'Yes' ? true : undefined,
    );
    await policiesHold(client);
    expect(await patched(client, ada, { spec: { email: 'x@example.org' } })).toContain(
      'spec.email is an administrator',
    );
    expect(await patched(client, ada, { spec: { quota: { cpu: '1000' } } })).toContain(
      'spec.quota is an administrator',
    );
    expect(await patched(client, ada, { spec: { sandbox: true } })).toContain('spec.sandbox is an administrator');
    expect(await patched(client, ada, { metadata: { labels: { team: 'blue' } } })).toContain('labels, annotations');
    expect(await patched(client, ada, { metadata: { finalizers: null } })).toContain('finalizers');
    const entering = (role: string) => patched(client, ada, { spec: { workspaces: [{ name: tea, role }] } });
    expect(await entering('Manager')).toContain('enters them as a Candidate');
    expect(await entering('Member')).toContain('enters them as a Candidate');
    expect(await entering('Candidate')).toBe('Yes');
    expect(await patched(client, ada, { spec: { workspaces: [] } })).toBe('Yes');
    expect(await patched(client, grace, { spec: { publicKeys: [key] } })).toContain('cannot patch resource');
  });

  test('is let into a workspace by its managers, and into no other', async () => {
    await installAdmission();
    await byToken();
    const coffee = `coffee-${harness.namespace}`;
    for (const name of [tea, coffee]) await harness.apply(WORKSPACE, of('Workspace', name, { displayName: name }));
    await harness.apply(TENANT, person(grace, { workspaces: [{ name: tea, role: 'Manager' }] }));
    await harness.apply(TENANT, person(ada));
    await until(TENANT, ada, 'is ready', isReady);
    const client = await signedIn(grace);
    await eventually('grace lets ada in', async () =>
      (await patched(client, ada, { spec: { workspaces: [{ name: tea, role: 'Member' }] } })) === 'Yes'
        ? true
        : undefined,
    );
    const enter = (...entries: readonly { readonly name: string; readonly role: string }[]) =>
      patched(client, ada, { spec: { workspaces: entries.map((entry) => ({ ...entry })) } });
    await policiesHold(client);
    expect(await enter({ name: coffee, role: 'Member' })).toContain('spec.workspaces');
    expect(await enter({ name: tea, role: 'Manager' }, { name: coffee, role: 'Member' })).toContain('spec.workspaces');
    expect(await enter({ name: tea, role: 'Manager' })).toBe('Yes');
    expect(await patched(client, ada, { spec: { publicKeys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 x'] } })).toContain(
      'the tenant’s own',
    );
    expect(await patched(client, ada, { metadata: { annotations: { 'adrasteia.dev/paused': 'true' } } })).toContain(
      'annotations',
    );
    expect(await patched(client, grace, { spec: { quota: { cpu: '1000' } } })).toContain('spec.quota');
    await remove(WORKSPACE, coffee);
  });

  test('owns the environments of its namespace', async () => {
    await installAdmission();
    await harness.apply(TENANT, person(ada, { quota: {} }));
    await until(TENANT, ada, 'is ready', isReady);
    const namespace = `tenant-${ada}`;
    const owned = (kind: string, name: string): Manifest => {
      const environment = anyEnvironment('thesis', { owner: { kind, name } });
      return { ...environment, metadata: { ...environment.metadata, namespace } };
    };
    const made = async (manifest: Manifest): Promise<string> => {
      try {
        await harness.cluster.create(ENVIRONMENT, manifest, { dryRun: true });
        return 'Yes';
      } catch (error) {
        if (hasCode(error, 'ApiForbidden', 'ApiInvalid')) return error.message;
        throw error;
      }
    };
    await eventually('the policy holds', async () =>
      (await made(owned('Tenant', grace))) === 'Yes' ? undefined : true,
    );
    expect(await made(owned('User', ada))).toContain('must be the Tenant whose namespace it is in');
    expect(await made(owned('Tenant', ada))).toBe('Yes');
  });
});

describe('CrownLabs’ tenants and workspaces', () => {
  const john = (spec: object): Manifest => ({
    apiVersion: 'crownlabs.polito.it/v1alpha2',
    kind: 'Tenant',
    metadata: { name: ada },
    spec: { firstName: 'John', lastName: 'Doe', email: 'john.doe@example.org', ...spec },
  });

  test('are made under the names that their clients know, and the tenant is labelled with what it is in', async () => {
    await harness.apply(CROWNLABS_WORKSPACE, {
      apiVersion: 'crownlabs.polito.it/v1alpha1',
      kind: 'Workspace',
      metadata: { name: tea },
      spec: { prettyName: 'Tea', quota: { cpu: 2, memory: '4Gi', instances: 2 } },
    });
    await harness.apply(CROWNLABS_TENANT, john({ createSandbox: true, workspaces: [{ name: tea, role: 'manager' }] }));
    const sandbox = `sandbox-${ada}`;
    const live = await until(
      CROWNLABS_TENANT,
      ada,
      'is ready',
      (object) => valueAt(object, ['status', 'ready']) === true && isLabelled(object),
    );
    expect(live.status).toMatchObject({
      personalNamespace: { name: `tenant-${ada}`, created: true },
      sandboxNamespace: { name: sandbox, created: true },
      quota: { cpu: '2', memory: '4Gi', instances: 2 },
    });
    await eventually('members read templates', () =>
      may(
        'anybody',
        'get',
        {
          group: 'crownlabs.polito.it',
          resource: 'templates',
          namespace: `workspace-${tea}`,
        },
        [`kubernetes:workspace-${tea}:user`],
      ),
    );
    await harness.apply(CROWNLABS_TENANT, john({ createSandbox: false, workspaces: [] }));
    await gone(NAMESPACE, sandbox);
    await until(CROWNLABS_TENANT, ada, 'is no longer labelled', (object) => !isLabelled(object));
    await remove(CROWNLABS_TENANT, ada);
    await remove(CROWNLABS_WORKSPACE, tea);
    await gone(NAMESPACE, `tenant-${ada}`);
  });
});

const isLabelled = ({ metadata }: KubeObject): boolean =>
  metadata.labels?.[`crownlabs.polito.it/workspace-${tea}`] === 'manager';

describe('a workspace', () => {
  test('takes its members’ rights with it', async () => {
    await harness.apply(WORKSPACE, of('Workspace', tea, { displayName: 'Tea', quota: { cpu: '2' } }));
    await harness.apply(TENANT, person(ada, { workspaces: [{ name: tea, role: 'Member' }] }));
    const enrolled = await until(
      TENANT,
      ada,
      'is enrolled',
      (object) => valueAt(object, ['status', 'workspaces', 0, 'state']) === 'Enrolled',
    );
    expect(enrolled.status).toMatchObject({ quota: { cpu: '2' } });
    await remove(WORKSPACE, tea);
    await gone(NAMESPACE, `workspace-${tea}`);
    await until(
      TENANT,
      ada,
      'knows of it',
      (object) => valueAt(object, ['status', 'workspaces', 0, 'state']) === 'Unknown',
    );
  });
});
