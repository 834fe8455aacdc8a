/** A request as the gate sees it, from what a proxy says of it. */
import { isIP } from 'node:net';
import type { GateRequest } from '../../request';
import type { CheckRequest } from './check-request';

/** What stands for a request that can't be read. */
export const UNREADABLE: GateRequest = { method: '', host: '', path: '', headers: {}, sourceAddress: '' };

/** What a CheckRequest is about. */
export function gateRequest({ method, host, path, headers, sourceAddress }: CheckRequest): GateRequest {
  return {
    method,
    host: host.toLowerCase(),
    path,
    headers,
    sourceAddress: clientAddress(headers['x-forwarded-for'], sourceAddress),
  };
}

/**
 * The address of the client as the proxy in front saw it: the last of X-Forwarded-For that isn't that proxy itself, which is the
 * one that proxy wrote. What stands before it may be anybody's invention.
 */
export function clientAddress(forwardedFor: string | undefined, peer: string): string {
  const addresses = (forwardedFor ?? '').split(',').map((address) => address.trim());
  const last = addresses.filter((address) => address !== peer && isIP(address) !== 0).at(-1);
  return last ?? peer;
}
