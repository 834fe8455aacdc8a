/** The container of the sidecar, in the words of the environment model. */
import type { JsonObject } from '../../api/json';
import { parseQuantity } from '../../api/quantity';
import type { GateSpec } from '../gate';
import type { AppProbe } from './app-probe';
import { DEFAULT_HEAP_BYTES, sidecarBootstrap } from './sidecar-bootstrap';
import { SIDECAR_PORTS, type SidecarPorts, SOCKET_FOLDER } from './sidecar-names';

export interface SidecarContainerOptions {
  /** Of the EnvironmentAccess. */
  readonly name: string;
  readonly namespace: string;
  readonly listenPort: number;
  /** Name of the port that the Service leads to. Default `http`. */
  readonly portName?: string;
  readonly gate: Pick<GateSpec, 'service' | 'sidecar'>;
  readonly ports?: SidecarPorts;
  /** What the kubelet asks of an app that listens on loopback. Default: nothing. */
  readonly appProbes?: readonly AppProbe[];
}

/** A container, as the environment model has it, with the one volume that it mounts. */
export interface SidecarContainer {
  readonly container: {
    readonly name: string;
    readonly image: string;
    readonly command: readonly string[];
    readonly args: readonly string[];
    readonly env: readonly JsonObject[];
    readonly ports: readonly { readonly name: string; readonly port: number; readonly protocol: 'TCP' }[];
    readonly resources: JsonObject;
    readonly probes: { readonly startup: JsonObject; readonly ready: JsonObject; readonly live: JsonObject };
    readonly mounts: readonly { readonly volume: string; readonly mountPath: string }[];
    readonly securityContext: JsonObject;
  };
  /** In memory, and no other container's: whoever can open its sockets can end the sidecar. */
  readonly volume: {
    readonly type: 'scratch';
    readonly name: string;
    readonly medium: 'Memory';
    readonly sizeLimit: string;
  };
  /**
   * It must have the environment's port before the app could take it: an init container that is always restarted, whose
   * startup probe the app waits for.
   */
  readonly restartPolicy: 'Always';
}

/** A user that no app has: of the same user, another process could share the sidecar's ports. */
const USER = 19_902;

const VOLUME = 'sidecar-sockets';

/** Idle it holds 66 MB, its program among them, and takes next to no processor time. */
const DEFAULT_RESOURCES: JsonObject = {
  requests: { cpu: '10m', memory: '80Mi' },
  limits: { memory: '256Mi' },
};

/** The container of an environment's sidecar; the same input gives the same bytes. */
export function sidecarContainer(options: SidecarContainerOptions): SidecarContainer {
  const { name, namespace, listenPort, portName = 'http', gate, ports = SIDECAR_PORTS, appProbes = [] } = options;
  const resources = (gate.sidecar.resources as JsonObject | undefined) ?? DEFAULT_RESOURCES;
  const bootstrap = sidecarBootstrap({
    name,
    namespace,
    listenPort,
    service: gate.service,
    heapBytes: heapBytes(resources),
    ports,
    appProbes,
  });
  return {
    container: {
      name: 'sidecar',
      image: gate.sidecar.image,
      command: ['/usr/local/bin/envoy'],
      args: sidecarArguments(bootstrap),
      env: [],
      ports: [
        { name: portName, port: listenPort, protocol: 'TCP' },
        { name: 'sidecar-ready', port: ports.readiness, protocol: 'TCP' },
        { name: 'sidecar-metrics', port: ports.metrics, protocol: 'TCP' },
      ],
      resources,
      probes: {
        // Waits ten minutes for a gate before the container is started anew, which is seen.
        startup: { httpGet: { path: '/ready', port: ports.readiness }, periodSeconds: 1, failureThreshold: 600 },
        ready: { httpGet: { path: '/ready', port: ports.readiness }, periodSeconds: 5, timeoutSeconds: 3 },
        live: {
          httpGet: { path: '/live', port: ports.readiness },
          periodSeconds: 10,
          timeoutSeconds: 3,
          failureThreshold: 6,
        },
      },
      mounts: [{ volume: VOLUME, mountPath: SOCKET_FOLDER }],
      securityContext: {
        runAsNonRoot: true,
        runAsUser: USER,
        runAsGroup: USER,
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
        seccompProfile: { type: 'RuntimeDefault' },
      },
    },
    volume: { type: 'scratch', name: VOLUME, medium: 'Memory', sizeLimit: '1Mi' },
    restartPolicy: 'Always',
  };
}

/**
 * What Envoy is started with. A listener that was replaced closes its streams after one second. Nothing is handed from one
 * process to the next, since that would go through sockets that the whole pod sees.
 */
export function sidecarArguments(bootstrap: string): readonly string[] {
  return [
    '--config-yaml',
    // Kubernetes replaces $(NAME) in arguments.
    bootstrap.replaceAll('$(', '$$('),
    '--concurrency',
    '1',
    '--disable-hot-restart',
    // A misspelt field would be skipped, and with it perhaps what keeps somebody out.
    '--reject-unknown-dynamic-fields',
    '--drain-time-s',
    '1',
    '--drain-strategy',
    'immediate',
    // How late a line of the access log may come.
    '--file-flush-interval-msec',
    '1000',
    '--log-level',
    'warning',
  ];
}

/** Four fifths of the container's memory; the rest is threads, buffers of the kernel and what isn't counted. */
function heapBytes(resources: JsonObject): number {
  const limits = resources['limits'] as JsonObject | undefined;
  const memory = limits?.['memory'];
  if (typeof memory !== 'string' && typeof memory !== 'number') return DEFAULT_HEAP_BYTES;
  return Number((parseQuantity(memory).nanos * 4n) / 5n / 10n ** 9n);
}
