/** What a decision needs to know of a request, and nothing else of it. */
import { ANY_HOST, type EnvironmentAccessSpec } from '../environment-access';

export interface RequestFacts {
  /** GET and HEAD, without an upgrade: what level View may send. */
  readonly isLook: boolean;
  /** Other: a page of another origin may have made the browser send it, in a way that could change something. */
  readonly initiator: 'OwnPageOrUser' | 'OtherOrigin';
}

/** The parts of a request that facts come from; header names are in lower case. */
export interface RequestHead {
  readonly method: string;
  /** `Host`, in lower case. */
  readonly host: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Of a websocket the second is left where a proxy has taken off what concerns its own connection. */
const UPGRADES = ['upgrade', 'sec-websocket-key'] as const;

type Address = EnvironmentAccessSpec['address'];

/** The facts of a request to an environment at this address. */
export function requestFacts({ method, host, headers }: RequestHead, given: Address): RequestFacts {
  // Without an address of its own the environment is where it was asked.
  const address = given.host === ANY_HOST ? { ...given, host } : given;
  const isUpgrade = method === 'CONNECT' || UPGRADES.some((name) => headers[name] !== undefined);
  const isLook = !isUpgrade && (method === 'GET' || method === 'HEAD');
  // Reading is left to the browser's own rules for what one origin may read of another; a preflight changes nothing.
  const canChange = !isLook && (isUpgrade || method !== 'OPTIONS');
  const isOther = canChange && comesFromOtherOrigin(headers, address);
  return { isLook, initiator: isOther ? 'OtherOrigin' : 'OwnPageOrUser' };
}

/**
 * Whether a browser says that a page of another origin is behind the request. One that sends neither Origin nor Sec-Fetch-Site is
 * no browser that would open a websocket or post a form for a page.
 */
function comesFromOtherOrigin(headers: RequestHead['headers'], address: Address): boolean {
  const origin = headers['origin'];
  if (origin !== undefined && origin !== originOf(address)) return true;
  const site = headers['sec-fetch-site'];
  // `none`: the user did it, by a bookmark or the address bar. Siblings of one site are not each other's friends.
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

/** The origin of an address as browsers write it: in lower case, without the scheme's own port. */
export function originOf({ scheme, host }: Pick<Address, 'scheme' | 'host'>): string {
  return `${scheme}://${browserHost(scheme, host)}`;
}

/** A host as browsers write it: in lower case, without the scheme's own port. */
export function browserHost(scheme: Address['scheme'], host: string): string {
  const ownPort = scheme === 'https' ? ':443' : ':80';
  const lower = host.toLowerCase();
  return lower.endsWith(ownPort) ? lower.slice(0, -ownPort.length) : lower;
}
