import type { RawEnvoy } from '../../../src/access/access-rules';
import { rawClusters } from '../../../src/access/envoy/raw-clusters';
import { checkRawEnvoy } from '../../../src/access/envoy/raw-envoy';
import { rawFilters } from '../../../src/access/envoy/raw-filters';
import type { JsonObject } from '../../../src/api/json';
import { KODE_OPA, OAUTH2, RAW_HTTP_AUTHORIZER } from '../../support/envoy/raw-samples';

const CORS = { '@type': 'type.googleapis.com/envoy.extensions.filters.http.cors.v3.Cors' };
const ROUTER = { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' };
const EXT_AUTHZ = 'type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthz';
const HTTP2 = {
  'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
    '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
    explicit_http_config: { http2_protocol_options: {} },
  },
};

const raw = (httpFilters: readonly JsonObject[], clusters: readonly JsonObject[] = []): RawEnvoy => ({
  httpFilters: [...httpFilters],
  clusters: [...clusters],
});

const cluster = (changes: JsonObject = {}): JsonObject => ({
  name: 'opa',
  load_assignment: {
    endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: { address: 'opa' } } } }] }],
  },
  ...changes,
});

describe('raw additions', () => {
  test.each([
    ['kode’s OPA', KODE_OPA],
    ['an authoriser by HTTP, spelt as Envoy’s JSON', RAW_HTTP_AUTHORIZER],
    ['Envoy’s OAuth2', OAUTH2],
    ['nothing', raw([])],
  ])('that people write pass: %s', (_, sample) => {
    expect(checkRawEnvoy(sample)).toEqual([]);
  });

  test.each<readonly [string, RawEnvoy, string]>([
    ['a filter without a name', raw([{ typed_config: CORS }]), 'spec.envoy.httpFilters[0].name'],
    ['a filter without typed_config', raw([{ name: 'cors' }]), 'spec.envoy.httpFilters[0].typed_config'],
    [
      'typed_config without @type',
      raw([{ name: 'cors', typed_config: {} }]),
      'spec.envoy.httpFilters[0].typed_config.@type',
    ],
    [
      '@type of another form',
      raw([{ name: 'cors', typed_config: { '@type': 'envoy.Cors' } }]),
      'spec.envoy.httpFilters[0].typed_config.@type',
    ],
    [
      'a filter that may be missing',
      raw([{ name: 'cors', typed_config: CORS, is_optional: true }]),
      'spec.envoy.httpFilters[0].is_optional',
    ],
    [
      'a filter that is off',
      raw([{ name: 'cors', typed_config: CORS, disabled: true }]),
      'spec.envoy.httpFilters[0].disabled',
    ],
    ['our filter’s name', raw([{ name: 'adrasteia.gate', typed_config: CORS }]), 'spec.envoy.httpFilters[0].name'],
    [
      'two filters of a name',
      raw([
        { name: 'cors', typed_config: CORS },
        { name: 'cors', typed_config: CORS },
      ]),
      'spec.envoy.httpFilters[1].name',
    ],
    [
      'a router that is told something',
      raw([{ name: 'router', typed_config: { ...ROUTER, respect_expected_rq_timeout: true } }]),
      'spec.envoy.httpFilters[0].typed_config',
    ],
    [
      'a cluster that isn’t there, by gRPC',
      raw([{ name: 'a', typed_config: { '@type': EXT_AUTHZ, grpc_service: { envoy_grpc: { cluster_name: 'opa' } } } }]),
      'spec.envoy.httpFilters[0].typed_config.grpc_service.envoy_grpc.cluster_name',
    ],
    [
      'a cluster of ours',
      raw([
        {
          name: 'a',
          typed_config: {
            '@type': EXT_AUTHZ,
            http_service: { server_uri: { uri: 'http://x', cluster: 'adrasteia-app' } },
          },
        },
      ]),
      'spec.envoy.httpFilters[0].typed_config.http_service.server_uri.cluster',
    ],
    [
      'an authoriser that is passed by where it is down',
      raw([{ name: 'a', typed_config: { '@type': EXT_AUTHZ, failure_mode_allow: true } }]),
      'spec.envoy.httpFilters[0].typed_config.failure_mode_allow',
    ],
    [
      'the same, spelt otherwise',
      raw([{ name: 'a', typedConfig: { '@type': EXT_AUTHZ, failureModeAllow: true } }]),
      'spec.envoy.httpFilters[0].typed_config.failureModeAllow',
    ],
    ['a cluster named like ours', raw([], [cluster({ name: 'Adrasteia-app' })]), 'spec.envoy.clusters[0].name'],
    ['two clusters of a name', raw([], [cluster(), cluster()]), 'spec.envoy.clusters[1].name'],
    ['a cluster that needs a control plane', raw([], [cluster({ type: 'EDS' })]), 'spec.envoy.clusters[0].type'],
    ['a cluster without addresses', raw([], [{ name: 'opa' }]), 'spec.envoy.clusters[0].load_assignment'],
    [
      'a socket by its path, such as that of the administration',
      raw(
        [],
        [
          cluster({
            load_assignment: {
              endpoints: [
                { lb_endpoints: [{ endpoint: { address: { pipe: { path: '/run/adrasteia/admin.sock' } } } }] },
              ],
            },
          }),
        ],
      ),
      'spec.envoy.clusters[0].load_assignment.endpoints[0].lb_endpoints[0].endpoint.address.pipe',
    ],
  ])('are refused at their field: %s', (_, sample, path) => {
    expect(checkRawEnvoy(sample).map((problem) => problem.path)).toEqual([path]);
  });

  test('have every problem said at once, below the path that is asked for', () => {
    const problems = checkRawEnvoy(raw([{ typed_config: {} }], [{ name: '' }]), 'spec.httpFilters');
    expect(problems).toHaveLength(4);
    for (const { path } of problems) expect(path).toMatch(/^spec\.httpFilters\./);
  });
});

describe('raw filters', () => {
  test('stand in their order, without the router that files for whole chains end with', () => {
    expect(rawFilters(KODE_OPA).map(({ name }) => name)).toEqual(['envoy.filters.http.ext_authz']);
  });
});

describe('raw clusters', () => {
  test('that are asked by gRPC speak HTTP/2, and types are in Envoy’s own case', () => {
    expect(rawClusters(KODE_OPA)).toEqual([
      {
        ...KODE_OPA.clusters[0],
        type: 'STRICT_DNS',
        lb_policy: 'ROUND_ROBIN',
        typed_extension_protocol_options: HTTP2,
      },
    ]);
  });

  test('that are asked otherwise stay as they are', () => {
    expect(rawClusters(RAW_HTTP_AUTHORIZER)).toEqual(RAW_HTTP_AUTHORIZER.clusters);
  });

  test('that say which protocol they speak keep it', () => {
    const grpc = {
      name: 'a',
      typed_config: { '@type': EXT_AUTHZ, grpc_service: { envoy_grpc: { cluster_name: 'opa' } } },
    };
    const options = { ...HTTP2, 'another.option': { '@type': 'type.googleapis.com/another.Option' } };
    for (const said of [
      { typed_extension_protocol_options: options },
      { http2_protocol_options: {} },
      { http2ProtocolOptions: {} },
    ]) {
      expect(rawClusters(raw([grpc], [cluster(said)]))).toEqual([cluster(said)]);
    }
  });
});
