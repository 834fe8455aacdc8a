/** The controller's own pods, as its Deployment runs them. */
import { PLATFORM_NAMESPACE } from '../../../constructs/platform';
import type { Cluster } from '../../../src/ports/cluster';
import { eventually } from '../harness';
import { POD } from './resource-types';
import { NODE_PATIENCE_MS } from './team';

const SELECTOR = 'app.kubernetes.io/name=adrasteia,app.kubernetes.io/component=controller';

/** Kills all of them without grace, and waits until as many others are there, ready. */
export async function killControllers(cluster: Cluster): Promise<void> {
  const before = (await pods(cluster)).map(({ metadata }) => metadata);
  await Promise.all(
    before.map(({ name }) => cluster.delete(POD, { namespace: PLATFORM_NAMESPACE, name }, { gracePeriodSeconds: 0 })),
  );
  const killed = new Set(before.map(({ uid }) => uid));
  await eventually(
    'other pods of the controller are ready',
    async () => {
      const now = await pods(cluster);
      return now.length >= before.length && now.every((pod) => !killed.has(pod.metadata.uid) && isReady(pod));
    },
    NODE_PATIENCE_MS,
  );
}

async function pods(cluster: Cluster) {
  return (await cluster.list(POD, { namespace: PLATFORM_NAMESPACE, labelSelector: SELECTOR })).items;
}

function isReady({ status }: { readonly status?: unknown }): boolean {
  const conditions = (status as { conditions?: readonly { type: string; status: string }[] } | undefined)?.conditions;
  return conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') === true;
}
