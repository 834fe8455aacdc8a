/** Environments behind a gate: what the controller writes for it, on an API server. The gate itself doesn't run here. */
import { SERVICE, STATEFUL_SET } from '../../constructs/parts/resource-types';
import { GATE_NAME } from '../../src/access/gate';
import type { KubeObject, Manifest } from '../../src/api/object';
import { valueAt } from '../../src/api/object';
import { PAUSED_ANNOTATION } from '../../src/api/well-known';
import { anyEnvironment, anyTemplate, engineCrds, engineKinds, kode, kodeTemplate, typeOf } from '../support/engine';
import { Harness } from '../support/harness';

jest.setTimeout(120_000);

const ENVIRONMENT = typeOf('Environment');
const TEMPLATE = typeOf('EnvironmentTemplate');
const ENTRY_POINT = typeOf('EntryPoint');
const POLICY = typeOf('AccessPolicy');
const GATE = typeOf('Gate');
const ACCESS = typeOf('EnvironmentAccess');
const ALLOCATION = typeOf('QuotaAllocation');
const KODE = typeOf('Kode', 'kode.jacero.io');
const KODE_TEMPLATE = typeOf('KodeTemplate', 'kode.jacero.io');
const PROXY_CONFIG = typeOf('EnvoyProxyConfig', 'kode.jacero.io');
const RBAC = { group: 'rbac.authorization.k8s.io', version: 'v1', namespaced: true } as const;
const ROLE = { ...RBAC, kind: 'Role', plural: 'roles' };
const ROLE_BINDING = { ...RBAC, kind: 'RoleBinding', plural: 'rolebindings' };

let harness: Harness;
beforeEach(async () => {
  harness = await Harness.make(engineCrds());
});
afterEach(async () => {
  await harness.cluster.delete(GATE, { name: GATE_NAME });
  await harness.close();
});

const placed = (manifest: Manifest): Manifest => ({
  ...manifest,
  metadata: { ...manifest.metadata, namespace: harness.namespace },
});
const of = (kind: string, name: string, spec: object): Manifest => ({
  apiVersion: 'adrasteia.dev/v1alpha1',
  kind,
  metadata: { name },
  spec,
});
const reachable = (object: KubeObject): unknown => {
  const conditions = valueAt(object, ['status', 'conditions']);
  return Array.isArray(conditions)
    ? (conditions as { type: string; reason: string }[]).find(({ type }) => type === 'Reachable')?.reason
    : undefined;
};

const pausedSays = (object: KubeObject): string => {
  const conditions = valueAt(object, ['status', 'conditions']) as { type: string; message: string }[] | undefined;
  return conditions?.find(({ type }) => type === 'Paused')?.message ?? '';
};

async function openGate(spec: object = {}): Promise<void> {
  await harness.apply(GATE, of('Gate', GATE_NAME, { url: 'https://gate.dev.example.org', ...spec }));
}

/** An environment of Ada's whose template names the policy `sso`, and whose app listens on loopback. */
async function guardedEnvironment(
  policy: object,
  { allow = {}, storage }: { readonly allow?: object; readonly storage?: object } = {},
): Promise<void> {
  await harness.apply(ENTRY_POINT, placed(of('EntryPoint', 'public', { baseDomain: 'dev.example.org', tls: {} })));
  await harness.apply(POLICY, placed(of('AccessPolicy', 'sso', policy)));
  const container = { image: 'registry.example.org/app:1', ports: [{ name: 'http', port: 8080 }] };
  await harness.apply(
    TEMPLATE,
    placed(
      anyTemplate({
        workloads: [
          {
            name: 'main',
            container,
            web: { port: 'http', listens: 'Loopback' },
            ...(storage === undefined ? {} : { storage }),
          },
        ],
        entryPointRef: { name: 'public' },
        accessPolicyRef: { kind: 'AccessPolicy', name: 'sso' },
        allow: { share: true, ...allow },
      }),
    ),
  );
  await harness.apply(ENVIRONMENT, placed(anyEnvironment('dev', { share: [{ group: 'team', level: 'Use' }] })));
}

