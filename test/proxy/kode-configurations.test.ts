/**
 * Proxy configurations as kode-operator's README and samples have them, through the dialect: Envoy itself judges what becomes of
 * them, and an authoriser by HTTP is asked by a real one. The one by gRPC: raw-filters.test.ts.
 */
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ENVOY_RELEASES } from '../../images/envoy/envoy-release';
import type { EnvironmentAccess } from '../../src/access/environment-access';
import { sidecarClusters } from '../../src/access/envoy/sidecar-clusters';
import { type Manifest, valueAt } from '../../src/api/object';
import { ENFORCING_GATE, placed, renderedAccess } from '../dialects/kode/rendered';
import { validationProblem } from '../support/envoy/envoy-process';
import { ProxiedEnvironment } from '../support/envoy/proxied-environment';
import { staticConfiguration } from '../support/envoy/static-configuration';

const FILTERS = 'type.googleapis.com/envoy.extensions.filters.http';
const HTTP_OPTIONS = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';
const HTTP2 = {
  '@type': `type.googleapis.com/${HTTP_OPTIONS}`,
  explicit_http_config: { http2_protocol_options: {} },
};

const cluster = (name: string, address: string, port: number, more: object = {}) => ({
  name,
  connect_timeout: '0.250s',
  // Lower case, as published.
  lb_policy: 'round_robin',
  type: 'strict_dns',
  load_assignment: {
    cluster_name: name,
    endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: { address, port_value: port } } } }] }],
  },
  ...more,
});

const byGrpc = {
  name: 'envoy.filters.http.ext_authz',
  typed_config: {
    '@type': `${FILTERS}.ext_authz.v3.ExtAuthz`,
    failure_mode_allow: false,
    grpc_service: { envoy_grpc: { cluster_name: 'opa' }, timeout: '0.250s' },
    transport_api_version: 'V3',
  },
};
const byHttp = (port: number) => ({
  name: 'who-is-it',
  typed_config: {
    '@type': `${FILTERS}.ext_authz.v3.ExtAuthz`,
    failure_mode_allow: false,
    http_service: {
      server_uri: { uri: `http://127.0.0.1:${port}`, cluster: 'who-is-it', timeout: '1s' },
      path_prefix: '/verify',
    },
    transport_api_version: 'V3',
  },
});

interface Configuration {
  readonly name: string;
  /** What an EnvoyProxyConfig says. */
  readonly spec: object;
  /** Clusters that are asked by HTTP/2. */
  readonly byHttp2: readonly string[];
}

const OWN: readonly Configuration[] = [
  {
    name: 'OPA by gRPC',
    spec: { httpFilters: [byGrpc], clusters: [cluster('opa', 'opa.default.svc', 9191)] },
    byHttp2: ['opa'],
  },
  {
    name: 'OPA by gRPC, with HTTP/2 given',
    spec: {
      httpFilters: [byGrpc],
      clusters: [
        cluster('opa', 'opa.default.svc', 9191, { typed_extension_protocol_options: { [HTTP_OPTIONS]: HTTP2 } }),
      ],
    },
    byHttp2: ['opa'],
  },
  {
    name: 'an authoriser by HTTP',
    spec: { httpFilters: [byHttp(4180)], clusters: [cluster('who-is-it', '127.0.0.1', 4180)] },
    byHttp2: [],
  },
  {
    name: 'a password, then who it is by HTTP, then what they may by gRPC, with a router at the end',
    spec: {
      authType: 'basic',
      httpFilters: [
        byHttp(4180),
        byGrpc,
        { name: 'envoy.filters.http.router', typed_config: { '@type': `${FILTERS}.router.v3.Router` } },
      ],
      clusters: [cluster('who-is-it', '127.0.0.1', 4180), cluster('opa', 'opa.default.svc', 9191)],
    },
    byHttp2: ['opa'],
  },
];

const SAMPLE = join(__dirname, '../../../shared/seeds/samples/kode/04-envoyproxyconfig-my-envoy-proxy-template.yaml');
const CONFIGURATIONS: readonly Configuration[] = existsSync(SAMPLE)
  ? [
      ...OWN,
      {
        name: 'the published sample',
        spec: (parse(readFileSync(SAMPLE, 'utf8')) as { readonly spec: object }).spec,
        byHttp2: ['ext_authz-opa-service1'],
      },
    ]
  : OWN;

