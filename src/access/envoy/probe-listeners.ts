/**
 * What the kubelet and Prometheus ask of a sidecar, and nothing else of Envoy's administration.
 *
 * Ready means: the environment's listener is there, and it is Envoy's. It is asked through a socket that no other container
 * has, so that whoever takes the environment's port in Envoy's place never gets the Service's traffic.
 */
import type { JsonObject } from '../../api/json';
import { type AppProbe, appProbeRoutes } from './app-probe';
import { CLUSTERS, READY_PATH, type SidecarPorts } from './sidecar-names';
import { connectionManager, ROUTER_TYPE, typedConfig } from './typed-config';

/** The two listeners of the static configuration. */
export function probeListeners(
  { readiness, metrics }: SidecarPorts,
  appProbes: readonly AppProbe[],
): readonly JsonObject[] {
  return [
    listener('adrasteia-readiness', readiness, [
      { match: { path: '/live' }, direct_response: { status: 200, body: { inline_string: 'ok\n' } } },
      {
        match: { path: '/ready' },
        route: { cluster: CLUSTERS.environment, prefix_rewrite: READY_PATH, timeout: '2s' },
      },
      ...appProbeRoutes(appProbes),
    ]),
    listener('adrasteia-metrics', metrics, [
      { match: { path: '/stats/prometheus', headers: [GET] }, route: { cluster: CLUSTERS.admin, timeout: '10s' } },
    ]),
  ];
}

const GET = { name: ':method', string_match: { exact: 'GET' } };

function listener(name: string, port: number, routes: readonly JsonObject[]): JsonObject {
  return {
    name,
    address: { socket_address: { address: '0.0.0.0', port_value: port } },
    enable_reuse_port: false,
    // They answer also where browsers use up all connections.
    ignore_global_conn_limit: true,
    bypass_overload_manager: true,
    filter_chains: [
      {
        filters: [
          connectionManager({
            stat_prefix: name,
            route_config: {
              virtual_hosts: [{ name, domains: ['*'], routes: [...routes] }],
            },
            http_filters: [{ name: 'envoy.filters.http.router', typed_config: typedConfig(ROUTER_TYPE) }],
          }),
        ],
      },
    ],
  };
}
