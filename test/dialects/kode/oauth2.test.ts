/** Envoy's OAuth2 filter in a proxy configuration: the gate's sign-in where that is the same, refused by its field otherwise. */
import { ENVIRONMENT_ACCESS } from '../../../src/access/environment-access';
import type { JsonObject } from '../../../src/api/json';
import type { AccessModel } from '../../../src/model/environment-model';
import { validatorOf } from '../../../src/schema/validator';
import { clusterTemplate, envoyConfig, kode, modelled } from './objects';

const ISSUER = 'https://sso.example.org/realms/team';
const TYPE = 'type.googleapis.com/envoy.extensions.filters.http';

const config: JsonObject = {
  token_endpoint: { cluster: 'sso', uri: `${ISSUER}/protocol/openid-connect/token`, timeout: '5s' },
  authorization_endpoint: `${ISSUER}/protocol/openid-connect/auth`,
  redirect_uri: '%REQ(x-forwarded-proto)%://%REQ(:authority)%/callback',
  redirect_path_matcher: { path: { exact: '/callback' } },
  signout_path: { path: { exact: '/signout' } },
  auth_scopes: ['openid', 'email'],
  credentials: {
    client_id: 'kode',
    token_secret: { name: 'kode-client', sds_config: { path_config_source: { path: '/etc/envoy/token.yaml' } } },
    hmac_secret: { name: 'hmac', sds_config: { path_config_source: { path: '/etc/envoy/hmac.yaml' } } },
  },
};

const cluster = (name: string) => ({
  name,
  connect_timeout: '1s',
  type: 'LOGICAL_DNS',
  lb_policy: 'ROUND_ROBIN',
  load_assignment: {
    cluster_name: name,
    endpoints: [
      {
        lb_endpoints: [
          { endpoint: { address: { socket_address: { address: `${name}.example.org`, port_value: 443 } } } },
        ],
      },
    ],
  },
});

const oauth2 = (changes: JsonObject = {}) => ({
  name: 'envoy.filters.http.oauth2',
  typed_config: { '@type': `${TYPE}.oauth2.v3.OAuth2`, config: { ...config, ...changes } },
});
const opa = {
  name: 'opa',
  typed_config: {
    '@type': `${TYPE}.ext_authz.v3.ExtAuthz`,
    grpc_service: { envoy_grpc: { cluster_name: 'opa' } },
  },
};

interface Setting {
  readonly proxy?: object;
  readonly issuers?: readonly string[];
  readonly hasEntry?: boolean;
}

function accessOf({ proxy, issuers = [ISSUER], hasEntry = true }: Setting = {}): AccessModel {
  const inCluster = { templateRef: { kind: 'KodeClusterTemplate' as const, name: 'small' } };
  const entryPointSpec = { api: 'ingress-api', routingType: 'domain', url: 'https://kode.example.org' } as const;
  return modelled(kode(inCluster), [
    clusterTemplate({
      envoyProxyRef: { kind: 'EnvoyProxyClusterConfig', name: 'sso' },
      ...(hasEntry ? { entryPointSpec } : {}),
    }),
    { ...envoyConfig('sso', undefined), spec: proxy ?? { httpFilters: [oauth2()], clusters: [cluster('sso')] } },
    {
      apiVersion: 'adrasteia.dev/v1alpha1',
      kind: 'Gate',
      metadata: { name: 'default' },
      spec: { url: 'https://gate.example.org', networkPolicies: 'Enforced', clientIssuers: [...issuers] },
    },
  ]).model.access;
}

function rulesOf(setting: Setting = {}) {
  const access = accessOf(setting);
  if (access.mode !== 'Gate') throw new Error(`mode ${access.mode}`);
  return access.rules;
}

const changed = (changes: JsonObject): Setting => ({
  proxy: { httpFilters: [oauth2(changes)], clusters: [cluster('sso')] },
});

