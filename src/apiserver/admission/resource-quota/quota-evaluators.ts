/** Which objects count how: pods, services, claims for volumes and devices, and everything else by its number. */
import type { JsonObject } from '../../../api/json';
import type { Quantity } from '../../../api/quantity';
import { booleanAt, numberAt, objectAt, objectsAt, stringAt } from '../../authentication/json-members';
import type { GroupResource } from '../../status-error';
import { storageClassOf } from '../persistent-volume-claim-resize';
import { amountsAt, countOf, ONE, sumOf, ZERO } from '../resource-amounts';
import { podEvaluator } from './pod-evaluator';
import { fitsNames, objectCountEvaluator, type QuotaEvaluator } from './quota-evaluator';

const serviceEvaluator: QuotaEvaluator = {
  type: { group: '', resource: 'services' },
  handles: ({ operation, subresource }) => subresource === '' && (operation === 'CREATE' || operation === 'UPDATE'),
  isMeasured: (name) => ['count/services', 'services', 'services.nodeports', 'services.loadbalancers'].includes(name),
  usageOf(service) {
    const type = stringAt(service, 'spec', 'type');
    const ports = objectsAt(service, 'spec', 'ports');
    const isBalanced = type === 'LoadBalancer';
    const chooses = isBalanced && booleanAt(service, 'spec', 'allocateLoadBalancerNodePorts') === false;
    const chosen = ports.filter((port) => (numberAt(port, 'nodePort') ?? 0) !== 0);
    const nodePorts = chooses ? chosen.length : isBalanced || type === 'NodePort' ? ports.length : 0;
    return new Map([
      ['count/services', ONE],
      ['services', ONE],
      ['services.loadbalancers', isBalanced ? ONE : ZERO],
      ['services.nodeports', countOf(nodePorts)],
    ]);
  },
};

const CLAIMS = 'persistentvolumeclaims';
const STORAGE = 'requests.storage';
const BY_CLASS = '.storageclass.storage.k8s.io/';

const volumeClaimEvaluator: QuotaEvaluator = {
  type: { group: '', resource: CLAIMS },
  handles: ({ operation, subresource }) =>
    subresource === 'status' || (subresource === '' && (operation === 'CREATE' || operation === 'UPDATE')),
  isMeasured: (name) =>
    [`count/${CLAIMS}`, CLAIMS, STORAGE].includes(name) ||
    name.endsWith(`${BY_CLASS}${CLAIMS}`) ||
    name.endsWith(`${BY_CLASS}${STORAGE}`),
  usageOf(claim) {
    const usage = new Map([
      [CLAIMS, ONE],
      [`count/${CLAIMS}`, ONE],
    ]);
    const storageClass = storageClassOf(claim);
    if (storageClass !== '') usage.set(`${storageClass}${BY_CLASS}${CLAIMS}`, ONE);
    const asked = amountsAt(claim, 'spec', 'resources', 'requests').get('storage');
    if (asked === undefined) return usage;
    const allocated = amountsAt(claim, 'status', 'allocatedResources').get('storage');
    const size = wholeUnits(allocated !== undefined && allocated.nanos > asked.nanos ? allocated : asked);
    usage.set(STORAGE, size);
    if (storageClass !== '') usage.set(`${storageClass}${BY_CLASS}${STORAGE}`, size);
    return usage;
  },
  isInScope(scope, claim) {
    if (scope.scope !== 'VolumeAttributesClass') return false;
    const names = [
      stringAt(claim, 'spec', 'volumeAttributesClassName'),
      stringAt(claim, 'status', 'currentVolumeAttributesClassName'),
      stringAt(claim, 'status', 'modifyVolumeStatus', 'targetVolumeAttributesClassName'),
    ];
    return fitsNames(
      scope,
      names.filter((name) => name !== ''),
    );
  },
};

/** Rounded up. */
function wholeUnits({ nanos, format }: Quantity): Quantity {
  const unit = 10n ** 9n;
  return { nanos: ((nanos + unit - 1n) / unit) * unit, format };
}

const DEVICE_CLASS = '.deviceclass.resource.k8s.io/devices';
/** What a request for all devices is taken for. */
const DEVICES_MAX = 32;

const resourceClaimEvaluator: QuotaEvaluator = {
  type: { group: 'resource.k8s.io', resource: 'resourceclaims' },
  handles: ({ operation, subresource }) => subresource === '' && (operation === 'CREATE' || operation === 'UPDATE'),
  isMeasured: (name) => name === 'count/resourceclaims.resource.k8s.io' || name.endsWith(DEVICE_CLASS),
  usageOf(claim) {
    const usage = new Map([['count/resourceclaims.resource.k8s.io', ONE]]);
    for (const request of objectsAt(claim, 'spec', 'devices', 'requests')) {
      const worst = new Map<string, Quantity>();
      const alternatives = objectsAt(request, 'firstAvailable');
      for (const choice of alternatives.length > 0 ? alternatives : [objectAt(request, 'exactly')]) {
        if (choice === undefined) continue;
        const name = `${stringAt(choice, 'deviceClassName')}${DEVICE_CLASS}`;
        const devices = devicesOf(choice);
        if (devices.nanos >= (worst.get(name) ?? ZERO).nanos) worst.set(name, devices);
      }
      for (const [name, devices] of worst) usage.set(name, sumOf(usage.get(name) ?? ZERO, devices));
    }
    return usage;
  },
};

function devicesOf(choice: JsonObject): Quantity {
  const mode = stringAt(choice, 'allocationMode');
  if (mode === 'All') return countOf(DEVICES_MAX);
  return mode === 'ExactCount' ? countOf(numberAt(choice, 'count') ?? 0) : ZERO;
}

/** Those that count in their own way. */
export const SPECIAL_EVALUATORS: readonly QuotaEvaluator[] = [
  podEvaluator,
  serviceEvaluator,
  volumeClaimEvaluator,
  resourceClaimEvaluator,
];

/** They aren't kept, or there are too many of them to count. */
const UNCOUNTED: ReadonlySet<string> = new Set([
  '/bindings',
  '/componentstatuses',
  '/events',
  'events.k8s.io/events',
  'authentication.k8s.io/tokenreviews',
  'authentication.k8s.io/selfsubjectreviews',
  'authorization.k8s.io/subjectaccessreviews',
  'authorization.k8s.io/selfsubjectaccessreviews',
  'authorization.k8s.io/localsubjectaccessreviews',
  'authorization.k8s.io/selfsubjectrulesreviews',
]);

/** How objects of a resource count; undefined where they don't. */
export function findQuotaEvaluator(type: GroupResource): QuotaEvaluator | undefined {
  if (UNCOUNTED.has(`${type.group}/${type.resource}`)) return undefined;
  const special = SPECIAL_EVALUATORS.find(
    (evaluator) => evaluator.type.group === type.group && evaluator.type.resource === type.resource,
  );
  return special ?? objectCountEvaluator(type);
}
