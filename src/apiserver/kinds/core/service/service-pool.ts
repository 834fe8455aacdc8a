/** What a cluster has to give to services: addresses, and ports on nodes. */

export type IpFamily = 'IPv4' | 'IPv6';

export interface NodePortRange {
  readonly first: number;
  readonly last: number;
}

/** What services are given from. */
export interface ServiceRanges {
  /** One block for each family that the cluster has; the first is the default: `10.96.0.0/16`. */
  readonly clusterIpRanges: readonly string[];
  readonly nodePorts: NodePortRange;
}

/** What is given to services, and what others have of it. */
export interface ServicePool extends ServiceRanges {
  /** A trial is not told that a port is outside of the range. */
  readonly isTrial: boolean;
  hasIp(ip: string): boolean;
  hasNodePort(port: number): boolean;
  /** A whole number from 0 up to, but without, `limit`. */
  random(limit: number): number;
}
