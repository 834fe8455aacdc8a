/** The EndpointSlices of a service, and what is to be changed of those there are. Pure. */
import type { KubeObject, Manifest, OwnerReference } from '../../../api/object';
import { isReady, type Pod } from '../pods/pod';
import { isSemanticallyEqual } from '../semantic-equality';
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

export interface Endpoint {
  readonly addresses: readonly string[];
  readonly conditions: { readonly ready: boolean; readonly serving: boolean; readonly terminating: boolean };
  readonly hostname?: string;
  readonly nodeName?: string;
  readonly zone?: string;
  readonly targetRef?: {
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
    readonly uid: string;
  };
}

export interface EndpointSlice extends KubeObject {
  readonly addressType: string;
  readonly endpoints?: readonly Endpoint[] | null;
  readonly ports?: readonly Partial<OfferedPort>[] | null;
}

export interface SliceChanges {
  readonly create: readonly (Manifest & EndpointSlice)[];
  readonly update: readonly EndpointSlice[];
  readonly delete: readonly EndpointSlice[];
}

export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';
export const MANAGED_BY_LABEL = 'endpointslice.kubernetes.io/managed-by';
export const SLICE_MANAGER = 'endpointslice-controller.k8s.io';
const ENDPOINTS_MAX = 100;
const ZONE_LABEL = 'topology.kubernetes.io/zone';

export interface SliceFacts {
  readonly pods: readonly Pod[];
  /** Those that this controller made for the service. */
  readonly existing: readonly EndpointSlice[];
  readonly findNode: (name: string) => KubeObject | undefined;
  readonly owner: OwnerReference;
}

/** What makes the slices be what the service's pods offer. Endpoints stay in the slice that they are in. */
export function sliceChanges(service: Service, facts: SliceFacts): SliceChanges {
  const families = familiesOf(service);
  const changes = { create: [] as EndpointSlice[], update: [] as EndpointSlice[], delete: [] as EndpointSlice[] };
  changes.delete.push(...facts.existing.filter(({ addressType }) => !families.includes(addressType)));
  for (const family of families) {
    const part = familyChanges(service, family, {
      ...facts,
      existing: facts.existing.filter(({ addressType }) => addressType === family),
    });
    changes.create.push(...part.create);
    changes.update.push(...part.update);
    changes.delete.push(...part.delete);
  }
  return recycled(changes);
}

function familyChanges(service: Service, family: string, facts: SliceFacts): SliceChanges {
  const create: EndpointSlice[] = [];
  const update: EndpointSlice[] = [];
  const remove: EndpointSlice[] = [];
  const existing = new Map<string, EndpointSlice[]>();
  for (const slice of facts.existing) {
    const isOurs = (slice.metadata.ownerReferences ?? []).some(({ uid }) => uid === service.metadata.uid);
    if (!isOurs) remove.push(slice);
    else existing.set(portsKey(slice.ports ?? []), [...(existing.get(portsKey(slice.ports ?? [])) ?? []), slice]);
  }
  const desired = endpointsByPorts(service, family, facts);
  for (const [key, { ports, endpoints }] of desired) {
    const part = groupChanges(service, existing.get(key) ?? [], endpoints, () =>
      emptySlice(service, family, ports, facts.owner),
    );
    create.push(...part.create);
    update.push(...part.update);
    remove.push(...part.delete);
  }
  for (const [key, slices] of existing) if (!desired.has(key)) remove.push(...slices);
  if (remove.length < facts.existing.length || create.length > 0) return { create, update, delete: remove };
  // A service without endpoints has one slice that says so.
  const placeholder = emptySlice(service, family, [], facts.owner);
  const [only] = remove;
  const isThere =
    remove.length === 1 &&
    only !== undefined &&
    (only.endpoints ?? []).length === 0 &&
    (only.ports ?? []).length === 0 &&
    isSemanticallyEqual(only.metadata.labels, placeholder.metadata.labels) &&
    isSemanticallyEqual(only.metadata.ownerReferences, placeholder.metadata.ownerReferences);
  return isThere ? { create: [], update, delete: [] } : { create: [placeholder], update, delete: remove };
}

/** What a service's pods offer, by the ports that they offer. */
function endpointsByPorts(
  service: Service,
  family: string,
  { pods, findNode }: SliceFacts,
): ReadonlyMap<string, { readonly ports: readonly OfferedPort[]; readonly endpoints: Map<string, Endpoint> }> {
  const groups = new Map<
    string,
    { readonly ports: readonly OfferedPort[]; readonly endpoints: Map<string, Endpoint> }
  >();
  for (const pod of pods) {
    if (!isOffered(pod, true)) continue;
    const ports = offeredPorts(service, pod).map((port) => ({ name: '', ...port }));
    const key = portsKey(ports);
    const group = groups.get(key) ?? { ports, endpoints: new Map<string, Endpoint>() };
    groups.set(key, group);
    const node = findNode(pod.spec.nodeName ?? '');
    if (node === undefined && service.spec.publishNotReadyAddresses !== true) continue;
    const endpoint = endpointOf(service, pod, { family, node });
    if (endpoint.addresses.length > 0) group.endpoints.set(pod.metadata.uid ?? '', endpoint);
  }
  return groups;
}

