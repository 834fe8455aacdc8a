/** Environments of every kind in some namespaces. */
import { describeObject, type KubeObject } from '../../api/object';
import { hasCode } from '../../errors';
import type { Cluster } from '../../ports/cluster';
import { environmentKinds } from '../cluster/environment-kinds';
import { type EnvironmentRow, environmentRow } from '../environments/environment-row';

/** Their rows, by kind and name. Kinds that aren't served, or that whoever asks may not list, have none. */
export async function environmentsIn(
  cluster: Cluster,
  namespaces: readonly string[],
): Promise<readonly EnvironmentRow[]> {
  const lists = await Promise.all(
    namespaces.flatMap((namespace) =>
      environmentKinds.map(async ({ type }): Promise<readonly KubeObject[]> => {
        try {
          return (await cluster.list(type, { namespace })).items;
        } catch (error) {
          if (hasCode(error, 'ApiNotFound', 'ApiForbidden')) return [];
          throw error;
        }
      }),
    ),
  );
  return lists
    .flat()
    .sort((a, b) => (describeObject(a) < describeObject(b) ? -1 : 1))
    .map(environmentRow);
}
