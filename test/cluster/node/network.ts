/**
 * The network of a node: one pair of virtual interfaces between this machine and the node's network namespace, and a network
 * 10.N.0.0/16 behind it, routed to the node. Each cluster takes an N of its own; the name of the interface is its claim.
 *
 * Nothing is forwarded from there to anywhere else, and nothing else of this machine changes. All of it goes with the namespace.
 */
import { existsSync, readFileSync } from 'node:fs';
import { ClusterProblem } from '../problem';
import { runTool } from './tools';

/** Addresses and names that follow from the number of a network. */
export interface NodeNetwork {
  /** N of 10.N.0.0/16. */
  readonly number: number;
  /** This machine's end of the pair. */
  readonly interface: string;
  /** This machine, as the node and its pods see it. */
  readonly hostAddress: string;
  /** The node, as this machine and its pods see it. */
  readonly nodeAddress: string;
  /** All of it, in CIDR notation, as are the next two. */
  readonly range: string;
  readonly pods: string;
  readonly services: string;
  /** The service of the cluster's DNS. */
  readonly dns: string;
}

const FIRST_NUMBER = 80;
const LAST_NUMBER = 239;

/** A route as wide as this, or wider, leads to a large network of which the 10.N of a cluster is hardly in use. */
const WIDE_PREFIX = 8;

/** The network of a number. */
export function nodeNetwork(number: number): NodeNetwork {
  const prefix = `10.${String(number)}`;
  return {
    number,
    interface: `adra${String(number)}`,
    hostAddress: `${prefix}.0.1`,
    nodeAddress: `${prefix}.0.2`,
    range: `${prefix}.0.0/16`,
    pods: `${prefix}.1.0/24`,
    services: `${prefix}.128.0/20`,
    dns: `${prefix}.128.10`,
  };
}

/**
 * Connects a network namespace, given by a process in it, to this machine, on the network with this number; default: the first
 * that is free. The interface bears the owner's name. A `ClusterProblem` where the number isn't free, or none is.
 */
export function connectNode(owner: string, namespacePid: number, number?: number): NodeNetwork {
  const routes = usedRanges();
  const numbers = number === undefined ? allNumbers() : [number];
  const network = numbers
    .map(nodeNetwork)
    .find((candidate) => !routes.some((range) => overlaps(range, candidate.range)) && takes(candidate, namespacePid));
  if (network === undefined) {
    throw new ClusterProblem(
      number === undefined
        ? `no network 10.N.0.0/16 with N from ${String(FIRST_NUMBER)} to ${String(LAST_NUMBER)} is free: "ip route" shows who has them`
        : `the network ${nodeNetwork(number).range} of this cluster is in use by now: take the cluster down and start a new one`,
    );
  }
  const inNode = (...words: readonly string[]): void => {
    runTool('nsenter', `--net=/proc/${String(namespacePid)}/ns/net`, 'ip', ...words);
  };
  runTool('ip', 'link', 'set', network.interface, 'alias', owner);
  runTool('ip', 'address', 'add', `${network.hostAddress}/24`, 'dev', network.interface);
  runTool('ip', 'link', 'set', network.interface, 'up');
  inNode('link', 'set', 'lo', 'up');
  inNode('address', 'add', `${network.nodeAddress}/24`, 'dev', 'eth0');
  inNode('link', 'set', 'eth0', 'up');
  inNode('route', 'add', 'default', 'via', network.hostAddress);
  runTool('ip', 'route', 'add', network.range, 'via', network.nodeAddress);
  return network;
}

/** Takes this machine's end away, if the end of the namespace hasn't done so. Another owner's interface is left alone. */
export function disconnectNode(owner: string, { interface: name }: NodeNetwork): void {
  if (ownerOf(name) !== owner) return;
  try {
    runTool('ip', 'link', 'delete', name);
  } catch (error) {
    // The kernel takes it away by itself some time after the namespace ended.
    if (ownerOf(name) === owner) throw error;
  }
}

function takes(network: NodeNetwork, namespacePid: number): boolean {
  if (hasInterface(network.interface)) return false;
  const peer = ['peer', 'name', 'eth0', 'netns', String(namespacePid)];
  try {
    runTool('ip', 'link', 'add', network.interface, 'type', 'veth', ...peer);
    return true;
  } catch (error) {
    // Another cluster that starts at this moment.
    if (error instanceof ClusterProblem && error.message.includes('File exists')) return false;
    throw error;
  }
}

function hasInterface(name: string): boolean {
  return existsSync(`/sys/class/net/${name}`);
}

function ownerOf(name: string): string | undefined {
  try {
    return readFileSync(`/sys/class/net/${name}/ifalias`, 'utf8').trim();
  } catch {
    return undefined;
  }
}

function allNumbers(): readonly number[] {
  return Array.from({ length: LAST_NUMBER - FIRST_NUMBER + 1 }, (_, index) => FIRST_NUMBER + index);
}

/** Ranges that this machine has routes to. */
function usedRanges(): readonly string[] {
  const routes = JSON.parse(runTool('ip', '-json', '-4', 'route', 'show', 'table', 'all')) as readonly {
    readonly dst: string;
  }[];
  return routes.map(({ dst }) => dst).filter((dst) => dst !== 'default');
}

/** True where two ranges, or addresses, share one, unless the first is so wide that it says nothing. */
export function overlaps(range: string, other: string): boolean {
  const [first, second] = [boundsOf(range), boundsOf(other)];
  return first.prefix > WIDE_PREFIX && first.from <= second.to && second.from <= first.to;
}

function boundsOf(range: string): { readonly prefix: number; readonly from: number; readonly to: number } {
  const [address = '', length = '32'] = range.split('/');
  const size = 2 ** (32 - Number(length));
  const value = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const from = value - (value % size);
  return { prefix: Number(length), from, to: from + size - 1 };
}
