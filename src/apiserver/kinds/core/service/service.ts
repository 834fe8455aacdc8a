/**
 * Services: what their endpoints do beyond storing them.
 *
 * Addresses and ports are given before anything is checked. A service that changes its type loses what its new type doesn't
 * have, unless the update changes that too.
 */
import { createHash } from 'node:crypto';
import type { JsonObject } from '../../../../api/json';
import type { KubeObject } from '../../../../api/object';
import { type DraftObject, ensureObject, findObject, findString, objectsIn } from '../../../draft';
import { type FieldError, forbiddenField, invalidField } from '../../../field-error';
import type { ValueIndex } from '../../../resources/object-reader';
import type { Strategy, StrategyContext } from '../../../resources/resource';
import { cidrWarnings, ipWarnings } from '../../checks/ip-addresses';
import { removeMember } from '../../draft-members';
import {
  hasKey,
  isSameValue,
  jsonOf,
  listAt,
  numberAt,
  objectAt,
  optionalTextAt,
  textAt,
  textsAt,
} from '../../json-members';
import type { KindFacts } from '../../kind-facts';
import { isDns1035LabelName } from '../../metadata';
import { annotationsOf } from '../../pod-template/pod-annotations';
import { keepMember, metadataUpdateErrors, STATUS_RESET_FIELDS, specOf, statusOf } from '../strategy-parts';
import { allocatedTo, allocateForCreate, allocateForUpdate } from './allocation';
import { clusterIpUpdateErrors, ipFamilyUpdateErrors } from './cluster-ip-checks';
import { loadBalancerClassErrors, loadBalancerStatusErrors, serviceErrors } from './service-checks';
import { SERVICE_COLUMNS } from './service-columns';
import type { ServicePool, ServiceRanges } from './service-pool';
import {
  isExternallyAccessible,
  isHeadless,
  isSameTexts,
  needsClusterIp,
  needsHealthCheckPort,
  nodePortsOf,
} from './service-shape';

const AFFINITY_SECONDS = 10_800;
const TOPOLOGY_HINTS = 'service.kubernetes.io/topology-aware-hints';
const TOPOLOGY_MODE = 'service.kubernetes.io/topology-mode';

/** The ranges of a cluster that says nothing of them. */
export const DEFAULT_SERVICE_RANGES: ServiceRanges = {
  clusterIpRanges: ['10.96.0.0/16'],
  nodePorts: { first: 30_000, last: 32_767 },
};

/** Services of a cluster with these ranges. */
export function serviceKind(ranges: ServiceRanges): KindFacts {
  const strategy: Strategy = {
    setDefaults,
    prepareForCreate: (service, context) => {
      allocateForCreate(service, poolOf(ranges, { service, context }));
      service['status'] = { loadBalancer: {} };
    },
    prepareForUpdate: (service, old, context) => {
      if (context.subresource === 'status') {
        keepMember(service, old, 'spec');
        return;
      }
      allocateForUpdate(service, jsonOf(old), poolOf(ranges, { service, context }));
      keepMember(service, old, 'status');
      dropFieldsOfOldType(service, specOf(old));
    },
    validateName: isDns1035LabelName,
    validate: (service) => serviceErrors(partsOf(service), undefined),
    validateUpdate,
    warnings,
    createsOnUpdate: true,
    fields: (service) => ({
      'spec.clusterIP': textAt(specOf(service), 'clusterIP'),
      'spec.type': textAt(specOf(service), 'type'),
    }),
    fieldNames: ['spec.clusterIP', 'spec.type'],
    resetFields: STATUS_RESET_FIELDS,
  };
  return { strategy, columns: SERVICE_COLUMNS };
}

function setDefaults(service: DraftObject): void {
  const spec = ensureObject(service, 'spec');
  if (textAt(spec, 'sessionAffinity') === '') spec['sessionAffinity'] = 'None';
  if (spec['sessionAffinity'] === 'None') delete spec['sessionAffinityConfig'];
  else if (spec['sessionAffinity'] === 'ClientIP') {
    const clientIp = findObject(findObject(spec, 'sessionAffinityConfig'), 'clientIP');
    if (clientIp?.['timeoutSeconds'] === undefined) {
      spec['sessionAffinityConfig'] = { clientIP: { timeoutSeconds: AFFINITY_SECONDS } };
    }
  }
  if (textAt(spec, 'type') === '') spec['type'] = 'ClusterIP';
  for (const port of objectsIn(spec, 'ports')) {
    if (textAt(port, 'protocol') === '') port['protocol'] = 'TCP';
    const target = port['targetPort'];
    if (target === undefined || target === 0 || target === '') port['targetPort'] = port['port'] ?? 0;
  }
  if (isExternallyAccessible(spec) && textAt(spec, 'externalTrafficPolicy') === '') {
    spec['externalTrafficPolicy'] = 'Cluster';
  }
  setTypeDefaults(spec, objectsIn(findObject(findObject(service, 'status'), 'loadBalancer'), 'ingress'));
}

