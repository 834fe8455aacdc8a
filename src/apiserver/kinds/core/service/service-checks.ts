/** Checks of the spec of a service, in the order of Kubernetes' checks. */
import type { JsonObject } from '../../../../api/json';
import {
  duplicateField,
  type FieldError,
  forbiddenField,
  invalidField,
  notSupportedField,
  requiredField,
} from '../../../field-error';
import { findIpAddress, sloppyCidrErrors, sloppyIpErrors } from '../../checks/ip-addresses';
import {
  entryAt,
  hasKey,
  listAt,
  mapAt,
  numberAt,
  objectAt,
  optionalTextAt,
  textAt,
  textsAt,
} from '../../json-members';
import {
  addProblems,
  dnsLabelProblems,
  dnsSubdomainProblems,
  labelErrors,
  portNumberProblems,
  qualifiedNameProblems,
} from '../../metadata';
import { addPortErrors } from '../../pod-template/probes';
import { serverValue } from '../../server-values';
import { clusterIpErrors } from './cluster-ip-checks';
import { isExternallyAccessible, isHeadless, needsHealthCheckPort } from './service-shape';

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const TRAFFIC_POLICIES = ['Cluster', 'Local'];
const DISTRIBUTIONS = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];
const AFFINITY_MAX_SECONDS = 86_400;
const TOPOLOGY_HINTS = 'service.kubernetes.io/topology-aware-hints';
const TOPOLOGY_MODE = 'service.kubernetes.io/topology-mode';
const SOURCE_RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges';
const ONLY_FOR_LOAD_BALANCERS = "may only be used when `type` is 'LoadBalancer'";

type TextMap = Readonly<Record<string, string>>;

/** A service, or what it was before, as its checks see it. */
export interface ServiceParts {
  readonly spec: JsonObject;
  readonly annotations: TextMap;
}

/** What is wrong with a service, but for metadata. */
export function serviceErrors({ spec, annotations }: ServiceParts, old: ServiceParts | undefined): FieldError[] {
  const errors: FieldError[] = [];
  addTopologyErrors(errors, annotations);
  addTypeFieldErrors(errors, spec);
  addPortListErrors(errors, spec);
  if (spec['selector'] !== undefined) errors.push(...labelErrors(mapAt(spec, 'selector'), 'spec.selector'));
  addAffinityErrors(errors, spec);
  errors.push(...clusterIpErrors(spec, old?.spec));
  addExternalIpErrors(errors, textsAt(spec, 'externalIPs'), textsAt(old?.spec, 'externalIPs'));
  const type = textAt(spec, 'type');
  if (type === '') errors.push(requiredField('spec.type'));
  else if (!TYPES.includes(type)) errors.push(notSupportedField('spec.type', type, TYPES));
  addRepeatedPortErrors(errors, spec);
  addSourceRangeErrors(errors, { spec, annotations }, old);
  addLoadBalancerErrors(errors, spec);
  addExternalTrafficErrors(errors, spec);
  addInternalTrafficErrors(errors, spec);
  return errors;
}

function addTopologyErrors(errors: FieldError[], annotations: TextMap): void {
  const hints = entryAt(annotations, TOPOLOGY_HINTS);
  const mode = entryAt(annotations, TOPOLOGY_MODE);
  if (hints === undefined || mode === undefined || hints === mode) return;
  const detail = `must match annotations[${TOPOLOGY_HINTS}] when both are specified`;
  errors.push(invalidField(`metadata.annotations[${TOPOLOGY_MODE}]`, mode, detail));
}

