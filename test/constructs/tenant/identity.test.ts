/** What tenants and workspaces ask of the identity provider, and what status says of its answers, without either. */
import { kinds } from '../../../constructs/kinds';
import { isJsonObject, type JsonObject } from '../../../src/api/json';
import type { KubeObject, Manifest } from '../../../src/api/object';
import { FINALIZER } from '../../../src/api/well-known';
import type { Lookup, Observation } from '../../../src/plan/lookup';
import type { Apply, Observed, Plan, Teardown } from '../../../src/plan/plan';

const of = (kind: string, name: string, spec: object): Manifest => ({
  apiVersion: 'adrasteia.dev/v1alpha1',
  kind,
  metadata: { name },
  spec,
});
const ada = (spec: object = {}): Manifest =>
  of('Tenant', 'ada', { firstName: 'Ada', lastName: 'Lovelace', email: 'Ada@example.org', ...spec });
const KEYCLOAK = {
  url: 'https://sso.example.org',
  realm: 'company',
  client: 'k8s',
  credentialsSecret: { name: 'keycloak' },
};
const PROVIDER = { url: 'https://sso.example.org', realm: 'company', client: 'k8s', credentials: 'keycloak' };
const tenancy = (keycloak: object = {}): Manifest =>
  of('Tenancy', 'default', { identity: { keycloak: { ...KEYCLOAK, ...keycloak } } });

function planOf(object: Manifest | KubeObject, ...others: readonly Manifest[]): Plan<unknown> {
  const lookup: Lookup = {
    get: (type, { name }) => {
      const found = others.find(
        ({ apiVersion, kind, metadata }) =>
          apiVersion.startsWith(`${type.group}/`) && kind === type.kind && metadata.name === name,
      );
      return found === undefined ? { found: false } : { found: true, object: found as never };
    },
    list: () => [],
    secret: () => ({ found: false }),
    observe: () => ({ state: 'Failed', message: 'nobody to ask' }),
    clock: { hasPassed: () => false },
  };
  const kind = kinds.find(({ type }) => object.apiVersion.startsWith(`${type.group}/`) && type.kind === object.kind);
  if (kind?.planner === undefined) throw new Error(`nobody plans ${object.kind}`);
  return kind.planner.plan(object, lookup);
}
function applied(object: Manifest, ...others: readonly Manifest[]): Apply<unknown> {
  const plan = planOf(object, ...others);
  if (plan.outcome !== 'apply') throw new Error(plan.outcome);
  return plan;
}
const leaving = (object: Manifest, annotations: Readonly<Record<string, string>> = {}): KubeObject => ({
  ...object,
  metadata: {
    ...object.metadata,
    uid: 'uid-1',
    annotations,
    deletionTimestamp: '2026-11-21T00:00:00Z',
    finalizers: [FINALIZER],
  },
});
function teardownOf(object: KubeObject, ...others: readonly Manifest[]): Teardown {
  const plan = planOf(object, ...others);
  if (plan.outcome !== 'teardown') throw new Error(plan.outcome);
  return plan;
}
const observed = (states: Readonly<Record<string, Observation>>, previous: JsonObject = {}): Observed => ({
  child: () => undefined,
  descendants: () => [],
  refusals: new Map(),
  ensured: new Map(Object.entries(states)),
  previous,
});
const known = (value: JsonObject | null): Observation => ({ state: 'Known', value, observedAt: 0 });
const DOWN: Observation = { state: 'Failed', code: 'IdentityProviderUnavailable', message: 'connection refused' };
const SEEN = known({ id: 'id-1', isEmailVerified: false });
const conditionOf = ({ status }: Pick<Plan<unknown>, 'status'>, states: Readonly<Record<string, Observation>>) =>
  status(observed(states)).conditions.find(({ type }) => type === 'IdentitySynced');