function setTypeDefaults(spec: DraftObject, ingresses: readonly DraftObject[]): void {
  const type = spec['type'];
  if (type === 'NodePort' || type === 'LoadBalancer' || type === 'ClusterIP')
    spec['internalTrafficPolicy'] ??= 'Cluster';
  else if (type === 'ExternalName') delete spec['internalTrafficPolicy'];
  if (type !== 'LoadBalancer') return;
  spec['allocateLoadBalancerNodePorts'] ??= true;
  for (const ingress of ingresses) if (textAt(ingress, 'ip') !== '') ingress['ipMode'] ??= 'VIP';
}

/** What all services have. */
const ALLOCATED: ValueIndex = {
  type: { group: '', resource: 'services' },
  valuesOf: (service) => allocatedTo(jsonOf(service)),
};

/** What the cluster has for a service. The dice are thrown by its UID, so that a request can be told again. */
function poolOf(
  ranges: ServiceRanges,
  { service, context }: { readonly service: DraftObject; readonly context: StrategyContext },
): ServicePool {
  const isTaken = (value: string): boolean => context.reader.hasValue(ALLOCATED, value);
  const metadata = findObject(service, 'metadata');
  const seed = `${findString(metadata, 'namespace') ?? ''}/${findString(metadata, 'name') ?? ''}/${findString(metadata, 'uid') ?? ''}`;
  let throws = 0;
  return {
    ...ranges,
    isTrial: context.dryRun,
    // As on the real server, a trial is not told of addresses that are taken.
    hasIp: (ip) => !context.dryRun && isTaken(ip),
    hasNodePort: (port) => isTaken(String(port)),
    random: (limit) => {
      throws += 1;
      return (
        createHash('sha256')
          .update(`${seed}/${String(throws)}`)
          .digest()
          .readUInt32BE(0) % limit
      );
    },
  };
}

/** Takes away what only the old type had, where the update leaves it as it was. */
function dropFieldsOfOldType(service: DraftObject, old: JsonObject): void {
  const spec = ensureObject(service, 'spec');
  if (needsClusterIp(old) && !needsClusterIp(spec)) dropClusterIps(spec, old);
  const hasNodePorts = (type: string) => type === 'NodePort' || type === 'LoadBalancer';
  if (hasNodePorts(textAt(old, 'type')) && !hasNodePorts(textAt(spec, 'type'))) {
    const before = new Set(nodePortsOf(old));
    if (nodePortsOf(spec).every((port) => before.has(port))) {
      for (const port of objectsIn(spec, 'ports')) delete port['nodePort'];
    }
  }
  const drop = (key: string, had: boolean, has: boolean) => {
    if (had && !has && isSameValue(spec[key], old[key])) removeMember(spec, key);
  };
  const wasLoadBalancer = textAt(old, 'type') === 'LoadBalancer';
  const isLoadBalancer = textAt(spec, 'type') === 'LoadBalancer';
  drop('healthCheckNodePort', needsHealthCheckPort(old), needsHealthCheckPort(spec));
  drop('allocateLoadBalancerNodePorts', wasLoadBalancer, isLoadBalancer);
  drop('loadBalancerClass', wasLoadBalancer, isLoadBalancer);
  drop('externalTrafficPolicy', isExternallyAccessible(old), isExternallyAccessible(spec));
  if (isLoadBalancer) return;
  // The status is shared with the old service: it is made anew, not changed.
  service['status'] = { ...findObject(service, 'status'), loadBalancer: {} };
}

function dropClusterIps(spec: DraftObject, old: JsonObject): void {
  const isSame = (key: string) => isSameTexts(textsAt(spec, key), textsAt(old, key));
  if (textAt(spec, 'clusterIP') === textAt(old, 'clusterIP') && isSame('clusterIPs')) {
    delete spec['clusterIP'];
    delete spec['clusterIPs'];
  }
  if (isSame('ipFamilies')) delete spec['ipFamilies'];
  if (textAt(spec, 'ipFamilyPolicy') === textAt(old, 'ipFamilyPolicy')) delete spec['ipFamilyPolicy'];
}

