import type { EnvironmentAccessSpec } from '../../../../src/access/environment-access';
import type { GateSpec, ProviderSpec } from '../../../../src/access/gate';
import { gateShrank } from '../../../../src/programs/gate/discovery/gate-shrank';
import { accessWith } from '../authorization/sample-access';

const provider = (name: string, issuerUrl = `https://${name}.example.org`): ProviderSpec => ({
  name,
  issuerUrl,
  clientId: 'gate',
  scopes: ['openid'],
  userClaim: 'preferred_username',
  groupsClaim: 'groups',
  keepClaims: [],
});

const BEFORE: GateSpec = {
  url: 'https://gate.example.org',
  service: { name: 'gate', namespace: 'gate', authorizationPort: 9001, discoveryPort: 9002 },
  sidecar: { image: 'envoy' },
  providers: [provider('sso'), provider('uni')],
  clientIssuers: [],
  sessions: { environmentSeconds: 300, idleSeconds: 3600, maxSeconds: 86_400 },
  networkPolicies: 'Unknown',
};

const ofOidc = (oidc: EnvironmentAccessSpec['authenticate']['oidc']): EnvironmentAccessSpec =>
  accessWith({ authenticate: { method: 'OIDC', oidc } }).spec;

const OF_ALL = ofOidc({ providers: [] });
const OF_SSO = ofOidc({ providers: ['sso'] });
const BY_PASSWORD = accessWith({ authenticate: { method: 'Basic', basic: { secret: { name: 'users' } } } }).spec;
const OF_ITS_OWN = ofOidc({
  providers: [],
  client: {
    issuerUrl: 'https://own.example.org',
    clientId: 'own',
    clientSecret: { name: 'own', key: 'secret' },
    callbackPath: '/back',
  },
});

describe('a change of the Gate ends sessions at an environment', () => {
  test.each<readonly [string, EnvironmentAccessSpec, Partial<GateSpec>]>([
    ['whose provider is gone', OF_SSO, { providers: [provider('uni')] }],
    ['with any provider, where one is gone', OF_ALL, { providers: [provider('sso')] }],
    [
      'whose provider is another one of the same name',
      OF_SSO,
      { providers: [provider('sso', 'https://x.example.org')] },
    ],
    ['where they last shorter', OF_SSO, { sessions: { ...BEFORE.sessions, maxSeconds: 600 } }],
    ['where they may be idle for less', OF_SSO, { sessions: { ...BEFORE.sessions, idleSeconds: 600 } }],
    ['where tokens are another gate’s', OF_ITS_OWN, { url: 'https://other.example.org' }],
  ])('%s', (_where, spec, change) => {
    expect(gateShrank(spec, BEFORE, { ...BEFORE, ...change })).toBe(true);
  });

  test('when it goes', () => {
    for (const spec of [OF_ALL, OF_SSO, OF_ITS_OWN]) expect(gateShrank(spec, BEFORE, undefined)).toBe(true);
  });
});

describe('a change of the Gate ends nothing at an environment', () => {
  test.each<readonly [string, EnvironmentAccessSpec, Partial<GateSpec>]>([
    ['that doesn’t count the provider that is gone', OF_SSO, { providers: [provider('sso')] }],
    ['where there is one more provider', OF_ALL, { providers: [...BEFORE.providers, provider('new')] }],
    ['with a client of its own, whatever the Gate’s providers', OF_ITS_OWN, { providers: [] }],
    ['where sessions last longer', OF_SSO, { sessions: { ...BEFORE.sessions, maxSeconds: 100_000 } }],
    ['where they are looked at more often', OF_SSO, { sessions: { ...BEFORE.sessions, environmentSeconds: 60 } }],
    ['where people give a password', BY_PASSWORD, { providers: [], url: 'https://other.example.org' }],
  ])('%s', (_where, spec, change) => {
    expect(gateShrank(spec, BEFORE, { ...BEFORE, ...change })).toBe(false);
  });
});