function endpointOf(
  service: Service,
  pod: Pod,
  { family, node }: { readonly family: string; readonly node: KubeObject | undefined },
): Endpoint {
  const serving = isReady(pod);
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const { name, namespace = '', uid = '' } = pod.metadata;
  const { nodeName = '' } = pod.spec;
  const zone = node?.metadata.labels?.[ZONE_LABEL] ?? '';
  const hostname = offeredHostname(service, pod);
  return {
    addresses: addressesOf(pod, family),
    conditions: {
      ready: service.spec.publishNotReadyAddresses === true || (serving && !terminating),
      serving,
      terminating,
    },
    ...(hostname === undefined ? {} : { hostname }),
    ...(nodeName === '' ? {} : { nodeName }),
    targetRef: { kind: 'Pod', namespace, name, uid },
    ...(zone === '' ? {} : { zone }),
  };
}

/** The slices of one group of ports. */
function groupChanges(
  service: Service,
  existing: readonly EndpointSlice[],
  desired: ReadonlyMap<string, Endpoint>,
  emptied: () => EndpointSlice,
): SliceChanges {
  const left = new Map(desired);
  const wanted = labelsOf(service);
  const kept = existing.map((slice) => {
    const endpoints = (slice.endpoints ?? []).flatMap(({ targetRef }) => {
      const uid = targetRef?.uid ?? '';
      const endpoint = left.get(uid);
      left.delete(uid);
      return endpoint === undefined ? [] : [endpoint];
    });
    return { slice, endpoints };
  });
  const isTouched = ({ slice, endpoints }: (typeof kept)[number]): boolean =>
    !isSemanticallyEqual(endpoints, slice.endpoints) || !isSemanticallyEqual(wanted, slice.metadata.labels);
  const rest = [...left.values()];
  // Those that change anyway are filled first, then the fullest that has room for all.
  for (const entry of kept.filter(isTouched))
    entry.endpoints.push(...rest.splice(0, ENDPOINTS_MAX - entry.endpoints.length));
  const roomy = kept
    .filter(({ endpoints }) => rest.length > 0 && endpoints.length + (rest.length % ENDPOINTS_MAX) <= ENDPOINTS_MAX)
    .sort((a, b) => b.endpoints.length - a.endpoints.length)[0];
  const create: EndpointSlice[] = [];
  while (rest.length >= ENDPOINTS_MAX || (rest.length > 0 && roomy === undefined)) {
    create.push({ ...emptied(), endpoints: rest.splice(0, ENDPOINTS_MAX) });
  }
  roomy?.endpoints.push(...rest);
  const emptySlices = kept.filter(({ endpoints }) => endpoints.length === 0);
  const update = kept
    .filter((entry) => entry.endpoints.length > 0 && isTouched(entry))
    .map(({ slice, endpoints }) => ({ ...slice, metadata: { ...slice.metadata, labels: wanted }, endpoints }));
  return { create, update, delete: emptySlices.map(({ slice }) => slice) };
}

/** A slice that would go takes the place of one that would come. */
function recycled({ create, update, delete: remove }: SliceChanges): SliceChanges {
  const coming = [...create];
  const changed = [...update];
  const going = remove.filter((slice) => {
    const index = coming.findIndex(
      ({ addressType, metadata }) =>
        addressType === slice.addressType &&
        metadata.ownerReferences?.[0]?.uid === slice.metadata.ownerReferences?.[0]?.uid,
    );
    const [next] = index < 0 ? [] : coming.splice(index, 1);
    if (next === undefined) return true;
    const { labels } = next.metadata;
    changed.push({ ...next, metadata: { ...slice.metadata, ...(labels === undefined ? {} : { labels }) } });
    return false;
  });
  return { create: coming, update: changed, delete: going };
}

function emptySlice(
  service: Service,
  addressType: string,
  ports: readonly OfferedPort[],
  owner: OwnerReference,
): EndpointSlice {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: '',
      generateName: `${service.metadata.name}-`,
      namespace: service.metadata.namespace ?? '',
      labels: labelsOf(service),
      ownerReferences: [owner],
    },
    addressType,
    endpoints: [],
    ports,
  };
}

function labelsOf(service: Service): Readonly<Record<string, string>> {
  return {
    ...handedOnLabels(service),
    [SERVICE_NAME_LABEL]: service.metadata.name,
    [MANAGED_BY_LABEL]: SLICE_MANAGER,
  };
}

function portsKey(ports: readonly Partial<OfferedPort>[]): string {
  return ports
    .map(({ name = '', port = 0, protocol = '', appProtocol = '' }) =>
      JSON.stringify([name, port, protocol, appProtocol]),
    )
    .sort()
    .join();
}
