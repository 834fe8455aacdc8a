/** What the kind of a service decides of its fields. */
import type { JsonObject } from '../../../../api/json';
import { listAt, numberAt, textAt, textsAt } from '../../json-members';

/** A service without an address of its own. */
export function isHeadless(spec: JsonObject): boolean {
  const ips = textsAt(spec, 'clusterIPs');
  return ips.length === 1 && ips[0] === 'None';
}

/** Whether a service can have an address in the cluster: an alias for a name can't. */
export function needsClusterIp(spec: JsonObject): boolean {
  return textAt(spec, 'type') !== 'ExternalName';
}

/** Whether traffic reaches a service from outside of the cluster. */
export function isExternallyAccessible(spec: JsonObject): boolean {
  const type = textAt(spec, 'type');
  if (type === 'LoadBalancer' || type === 'NodePort') return true;
  return type === 'ClusterIP' && textsAt(spec, 'externalIPs').length > 0;
}

/** Whether a load balancer asks nodes if they have pods of the service. */
export function needsHealthCheckPort(spec: JsonObject): boolean {
  return textAt(spec, 'type') === 'LoadBalancer' && textAt(spec, 'externalTrafficPolicy') === 'Local';
}

/** Whether the ports of a service are open on each node, now or where it asks for it. */
export function usesNodePorts(spec: JsonObject): boolean {
  const type = textAt(spec, 'type');
  return type === 'NodePort' || (type === 'LoadBalancer' && spec['allocateLoadBalancerNodePorts'] !== false);
}

/** The ports that a service has on nodes. */
export function nodePortsOf(spec: JsonObject): number[] {
  return listAt(spec, 'ports')
    .map((port) => numberAt(port, 'nodePort'))
    .filter((port) => port !== 0);
}

/** Whether two lists have the same texts in the same order. */
export function isSameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, index) => text === b[index]);
}