function partsOf(service: KubeObject) {
  return { spec: specOf(service), annotations: annotationsOf(jsonOf(service)) };
}

function validateUpdate(service: KubeObject, old: KubeObject, { subresource }: StrategyContext): FieldError[] {
  const errors = metadataUpdateErrors(service, old);
  const spec = specOf(service);
  const oldSpec = specOf(old);
  if (subresource === 'status') {
    return [...errors, ...loadBalancerStatusErrors(statusOf(service), { old: statusOf(old), spec })];
  }
  errors.push(...clusterIpUpdateErrors(spec, oldSpec), ...ipFamilyUpdateErrors(spec, oldSpec));
  const isLoadBalancer = textAt(spec, 'type') === 'LoadBalancer' && textAt(oldSpec, 'type') === 'LoadBalancer';
  if (isLoadBalancer && spec['loadBalancerClass'] !== oldSpec['loadBalancerClass']) {
    const name = optionalTextAt(spec, 'loadBalancerClass');
    errors.push(invalidField('spec.loadBalancerClass', name, 'may not change once set'));
  }
  errors.push(...loadBalancerClassErrors(spec));
  const hasPort = needsHealthCheckPort(oldSpec) && needsHealthCheckPort(spec);
  if (hasPort && numberAt(spec, 'healthCheckNodePort') !== numberAt(oldSpec, 'healthCheckNodePort')) {
    errors.push(forbiddenField('spec.healthCheckNodePort', 'field is immutable'));
  }
  return [...errors, ...serviceErrors(partsOf(service), partsOf(old))];
}

function warnings(service: KubeObject, _old: KubeObject | undefined, { subresource }: StrategyContext): string[] {
  const spec = specOf(service);
  if (subresource === 'status') {
    return listAt(objectAt(statusOf(service), 'loadBalancer'), 'ingress').flatMap((ingress, index) =>
      ipWarnings(`status.loadBalancer.ingress[${String(index)}]`, textAt(ingress, 'ip')),
    );
  }
  const isAlias = textAt(spec, 'type') === 'ExternalName';
  const texts: string[] = [];
  if (hasKey(annotationsOf(jsonOf(service)), TOPOLOGY_HINTS)) {
    texts.push(`annotation ${TOPOLOGY_HINTS} is deprecated, please use ${TOPOLOGY_MODE} instead`);
  }
  if (textAt(spec, 'clusterIP') !== '' && textAt(spec, 'clusterIP') !== 'None') {
    texts.push(
      ...textsAt(spec, 'clusterIPs').flatMap((ip, index) => ipWarnings(`spec.clusterIPs[${String(index)}]`, ip)),
    );
  }
  if (isHeadless(spec) && textAt(spec, 'type') === 'ClusterIP') texts.push(...headlessWarnings(spec));
  const balancerIp = textAt(spec, 'loadBalancerIP');
  texts.push(
    ...textsAt(spec, 'externalIPs').flatMap((ip, index) => ipWarnings(`spec.externalIPs[${String(index)}]`, ip)),
    ...(balancerIp === '' ? [] : ipWarnings('spec.loadBalancerIP', balancerIp)),
    ...textsAt(spec, 'loadBalancerSourceRanges').flatMap((range, index) =>
      cidrWarnings(`spec.loadBalancerSourceRanges[${String(index)}]`, range),
    ),
  );
  if (isAlias && textsAt(spec, 'externalIPs').length > 0) {
    texts.push('spec.externalIPs is ignored when spec.type is "ExternalName"');
  }
  if (!isAlias && textAt(spec, 'externalName') !== '') {
    texts.push('spec.externalName is ignored when spec.type is not "ExternalName"');
  }
  return texts;
}

function headlessWarnings(spec: JsonObject): string[] {
  const ignored = [
    ...(textAt(spec, 'loadBalancerIP') === '' ? [] : ['spec.loadBalancerIP']),
    ...(textsAt(spec, 'externalIPs').length === 0 ? [] : ['spec.externalIPs']),
    ...(textAt(spec, 'sessionAffinity') === 'None' ? [] : ['spec.SessionAffinity']),
  ];
  return ignored.map((path) => `${path} is ignored for headless services`);
}
