/** The clusters of an environment, as the gate serves them to the sidecar: the app, and those of raw additions. */
import type { JsonObject } from '../../api/json';
import type { EnvironmentAccess } from '../environment-access';
import { rawClusters } from './raw-clusters';
import { checkRawEnvoy } from './raw-envoy';
import { CLUSTERS } from './sidecar-names';
import { typedConfig } from './typed-config';

/** Each websocket is a connection to the app, and holds it while it is open. */
const APP_CONNECTIONS_MAX = 4_096;

/** The clusters. Raw ones that don't pass `checkRawEnvoy` are left out, all together: the listener is closed then. */
export function sidecarClusters({ spec }: Pick<EnvironmentAccess, 'spec'>): readonly JsonObject[] {
  const isSound = spec.envoy === undefined || checkRawEnvoy(spec.envoy).length === 0;
  return [appCluster(spec.app.port), ...(isSound ? rawClusters(spec.envoy) : [])];
}

function appCluster(port: number): JsonObject {
  return {
    name: CLUSTERS.app,
    type: 'STATIC',
    connect_timeout: '2s',
    load_assignment: {
      cluster_name: CLUSTERS.app,
      endpoints: [
        { lb_endpoints: [{ endpoint: { address: { socket_address: { address: '127.0.0.1', port_value: port } } } }] },
      ],
    },
    circuit_breakers: {
      thresholds: [
        {
          max_connections: APP_CONNECTIONS_MAX,
          max_pending_requests: APP_CONNECTIONS_MAX,
          max_requests: APP_CONNECTIONS_MAX,
        },
      ],
    },
    typed_extension_protocol_options: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': typedConfig(
        'envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
        {
          explicit_http_config: { http_protocol_options: {} },
          // Below Node's 5 s: a request must not meet an app that is just closing an idle connection.
          common_http_protocol_options: { idle_timeout: '4s' },
        },
      ),
    },
  };
}
