/**
 * The listener of an environment, as the gate serves it to the sidecar.
 *
 * In order: what a browser must not say about itself is taken off (`early-headers`), the gate is asked (`gate-filter`), raw
 * additions of the environment's policy have their say, and the router leads to the app.
 *
 * A listener that differs from the one before in anything takes its place, and Envoy closes what is open on the old one,
 * websockets included. That is how rights are taken away from who is in: by another `revision` and nothing else.
 */
import type { JsonObject } from '../../api/json';
import type { EnvironmentAccess } from '../environment-access';
import { accessLog } from './access-log';
import { earlyHeaders } from './early-headers';
import { environmentRoutes } from './environment-routes';
import { gateFilter } from './gate-filter';
import { localReplies } from './local-replies';
import { checkRawEnvoy } from './raw-envoy';
import { rawFilters } from './raw-filters';
import { sidecarConfiguration } from './sidecar-configuration';
import { ENVIRONMENT_LISTENER, ENVIRONMENT_SOCKET, environmentKey, READY_PATH } from './sidecar-names';
import { connectionManager, ROUTER_TYPE, typedConfig } from './typed-config';

/**
 * Longer than anybody is away from a page that is open, and an end to connections whose browser has vanished. A request has no
 * other limit: an upload, a download or an answer may take as long as it goes on.
 */
const IDLE = '86400s';

/**
 * The listener of an environment. `revision` is any text; another one ends all that is open.
 * With raw additions that don't pass `checkRawEnvoy` it lets nobody in.
 */
export function sidecarListener(access: EnvironmentAccess, revision: string): JsonObject {
  const { spec } = access;
  const isSound = spec.envoy === undefined || checkRawEnvoy(spec.envoy).length === 0;
  if (!isSound) return closedListener(spec.listenPort, revision);
  const context = { environment: environmentKey(access.metadata), configuration: sidecarConfiguration(access) };
  return listener(spec.listenPort, revision, {
    stat_prefix: 'environment',
    codec_type: 'AUTO',
    ...HARDENING,
    scheme_header_transformation: { scheme_to_overwrite: spec.address.scheme },
    early_header_mutation_extensions: earlyHeaders(spec.address),
    upgrade_configs: [{ upgrade_type: 'websocket' }],
    stream_idle_timeout: IDLE,
    access_log: accessLog(),
    local_reply_config: localReplies(),
    route_config: environmentRoutes(spec, context),
    http_filters: [
      READINESS,
      gateFilter(),
      ...rawFilters(spec.envoy),
      { name: 'envoy.filters.http.router', typed_config: typedConfig(ROUTER_TYPE) },
    ],
  });
}

/**
 * A listener that lets nobody in, and keeps the port from anybody else in the pod: for an environment that the gate doesn't know.
 * It isn't ready.
 */
export function closedListener(listenPort: number, revision: string): JsonObject {
  return listener(listenPort, revision, {
    stat_prefix: 'environment',
    ...HARDENING,
    route_config: {
      virtual_hosts: [
        {
          name: 'closed',
          domains: ['*'],
          routes: [
            {
              match: { prefix: '/' },
              direct_response: {
                status: 503,
                body: { inline_string: 'The access layer knows no such environment.\n' },
              },
            },
          ],
        },
      ],
    },
    http_filters: [{ name: 'envoy.filters.http.router', typed_config: typedConfig(ROUTER_TYPE) }],
  });
}

/** What is the same whatever stands behind it. */
const HARDENING = {
  /**
   * The entry's controller is the one hop that is believed: it says who the client is, and is the last to add to
   * X-Forwarded-For. Nobody counts as internal, whose headers would be believed: an empty list would mean private addresses.
   */
  use_remote_address: true,
  xff_num_trusted_hops: 1,
  internal_address_config: { cidr_ranges: [{ address_prefix: '255.255.255.255', prefix_len: 32 }] },
  /**
   * What the gate, raw filters and the app see is the same path: dots resolved, slashes merged, `%2F` and `%5C` being what
   * they stand for. Left alone, `/a%2F..%2Fb` is one thing for who decides and another for the app; refused, JupyterLab's
   * collaboration and whatever code-server proxies would break, which write `/` in names so. Queries are never touched.
   */
  normalize_path: true,
  merge_slashes: true,
  path_with_escaped_slashes_action: 'UNESCAPE_AND_FORWARD',
  strip_trailing_host_dot: true,
  common_http_protocol_options: {
    /** Apps of CGI's kind take `x_auth_request_user` for `x-auth-request-user`. */
    headers_with_underscores_action: 'DROP_HEADER',
    max_headers_count: 100,
    idle_timeout: '3600s',
  },
  /** KiB, as nginx's and Node's limits together allow: what is larger gets 431. */
  max_request_headers_kb: 60,
  request_headers_timeout: '15s',
  http2_protocol_options: {
    /** A browser's requests come many at once from an entry that speaks HTTP/2; each stream costs memory. */
    max_concurrent_streams: 256,
    initial_stream_window_size: 262_144,
    initial_connection_window_size: 1_048_576,
    /** Websockets over HTTP/2. */
    allow_connect: true,
  },
  /** The app's own, and none where Envoy answers. */
  server_header_transformation: 'PASS_THROUGH',
} as const satisfies JsonObject;

/** Answered before anybody is asked; says nothing but that the listener is there. */
const READINESS = {
  name: 'adrasteia.readiness',
  typed_config: typedConfig('envoy.extensions.filters.http.health_check.v3.HealthCheck', {
    pass_through_mode: false,
    headers: [{ name: ':path', string_match: { exact: READY_PATH } }],
  }),
};

/** Always with the same addresses: Envoy refuses to replace a listener by one that has only some of them. */
function listener(listenPort: number, revision: string, manager: JsonObject): JsonObject {
  return {
    name: ENVIRONMENT_LISTENER,
    address: { socket_address: { address: '0.0.0.0', port_value: listenPort } },
    additional_addresses: [{ address: { pipe: { path: ENVIRONMENT_SOCKET, mode: 0o600 } } }],
    // Another process of the pod can't take a share of the port.
    enable_reuse_port: false,
    per_connection_buffer_limit_bytes: 1_048_576,
    metadata: { filter_metadata: { 'adrasteia.dev': { revision } } },
    filter_chains: [{ filters: [connectionManager(manager)] }],
  };
}