describe('an environment behind a gate', () => {
  test('tells the gate who gets in, and who no longer does', async () => {
    await openGate();
    await harness.start(engineKinds());
    await guardedEnvironment({ authenticate: { oidc: { providers: ['company'] } } });
    const access = await harness.until(ACCESS, 'dev', 'is there', () => true);
    expect(access.spec).toMatchObject({
      address: { scheme: 'https', host: `dev.${harness.namespace}.dev.example.org`, path: '/' },
      authenticate: { method: 'OIDC', oidc: { providers: ['company'] } },
      authorize: [
        {
          grants: [
            { user: 'ada', level: 'Own' },
            { group: 'team', level: 'Use' },
          ],
        },
      ],
    });
    await harness.apply(ENVIRONMENT, placed(anyEnvironment('dev')));
    await harness.until(
      ACCESS,
      'dev',
      'names the owner alone',
      (live) => (valueAt(live, ['spec', 'authorize', 0, 'grants']) as unknown[]).length === 1,
    );
  });

  test('runs on as it is while its policy changes, is invalid, and goes', async () => {
    await openGate();
    await harness.start(engineKinds());
    await guardedEnvironment({ authenticate: { oidc: {} } });
    const set = await harness.until(STATEFUL_SET, 'dev', 'is there', () => true);
    await harness.apply(
      POLICY,
      placed(
        of('AccessPolicy', 'sso', {
          authenticate: { oidc: {} },
          authorize: [{ grants: [{ group: 'all', level: 'Use' }] }],
        }),
      ),
    );
    await harness.until(ACCESS, 'dev', 'says so', (live) => JSON.stringify(live.spec).includes('"all"'));
    await harness.delete(POLICY, 'sso');
    await harness.until(
      ACCESS,
      'dev',
      'is closed',
      (live) => valueAt(live, ['spec', 'closed', 'reason']) === 'PolicyNotFound',
    );
    await harness.until(ENVIRONMENT, 'dev', 'says so', (live) => reachable(live) === 'PolicyNotFound');
    const after = await harness.get(STATEFUL_SET, 'dev');
    expect(after?.metadata.generation).toBe(set.metadata.generation);
    expect(valueAt(after, ['spec', 'replicas'])).toBe(1);
  });

  const who = ({ spec }: KubeObject): string => JSON.stringify(valueAt(spec, ['authorize']));
  const exceptWho = ({ spec }: KubeObject): object => ({ ...(spec as object), authorize: [] });
  const namesTheTeam = () => harness.until(ACCESS, 'dev', 'names the team', (live) => who(live).includes('"team"'));
  const namesNobodyElse = () =>
    harness.until(ACCESS, 'dev', 'names nobody else', (live) => !who(live).includes('"team"'));
  const isClosed = () =>
    harness.until(ACCESS, 'dev', 'is closed', ({ spec }) => valueAt(spec, ['closed', 'reason']) === 'PolicyNotFound');
  const isHeld = (reason: string) =>
    harness.until(
      ENVIRONMENT,
      'dev',
      `is held: ${reason}`,
      (live) => valueAt(live, ['status', 'blockedBy', 'reason']) === reason,
    );

  test('lets in no longer whom the owner shares with no more, while it can’t be described', async () => {
    await openGate();
    await harness.start(engineKinds());
    await guardedEnvironment({ authenticate: { oidc: {} } });
    const set = await harness.until(STATEFUL_SET, 'dev', 'is there', () => true);
    const before = await namesTheTeam();
    // The template allows no overrides.
    await harness.apply(
      ENVIRONMENT,
      placed(anyEnvironment('dev', { overrides: { resources: { requests: { cpu: '2' } } } })),
    );
    const after = await namesNobodyElse();
    expect(exceptWho(after)).toEqual(exceptWho(before));
    await isHeld('Invalid');
    await harness.delete(POLICY, 'sso');
    await isClosed();
    expect((await harness.get(STATEFUL_SET, 'dev'))?.metadata.generation).toBe(set.metadata.generation);
  });

  test('lets in no longer whom the owner shares with no more, while it waits for room to grow', async () => {
    await openGate();
    await harness.start(engineKinds());
    await harness.apply(
      ALLOCATION,
      placed(of('QuotaAllocation', 'quota', { hard: { cpu: '1' }, defaultRequest: { cpu: '10m', memory: '32Mi' } })),
    );
    await guardedEnvironment({ authenticate: { oidc: {} } }, { allow: { overrides: ['resources'] } });
    const set = await harness.until(STATEFUL_SET, 'dev', 'is there', () => true);
    await namesTheTeam();
    await harness.apply(
      ENVIRONMENT,
      placed(anyEnvironment('dev', { overrides: { resources: { requests: { cpu: '2' } } } })),
    );
    await namesNobodyElse();
    await isHeld('QuotaExceeded');
    expect((await harness.get(STATEFUL_SET, 'dev'))?.metadata.generation).toBe(set.metadata.generation);
  });

  test('lets in no longer whom the owner shares with no more, while it is paused', async () => {
    await openGate();
    await harness.start(engineKinds());
    await guardedEnvironment({ authenticate: { oidc: {} } });
    const set = await harness.until(STATEFUL_SET, 'dev', 'is there', () => true);
    const before = await namesTheTeam();
    const paused = { metadata: { annotations: { [PAUSED_ANNOTATION]: 'true' } } };
    const name = { namespace: harness.namespace, name: 'dev' };
    await harness.cluster.patch(ENVIRONMENT, name, paused, { type: 'merge' });
    await harness.until(ENVIRONMENT, 'dev', 'says so', (live) =>
      pausedSays(live).startsWith('Nothing but who gets in'),
    );
    await harness.apply(ENVIRONMENT, placed(anyEnvironment('dev', { desiredState: 'Stopped' })));
    const after = await namesNobodyElse();
    expect(exceptWho(after)).toEqual(exceptWho(before));
    await harness.delete(POLICY, 'sso');
    await isClosed();
    expect((await harness.get(STATEFUL_SET, 'dev'))?.metadata.generation).toBe(set.metadata.generation);
  });

  test('follows its policy while its template is gone', async () => {
    await openGate();
    await harness.start(engineKinds());
    await guardedEnvironment({ authenticate: { oidc: {} } });
    const set = await harness.until(STATEFUL_SET, 'dev', 'is there', () => true);
    await namesTheTeam();
    await harness.until(
      ENVIRONMENT,
      'dev',
      'has a record',
      (live) => valueAt(live, ['status', 'template', 'access', 'policyRef', 'name']) === 'sso',
    );
    await harness.apply(
      ENVIRONMENT,
      placed(anyEnvironment('dev', { templateRef: { kind: 'EnvironmentTemplate', name: 'none' } })),
    );
    await namesNobodyElse();
    await harness.delete(POLICY, 'sso');
    await isClosed();
    await isHeld('TemplateNotFound');
    expect((await harness.get(STATEFUL_SET, 'dev'))?.metadata.generation).toBe(set.metadata.generation);
  });

  test.each([
    ['held', { overrides: { resources: { requests: { cpu: '2' } } } }, {}],
    ['paused', {}, { [PAUSED_ANNOTATION]: 'true' }],
  ])('costs no write while it is %s and nothing changes', async (what, spec, annotations) => {
    await openGate();
    const first = await harness.start(engineKinds());
    await guardedEnvironment({ authenticate: { oidc: {} } });
    // Before the policy's own event is there, it is closed.
    await namesTheTeam();
    const applied = (): number =>
      first.cluster.words.filter((word) => word.startsWith('apply EnvironmentAccess')).length;
    const before = applied();
    const { metadata, ...rest } = placed(anyEnvironment('dev', { share: [{ group: 'team', level: 'Use' }], ...spec }));
    await harness.apply(ENVIRONMENT, { ...rest, metadata: { ...metadata, annotations } });
    // Until there is a pod, something does change.
    await harness.until(
      ENVIRONMENT,
      'dev',
      `is ${what}`,
      (live) =>
        pausedSays(live) !== '' ||
        (valueAt(live, ['status', 'blockedBy', 'reason']) === 'Invalid' &&
          valueAt(live, ['status', 'phase']) === 'Starting'),
    );
    await first.drained();
    expect(applied()).toBe(before);
    await first.stop();
    const next = await harness.start(engineKinds());
    await next.drained();
    expect(next.cluster.writes).toEqual([]);
  });

  test('lets nobody in any more once it is deleted', async () => {
    await openGate();
    const { cluster } = await harness.start(engineKinds());
    const storage = { mountPath: '/home/dev', size: '1Gi', reclaim: 'Delete' };
    await guardedEnvironment({ authenticate: { oidc: {} } }, { storage });
    await harness.until(ACCESS, 'dev', 'is there', () => true);
    await harness.until(STATEFUL_SET, 'dev', 'is there', () => true);
    await harness.delete(ENVIRONMENT, 'dev');
    await harness.untilGone(ENVIRONMENT, 'dev');
    expect(await harness.get(ACCESS, 'dev')).toBeUndefined();
    // In order, not by the garbage collector when it comes to it.
    expect(cluster.words.filter((word) => word.startsWith('delete EnvironmentAccess'))).toHaveLength(1);
  });

  test('gives the gate a right on the one Secret with its users, and takes it back', async () => {
    await openGate();
    await harness.start(engineKinds());
    await guardedEnvironment({ authenticate: { basic: { secretRef: { name: 'users' } } } });
    const role = await harness.until(ROLE, 'dev-gate', 'is there', () => true);
    expect(role['rules']).toEqual([
      { apiGroups: [''], resources: ['secrets'], resourceNames: ['users'], verbs: ['get', 'list', 'watch'] },
    ]);
    await harness.until(ROLE_BINDING, 'dev-gate', 'is there', () => true);
    await harness.apply(POLICY, placed(of('AccessPolicy', 'sso', { authenticate: { oidc: {} } })));
    await harness.untilGone(ROLE_BINDING, 'dev-gate');
    await harness.untilGone(ROLE, 'dev-gate');
  });

  const elsewhere = { subjects: [], roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'theirs' } };
  test.each([
    { type: ROLE, name: 'dev-gate', fields: { rules: [] } },
    { type: ROLE_BINDING, name: 'dev-gate', fields: elsewhere },
    {
      type: ACCESS,
      name: 'dev',
      fields: {
        spec: {
          address: { scheme: 'https', host: 'theirs.example.org', path: '/' },
          listenPort: 15_080,
          app: { port: 80, basePath: 'Keep' },
          authenticate: { method: 'None' },
          authorize: [],
        },
      },
    },
  ])('leaves a $type.kind of somebody else’s alone, and says so', async ({ type, name, fields }) => {
    const { group, version, kind } = type;
    await harness.apply(type, placed({ apiVersion: `${group}/${version}`, kind, metadata: { name }, ...fields }));
    await openGate();
    await harness.start(engineKinds());
    await guardedEnvironment({ authenticate: { basic: { secretRef: { name: 'users' } } } });
    await harness.until(ENVIRONMENT, 'dev', 'says NameConflict', (live) =>
      JSON.stringify(live.status ?? {}).includes('NameConflict'),
    );
    expect(JSON.stringify(await harness.get(type, name))).not.toContain('adrasteia.dev/owner-uid');
  });

  test('is closed by a gate that goes, pods and all', async () => {
    await openGate();
    await harness.start(engineKinds());
    await guardedEnvironment({ authenticate: { oidc: {} } });
    await harness.until(SERVICE, 'dev', 'is there', () => true);
    await harness.cluster.delete(GATE, { name: GATE_NAME });
    await harness.untilGone(SERVICE, 'dev');
    await harness.until(ENVIRONMENT, 'dev', 'says so', (live) => reachable(live) === 'AccessLayerMissing');
  });
});

