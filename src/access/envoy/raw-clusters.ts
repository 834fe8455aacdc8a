/** Raw clusters as the sidecar is given them. */
import { isJsonObject, type JsonObject } from '../../api/json';
import type { RawEnvoy } from '../access-rules';
import { clustersNamed, member } from './raw-reading';
import { typedConfig } from './typed-config';

/** How a raw cluster may find its addresses. The others need a control plane or the destination of a redirected connection. */
export const RAW_CLUSTER_TYPES = ['STATIC', 'STRICT_DNS', 'LOGICAL_DNS'] as const;
type RawClusterType = (typeof RAW_CLUSTER_TYPES)[number];

/** The type that a text names, in whatever case; undefined where there is none. */
export function clusterType(text: string): RawClusterType | undefined {
  return RAW_CLUSTER_TYPES.find((type) => type === text.toUpperCase());
}

/**
 * The clusters: types and load balancing in Envoy's upper case, and HTTP/2 for those that are asked by gRPC and say nothing of
 * their protocol, without which no gRPC service answers.
 */
export function rawClusters(raw: RawEnvoy | undefined): readonly JsonObject[] {
  if (raw === undefined) return [];
  const grpc = new Set(
    raw.httpFilters
      .flatMap((filter) => clustersNamed(filter, ''))
      .filter(({ isForGrpc }) => isForGrpc)
      .map(({ name }) => name),
  );
  return raw.clusters.map((cluster) => {
    const { name } = cluster;
    const written = inUpperCase(cluster);
    return typeof name === 'string' && grpc.has(name) ? withHttp2(written) : written;
  });
}

function inUpperCase(cluster: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(cluster).map(([field, value]) => {
      const isEnum = ['type', 'lb_policy', 'lbPolicy', 'dns_lookup_family', 'dnsLookupFamily'].includes(field);
      return [field, isEnum && typeof value === 'string' ? value.toUpperCase() : value];
    }),
  );
}

const HTTP_OPTIONS = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';

function withHttp2(cluster: JsonObject): JsonObject {
  const field = 'typed_extension_protocol_options';
  const options = member(cluster, field);
  const given = isJsonObject(options) ? options : {};
  if (given[HTTP_OPTIONS] !== undefined || member(cluster, 'http2_protocol_options') !== undefined) return cluster;
  const { typedExtensionProtocolOptions: _, ...rest } = cluster;
  return {
    ...rest,
    [field]: {
      ...given,
      [HTTP_OPTIONS]: typedConfig(HTTP_OPTIONS, { explicit_http_config: { http2_protocol_options: {} } }),
    },
  };
}
