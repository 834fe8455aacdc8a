/** Raw additions as people write them. */
import type { RawEnvoy } from '../../../src/access/access-rules';
import { TYPE_PREFIX } from '../../../src/access/envoy/typed-config';

const address = (host: string, port: number) => ({
  endpoint: { address: { socket_address: { address: host, port_value: port } } },
});

/** kode’s sample of an EnvoyProxyConfig: OPA by gRPC, in lower case, and without the HTTP/2 that gRPC needs. */
export const KODE_OPA: RawEnvoy = {
  httpFilters: [
    {
      name: 'envoy.filters.http.ext_authz',
      typed_config: {
        '@type': `${TYPE_PREFIX}envoy.extensions.filters.http.ext_authz.v3.ExtAuthz`,
        with_request_body: { max_request_bytes: 8192, allow_partial_message: true },
        failure_mode_allow: false,
        grpc_service: { envoy_grpc: { cluster_name: 'ext_authz-opa-service1' }, timeout: '0.250s' },
        transport_api_version: 'V3',
      },
    },
    {
      name: 'envoy.filters.http.router',
      typed_config: { '@type': `${TYPE_PREFIX}envoy.extensions.filters.http.router.v3.Router` },
    },
  ],
  clusters: [
    {
      name: 'ext_authz-opa-service1',
      connect_timeout: '0.250s',
      lb_policy: 'round_robin',
      type: 'strict_dns',
      load_assignment: {
        cluster_name: 'ext_authz-opa-service1',
        endpoints: [{ lb_endpoints: [address('opa.default.svc.cluster.local', 8181)] }],
      },
    },
  ],
};

/** An authoriser by HTTP, with the fields' names in Envoy's other spelling. */
export const RAW_HTTP_AUTHORIZER: RawEnvoy = {
  httpFilters: [
    {
      name: 'company-authorizer',
      typedConfig: {
        '@type': `${TYPE_PREFIX}envoy.extensions.filters.http.ext_authz.v3.ExtAuthz`,
        httpService: {
          serverUri: { uri: 'http://127.0.0.1:4180', cluster: 'authorizer', timeout: '1s' },
          pathPrefix: '/oauth2/auth',
        },
      },
    },
  ],
  clusters: [
    {
      name: 'authorizer',
      type: 'STATIC',
      connectTimeout: '1s',
      loadAssignment: { clusterName: 'authorizer', endpoints: [{ lbEndpoints: [address('127.0.0.1', 4180)] }] },
    },
  ],
};

/** Envoy's OAuth2 filter, as kode's README promises it. */
export const OAUTH2: RawEnvoy = {
  httpFilters: [
    {
      name: 'envoy.filters.http.oauth2',
      typed_config: {
        '@type': `${TYPE_PREFIX}envoy.extensions.filters.http.oauth2.v3.OAuth2`,
        config: {
          token_endpoint: { cluster: 'provider', uri: 'https://sso.example.org/token', timeout: '5s' },
          authorization_endpoint: 'https://sso.example.org/auth',
          redirect_uri: 'https://%REQ(:authority)%/callback',
          redirect_path_matcher: { path: { exact: '/callback' } },
          signout_path: { path: { exact: '/signout' } },
          auth_scopes: ['openid'],
          credentials: {
            client_id: 'kode',
            token_secret: { name: 'token', sds_config: { path_config_source: { path: '/dev/null' } } },
            hmac_secret: { name: 'hmac', sds_config: { path_config_source: { path: '/dev/null' } } },
          },
        },
      },
    },
  ],
  clusters: [
    {
      name: 'provider',
      type: 'LOGICAL_DNS',
      connect_timeout: '5s',
      load_assignment: { cluster_name: 'provider', endpoints: [{ lb_endpoints: [address('sso.example.org', 443)] }] },
      transport_socket: {
        name: 'envoy.transport_sockets.tls',
        typed_config: {
          '@type': `${TYPE_PREFIX}envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext`,
          sni: 'sso.example.org',
        },
      },
    },
  ],
};
