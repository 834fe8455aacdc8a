/** Services, and what of their pods they offer. Pure. */
import type { KubeObject } from '../../../api/object';
import { isFinished, type Pod } from '../pods/pod';

export interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly protocol?: string;
  readonly targetPort?: number | string;
  readonly appProtocol?: string;
}

export interface Service extends KubeObject {
  readonly spec: {
    readonly type?: string;
    readonly clusterIP?: string;
    readonly ipFamilies?: readonly string[];
    readonly selector?: Readonly<Record<string, string>>;
    readonly ports?: readonly ServicePort[];
    readonly publishNotReadyAddresses?: boolean;
  };
}

/** A port under which a pod serves. */
export interface OfferedPort {
  readonly name?: string;
  readonly port: number;
  readonly protocol?: string;
  readonly appProtocol?: string;
}

const HEADLESS_LABEL = 'service.kubernetes.io/headless';

/** The labels of what is made for a service: its own, and what tells whether it has an address. */
export function handedOnLabels({ metadata, spec }: Service): Readonly<Record<string, string>> {
  const { [HEADLESS_LABEL]: _own, ...labels } = metadata.labels ?? {};
  return hasAddress(spec.clusterIP) ? labels : { ...labels, [HEADLESS_LABEL]: '' };
}

/** True where a pod has something to offer; pods on their way out only where those are wanted. */
export function isOffered(pod: Pod, withTerminating: boolean): boolean {
  if (isFinished(pod) || ((pod.status?.podIP ?? '') === '' && (pod.status?.podIPs ?? []).length === 0)) return false;
  return withTerminating || pod.metadata.deletionTimestamp === undefined;
}

/** The pod's ports that the service leads to, in the service's order; a name that the pod doesn't have leads nowhere. */
export function offeredPorts({ spec }: Service, pod: Pod): readonly OfferedPort[] {
  return (spec.ports ?? []).flatMap((servicePort) => {
    const port = findPort(pod, servicePort);
    if (port === undefined) return [];
    const { name, protocol, appProtocol } = servicePort;
    return [
      {
        ...(name === undefined ? {} : { name }),
        port,
        ...(protocol === undefined ? {} : { protocol }),
        ...(appProtocol === undefined ? {} : { appProtocol }),
      },
    ];
  });
}

/** The host name by which the service's DNS knows the pod. */
export function offeredHostname({ metadata }: Service, { spec }: Pod): string | undefined {
  const { hostname = '', subdomain } = spec;
  return hostname !== '' && subdomain === metadata.name ? hostname : undefined;
}

/** The pod's addresses of a family, `IPv4` or `IPv6`. */
export function addressesOf({ status }: Pod, family: string): readonly string[] {
  const ips = status?.podIPs?.map(({ ip }) => ip) ?? [status?.podIP ?? ''];
  return ips.filter((ip) => ip !== '' && ip.includes(':') === (family === 'IPv6'));
}

/** The families in which a service is offered. */
export function familiesOf({ spec }: Service): readonly string[] {
  if (spec.ipFamilies !== undefined && spec.ipFamilies.length > 0) return spec.ipFamilies;
  if (hasAddress(spec.clusterIP)) return [spec.clusterIP?.includes(':') === true ? 'IPv6' : 'IPv4'];
  return ['IPv4', 'IPv6'];
}

function hasAddress(clusterIP: string | undefined): boolean {
  return clusterIP !== undefined && clusterIP !== '' && clusterIP !== 'None';
}

function findPort({ spec }: Pod, { targetPort, port, protocol = 'TCP' }: ServicePort): number | undefined {
  if (typeof targetPort !== 'string') return targetPort === undefined || targetPort === 0 ? port : targetPort;
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  for (const container of [...spec.containers, ...sidecars]) {
    for (const candidate of container.ports ?? []) {
      if (candidate.name === targetPort && (candidate.protocol ?? 'TCP') === protocol) return candidate.containerPort;
    }
  }
  return undefined;
}
