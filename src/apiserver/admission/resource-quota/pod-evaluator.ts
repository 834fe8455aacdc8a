/** Pods, and the CPU, memory and other resources that they take. */
import type { JsonObject } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import { numberAt, objectAt, objectsAt, stringAt } from '../../authentication/json-members';
import { isPodLevelResource, takenAmounts } from '../pod-resources';
import { type Amounts, addedAmounts, amountsAt, ONE } from '../resource-amounts';
import { fitsNames, type QuotaEvaluator, type ScopeRequirement } from './quota-evaluator';

const COUNT = 'count/pods';
const HUGE_PAGES = 'hugepages-';
const REQUESTS = 'requests.';
const MEASURED: ReadonlySet<string> = new Set([
  COUNT,
  'cpu',
  'memory',
  'ephemeral-storage',
  'requests.cpu',
  'requests.memory',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
  'pods',
]);
/** Where one of these is limited, each container must say what it wants of it. */
const MUST_BE_SAID: ReadonlySet<string> = new Set([
  'cpu',
  'memory',
  'requests.cpu',
  'requests.memory',
  'limits.cpu',
  'limits.memory',
]);

export const podEvaluator: QuotaEvaluator = {
  type: { group: '', resource: 'pods' },

  handles({ operation, subresource, oldObject }, pod) {
    if (subresource === 'resize') return operation === 'UPDATE';
    if (subresource !== '') return false;
    return operation === 'CREATE' || (operation === 'UPDATE' && hasDeadline(pod) !== hasDeadline(oldObject));
  },

  isMeasured(name) {
    if (MEASURED.has(name) || name.startsWith(HUGE_PAGES) || name.startsWith(`${REQUESTS}${HUGE_PAGES}`)) return true;
    return name.startsWith(REQUESTS) && isExtended(name);
  },

  usageOf(pod, now) {
    const counted: Amounts = new Map([[COUNT, ONE]]);
    if (isOver(pod, now)) return counted;
    const claimed = measured(takenAmounts(pod, 'requests'), takenAmounts(pod, 'limits'));
    return addedAmounts(counted, claimed);
  },

  isInScope(scope, pod) {
    switch (scope.scope) {
      case 'Terminating':
        return hasDeadline(pod);
      case 'NotTerminating':
        return !hasDeadline(pod);
      case 'BestEffort':
        return isBestEffort(pod);
      case 'NotBestEffort':
        return !isBestEffort(pod);
      case 'PriorityClass':
        return isInPriorityClass(scope, pod);
      case 'CrossNamespacePodAffinity':
        return reachesOtherNamespaces(pod);
      default:
        return false;
    }
  },

  findMissing(names, pod) {
    if (saysForAll(pod)) return undefined;
    const missing = new Map<string, Set<string>>();
    const required = names.filter((name) => MUST_BE_SAID.has(name));
    for (const container of [...objectsAt(pod, 'spec', 'containers'), ...objectsAt(pod, 'spec', 'initContainers')]) {
      const said = measured(amountsAt(container, 'resources', 'requests'), amountsAt(container, 'resources', 'limits'));
      for (const name of required) {
        if (said.has(name)) continue;
        const containers = missing.get(name) ?? new Set();
        missing.set(name, containers.add(stringAt(container, 'name')));
      }
    }
    if (missing.size === 0) return undefined;
    const told = [...missing.keys()]
      .sort()
      .map((name) => `${name} for: ${[...(missing.get(name) ?? [])].sort().join(',')}`);
    return `must specify ${told.join('; ')}`;
  },
};

/** Requests and limits under the names that quotas have for them. */
function measured(requests: Amounts, limits: Amounts): Amounts {
  const result = new Map([['pods', ONE]]);
  for (const name of ['cpu', 'memory', 'ephemeral-storage']) {
    const request = requests.get(name);
    const limit = limits.get(name);
    if (request !== undefined) result.set(name, request).set(`${REQUESTS}${name}`, request);
    if (limit !== undefined) result.set(`limits.${name}`, limit);
  }
  for (const [name, request] of requests) {
    if (name.startsWith(HUGE_PAGES)) result.set(name, request);
    if (name.startsWith(HUGE_PAGES) || (isExtended(name) && !name.startsWith(REQUESTS))) {
      result.set(`${REQUESTS}${name}`, request);
    }
  }
  return result;
}

/** A resource that isn't Kubernetes' own: `example.com/gpu`. */
function isExtended(name: string): boolean {
  return name.includes('/') && !name.includes('kubernetes.io/');
}

/** A pod that ends by itself. */
function hasDeadline(pod: unknown): boolean {
  return (numberAt(pod, 'spec', 'activeDeadlineSeconds') ?? -1) >= 0;
}

/** True for a pod that takes nothing any more, though it is still there. */
function isOver(pod: KubeObject, now: Date): boolean {
  const phase = stringAt(pod, 'status', 'phase');
  if (phase === 'Failed' || phase === 'Succeeded') return true;
  const { deletionTimestamp } = pod.metadata;
  const grace = numberAt(pod, 'metadata', 'deletionGracePeriodSeconds');
  if (deletionTimestamp === undefined || grace === undefined) return false;
  return now.getTime() > Date.parse(deletionTimestamp) + grace * 1000;
}

/** True for a pod in which nobody asks for CPU or memory. */
function isBestEffort(pod: unknown): boolean {
  const told = stringAt(pod, 'status', 'qosClass');
  if (told !== '') return told === 'BestEffort';
  const asks = (holder: unknown, ...path: string[]): boolean =>
    ['requests', 'limits'].some((claim) => {
      const amounts = amountsAt(holder, ...path, claim);
      return ['cpu', 'memory'].some((name) => (amounts.get(name)?.nanos ?? 0n) > 0n);
    });
  const containers = [...objectsAt(pod, 'spec', 'containers'), ...objectsAt(pod, 'spec', 'initContainers')];
  return !asks(pod, 'spec', 'resources') && !containers.some((container) => asks(container, 'resources'));
}

/** A pod that claims CPU, memory or huge pages as a whole. */
function saysForAll(pod: unknown): boolean {
  return ['requests', 'limits'].some((claim) =>
    [...amountsAt(pod, 'spec', 'resources', claim).keys()].some(isPodLevelResource),
  );
}

function isInPriorityClass(scope: ScopeRequirement, pod: unknown): boolean {
  const name = stringAt(pod, 'spec', 'priorityClassName');
  return fitsNames(scope, name === '' ? [] : [name]);
}

function reachesOtherNamespaces(pod: unknown): boolean {
  const reaches = (term: JsonObject | undefined): boolean =>
    objectAt(term, 'namespaceSelector') !== undefined ||
    (Array.isArray(term?.['namespaces']) && term['namespaces'].length > 0);
  return ['podAffinity', 'podAntiAffinity'].some((member) => {
    const affinity = objectAt(pod, 'spec', 'affinity', member);
    return (
      objectsAt(affinity, 'requiredDuringSchedulingIgnoredDuringExecution').some(reaches) ||
      objectsAt(affinity, 'preferredDuringSchedulingIgnoredDuringExecution').some((weighted) =>
        reaches(objectAt(weighted, 'podAffinityTerm')),
      )
    );
  });
}