/** What the gate is told of a Kode whose template asks for this configuration. */
function accessOf(spec: object): EnvironmentAccess {
  const apiVersion = 'kode.jacero.io/v1alpha1';
  const objects: readonly Manifest[] = [
    { apiVersion, kind: 'EnvoyProxyConfig', metadata: { name: 'proxy' }, spec },
    {
      apiVersion,
      kind: 'KodeTemplate',
      metadata: { name: 'editor' },
      spec: { type: 'code-server', image: 'registry.example.org/editor:1', envoyProxyRef: { name: 'proxy' } },
    },
    {
      apiVersion,
      kind: 'Kode',
      metadata: { name: 'thesis' },
      spec: { templateRef: { kind: 'KodeTemplate', name: 'editor' }, password: 'only-for-this-test' },
    },
  ];
  return renderedAccess([...placed(objects, 'team-a'), ENFORCING_GATE]);
}

describe.each(CONFIGURATIONS)('$name', ({ spec, byHttp2 }) => {
  test('closes nothing, and is asked by the protocol that it speaks', () => {
    const access = accessOf(spec);
    expect(access.spec.closed).toBeUndefined();
    const asked = sidecarClusters(access).filter(
      (one) => valueAt(one, ['typed_extension_protocol_options', HTTP_OPTIONS, 'explicit_http_config']) !== undefined,
    );
    const raw = new Set(access.spec.envoy?.clusters.map(({ name }) => name));
    expect(asked.map(({ name }) => name).filter((name) => raw.has(name))).toEqual(byHttp2);
  });

  test.each(Object.values(ENVOY_RELEASES))(
    'is taken by Envoy $version',
    async (release) => {
      expect(await validationProblem(staticConfiguration(accessOf(spec)), release)).toBe('');
    },
    60_000,
  );
});

describe('an authoriser by HTTP, as a proxy configuration names it', () => {
  let authorizer: Server;
  let environment: ProxiedEnvironment;
  let says: number;
  const asked: IncomingMessage[] = [];

  beforeAll(async () => {
    authorizer = createServer((request, response) => {
      asked.push(request);
      response.writeHead(says).end();
    });
    authorizer.listen(0, '127.0.0.1');
    await once(authorizer, 'listening');
    const { port } = authorizer.address() as AddressInfo;
    const { envoy } = accessOf({
      httpFilters: [byHttp(port)],
      clusters: [cluster('who-is-it', '127.0.0.1', port)],
    }).spec;
    environment = await ProxiedEnvironment.start(envoy === undefined ? {} : { envoy });
  }, 120_000);

  afterAll(async () => {
    await environment.stop();
    authorizer.close();
    authorizer.closeAllConnections();
  });

  beforeEach(() => {
    says = 200;
    asked.length = 0;
    environment.app.arrivals.length = 0;
  });

  test('is asked about each request, and lets in whom it agrees to', async () => {
    const { status } = await environment.sidecar.ask('/lab', { headers: { authorization: 'Bearer of-the-user' } });
    expect(status).toBe(200);
    expect(asked.map(({ method, url, headers }) => [method, url, headers.authorization])).toEqual([
      ['GET', '/verify/lab', 'Bearer of-the-user'],
    ]);
    expect(environment.app.arrivals).toHaveLength(1);
  });

  test.each([401, 403, 302])('keeps out whom it answers %d', async (answer) => {
    says = answer;
    expect((await environment.sidecar.ask('/')).status).toBe(answer);
    expect(environment.app.arrivals).toEqual([]);
  });

  test.each([500, 503])('keeps everybody out while it answers %d', async (answer) => {
    says = answer;
    expect((await environment.sidecar.ask('/')).status).toBeGreaterThanOrEqual(400);
    expect(environment.app.arrivals).toEqual([]);
  });

  test('lets nobody in once it is away', async () => {
    authorizer.close();
    authorizer.closeAllConnections();
    expect((await environment.sidecar.ask('/')).status).toBe(403);
    expect(environment.app.arrivals).toEqual([]);
  });
});