describe('a tenant', () => {
  it('asks for nothing where nobody’s accounts are managed, and has no condition of it', () => {
    const plan = applied(ada());
    expect([plan.ensure, plan.once]).toEqual([undefined, undefined]);
    expect(plan.status(observed({})).conditions.map(({ type }) => type)).toEqual(['Ready']);
  });

  it('asks for its account, the roles of its workspaces, and a mail once the account is there', () => {
    const workspaces = [
      { name: 'tea', role: 'Member' },
      { name: 'coffee', role: 'Manager' },
      { name: 'asking', role: 'Candidate' },
      { name: 'gone', role: 'Manager' },
    ];
    const { ensure, once } = applied(
      ada({ workspaces }),
      tenancy(),
      of('Workspace', 'tea', { displayName: 'Tea', enrolment: 'None' }),
      of('Workspace', 'coffee', { displayName: 'Coffee', enrolment: 'None' }),
      of('Workspace', 'asking', { displayName: 'Asking', enrolment: 'Approval' }),
    );
    expect(ensure).toEqual([
      {
        system: 'identity',
        key: 'account/ada',
        keep: true,
        spec: {
          what: 'Account',
          provider: PROVIDER,
          user: { name: 'ada', email: 'Ada@example.org', firstName: 'Ada', lastName: 'Lovelace', isEnabled: true },
        },
      },
      {
        system: 'identity',
        key: 'account-roles/ada',
        keep: true,
        spec: {
          what: 'AccountRoles',
          provider: PROVIDER,
          user: { name: 'ada', email: 'Ada@example.org', firstName: 'Ada', lastName: 'Lovelace', isEnabled: true },
          prefix: 'workspace-',
          roles: ['workspace-coffee:manager', 'workspace-tea:user'],
        },
        after: { key: 'account/ada', each: 'id' },
      },
    ]);
    expect(once).toEqual([
      {
        system: 'identity',
        key: 'mail/ada/ada@example.org',
        action: {
          provider: PROVIDER,
          user: 'ada',
          email: 'Ada@example.org',
          actions: ['VerifyEmail', 'UpdatePassword'],
          lifespanSeconds: 2_592_000,
        },
        after: { key: 'account/ada', each: 'id' },
      },
    ]);
  });

  it('that is suspended has a disabled account, and gets no mail', () => {
    const { ensure, once } = applied(ada({ suspended: true }), tenancy());
    expect(ensure?.[0]?.spec).toMatchObject({ user: { isEnabled: false } });
    expect(once).toEqual([]);
  });

  it('gets no mail where the Tenancy asks for no action', () => {
    expect(applied(ada(), tenancy({ mails: { actions: [] } })).once).toEqual([]);
  });

  it('says that its account is there, and whether the address is verified', () => {
    const report = applied(ada(), tenancy()).status(
      observed({ 'identity/account/ada': SEEN, 'identity/account-roles/ada': known(null) }),
    );
    expect(report.fields).toMatchObject({ account: { id: 'id-1', emailVerified: false } });
    expect(report.conditions.map(({ type, status }) => [type, status])).toEqual([
      ['Ready', 'True'],
      ['IdentitySynced', 'True'],
    ]);
  });

  it('is ready though the provider doesn’t answer, says what waits, and keeps what was seen before', () => {
    const report = applied(ada(), tenancy()).status(
      observed(
        { 'identity/account/ada': DOWN, 'identity/account-roles/ada': DOWN },
        { account: { id: 'id-1', emailVerified: true } },
      ),
    );
    expect(report.fields).toMatchObject({ account: { id: 'id-1', emailVerified: true } });
    expect(report.conditions).toEqual([
      expect.objectContaining({ type: 'Ready', status: 'True' }),
      {
        type: 'IdentitySynced',
        status: 'False',
        reason: 'ProviderUnavailable',
        message:
          'Keycloak realm "company" at https://sso.example.org doesn\'t answer; what is asked of it is made or changed when it does',
      },
    ]);
  });

  it.each<[string, Readonly<Record<string, Observation>>]>([
    ['Waiting', {}],
    ['Refused', { 'identity/account/ada': { state: 'Failed', code: 'IdentityProviderRefused', message: 'no' } }],
    [
      'CredentialsMissing',
      { 'identity/account/ada': { state: 'Failed', code: 'IdentityCredentialsMissing', message: 'no' } },
    ],
    [
      'MailNotSent',
      {
        'identity/account/ada': SEEN,
        'identity/account-roles/ada': known(null),
        'identity/mail/ada/ada@example.org': { state: 'Failed', message: 'no mail server' },
      },
    ],
    ['Synced', { 'identity/account/ada': SEEN, 'identity/account-roles/ada': known(null) }],
  ])('says %s', (reason, states) => {
    expect(conditionOf(applied(ada(), tenancy()), states)).toMatchObject({ reason });
  });
});

