/**
 * What a pod needs in sum: its containers, or its init containers where one of them needs more, sidecars with both.
 * @see https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers
 */

import type { JsonObject } from '../../api/json';
import { objectAt, objectsAt, stringAt } from '../authentication/json-members';
import { type Amounts, addedAmounts, amountsAt, amountsWhere, largerAmounts, NO_AMOUNTS } from './resource-amounts';

export type Claim = 'requests' | 'limits';

/** The sum over the containers of a pod; `amountsOf` tells what each one claims. */
function containersAmounts(pod: unknown, amountsOf: (container: JsonObject) => Amounts): Amounts {
  let sum: Amounts = NO_AMOUNTS;
  for (const container of objectsAt(pod, 'spec', 'containers')) sum = addedAmounts(sum, amountsOf(container));
  let sidecars: Amounts = NO_AMOUNTS;
  let starting: Amounts = NO_AMOUNTS;
  for (const container of objectsAt(pod, 'spec', 'initContainers')) {
    const own = amountsOf(container);
    if (stringAt(container, 'restartPolicy') === 'Always') {
      sum = addedAmounts(sum, own);
      sidecars = addedAmounts(sidecars, own);
      starting = largerAmounts(starting, sidecars);
    } else {
      starting = largerAmounts(starting, addedAmounts(own, sidecars));
    }
  }
  return largerAmounts(sum, starting);
}

/** What the containers of a pod claim by their specs; what the pod itself claims of CPU and memory instead. */
export function specAmounts(pod: unknown, claim: Claim): Amounts {
  const sum = containersAmounts(pod, (container) => amountsAt(container, 'resources', claim));
  const own = amountsWhere(amountsAt(pod, 'spec', 'resources', claim), (name) => name === 'cpu' || name === 'memory');
  return new Map([...sum, ...own]);
}

/** What a pod takes: as its specs claim, or what its node has given its containers where that is more, and its overhead. */
export function takenAmounts(pod: unknown, claim: Claim): Amounts {
  const statuses = statusesByName(pod);
  const isInfeasible = objectsAt(pod, 'status', 'conditions').some(
    (condition) => stringAt(condition, 'type') === 'PodResizePending' && stringAt(condition, 'reason') === 'Infeasible',
  );
  const sum = containersAmounts(pod, (container) => {
    const wanted = amountsAt(container, 'resources', claim);
    const status = statuses.get(stringAt(container, 'name'));
    if (status === undefined || objectAt(status, 'resources') === undefined) return wanted;
    const given = amountsAt(status, 'resources', claim);
    const allocated = claim === 'requests' ? largerAmounts(given, amountsAt(status, 'allocatedResources')) : given;
    return isInfeasible ? allocated : largerAmounts(wanted, allocated);
  });
  const own = amountsWhere(amountsAt(pod, 'spec', 'resources', claim), isPodLevelResource);
  const total: Amounts = new Map([...sum, ...own]);
  const overhead = amountsAt(pod, 'spec', 'overhead');
  return addedAmounts(total, claim === 'requests' ? overhead : amountsWhere(overhead, (name) => total.has(name)));
}

/** True for a resource that a pod may claim as a whole. */
export function isPodLevelResource(name: string): boolean {
  return name === 'cpu' || name === 'memory' || name.startsWith('hugepages-');
}

function statusesByName(pod: unknown): ReadonlyMap<string, JsonObject> {
  const all = [...objectsAt(pod, 'status', 'containerStatuses'), ...objectsAt(pod, 'status', 'initContainerStatuses')];
  return new Map(all.map((status) => [stringAt(status, 'name'), status]));
}
