/**
 * Addresses and ports that a service gets of the cluster.
 *
 * Pure: what is taken, and the dice, are given. A request for an address or a port that isn't free is refused, as a 422.
 * @see k8s.io/kubernetes/pkg/registry/core/service/storage/alloc.go, v1.34
 */
import type { JsonObject } from '../../../../api/json';
import { type DraftObject, ensureObject, objectsIn } from '../../../draft';
import { type FieldError, invalidField } from '../../../field-error';
import { internalError, invalid } from '../../../status-error';
import {
  containsAddress,
  findIpAddress,
  findIpBlock,
  type IpBlock,
  ipBlockText,
  ipText,
  networkOf,
} from '../../checks/ip-addresses';
import { listAt, numberAt, textAt, textsAt } from '../../json-members';
import { setIpFamilies } from './ip-families';
import type { IpFamily, ServicePool } from './service-pool';
import { isHeadless, needsHealthCheckPort, nodePortsOf, usesNodePorts } from './service-shape';

/** Gives a new service what it lacks, in place. Throws `StatusError` where it asks for what can't be had. */
export function allocateForCreate(service: DraftObject, pool: ServicePool): void {
  const spec = ensureObject(service, 'spec');
  if (textAt(spec, 'clusterIP') !== '' && textsAt(spec, 'clusterIPs').length === 0) {
    spec['clusterIPs'] = [textAt(spec, 'clusterIP')];
  }
  const name = nameOf(service);
  setIpFamilies(spec, { name, pool, old: undefined });
  giveClusterIps(spec, { name, pool });
  const ports = new PortAllocation(pool, name);
  if (textAt(spec, 'type') === 'NodePort' || textAt(spec, 'type') === 'LoadBalancer') giveNodePorts(spec, ports);
  if (needsHealthCheckPort(spec)) giveHealthCheckPort(spec, ports);
}

/**
 * Gives a changed service what it lacks, in place; what it has and doesn't ask for otherwise, it keeps. `pool` counts what
 * the service has as taken. Throws as `allocateForCreate` does.
 */
export function allocateForUpdate(service: DraftObject, old: JsonObject, pool: ServicePool): void {
  const spec = ensureObject(service, 'spec');
  const oldSpec = old['spec'] as JsonObject;
  keepAllocated(spec, oldSpec);
  normalizeClusterIps(spec, oldSpec);
  const name = nameOf(service);
  setIpFamilies(spec, { name, pool, old: oldSpec });
  updateClusterIps(spec, { name, pool, old: oldSpec });
  const ports = new PortAllocation(pool, name);
  if (textAt(spec, 'type') === 'NodePort' || textAt(spec, 'type') === 'LoadBalancer') {
    updateNodePorts(spec, ports, new Set(nodePortsOf(oldSpec)));
  }
  if (needsHealthCheckPort(spec) && !needsHealthCheckPort(oldSpec)) giveHealthCheckPort(spec, ports);
}

/** What a service has of the cluster: addresses, and ports on nodes as decimal numbers. */
export function allocatedTo(service: JsonObject): string[] {
  const spec = service['spec'] as JsonObject | undefined;
  const ports = [
    ...listAt(spec, 'ports').map((port) => numberAt(port, 'nodePort')),
    numberAt(spec, 'healthCheckNodePort'),
  ];
  return [
    ...textsAt(spec, 'clusterIPs').filter((ip) => ip !== 'None'),
    ...ports.filter((port) => port !== 0).map(String),
  ];
}

function nameOf(service: JsonObject): string {
  return textAt(service['metadata'] as JsonObject | undefined, 'name');
}

function refuse(name: string, error: FieldError): never {
  throw invalid({ group: '', kind: 'Service' }, name, [error]);
}

/** An update that doesn't say what the service was given is not meant to take it away. */
function keepAllocated(spec: DraftObject, old: JsonObject): void {
  if (textAt(spec, 'type') !== 'ExternalName' && textAt(old, 'type') !== 'ExternalName') {
    if (textAt(spec, 'clusterIP') === '' && textAt(old, 'clusterIP') !== '')
      spec['clusterIP'] = textAt(old, 'clusterIP');
    if (textsAt(spec, 'clusterIPs').length === 0 && textsAt(old, 'clusterIPs').length > 0) {
      spec['clusterIPs'] = [...textsAt(old, 'clusterIPs')];
    }
  }
  if (usesNodePorts(old) && usesNodePorts(spec)) keepNodePorts(spec, old);
  if (needsHealthCheckPort(old) && needsHealthCheckPort(spec) && numberAt(spec, 'healthCheckNodePort') === 0) {
    spec['healthCheckNodePort'] = numberAt(old, 'healthCheckNodePort');
  }
}