describe('a deletion', () => {
  it('takes the account back, and says what it waits for and how to do without', () => {
    const teardown = teardownOf(leaving(ada()), tenancy());
    expect(teardown.release).toEqual([
      {
        system: 'identity',
        key: 'account/ada',
        keep: true,
        spec: { what: 'Account', provider: PROVIDER, user: 'ada', prefix: 'workspace-' },
      },
    ]);
    expect(conditionOf(teardown, {})).toBeUndefined();
    const waiting = conditionOf(teardown, { 'identity/account/ada': DOWN });
    expect(waiting).toMatchObject({ status: 'False', reason: 'ProviderUnavailable' });
    expect(waiting?.message).toContain('annotate Tenant ada with adrasteia.dev/leave-identity=true');
  });

  it('takes the roles of a workspace back', () => {
    const teardown = teardownOf(leaving(of('Workspace', 'tea', { displayName: 'Tea' })), tenancy());
    expect(teardown.release?.flatMap(({ system, spec }) => (system === 'identity' ? [spec] : []))).toEqual([
      { what: 'Roles', provider: PROVIDER, roles: ['workspace-tea:manager', 'workspace-tea:user'] },
    ]);
  });

  it.each<[string, KubeObject, readonly Manifest[]]>([
    ['it is told to leave them', leaving(ada(), { 'adrasteia.dev/leave-identity': 'true' }), [tenancy()]],
    ['the Tenancy names no provider', leaving(ada()), []],
  ])('leaves accounts as they are where %s', (_because, object, others) => {
    expect(teardownOf(object, ...others).release).toBeUndefined();
  });
});

describe('a workspace', () => {
  it('asks for its roles, described by its name for people', () => {
    const { ensure } = applied(of('Workspace', 'tea', { displayName: 'Tea 2026' }), tenancy());
    expect(ensure?.map(({ spec }) => isJsonObject(spec) && spec['roles'])).toEqual([
      [
        { name: 'workspace-tea:manager', description: 'Tea 2026 Manager Role' },
        { name: 'workspace-tea:user', description: 'Tea 2026 User Role' },
      ],
    ]);
  });
});

describe('CrownLabs’ objects', () => {
  const john = (spec: object = {}): Manifest => ({
    apiVersion: 'crownlabs.polito.it/v1alpha2',
    kind: 'Tenant',
    metadata: { name: 'john.doe' },
    spec: { firstName: 'John', lastName: 'Doe', email: 'john.doe@example.org', ...spec },
  });
  const course: Manifest = {
    apiVersion: 'crownlabs.polito.it/v1alpha1',
    kind: 'Workspace',
    metadata: { name: 'tea' },
    spec: { prettyName: 'Tea', quota: { cpu: 1, memory: '1Gi', instances: 1 } },
  };
  const JOHN = { 'identity/account/john.doe': SEEN, 'identity/account-roles/john.doe': known(null) };

  it('ask for the same, under the names that its API servers make groups of', () => {
    const workspaces = [{ name: 'tea', role: 'manager' }];
    const { ensure } = applied(john({ workspaces }), tenancy(), course);
    expect(ensure?.[1]?.spec).toMatchObject({ user: { name: 'john.doe' }, roles: ['workspace-tea:manager'] });
    expect(applied(course, tenancy()).ensure?.[0]?.spec).toMatchObject({
      roles: [{ name: 'workspace-tea:manager', description: 'Tea Manager Role' }, { name: 'workspace-tea:user' }],
    });
  });

  it('say so in its fields', () => {
    const plan = applied(john(), tenancy());
    const keycloak = (states: Readonly<Record<string, Observation>>, previous: JsonObject = {}) =>
      plan.status(observed(states, previous)).fields['keycloak'];
    const seen = { userCreated: { name: 'id-1', created: true }, userConfirmed: false, userSynchronized: true };
    expect(keycloak(JOHN)).toEqual(seen);
    const down = { ...JOHN, 'identity/account/john.doe': DOWN };
    expect(keycloak(down, { keycloak: seen })).toEqual({ ...seen, userSynchronized: false });
    expect(keycloak(down)).toEqual({ userCreated: { created: false }, userConfirmed: false, userSynchronized: false });
    expect(applied(course, tenancy()).status(observed({ 'identity/roles': known(null) })).fields).toMatchObject({
      subscription: { keycloak: 'Ok' },
    });
  });
});
