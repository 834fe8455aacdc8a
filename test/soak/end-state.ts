/** Whether the cluster is, in the end, as the users' last words have it; each line of the answer is one thing that is not. */
import { CLAIM, POD, STATEFUL_SET } from '../../constructs/parts/resource-types';
import { type KubeObject, valueAt } from '../../src/api/object';
import type { Cluster } from '../../src/ports/cluster';
import { appliedTypes, typeOf } from '../support/engine';
import { NAMESPACE } from './objects';
import type { EndState } from './schedule';

const ENVIRONMENT = typeOf('Environment');

/** Everything that differs from what is wanted; empty where all is right. */
export async function differences(cluster: Cluster, wanted: readonly EndState[]): Promise<readonly string[]> {
  const byName = async (type: typeof POD): Promise<ReadonlyMap<string, KubeObject>> => {
    const { items } = await cluster.list(type, { namespace: NAMESPACE });
    return new Map(items.map((item) => [item.metadata.name, item]));
  };
  const [environments, pods, sets, claims] = await Promise.all([
    byName(ENVIRONMENT),
    byName(POD),
    byName(STATEFUL_SET),
    byName(CLAIM),
  ]);
  const found: string[] = [];
  const expect = (what: string, seen: unknown, right: unknown): void => {
    if (seen !== right) found.push(`${what} is ${String(seen)}, not ${String(right)}`);
  };
  for (const { name, exists, running, cpu } of wanted) {
    const environment = environments.get(name);
    expect(`Environment ${name}: its being there`, environment !== undefined, exists);
    // Volumes are kept whatever happens: the template says Retain.
    expect(`claim ${name}-main: its being there`, claims.has(`${name}-main`), true);
    expect(`pod ${name}-0: its being there`, pods.has(`${name}-0`), running);
    expect(`StatefulSet ${name}: its being there`, sets.has(name), exists);
    if (environment === undefined || !exists) continue;
    expect(
      `Environment ${name}: status.phase`,
      valueAt(environment, ['status', 'phase']),
      running ? 'Ready' : 'Stopped',
    );
    const requests = ['spec', 'template', 'spec', 'containers', 0, 'resources', 'requests', 'cpu'];
    expect(`StatefulSet ${name}: cpu`, valueAt(sets.get(name) ?? environment, requests), cpu);
  }
  found.push(...(await orphans(cluster, environments)));
  return found;
}

/** Children whose environment is gone; kept claims are none. */
async function orphans(cluster: Cluster, environments: ReadonlyMap<string, KubeObject>): Promise<readonly string[]> {
  const alive = new Set([...environments.values()].map(({ metadata }) => metadata.uid));
  const found: string[] = [];
  for (const type of appliedTypes().filter(({ kind }) => kind !== CLAIM.kind)) {
    const { items } = await cluster.list(type, { namespace: NAMESPACE, labelSelector: 'adrasteia.dev/owner-uid' });
    for (const { kind, metadata } of items) {
      if (!alive.has(metadata.labels?.['adrasteia.dev/owner-uid'])) found.push(`${kind} ${metadata.name} has no owner`);
    }
  }
  return found;
}
