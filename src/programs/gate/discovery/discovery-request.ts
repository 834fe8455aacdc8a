/**
 * What a sidecar asks for: envoy.service.discovery.v3.DiscoveryRequest in JSON, of which only what is used is read.
 * @see https://www.envoyproxy.io/docs/envoy/v1.36.2/api-docs/xds_protocol#rest-json-polling-subscriptions
 */
import type { IncomingMessage } from 'node:http';
import { isJsonObject } from '../../../api/json';

export type DiscoveredKind = 'listeners' | 'clusters';

export interface DiscoveryRequest {
  /** `namespace/name`. */
  readonly environment: string;
  /** What the sidecar has; empty where it has nothing. */
  readonly version: string;
  /** The port that is to be kept where there is no such environment. */
  readonly listenPort?: number;
  /** Why it didn't take what it was given, where it says so. */
  readonly rejection?: string;
}

/** Names of the extensions that an Envoy brings stand in it: some 60 kB. */
const BODY_MAX = 1024 * 1024;

/** The kind that a path asks for; undefined for other paths. */
export function discoveredKind(path: string | undefined): DiscoveredKind | undefined {
  if (path === '/v3/discovery:listeners') return 'listeners';
  return path === '/v3/discovery:clusters' ? 'clusters' : undefined;
}

/** Reads a request; undefined where it is too large, broken off, or none. */
export async function findDiscoveryRequest(message: IncomingMessage): Promise<DiscoveryRequest | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of message) {
      chunks.push(chunk as Buffer);
      length += (chunk as Buffer).length;
      if (length > BODY_MAX) return undefined;
    }
    return requestIn(JSON.parse(Buffer.concat(chunks).toString('utf8')));
  } catch {
    return undefined;
  }
}

function requestIn(body: unknown): DiscoveryRequest | undefined {
  if (!isJsonObject(body)) return undefined;
  const { node, version_info: version, error_detail: detail } = body;
  if (!isJsonObject(node) || typeof node['id'] !== 'string') return undefined;
  const metadata = node['metadata'];
  const port = isJsonObject(metadata) ? metadata['listenPort'] : undefined;
  const isPort = typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65_536;
  return {
    environment: node['id'],
    version: typeof version === 'string' ? version : '',
    ...(isPort ? { listenPort: port } : {}),
    ...(isJsonObject(detail) ? { rejection: typeof detail['message'] === 'string' ? detail['message'] : '' } : {}),
  };
}
