/** The controller's own pods, as its Deployment runs them. */

import { isReadyPod, observedPod } from '../../../constructs/parts/observed-pod';
import { POD } from '../../../constructs/parts/resource-types';
import { PLATFORM_NAMESPACE } from '../../../constructs/platform';
import type { KubeObject } from '../../../src/api/object';
import type { Cluster } from '../../../src/ports/cluster';
import { eventually } from '../eventually';
import { NODE_PATIENCE_MS } from './team';

const SELECTOR = 'app.kubernetes.io/name=adrasteia,app.kubernetes.io/component=controller';

/** Kills all of them without grace, and waits until as many others are there, ready. */
export async function killControllers(cluster: Cluster): Promise<void> {
  const before = await controllerPods(cluster);
  await killPods(cluster, before);
  const killed = new Set(before.map(({ metadata }) => metadata.uid));
  await eventually(
    'other pods of the controller are ready',
    async () => {
      const now = await controllerPods(cluster);
      return (
        now.length >= before.length && now.every((pod) => !killed.has(pod.metadata.uid) && isReadyPod(observedPod(pod)))
      );
    },
    NODE_PATIENCE_MS,
  );
}

/** The pods of the controller that aren't on their way out. */
export async function controllerPods(cluster: Cluster): Promise<readonly KubeObject[]> {
  const { items } = await cluster.list(POD, { namespace: PLATFORM_NAMESPACE, labelSelector: SELECTOR });
  return items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}

/** Deletes pods of the controller without grace: nothing is given back in good order. */
export async function killPods(cluster: Cluster, pods: readonly KubeObject[]): Promise<void> {
  await Promise.all(
    pods.map(({ metadata: { name } }) =>
      cluster.delete(POD, { namespace: PLATFORM_NAMESPACE, name }, { gracePeriodSeconds: 0 }),
    ),
  );
}
