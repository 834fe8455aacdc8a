/**
 * What the sidecar is started with. It never changes with a policy, so that no policy restarts a pod: who gets in, and how the
 * app is reached, comes from the gate by discovery (LDS and CDS, as JSON over HTTP).
 *
 * Until the gate has answered once, Envoy waits and listens nowhere. While the gate is away, it goes on with what it has, and
 * each request is refused because nobody can be asked.
 *
 * Administration and the environment's own readiness are Unix sockets in a folder of this container alone: what listens on
 * loopback is within reach of whoever has a terminal in the environment, who could end the sidecar and take its port.
 */
import { canonicalJson, type JsonObject } from '../../api/json';
import type { GateSpec } from '../gate';
import { type AppProbe, appProbeClusters } from './app-probe';
import { probeListeners } from './probe-listeners';
import {
  ADMIN_SOCKET,
  CLUSTERS,
  ENVIRONMENT_SOCKET,
  environmentKey,
  SIDECAR_PORTS,
  type SidecarPorts,
} from './sidecar-names';
import { typedConfig } from './typed-config';

/** Whose sidecar it is, and where its gate is. */
export interface SidecarBootstrapOptions {
  /** Of the EnvironmentAccess. */
  readonly name: string;
  readonly namespace: string;
  /** `spec.listenPort` of the EnvironmentAccess: kept occupied also where the gate knows no such environment. */
  readonly listenPort: number;
  readonly service: GateSpec['service'];
  /** Bytes of memory that Envoy may hold before it refuses requests. Default 200 MiB. */
  readonly heapBytes?: number;
  readonly ports?: SidecarPorts;
  /** What the kubelet asks of an app that listens on loopback. Default: nothing. */
  readonly appProbes?: readonly AppProbe[];
}

/** Connections at the same time, of all browsers: a page has a handful, each terminal and each kernel one more. */
const CONNECTIONS_MAX = 4_096;

export const DEFAULT_HEAP_BYTES = 200 * 1024 * 1024;

/** The JSON text of a bootstrap: the same input gives the same bytes. */
export function sidecarBootstrap(options: SidecarBootstrapOptions): string {
  const { listenPort, service, heapBytes = DEFAULT_HEAP_BYTES, ports = SIDECAR_PORTS, appProbes = [] } = options;
  return canonicalJson({
    node: { id: environmentKey(options), cluster: 'adrasteia', metadata: { listenPort } },
    // 0600: of what runs in this container, only Envoy's user.
    admin: { address: { pipe: { path: ADMIN_SOCKET, mode: 0o600 } } },
    // A list of layers without one for the administration: settings can't be changed while it runs.
    layered_runtime: { layers: [{ name: 'fixed', static_layer: {} }] },
    application_log_config: { log_format: { json_format: LOG_FIELDS } },
    overload_manager: overloadManager(heapBytes),
    dynamic_resources: { lds_config: fromGate(), cds_config: fromGate() },
    static_resources: {
      listeners: probeListeners(ports, appProbes),
      clusters: [
        gateCluster(CLUSTERS.authorization, service, service.authorizationPort, AUTHORIZATION_PROTOCOL),
        gateCluster(CLUSTERS.discovery, service, service.discoveryPort, {
          explicit_http_config: { http_protocol_options: {} },
        }),
        pipeCluster(CLUSTERS.admin, ADMIN_SOCKET),
        pipeCluster(CLUSTERS.environment, ENVIRONMENT_SOCKET),
        ...appProbeClusters(appProbes),
      ],
    },
  } satisfies JsonObject);
}

const LOG_FIELDS = { time: '%Y-%m-%dT%T.%eZ', level: '%l', logger: '%n', message: '%j' };

/**
 * Asked again as soon as it has answered; the gate holds its answer until there is something to say, at most about 25 s. The delay
 * counts where two changes follow each other, and while the gate is away, when each failure is a line of the log: Envoy waits
 * once to twice as long. Without an end to the first wait Envoy would begin to listen, and be called ready, without knowing
 * what for.
 */
function fromGate(): JsonObject {
  return {
    resource_api_version: 'V3',
    initial_fetch_timeout: '0s',
    api_config_source: {
      api_type: 'REST',
      transport_api_version: 'V3',
      cluster_names: [CLUSTERS.discovery],
      refresh_delay: '0.5s',
      request_timeout: '30s',
    },
  };
}

/** A gate that has gone away without a word is noticed after 5 to 8 seconds, and not by each request anew. */
const AUTHORIZATION_PROTOCOL = {
  explicit_http_config: {
    http2_protocol_options: {
      connection_keepalive: { interval: '5s', timeout: '3s', connection_idle_interval: '2s' },
    },
  },
};

/**
 * Behind a Service's one address a health check would only tell what requests tell sooner; where its name gives the address of
 * each replica, one that doesn't answer is left out for a while.
 */
function gateCluster(name: string, service: GateSpec['service'], port: number, protocol: JsonObject): JsonObject {
  return {
    name,
    type: 'STRICT_DNS',
    connect_timeout: '1s',
    dns_lookup_family: 'ALL',
    lb_policy: 'ROUND_ROBIN',
    load_assignment: loadAssignment(name, {
      socket_address: { address: `${service.name}.${service.namespace}.svc`, port_value: port },
    }),
    upstream_connection_options: {
      tcp_keepalive: { keepalive_probes: 3, keepalive_time: 10, keepalive_interval: 5 },
    },
    outlier_detection: {
      consecutive_5xx: 3,
      interval: '1s',
      base_ejection_time: '5s',
      max_ejection_percent: 50,
    },
    typed_extension_protocol_options: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': typedConfig(
        'envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
        protocol,
      ),
    },
  };
}

function pipeCluster(name: string, path: string): JsonObject {
  return {
    name,
    type: 'STATIC',
    connect_timeout: '1s',
    load_assignment: loadAssignment(name, { pipe: { path } }),
  };
}

function loadAssignment(name: string, address: JsonObject): JsonObject {
  return { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }] };
}

/** Refusing is better than being killed: that would end everybody's terminals. */
function overloadManager(heapBytes: number): JsonObject {
  const heap = 'envoy.resource_monitors.fixed_heap';
  const action = (name: string, value: number) => ({
    name: `envoy.overload_actions.${name}`,
    triggers: [{ name: heap, threshold: { value } }],
  });
  return {
    refresh_interval: '0.25s',
    resource_monitors: [
      {
        name: heap,
        typed_config: typedConfig('envoy.extensions.resource_monitors.fixed_heap.v3.FixedHeapConfig', {
          max_heap_size_bytes: heapBytes,
        }),
      },
      {
        name: 'envoy.resource_monitors.global_downstream_max_connections',
        typed_config: typedConfig(
          'envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig',
          { max_active_downstream_connections: CONNECTIONS_MAX },
        ),
      },
    ],
    actions: [action('shrink_heap', 0.85), action('stop_accepting_requests', 0.95)],
  };
}
