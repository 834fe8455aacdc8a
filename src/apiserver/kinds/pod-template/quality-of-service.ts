/**
 * The class of a pod by what it asks for: who yields first where a node runs short.
 * @see k8s.io/kubernetes/pkg/apis/core/helper/qos/qos.go, v1.34
 */
import type { JsonObject } from '../../../api/json';
import { compareQuantities } from '../../../api/quantity';
import { entryAt, listAt, mapAt, objectAt } from '../json-members';
import { addAmounts } from './resource-amounts';

export type QosClass = 'BestEffort' | 'Burstable' | 'Guaranteed';

/** The class of a pod with this spec. */
export function qosClassOf(spec: JsonObject): QosClass {
  const own = objectAt(spec, 'resources');
  const holders =
    own === undefined
      ? [...listAt(spec, 'containers'), ...listAt(spec, 'initContainers')].map((container) =>
          objectAt(container, 'resources'),
        )
      : [own];
  const requests: Record<string, string> = {};
  const limits: Record<string, string> = {};
  let isGuaranteed = true;
  for (const resources of holders) {
    addAmounts(requests, computingAmounts(resources, 'requests'));
    const limited = computingAmounts(resources, 'limits');
    addAmounts(limits, limited);
    // A pod that says nothing of limits as a whole is not judged by them.
    const isJudged = own === undefined || Object.keys(mapAt(own, 'limits')).length > 0;
    if (isJudged && Object.keys(limited).length < 2) isGuaranteed = false;
  }
  const asked = Object.entries(requests);
  const limitCount = Object.keys(limits).length;
  if (asked.length === 0 && limitCount === 0) return 'BestEffort';
  if (!isGuaranteed || asked.length !== limitCount) return 'Burstable';
  const isExact = asked.every(([name, amount]) => {
    const limit = entryAt(limits, name);
    return limit !== undefined && compareQuantities(limit, amount) === 0;
  });
  return isExact ? 'Guaranteed' : 'Burstable';
}

function computingAmounts(resources: JsonObject | undefined, kind: string): Record<string, string> {
  const amounts = mapAt(resources, kind);
  const computing: Record<string, string> = {};
  for (const name of ['cpu', 'memory']) {
    const amount = entryAt(amounts, name);
    if (amount !== undefined && compareQuantities(amount, '0') > 0) computing[name] = amount;
  }
  return computing;
}
