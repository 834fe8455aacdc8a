/**
 * Probes of an app that listens on loopback: the kubelet asks the pod's address, so it asks the sidecar, which asks the app.
 *
 * Only the paths that are probed lead there, by GET, and whatever came with the request stays behind: nobody gets into the app
 * this way.
 */
import type { JsonObject } from '../../api/json';

export interface AppProbe {
  /** Last part of the path that the kubelet asks for: `/app/NAME`. */
  readonly name: string;
  /** Port of the app. */
  readonly port: number;
  /** Path and query that the app is asked for. */
  readonly path: string;
}

/** The path that the kubelet asks the sidecar for. */
export function appProbePath({ name }: Pick<AppProbe, 'name'>): string {
  return `/app/${name}`;
}

/** The routes to the app, for the listener that the kubelet asks. */
export function appProbeRoutes(probes: readonly AppProbe[]): readonly JsonObject[] {
  return probes.map((probe) => ({
    match: { path: appProbePath(probe), headers: [{ name: ':method', string_match: { exact: 'GET' } }] },
    route: {
      cluster: clusterName(probe),
      timeout: '60s',
      // What the kubelet adds to the path isn't asked for, so nobody adds anything.
      regex_rewrite: { pattern: { regex: '^.*$' }, substitution: probe.path.replaceAll('\\', '\\\\') },
    },
    request_headers_to_remove: ['cookie', 'authorization'],
  }));
}

/** The clusters that these routes lead to, one for each port. */
export function appProbeClusters(probes: readonly AppProbe[]): readonly JsonObject[] {
  const byName = new Map(probes.map((probe) => [clusterName(probe), probe.port]));
  return [...byName].map(([name, port]) => ({
    name,
    type: 'STATIC',
    connect_timeout: '1s',
    load_assignment: {
      cluster_name: name,
      endpoints: [
        {
          lb_endpoints: [{ endpoint: { address: { socket_address: { address: '127.0.0.1', port_value: port } } } }],
        },
      ],
    },
  }));
}

function clusterName({ port }: AppProbe): string {
  return `adrasteia-probe-${port}`;
}