function keepNodePorts(spec: DraftObject, old: JsonObject): void {
  const next = new Set(nodePortsOf(spec));
  const used = new Set(nodePortsOf(old).filter((port) => next.has(port)));
  const byName = new Map(listAt(old, 'ports').map((port) => [textAt(port, 'name'), numberAt(port, 'nodePort')]));
  for (const port of objectsIn(spec, 'ports')) {
    if (numberAt(port, 'nodePort') !== 0) continue;
    const before = byName.get(textAt(port, 'name')) ?? 0;
    if (before !== 0 && !used.has(before)) port['nodePort'] = before;
  }
}

/** `clusterIP` and `clusterIPs` say the same; a client that knows one of them changes the other with it. */
function normalizeClusterIps(spec: DraftObject, old: JsonObject): void {
  const ip = textAt(spec, 'clusterIP');
  const oldIp = textAt(old, 'clusterIP');
  const ips = textsAt(spec, 'clusterIPs');
  const oldIps = textsAt(old, 'clusterIPs');
  if (oldIps.length > 0 && ips.length === 0 && ip === oldIp) spec['clusterIPs'] = [...oldIps];
  if (ip === oldIp || textsAt(spec, 'clusterIPs').join() !== oldIps.join()) return;
  if (oldIp !== '' && ip === '') delete spec['clusterIPs'];
  else spec['clusterIPs'] = [ip];
}

interface Giving {
  readonly name: string;
  readonly pool: ServicePool;
}

function giveClusterIps(spec: DraftObject, giving: Giving): void {
  if (textAt(spec, 'type') === 'ExternalName' || textsAt(spec, 'clusterIPs')[0] === 'None') return;
  const asked = textsAt(spec, 'clusterIPs');
  const ips = textsAt(spec, 'ipFamilies').map((family, index) =>
    giveIp({ family, asked: asked[index] ?? '', asking: asked }, giving),
  );
  spec['clusterIPs'] = ips;
  if (ips[0] !== undefined) spec['clusterIP'] = ips[0];
}

interface AskedIp {
  readonly family: string;
  readonly asked: string;
  /** All that the service asks for, as the message shows it. */
  readonly asking: readonly string[];
}

function giveIp({ family, asked, asking }: AskedIp, { name, pool }: Giving): string {
  const blocks = pool.clusterIpRanges.map(findIpBlock);
  const block = blocks.find((each) => each !== undefined && familyOfBlock(each) === family);
  if (block === undefined) throw internalError(`failed to allocate a serviceIP: no range for ${family}`);
  if (asked === '') return findFreeIp(block, pool) ?? fullRange(block);
  const address = findIpAddress(asked);
  const problem =
    address === undefined || !containsAddress(block, address) || isReserved(block, ipText(address))
      ? outsideText(asked, { block, pool })
      : pool.hasIp(ipText(address))
        ? 'provided IP is already allocated'
        : undefined;
  if (problem !== undefined) {
    refuse(name, invalidField('spec.clusterIPs', asking, `failed to allocate IP ${asked}: ${problem}`));
  }
  return asked;
}

/** A trial is told more. */
function outsideText(ip: string, { block, pool }: { readonly block: IpBlock; readonly pool: ServicePool }): string {
  if (!pool.isTrial) return 'the provided network does not match the current range';
  return `the provided IP (${ip}) is not in the valid range. The range of valid IPs is ${ipBlockText(block)}`;
}

function fullRange(block: IpBlock): never {
  throw internalError(`failed to allocate a serviceIP: range is full: ${ipBlockText(block)}`);
}

/** The family of the addresses of a block. */
function familyOfBlock({ address }: IpBlock): IpFamily {
  return address.bytes.length === 4 ? 'IPv4' : 'IPv6';
}

/** The first address of a block is nobody's, and so is the last where addresses are short. */
function isReserved(block: IpBlock, ip: string): boolean {
  return ip === addressAt(block, 0) || (familyOfBlock(block) === 'IPv4' && ip === addressAt(block, sizeOf(block) - 1));
}

function sizeOf(block: IpBlock): number {
  return 2 ** Math.min(block.address.bytes.length * 8 - block.prefixLength, 20);
}

/** Begins anywhere, and takes the first that is free. */
function findFreeIp(block: IpBlock, pool: ServicePool): string | undefined {
  const size = sizeOf(block);
  const start = pool.random(size);
  for (let step = 0; step < size; step += 1) {
    const ip = addressAt(block, (start + step) % size);
    if (!isReserved(block, ip) && !pool.hasIp(ip)) return ip;
  }
  return undefined;
}

