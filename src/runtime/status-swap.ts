/**
 * Compare-and-swap on the status of an object that many plans share.
 */
import { isJsonObject } from '../api/json';
import { kindKey } from '../api/resource-type';
import { FIELD_MANAGER } from '../api/well-known';
import type { StatusSwap } from '../plan/plan';
import type { Cluster } from '../ports/cluster';
import type { RuntimeMetrics } from '../ports/metrics';
import type { Informer } from './informer';
import { mergePatch } from './merge-patch';
import { nameOf } from './ownership';

export interface SwapStatusOptions {
  readonly cluster: Cluster;
  readonly metrics: RuntimeMetrics;
  readonly informerOf: (kind: string) => Informer | undefined;
}

/**
 * Writes the status while the object is as the plan has read it, and takes the answer into the cache, which wakes whoever has read
 * the object. Throws `ApiConflict` where somebody was quicker: the look is then repeated.
 */
export async function swapStatus(
  { type, object, status }: StatusSwap,
  { cluster, metrics, informerOf }: SwapStatusOptions,
): Promise<void> {
  const { resourceVersion, uid } = object.metadata;
  const patch = mergePatch(isJsonObject(object.status) ? object.status : {}, status);
  if (patch === undefined) return;
  const answer = await cluster.patch(
    type,
    nameOf(object.metadata),
    { metadata: { resourceVersion, uid }, status: patch },
    { type: 'merge', subresource: 'status', fieldManager: FIELD_MANAGER },
  );
  metrics.written(kindKey(type), 'status');
  informerOf(kindKey(type))?.overlay(answer);
}