describe('an OAuth2 filter', () => {
  it('becomes a sign-in at the issuer that the Gate names, by a client of the Kode’s own', () => {
    const rules = rulesOf();
    expect(rules).toEqual({
      authenticate: {
        method: 'OIDC',
        oidc: {
          providers: [],
          client: {
            issuerUrl: ISSUER,
            clientId: 'kode',
            clientSecret: { name: 'kode-client', key: 'client-secret' },
            callbackPath: '/callback',
          },
        },
      },
      authorize: [{ grants: [{ anyone: 'SignedIn', level: 'Use' }] }],
    });
    const access = {
      apiVersion: 'adrasteia.dev/v1alpha1',
      kind: 'EnvironmentAccess',
      metadata: { name: 'thesis', namespace: 'team-a' },
      spec: {
        address: { scheme: 'https', host: 'thesis--team-a.kode.example.org', path: '/' },
        listenPort: 8000,
        app: { port: 3000, basePath: 'Strip', view: 'None' },
        ...rules,
      },
    };
    expect(validatorOf(ENVIRONMENT_ACCESS)(access)).toEqual([]);
  });

  it('leaves the other filters and their clusters where they are', () => {
    const { envoy } = rulesOf({ proxy: { httpFilters: [oauth2(), opa], clusters: [cluster('sso'), cluster('opa')] } });
    expect(envoy).toEqual({ httpFilters: [opa], clusters: [cluster('opa')] });
  });

  it('is understood in Envoy’s other spelling too', () => {
    const { token_endpoint: tokenEndpoint, authorization_endpoint: authorizationEndpoint } = config;
    const filter = {
      name: 'oauth2',
      typed_config: {
        '@type': `${TYPE}.oauth2.v3.OAuth2`,
        config: {
          tokenEndpoint: tokenEndpoint as JsonObject,
          authorizationEndpoint: authorizationEndpoint as string,
          redirectUri: 'https://thesis--team-a.kode.example.org/callback',
          redirectPathMatcher: { path: { exact: '/callback' } },
          credentials: { clientId: 'kode', tokenSecret: { name: 'kode-client' } },
        },
      },
    };
    expect(rulesOf({ proxy: { httpFilters: [filter], clusters: [cluster('sso')] } }).closed).toBeUndefined();
  });

  it('takes the longest of the issuers that fit', () => {
    const { authenticate } = rulesOf({
      issuers: ['https://sso.example.org', `${ISSUER}/`, 'https://sso.example.org/realms'],
    });
    expect(authenticate.oidc?.client?.issuerUrl).toBe(`${ISSUER}/`);
  });

  it('lets nobody in where the Gate names no issuer of its, and says who has to', () => {
    for (const issuers of [[], ['https://other.example.org'], ['https://sso.example.org/realms/tea']]) {
      expect(rulesOf({ issuers }).closed).toEqual({
        reason: 'PolicyInvalid',
        message: expect.stringMatching(
          /spec\.httpFilters\[0\]\.typed_config\.config\.authorization_endpoint: .*an administrator adds their issuer to its spec\.clientIssuers$/,
        ) as string,
      });
    }
  });

  it('needs an address that browsers open', () => {
    expect(accessOf({ hasEntry: false })).toMatchObject({ mode: 'Closed', reason: 'EntryMissing' });
  });

  it.each<{ because: string; changes: JsonObject; field: string }>([
    {
      because: 'requests that pass unasked',
      changes: { pass_through_matcher: [{ name: ':path' }] },
      field: 'pass_through_matcher',
    },
    {
      because: 'the provider’s token for the app',
      changes: { forward_bearer_token: true },
      field: 'forward_bearer_token',
    },
    {
      because: 'scopes that the gate doesn’t ask for',
      changes: { auth_scopes: ['openid', 'repo'] },
      field: 'auth_scopes',
    },
    { because: 'a resource', changes: { resources: ['https://api.example.org'] }, field: 'resources' },
    { because: 'a field that nobody knows', changes: { newer: 1 }, field: 'newer' },
    { because: 'no client', changes: { credentials: { token_secret: { name: 'x' } } }, field: 'credentials.client_id' },
    { because: 'no secret', changes: { credentials: { client_id: 'kode' } }, field: 'credentials.token_secret.name' },
    {
      because: 'a secret of a name that no Secret has',
      changes: { credentials: { client_id: 'kode', token_secret: { name: 'Client_Secret' } } },
      field: 'credentials.token_secret.name',
    },
    {
      because: 'another way back than the one that is matched',
      changes: { redirect_uri: 'https://%REQ(:authority)%/elsewhere' },
      field: 'redirect_uri',
    },
    {
      because: 'a way back to somebody else',
      changes: { redirect_uri: 'https://other.example.org/callback' },
      field: 'redirect_uri',
    },
    {
      because: 'a way back by a prefix',
      changes: { redirect_path_matcher: { path: { prefix: '/callback' } } },
      field: 'redirect_path_matcher.path.exact',
    },
  ])(
    'that asks for what the gate doesn’t do lets nobody in, and the field is named: $because',
    ({ changes, field }) => {
      expect(rulesOf(changed(changes)).closed).toEqual({
        reason: 'PolicyInvalid',
        message: expect.stringContaining(
          `EnvoyProxyClusterConfig sso: spec.httpFilters[0].typed_config.config.${field}: `,
        ) as string,
      });
    },
  );

  it('stands beside no other sign-in', () => {
    const both = { httpFilters: [oauth2()], clusters: [cluster('sso')] };
    expect(rulesOf({ proxy: { ...both, authType: 'basic' } }).closed).toMatchObject({ reason: 'PolicyInvalid' });
    const twice = [oauth2(), { ...oauth2(), name: 'again' }];
    expect(rulesOf({ proxy: { ...both, httpFilters: twice } }).closed?.message).toContain('spec.httpFilters[1]: ');
  });
});
