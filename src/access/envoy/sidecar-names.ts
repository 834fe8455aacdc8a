/** Names, ports and files that the sidecar's static and its served configuration agree on. */

/** Names of filters and clusters that raw additions may not begin with. */
export const RESERVED_PREFIX = 'adrasteia';

/** Name of the filter that asks the gate. */
export const GATE_FILTER = 'adrasteia.gate';

/** Names of our clusters. */
export const CLUSTERS = {
  /** The gate, asked about requests: gRPC. */
  authorization: 'adrasteia-authorization',
  /** The gate, asked for configuration: HTTP/1.1. */
  discovery: 'adrasteia-discovery',
  /** The environment's app. */
  app: 'adrasteia-app',
  /** Envoy's own administration, by a socket that nobody else has. */
  admin: 'adrasteia-admin',
  /** The environment's listener, by a socket that nobody else has. */
  environment: 'adrasteia-environment',
} as const;

/** Name of the environment's listener. */
export const ENVIRONMENT_LISTENER = 'adrasteia-environment';

/** The folder of the sidecar's sockets; a volume that no other container of the pod mounts. */
export const SOCKET_FOLDER = '/run/adrasteia';

export const ADMIN_SOCKET = `${SOCKET_FOLDER}/admin.sock`;
export const ENVIRONMENT_SOCKET = `${SOCKET_FOLDER}/environment.sock`;

/** Where the environment's listener says that it is there. Answered before anybody is asked. */
export const READY_PATH = '/.adrasteia/ready';

/**
 * The header by which the gate says how long what a request opens may last, as `3600S`: Envoy knows no other word for it than
 * gRPC's. The app doesn't see it.
 */
export const STREAM_END_HEADER = 'grpc-timeout';

/** Names of what the gate is told about a request, beside the request: ext_authz's context extensions. */
export const CONTEXT = {
  /** `namespace/name` of the EnvironmentAccess. */
  environment: 'environment',
  /** The configuration that the sidecar runs by: `sidecarConfiguration`. */
  configuration: 'configuration',
} as const;

/** Ports of the sidecar beside the environment's own. */
export interface SidecarPorts {
  /** Default 19902. `/ready` and `/live`, for the kubelet. */
  readonly readiness: number;
  /** Default 19903. `/stats/prometheus`. */
  readonly metrics: number;
}

/** The ports, unless the app needs one of them itself. */
export const SIDECAR_PORTS: SidecarPorts = { readiness: 19_902, metrics: 19_903 };

/** `namespace/name`: what a sidecar calls itself, and how the gate knows whose it is. */
export function environmentKey({ namespace, name }: { readonly namespace?: string; readonly name: string }): string {
  return `${namespace ?? ''}/${name}`;
}
