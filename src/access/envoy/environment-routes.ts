/**
 * Which requests reach the app: those to the environment's host and below its path. By any other name (a rebound one, say) an
 * environment that asks for no sign-in would be read by any page.
 */
import type { JsonObject } from '../../api/json';
import { ANY_HOST, type EnvironmentAccessSpec } from '../environment-access';
import { askedFor, type GateContext, NOT_ASKED } from './gate-filter';
import { CLUSTERS, STREAM_END_HEADER } from './sidecar-names';

/** The route configuration of an environment. */
export function environmentRoutes(spec: EnvironmentAccessSpec, context: GateContext): JsonObject {
  const { host, path } = spec.address;
  return {
    name: 'environment',
    // Entries on ports of their own, as in tests and behind forwarded ports.
    ignore_port_in_host_matching: true,
    // Listeners and clusters come by themselves, in any order: one that comes first must not be refused.
    validate_clusters: false,
    // What Envoy notes for itself is nothing to apps and browsers; but for x-envoy-original-path, of which the access log is made.
    request_headers_to_remove: [
      'x-envoy-external-address',
      'x-envoy-internal',
      'x-envoy-expected-rq-timeout-ms',
      STREAM_END_HEADER,
    ],
    response_headers_to_remove: ['x-envoy-upstream-service-time'],
    virtual_hosts: [
      {
        name: 'environment',
        domains: [host === ANY_HOST ? '*' : withoutPort(host)],
        typed_per_filter_config: askedFor(context),
        routes: [...routesTo(spec), ...(path === '/' ? [] : [nowhere(404, 'There is nothing at this address.\n')])],
      },
      ...(host === ANY_HOST
        ? []
        : [{ name: 'others', domains: ['*'], routes: [nowhere(421, 'No environment has this name.\n')] }]),
    ],
  };
}

function routesTo({ address: { path, scheme }, app }: EnvironmentAccessSpec): readonly JsonObject[] {
  if (path === '/') return [{ match: { prefix: '/' }, route: APP }];
  if (app.basePath === 'Keep') return [{ match: { path_separated_prefix: path }, route: APP }];
  return [
    {
      match: { path },
      // Links of a page at /prefix would lead beside it.
      redirect: { path_redirect: `${path}/`, scheme_redirect: scheme, response_code: 'TEMPORARY_REDIRECT' },
    },
    {
      match: { prefix: `${path}/` },
      route: { ...APP, prefix_rewrite: '/' },
      request_headers_to_add: [
        { header: { key: 'x-forwarded-prefix', value: path }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' },
      ],
    },
  ];
}

/** No end to an answer but that of the session: kernels, builds and downloads take what they take. */
const APP = {
  cluster: CLUSTERS.app,
  timeout: '0s',
  // Zero: as long as the gate says.
  max_stream_duration: { grpc_timeout_header_max: '0s' },
};

function nowhere(status: number, text: string): JsonObject {
  return {
    match: { prefix: '/' },
    direct_response: { status, body: { inline_string: text } },
    typed_per_filter_config: NOT_ASKED,
  };
}

function withoutPort(host: string): string {
  return host.replace(/:\d+$/, '').toLowerCase();
}