function addTypeFieldErrors(errors: FieldError[], spec: JsonObject): void {
  const type = textAt(spec, 'type');
  if (listAt(spec, 'ports').length === 0 && !isHeadless(spec) && type !== 'ExternalName') {
    errors.push(requiredField('spec.ports'));
  }
  if ((type === 'LoadBalancer' || type === 'NodePort') && isHeadless(spec)) {
    errors.push(invalidField('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${type} services`));
  }
  if (type === 'ExternalName') addAliasErrors(errors, spec);
}

function addAliasErrors(errors: FieldError[], spec: JsonObject): void {
  const why = 'may not be set for ExternalName services';
  for (const key of ['clusterIPs', 'ipFamilies']) {
    if (textsAt(spec, key).length > 0) errors.push(forbiddenField(`spec.${key}`, why));
  }
  if (spec['ipFamilyPolicy'] !== undefined) errors.push(forbiddenField('spec.ipFamilyPolicy', why));
  const name = textAt(spec, 'externalName').replace(/\.$/, '');
  if (name === '') errors.push(requiredField('spec.externalName'));
  else addProblems(errors, 'spec.externalName', name, dnsSubdomainProblems(name));
}

function addPortListErrors(errors: FieldError[], spec: JsonObject): void {
  const ports = listAt(spec, 'ports');
  const names = new Set<string>();
  for (const [index, port] of ports.entries()) {
    const at = `spec.ports[${String(index)}]`;
    const name = textAt(port, 'name');
    if (name !== '') {
      addProblems(errors, `${at}.name`, name, dnsLabelProblems(name));
      if (names.has(name)) errors.push(duplicateField(`${at}.name`, name));
      names.add(name);
    } else if (ports.length > 1) errors.push(requiredField(`${at}.name`));
    const number = numberAt(port, 'port');
    for (const problem of portNumberProblems(number)) errors.push(invalidField(`${at}.port`, number, problem));
    const protocol = textAt(port, 'protocol');
    if (protocol === '') errors.push(requiredField(`${at}.protocol`));
    else if (!PROTOCOLS.includes(protocol)) errors.push(notSupportedField(`${at}.protocol`, protocol, PROTOCOLS));
    addPortErrors(errors, port['targetPort'], `${at}.targetPort`);
    const appProtocol = optionalTextAt(port, 'appProtocol');
    if (appProtocol !== undefined) {
      addProblems(errors, `${at}.appProtocol`, appProtocol, qualifiedNameProblems(appProtocol));
    }
  }
}

function addAffinityErrors(errors: FieldError[], spec: JsonObject): void {
  const affinity = textAt(spec, 'sessionAffinity');
  const path = 'spec.sessionAffinityConfig';
  if (affinity === '') errors.push(requiredField('spec.sessionAffinity'));
  else if (affinity === 'ClientIP') addClientIpErrors(errors, spec, path);
  else if (affinity !== 'None') errors.push(notSupportedField('spec.sessionAffinity', affinity, ['ClientIP', 'None']));
  else if (spec['sessionAffinityConfig'] !== undefined) {
    errors.push(forbiddenField(path, 'must not be set when session affinity is None'));
  }
}

function addClientIpErrors(errors: FieldError[], spec: JsonObject, path: string): void {
  const why = 'when session affinity type is ClientIP';
  const config = objectAt(spec, 'sessionAffinityConfig');
  const clientIp = objectAt(config, 'clientIP');
  const timeout = clientIp?.['timeoutSeconds'];
  if (config === undefined) errors.push(requiredField(path, why));
  else if (clientIp === undefined) errors.push(requiredField(`${path}.clientIP`, why));
  else if (typeof timeout !== 'number') errors.push(requiredField(`${path}.clientIP.timeoutSeconds`, why));
  else if (timeout <= 0 || timeout > AFFINITY_MAX_SECONDS) {
    const detail = `must be greater than 0 and less than ${String(AFFINITY_MAX_SECONDS)}`;
    errors.push(invalidField(`${path}.clientIP.timeoutSeconds`, timeout, detail));
  }
}

function addExternalIpErrors(errors: FieldError[], ips: readonly string[], known: readonly string[]): void {
  for (const [index, ip] of ips.entries()) {
    const at = `spec.externalIPs[${String(index)}]`;
    const problems = known.includes(ip) ? [] : sloppyIpErrors(at, ip);
    errors.push(...(problems.length > 0 ? problems : endpointIpErrors(ip, at)));
  }
}

/** What is wrong with an address to which traffic goes: it must be that of one machine. */
export function endpointIpErrors(ip: string, path: string): FieldError[] {
  const address = findIpAddress(ip);
  if (address === undefined) return [invalidField(path, ip, 'must be a valid IP address')];
  const { bytes } = address;
  const [first = 0, second = 0, third = 0] = bytes;
  const isShort = bytes.length === 4;
  const isLast = (value: number) => bytes.slice(0, -1).every((byte) => byte === 0) && bytes.at(-1) === value;
  const problems: string[] = [];
  if (isLast(0)) problems.push(`may not be unspecified (${ip})`);
  if (isShort ? first === 127 : isLast(1)) problems.push('may not be in the loopback range (127.0.0.0/8, ::1/128)');
  if (isShort ? first === 169 && second === 254 : first === 0xfe && (second & 0xc0) === 0x80) {
    problems.push('may not be in the link-local range (169.254.0.0/16, fe80::/10)');
  }
  if (isShort ? first === 224 && second === 0 && third === 0 : first === 0xff && (second & 0x0f) === 2) {
    problems.push('may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)');
  }
  return problems.map((problem) => invalidField(path, ip, problem));
}

function addRepeatedPortErrors(errors: FieldError[], spec: JsonObject): void {
  const ports = listAt(spec, 'ports');
  if (textAt(spec, 'type') === 'ClusterIP') {
    for (const [index, port] of ports.entries()) {
      if (numberAt(port, 'nodePort') === 0) continue;
      errors.push(
        forbiddenField(`spec.ports[${String(index)}].nodePort`, "may not be used when `type` is 'ClusterIP'"),
      );
    }
  }
  const nodePorts = new Set<string>();
  for (const [index, port] of ports.entries()) {
    const nodePort = numberAt(port, 'nodePort');
    const key = `${textAt(port, 'protocol')}/${String(nodePort)}`;
    if (nodePort === 0) continue;
    if (nodePorts.has(key)) errors.push(duplicateField(`spec.ports[${String(index)}].nodePort`, nodePort));
    nodePorts.add(key);
  }
  const numbers = new Set<string>();
  for (const [index, port] of ports.entries()) {
    const { protocol, number } = { protocol: textAt(port, 'protocol'), number: numberAt(port, 'port') };
    const key = `${protocol}/${String(number)}`;
    if (numbers.has(key)) {
      const shown = serverValue({ protocol, port: number }, 'ServicePort');
      errors.push(duplicateField(`spec.ports[${String(index)}]`, shown));
    }
    numbers.add(key);
  }
}

function addSourceRangeErrors(
  errors: FieldError[],
  { spec, annotations }: ServiceParts,
  old: ServiceParts | undefined,
): void {
  const isLoadBalancer = textAt(spec, 'type') === 'LoadBalancer';
  const ranges = textsAt(spec, 'loadBalancerSourceRanges');
  if (ranges.length > 0) {
    const path = 'spec.LoadBalancerSourceRanges';
    const known = textsAt(old?.spec, 'loadBalancerSourceRanges').map((range) => range.trim());
    if (!isLoadBalancer) errors.push(forbiddenField(path, ONLY_FOR_LOAD_BALANCERS));
    for (const [index, range] of ranges.entries()) {
      const text = range.trim();
      if (!known.includes(text)) errors.push(...sloppyCidrErrors(`${path}[${String(index)}]`, text));
    }
    return;
  }
  const annotation = entryAt(annotations, SOURCE_RANGES);
  if (annotation === undefined) return;
  const path = `metadata.annotations[${SOURCE_RANGES}]`;
  if (!isLoadBalancer) errors.push(forbiddenField(path, ONLY_FOR_LOAD_BALANCERS));
  if (annotation.trim() === '' || (old !== undefined && entryAt(old.annotations, SOURCE_RANGES) === annotation)) return;
  for (const range of annotation.trim().split(',')) errors.push(...sloppyCidrErrors(path, range.trim()));
}

function addLoadBalancerErrors(errors: FieldError[], spec: JsonObject): void {
  const isLoadBalancer = textAt(spec, 'type') === 'LoadBalancer';
  const allocates = hasKey(spec, 'allocateLoadBalancerNodePorts');
  if (allocates && !isLoadBalancer) {
    errors.push(forbiddenField('spec.allocateLoadBalancerNodePorts', ONLY_FOR_LOAD_BALANCERS));
  }
  if (!allocates && isLoadBalancer) errors.push(requiredField('allocateLoadBalancerNodePorts'));
  errors.push(...loadBalancerClassErrors(spec));
}

/** What is wrong with `loadBalancerClass`. */
export function loadBalancerClassErrors(spec: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  const name = optionalTextAt(spec, 'loadBalancerClass');
  if (name === undefined) return errors;
  const path = 'spec.loadBalancerClass';
  if (textAt(spec, 'type') !== 'LoadBalancer') return [forbiddenField(path, ONLY_FOR_LOAD_BALANCERS)];
  addProblems(errors, path, name, qualifiedNameProblems(name));
  return errors;
}

function addExternalTrafficErrors(errors: FieldError[], spec: JsonObject): void {
  const policy = textAt(spec, 'externalTrafficPolicy');
  const path = 'spec.externalTrafficPolicy';
  if (!isExternallyAccessible(spec)) {
    if (policy !== '') errors.push(invalidField(path, policy, 'may only be set for externally-accessible services'));
  } else if (policy === '') errors.push(requiredField(path));
  else if (!TRAFFIC_POLICIES.includes(policy)) errors.push(notSupportedField(path, policy, TRAFFIC_POLICIES));
  const port = numberAt(spec, 'healthCheckNodePort');
  const portPath = 'spec.healthCheckNodePort';
  if (!needsHealthCheckPort(spec)) {
    const detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
    if (port !== 0) errors.push(invalidField(portPath, port, detail));
  } else if (port === 0) errors.push(requiredField(portPath));
  else for (const problem of portNumberProblems(port)) errors.push(invalidField(portPath, port, problem));
}

function addInternalTrafficErrors(errors: FieldError[], spec: JsonObject): void {
  const policy = optionalTextAt(spec, 'internalTrafficPolicy');
  const path = 'spec.internalTrafficPolicy';
  const type = textAt(spec, 'type');
  if (policy === undefined) {
    if (TYPES.includes(type) && type !== 'ExternalName') errors.push(requiredField(path));
  } else if (!TRAFFIC_POLICIES.includes(policy)) errors.push(notSupportedField(path, policy, TRAFFIC_POLICIES));
  const distribution = optionalTextAt(spec, 'trafficDistribution');
  if (distribution !== undefined && !DISTRIBUTIONS.includes(distribution)) {
    errors.push(notSupportedField('spec.trafficDistribution', distribution, DISTRIBUTIONS));
  }
}

/** What is wrong with what a load balancer says of itself. Addresses of the old status are not checked again. */
export function loadBalancerStatusErrors(
  status: JsonObject,
  { old, spec }: { readonly old: JsonObject; readonly spec: JsonObject },
): FieldError[] {
  const path = 'status.loadBalancer.ingress';
  const ingresses = listAt(objectAt(status, 'loadBalancer'), 'ingress');
  if (textAt(spec, 'type') !== 'LoadBalancer' && ingresses.length > 0) {
    return [forbiddenField(path, "may only be used when `spec.type` is 'LoadBalancer'")];
  }
  const known = listAt(objectAt(old, 'loadBalancer'), 'ingress').map((ingress) => textAt(ingress, 'ip'));
  return ingresses.flatMap((ingress, index) => ingressErrors(ingress, { path: `${path}[${String(index)}]`, known }));
}

function ingressErrors(
  ingress: JsonObject,
  { path, known }: { readonly path: string; readonly known: readonly string[] },
): FieldError[] {
  const errors: FieldError[] = [];
  const ip = textAt(ingress, 'ip');
  const mode = optionalTextAt(ingress, 'ipMode');
  const hostname = textAt(ingress, 'hostname');
  if (ip !== '' && !known.includes(ip)) errors.push(...sloppyIpErrors(`${path}.ip`, ip));
  if (mode === undefined) {
    if (ip !== '') errors.push(requiredField(`${path}.ipMode`, 'must be specified when `ip` is set'));
  } else if (ip === '') errors.push(forbiddenField(`${path}.ipMode`, 'may not be specified when `ip` is not set'));
  else if (mode !== 'VIP' && mode !== 'Proxy') {
    errors.push(notSupportedField(`${path}.ipMode`, mode, ['Proxy', 'VIP']));
  }
  if (hostname === '') return errors;
  addProblems(errors, `${path}.hostname`, hostname, dnsSubdomainProblems(hostname));
  if (findIpAddress(hostname) !== undefined) {
    errors.push(invalidField(`${path}.hostname`, hostname, 'must be a DNS name, not an IP address'));
  }
  return errors;
}