function addressAt(block: IpBlock, offset: number): string {
  const network = networkOf(block);
  const bytes = [...network.bytes];
  let rest = offset;
  for (let index = bytes.length - 1; index >= 0 && rest > 0; index -= 1) {
    const sum = (bytes[index] ?? 0) + (rest % 256);
    bytes[index] = sum % 256;
    rest = Math.floor(rest / 256) + Math.floor(sum / 256);
  }
  return ipText({ ...network, bytes });
}

function updateClusterIps(spec: DraftObject, { name, pool, old }: Giving & { readonly old: JsonObject }): void {
  if (textAt(spec, 'type') === 'ExternalName') return;
  if (textAt(old, 'type') === 'ExternalName') {
    giveClusterIps(spec, { name, pool });
    return;
  }
  const families = textsAt(spec, 'ipFamilies');
  if (isHeadless(old) || textsAt(old, 'ipFamilies').length !== 1 || families.length !== 2) return;
  const ips = textsAt(spec, 'clusterIPs');
  const second = giveIp({ family: families[1] ?? '', asked: ips[1] ?? '', asking: ips }, { name, pool });
  spec['clusterIPs'] = [ips[0] ?? '', second];
}

/** The ports that one request is given. */
class PortAllocation {
  private readonly given = new Set<number>();

  constructor(
    private readonly pool: ServicePool,
    private readonly name: string,
  ) {}

  /** Why a port can't be had, or undefined where the request has it now. */
  findProblem(port: number): string | undefined {
    const { first, last } = this.pool.nodePorts;
    if (!this.pool.isTrial && (port < first || port > last)) {
      return `provided port is not in the valid range. The range of valid ports is ${String(first)}-${String(last)}`;
    }
    if (this.pool.hasNodePort(port) || this.given.has(port)) return 'provided port is already allocated';
    this.given.add(port);
    return undefined;
  }

  /** Takes a port that is asked for at the index of a service's ports. */
  take(port: number, index: number): void {
    const problem = this.findProblem(port);
    if (problem !== undefined) refuse(this.name, invalidField(`spec.ports[${String(index)}].nodePort`, port, problem));
  }

  /** Any free port. */
  takeAny(what: string): number {
    const { first, last } = this.pool.nodePorts;
    const size = last - first + 1;
    const start = this.pool.random(size);
    for (let step = 0; step < size; step += 1) {
      const port = first + ((start + step) % size);
      if (this.findProblem(port) === undefined) return port;
    }
    throw internalError(`failed to allocate a ${what}: range is full`);
  }
}

/** One port on the nodes serves both protocols of a service's port. */
function giveNodePorts(spec: DraftObject, ports: PortAllocation): void {
  const byPort = new Map<number, number>();
  const list = objectsIn(spec, 'ports');
  for (const [index, port] of list.entries()) {
    const asked = numberAt(port, 'nodePort');
    if (asked === 0 && !usesNodePorts(spec)) continue;
    const number = numberAt(port, 'port');
    const given = byPort.get(number);
    if (given === undefined) {
      const wanted = numberAt(
        list.find((other) => numberAt(other, 'port') === number && numberAt(other, 'nodePort') !== 0),
        'nodePort',
      );
      if (wanted !== 0) ports.take(wanted, index);
      const taken = wanted === 0 ? ports.takeAny('nodePort') : wanted;
      port['nodePort'] = taken;
      byPort.set(number, taken);
    } else if (asked === 0) port['nodePort'] = given;
    else if (asked !== given) ports.take(asked, index);
  }
}

function updateNodePorts(spec: DraftObject, ports: PortAllocation, old: ReadonlySet<number>): void {
  const taken = new Set<number>();
  for (const [index, port] of objectsIn(spec, 'ports').entries()) {
    const asked = numberAt(port, 'nodePort');
    if (asked === 0 && !usesNodePorts(spec)) continue;
    if (asked === 0) port['nodePort'] = ports.takeAny('nodePort');
    else if (!old.has(asked) && !taken.has(asked)) {
      ports.take(asked, index);
      taken.add(asked);
    }
  }
}

function giveHealthCheckPort(spec: DraftObject, ports: PortAllocation): void {
  const asked = numberAt(spec, 'healthCheckNodePort');
  if (asked === 0) {
    spec['healthCheckNodePort'] = ports.takeAny('HealthCheck NodePort 0');
    return;
  }
  const problem = ports.findProblem(asked);
  if (problem !== undefined) {
    throw internalError(`failed to allocate requested HealthCheck NodePort ${String(asked)}: ${problem}`);
  }
}
