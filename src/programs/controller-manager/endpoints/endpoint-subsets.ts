/** The subsets of an Endpoints object: addresses that serve the same ports stand together. Pure. */
import type { Manifest } from '../../../api/object';
import { isReady, type Pod } from '../pods/pod';
import {
  addressesOf,
  familiesOf,
  handedOnLabels,
  isOffered,
  type OfferedPort,
  offeredHostname,
  offeredPorts,
  type Service,
} from './service';

export interface EndpointAddress {
  readonly ip: string;
  readonly hostname?: string;
  readonly nodeName?: string;
  readonly targetRef: { readonly kind: 'Pod'; readonly namespace: string; readonly name: string; readonly uid: string };
}

export interface EndpointSubset {
  readonly addresses?: readonly EndpointAddress[];
  readonly notReadyAddresses?: readonly EndpointAddress[];
  readonly ports?: readonly OfferedPort[];
}

export const OVER_CAPACITY_ANNOTATION = 'endpoints.kubernetes.io/over-capacity';
const MANAGED_BY_LABEL = 'endpoints.kubernetes.io/managed-by';
const CAPACITY = 1000;

/** An address and whether it is ready. */
interface Offer {
  readonly address: EndpointAddress;
  readonly isReady: boolean;
}

/** The labels of a service's Endpoints. */
function endpointsLabels(service: Service): Readonly<Record<string, string>> {
  return { ...handedOnLabels(service), [MANAGED_BY_LABEL]: 'endpoint-controller' };
}

/** The Endpoints of a service, without those beyond the capacity; annotated where there are any. */
export function endpointsManifest(
  service: Service,
  pods: readonly Pod[],
): Manifest & { readonly subsets: readonly EndpointSubset[] } {
  const offers = offersOf(service, pods);
  const isTruncated = offers.size > CAPACITY;
  const subsets = subsetsOf(isTruncated ? truncated(offers) : offers);
  const { name, namespace = '' } = service.metadata;
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: {
      namespace,
      name,
      labels: endpointsLabels(service),
      ...(isTruncated ? { annotations: { [OVER_CAPACITY_ANNOTATION]: 'truncated' } } : {}),
    },
    subsets,
  };
}

type Offers = ReadonlyMap<string, { readonly offer: Offer; readonly ports: readonly OfferedPort[] }>;

/** By the UID of the pod. */
function offersOf(service: Service, pods: readonly Pod[]): Offers {
  const { publishNotReadyAddresses = false, clusterIP, ports = [] } = service.spec;
  const [family = 'IPv4'] = familiesOf(service);
  const offers = new Map<string, { readonly offer: Offer; readonly ports: readonly OfferedPort[] }>();
  for (const pod of pods) {
    const [ip] = addressesOf(pod, family);
    if (ip === undefined || !isOffered(pod, publishNotReadyAddresses)) continue;
    const offered = offeredPorts(service, pod);
    if (offered.length === 0 && (ports.length > 0 || clusterIP !== 'None')) continue;
    const { name, namespace = '', uid = '' } = pod.metadata;
    const hostname = offeredHostname(service, pod);
    const address = {
      ip,
      ...(hostname === undefined ? {} : { hostname }),
      ...(pod.spec.nodeName === undefined ? {} : { nodeName: pod.spec.nodeName }),
      targetRef: { kind: 'Pod', namespace, name, uid },
    } as const;
    offers.set(uid, { offer: { address, isReady: publishNotReadyAddresses || isReady(pod) }, ports: offered });
  }
  return offers;
}

/** Those that are ready go first. */
function truncated(offers: Offers): Offers {
  const sorted = [...offers].sort(([, a], [, b]) => Number(b.offer.isReady) - Number(a.offer.isReady));
  return new Map(sorted.slice(0, CAPACITY));
}

/** Ports that have the same addresses are one subset. */
function subsetsOf(offers: Offers): readonly EndpointSubset[] {
  const byPort = new Map<string, { readonly port: OfferedPort | undefined; readonly offers: Offer[] }>();
  for (const { offer, ports } of offers.values()) {
    for (const port of ports.length === 0 ? [undefined] : ports) {
      const key = JSON.stringify(port ?? null);
      const group = byPort.get(key) ?? { port, offers: [] };
      group.offers.push(offer);
      byPort.set(key, group);
    }
  }
  const subsets = new Map<string, { readonly ports: OfferedPort[]; readonly offers: readonly Offer[] }>();
  for (const group of byPort.values()) {
    const sorted = [...group.offers].sort((a, b) => orderOf(a).localeCompare(orderOf(b)));
    const key = sorted.map(orderOf).join();
    const subset = subsets.get(key) ?? { ports: [], offers: sorted };
    if (group.port !== undefined) subset.ports.push(group.port);
    subsets.set(key, subset);
  }
  return [...subsets.values()]
    .map(({ ports, offers: members }) => {
      const addresses = members.filter((offer) => offer.isReady).map(({ address }) => address);
      const notReadyAddresses = members.filter((offer) => !offer.isReady).map(({ address }) => address);
      return {
        ...(addresses.length === 0 ? {} : { addresses }),
        ...(notReadyAddresses.length === 0 ? {} : { notReadyAddresses }),
        ...(ports.length === 0 ? {} : { ports: [...ports].sort(byPortNumber) }),
      };
    })
    .sort((a, b) => (JSON.stringify(a.ports) < JSON.stringify(b.ports) ? -1 : 1));
}

function orderOf({ address, isReady: ready }: Offer): string {
  return `${address.ip} ${address.targetRef.uid} ${String(ready)}`;
}

function byPortNumber(a: OfferedPort, b: OfferedPort): number {
  return a.port - b.port || ((a.name ?? '') < (b.name ?? '') ? -1 : 1);
}
