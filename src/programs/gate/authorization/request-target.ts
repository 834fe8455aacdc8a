/** Whether a request is one for an environment's address, and can be read in one way only. */
import { browserHost } from '../../../access/decision/request-facts';
import { ANY_HOST, type EnvironmentAccessSpec } from '../../../access/environment-access';
import type { GateRequest } from '../request';
import { pathWithoutQuery } from '../sessions/environment-address';

type Address = EnvironmentAccessSpec['address'];

/**
 * True where every server reads the path alike: absolute, without dot segments, doubled slashes, backslashes, fragments or
 * control characters, encoded ones included. Sidecars send no other; a proxy that asks by HTTP might.
 */
export function isClearPath(path: string): boolean {
  const query = path.indexOf('?');
  const pathname = query < 0 ? path : path.slice(0, query);
  if (!pathname.startsWith('/') || pathname.includes('//')) return false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  if (/[\u0000-\u0020\u007f\\#]|%(?:[01][0-9a-f]|7f|5c)/i.test(pathname)) return false;
  return !/\/(?:\.|%2e){1,2}(?:\/|$|;)/i.test(pathname);
}

/** True where a server might take an encoded slash for one that parts the path. */
export function hasEncodedSlash(path: string): boolean {
  return /%2f/i.test(pathWithoutQuery(path));
}

/** True where the request was sent to the environment's address, and not by another name of its Service. */
export function isAtAddress({ host, path }: Pick<GateRequest, 'host' | 'path'>, address: Address): boolean {
  const isHost = browserHost(address.scheme, host) === browserHost(address.scheme, address.host);
  if (!isHost && address.host !== ANY_HOST) return false;
  return isBelow(pathWithoutQuery(path), address.path);
}

function isBelow(pathname: string, prefix: string): boolean {
  return prefix === '/' || pathname === prefix || pathname.startsWith(`${prefix}/`);
}