describe('a Kode behind a gate', () => {
  test('asks for its own password, at the port that clients know', async () => {
    await openGate({ networkPolicies: 'Enforced' });
    await harness.start(engineKinds());
    await harness.apply(
      PROXY_CONFIG,
      placed({
        apiVersion: 'kode.jacero.io/v1alpha1',
        kind: 'EnvoyProxyConfig',
        metadata: { name: 'guard' },
        spec: { authType: 'basic' },
      }),
    );
    await harness.apply(KODE_TEMPLATE, placed(kodeTemplate({ envoyProxyRef: { name: 'guard' } })));
    await harness.apply(KODE, placed(kode('dev', { password: 'secret-enough' })));
    // Until the configuration is seen, nobody gets in.
    const access = await harness.until(
      ACCESS,
      'dev',
      'is open',
      (live) => valueAt(live, ['spec', 'closed']) === undefined,
    );
    expect(valueAt(access, ['spec', 'authenticate'])).toEqual({
      method: 'Basic',
      basic: { secret: { name: 'dev-auth' } },
    });
    const service = await harness.until(SERVICE, 'dev', 'is there', () => true);
    expect(valueAt(service, ['spec', 'ports', 0])).toMatchObject({ port: 8000, targetPort: 'sidecar' });
  });
});
