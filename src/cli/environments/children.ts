/**
 * The objects below an environment: those that its inventory names, and the pods below these.
 */
import { isJsonObject, type JsonObject } from '../../api/json';
import { type KubeObject, type ObjectReference, valueAt } from '../../api/object';
import { WORKLOAD_LABEL } from '../../api/well-known';
import { AdrasteiaError, hasCode } from '../../errors';
import { INVENTORY } from '../../runtime/inventory';
import type { OpenCluster } from '../cluster/open-cluster';
import { textAt } from '../text-at';

const POD = { group: '', version: 'v1', kind: 'Pod', plural: 'pods', namespaced: true } as const;

export interface Child {
  readonly reference: ObjectReference;
  /** Absent: it isn't there, or may not be read. */
  readonly object?: KubeObject;
  readonly state: string;
}

/** The children of an object, in the order of its inventory, pods last. None where the controller has written no inventory. */
export async function childrenOf(
  object: KubeObject,
  { cluster, discovery }: Pick<OpenCluster, 'cluster' | 'discovery'>,
): Promise<readonly Child[]> {
  const { namespace, uid } = object.metadata;
  if (namespace === undefined || uid === undefined) return [];
  const inventory = await orUndefined(() => cluster.get(INVENTORY, { namespace, name: uid }));
  const children = await Promise.all(
    inventoryEntries(inventory).map(async (reference): Promise<Child> => {
      try {
        const type = await discovery.byKind(reference.apiVersion, reference.kind);
        const live = await cluster.get(type, reference);
        return live === undefined
          ? { reference, state: 'not there' }
          : { reference, object: live, state: childState(live) };
      } catch (error) {
        if (!(error instanceof AdrasteiaError)) throw error;
        return { reference, state: `can't be read: ${error.code}` };
      }
    }),
  );
  const uids = new Set(children.map((child) => child.object?.metadata.uid));
  const pods = (await orUndefined(() => cluster.list(POD, { namespace, labelSelector: WORKLOAD_LABEL })))?.items ?? [];
  const below = pods.filter(({ metadata }) => metadata.ownerReferences?.some((owner) => uids.has(owner.uid)));
  return [
    ...children,
    ...below.map((pod) => ({
      reference: { apiVersion: 'v1', kind: 'Pod', namespace, name: pod.metadata.name },
      object: pod,
      state: childState(pod),
    })),
  ];
}

/** What an inventory names. */
export function inventoryEntries(
  inventory: KubeObject | undefined,
): readonly (ObjectReference & { readonly keep?: boolean })[] {
  const entries = valueAt(inventory, ['spec', 'entries']);
  if (!Array.isArray(entries)) return [];
  // The CRD's schema holds the shape.
  return entries.filter(isJsonObject) as unknown as readonly (ObjectReference & { readonly keep?: boolean })[];
}

/** The state of an object in few words, as its kind has it: replicas, the phase, or only that it is there. */
export function childState(object: KubeObject): string {
  if (object.metadata.deletionTimestamp !== undefined) return 'being deleted';
  const status: JsonObject = isJsonObject(object.status) ? object.status : {};
  const replicas = valueAt(object, ['spec', 'replicas']);
  if (typeof replicas === 'number')
    return replicas === 0 ? 'scaled to nothing' : `${numberOf(status['readyReplicas'])} of ${replicas} ready`;
  const { phase, conditions } = status;
  if (object.kind === 'Pod' && Array.isArray(conditions)) {
    const isReady = conditions.some(
      (item) => valueAt(item, ['type']) === 'Ready' && valueAt(item, ['status']) === 'True',
    );
    return `${textAt(status, ['phase'])}, ${isReady ? 'ready' : 'not ready'}`;
  }
  return typeof phase === 'string' ? phase : 'there';
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

/** Who may see the environment may not be allowed to see all that is below: the rest is shown all the same. */
async function orUndefined<Result>(read: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await read();
  } catch (error) {
    if (hasCode(error, 'ApiForbidden', 'ApiNotFound')) return undefined;
    throw error;
  }
}
