/** Whether a write changes anything that counts. */
import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../../api/object';
import { type DraftObject, ensureObject } from '../draft';
import type { Strategy } from '../resources/resource';

/** True where an update changed what the generation counts. */
export function hasNewGeneration(
  counts: NonNullable<Strategy['generation']>,
  next: DraftObject,
  live: KubeObject,
): boolean {
  if (counts === 'spec') return !isDeepStrictEqual(next['spec'], live.spec);
  const { metadata: _next, ...nextRest } = next;
  const { metadata: _live, ...liveRest } = live as unknown as DraftObject;
  return !isDeepStrictEqual(nextRest, liveRest);
}

/** A write that changes nothing but the times of managed fields keeps the old times, and so writes nothing. */
export function keepFieldTimes(next: DraftObject, live: KubeObject): void {
  const metadata = ensureObject(next, 'metadata');
  const before = live.metadata.managedFields as unknown as DraftObject[] | undefined;
  const after = metadata['managedFields'] as DraftObject[] | undefined;
  if (after === undefined || before?.length !== after.length) return;
  const isTimeAlone = after.every((entry, index) => {
    const { time: _old, ...old } = before[index] ?? {};
    const { time: _new, ...now } = entry;
    return isDeepStrictEqual(now, old);
  });
  if (!isTimeAlone) return;
  const { managedFields: _after, resourceVersion: _version, ...rest } = metadata;
  const {
    managedFields: _before,
    resourceVersion: _liveVersion,
    ...liveRest
  } = live.metadata as unknown as DraftObject;
  const { metadata: _next, ...nextBody } = next;
  const { metadata: _live, ...liveBody } = live as unknown as DraftObject;
  if (isDeepStrictEqual(rest, liveRest) && isDeepStrictEqual(nextBody, liveBody)) metadata['managedFields'] = before;
}
