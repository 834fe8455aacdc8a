import { ENVIRONMENT_ACCESS, type EnvironmentAccessSpec } from '../../../../src/access/environment-access';
import { jupyterServerAccess } from '../../../../src/dialects/amalthea/jupyter-server/access';
import { validatorOf } from '../../../../src/schema/validator';
import { oidc, renkuServer, server } from './objects';

type Auth = NonNullable<NonNullable<Parameters<typeof server>[0]>['auth']>;

const accessOf = (auth: Auth) => jupyterServerAccess(server({ auth }).spec, 'thesis-auth');

/** Everything that makes up an EnvironmentAccess, around what the dialect says. */
function environmentAccess(auth: Auth): { readonly spec: EnvironmentAccessSpec } {
  return {
    spec: {
      address: { scheme: 'https', host: 'sessions.example.org', path: '/' },
      listenPort: 4180,
      app: { port: 8888, basePath: 'Keep', view: 'None' },
      ...accessOf(auth),
    },
  };
}

const problems = (auth: Auth) =>
  validatorOf(ENVIRONMENT_ACCESS)({
    apiVersion: 'adrasteia.dev/v1alpha1',
    kind: 'EnvironmentAccess',
    metadata: { name: 'thesis', namespace: 'team-a' },
    ...environmentAccess(auth),
  });

describe('a server without a sign-in', () => {
  it.each([
    { because: 'a token is made', auth: {} },
    { because: 'a token is given', auth: { token: 'x' } },
    { because: 'no token is asked for', auth: { token: '' } },
    { because: 'the sign-in that is described is not enabled', auth: { oidc: { ...oidc, enabled: false } } },
  ])('is asked for nothing by the gate: $because', ({ auth }) => {
    expect(accessOf(auth)).toEqual({ authenticate: { method: 'None' }, authorize: [] });
    expect(problems(auth)).toEqual([]);
  });
});

describe('a server with a sign-in', () => {
  const client = (auth: Auth, spec: Parameters<typeof server>[0] = {}) =>
    jupyterServerAccess(server({ ...spec, auth }).spec, 'thesis-auth').authenticate.oidc?.client;

  it('sends people to its provider by a client of its own, which comes back below its path', () => {
    expect(client({ oidc }, { routing: { path: '/x/' } })).toEqual({
      issuerUrl: 'https://id.example.org/realms/team',
      clientId: 'amalthea',
      clientSecret: { name: 'thesis-auth', key: 'oidcClientSecret' },
      callbackPath: '/x/oauth2/callback',
    });
    expect(client({ oidc })?.callbackPath).toBe('/oauth2/callback');
    expect(problems({ oidc })).toEqual([]);
  });

  it('takes the client secret from where it is referred to', () => {
    const clientSecret = { secretKeyRef: { name: 'clients', key: 'amalthea' } };
    expect(client({ oidc: { ...oidc, clientSecret } })?.clientSecret).toEqual({ name: 'clients', key: 'amalthea' });
  });

  it.each([
    {
      because: 'addresses, whatever their case',
      who: { authorizedEmails: ['Ada@Example.org', 'ada@example.org', ' '] },
      steps: [{ grants: [{ email: 'ada@example.org', level: 'Use' }] }],
    },
    {
      because: 'groups, as the provider writes them',
      who: { authorizedEmails: [], authorizedGroups: ['Staff', '/team/a'] },
      steps: [
        {
          grants: [
            { group: 'Staff', level: 'Use' },
            { group: '/team/a', level: 'Use' },
          ],
        },
      ],
    },
    {
      because: 'the user of the older API, by what never changes',
      who: { authorizedEmails: [], userId: '5ab3' },
      steps: [{ grants: [{ claim: { name: 'sub', value: '5ab3' }, level: 'Use' }] }],
    },
    {
      because: 'each list that is given must agree',
      who: { authorizedEmails: ['ada@example.org'], authorizedGroups: ['staff'], userId: '5ab3' },
      steps: [
        { grants: [{ email: 'ada@example.org', level: 'Use' }] },
        { grants: [{ group: 'staff', level: 'Use' }] },
        { grants: [{ claim: { name: 'sub', value: '5ab3' }, level: 'Use' }] },
      ],
    },
  ])('lets in whom it names: $because', ({ who, steps }) => {
    expect(accessOf({ oidc: { ...oidc, ...who } }).authorize).toEqual(steps);
    expect(accessOf({ oidc: { ...oidc, ...who } }).closed).toBeUndefined();
    expect(problems({ oidc: { ...oidc, ...who } })).toEqual([]);
  });

  it.each([
    {
      because: 'nobody is named',
      lacking: { authorizedEmails: [] },
      message:
        'spec.auth.oidc names nobody who gets in: give authorizedEmails, authorizedGroups or userId; the server stays closed',
    },
    {
      because: 'only white space is named',
      lacking: { authorizedEmails: [' '], authorizedGroups: [''], userId: ' ' },
      message:
        'spec.auth.oidc names nobody who gets in: give authorizedEmails, authorizedGroups or userId; the server stays closed',
    },
    {
      because: 'the provider is not named',
      lacking: { issuerUrl: undefined, clientId: '' },
      message:
        'spec.auth.oidc.clientId: is missing, and oidc is enabled: give it; the server stays closed; ' +
        'spec.auth.oidc.issuerUrl: is missing, and oidc is enabled: give it; the server stays closed',
    },
    {
      because: 'there is no client secret',
      lacking: { clientSecret: undefined },
      message: 'spec.auth.oidc.clientSecret.value: is missing, and oidc is enabled: give it; the server stays closed',
    },
    {
      because: 'the reference to the client secret has no key',
      lacking: { clientSecret: { secretKeyRef: { name: 'clients' } } },
      message:
        'spec.auth.oidc.clientSecret.secretKeyRef.key: is missing, and oidc is enabled: give it; the server stays closed',
    },
    {
      because: 'more people are named than an access holds',
      lacking: { authorizedEmails: Array.from({ length: 513 }, (_, index) => `p${index}@example.org`) },
      message: 'spec.auth.oidc.authorizedEmails: has more than 512 entries: use a group; the server stays closed',
    },
  ])('is closed, and says why: $because', ({ lacking, message }) => {
    const auth = { oidc: { ...oidc, ...lacking } };
    expect(accessOf(auth)).toMatchObject({ closed: { reason: 'PolicyInvalid', message }, authorize: [] });
    expect(accessOf(auth).authenticate.method).toBe('OIDC');
    expect(problems(auth)).toEqual([]);
  });
});

describe('cookies', () => {
  it.each([
    { because: 'all of them where no list is given', auth: {}, cookies: undefined },
    { because: 'those of the allow list', auth: { cookieAllowlist: ['_xsrf'] }, cookies: { allow: ['_xsrf'] } },
    { because: 'none where the allow list is empty', auth: { cookieAllowlist: [] }, cookies: { allow: [] } },
    {
      because: 'all but those of the block list, which makes the allow list count for nothing',
      auth: { cookieAllowlist: ['_xsrf'], cookieBlocklist: ['session'] },
      cookies: { block: ['session'] },
    },
  ])('reach Jupyter: $because', ({ auth, cookies }) => {
    expect(accessOf(auth).cookies).toEqual(cookies);
    expect(accessOf({ ...auth, oidc }).cookies).toEqual(cookies);
    expect(problems(auth)).toEqual([]);
  });

  it('are those of Jupyter alone by default in renku.io', () => {
    expect(jupyterServerAccess(renkuServer().spec, 'x').cookies).toEqual({
      allow: ['username-localhost-8888', '_xsrf'],
    });
  });
});
