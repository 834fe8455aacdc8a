/**
 * Which pods of several are let go first: those that do least.
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/#scaling-a-replicaset
 */
import { isReady, type Pod, readySince } from './pod';

const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';
const PHASES: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/**
 * The pods in the order in which they are let go. `crowd` says how many pods of the same kind share a pod's node; `now` is in
 * milliseconds.
 */
export function departureOrder(pods: readonly Pod[], crowd: (pod: Pod) => number, now: number): readonly Pod[] {
  const order = (a: Pod, b: Pod): number =>
    Number(isAssigned(a)) - Number(isAssigned(b)) ||
    phaseOf(a) - phaseOf(b) ||
    Number(isReady(a)) - Number(isReady(b)) ||
    costOf(a) - costOf(b) ||
    crowd(b) - crowd(a) ||
    byAge(readySince(a), readySince(b), now) ||
    restartsOf(b) - restartsOf(a) ||
    byAge(creationOf(a), creationOf(b), now) ||
    ((a.metadata.uid ?? '') < (b.metadata.uid ?? '') ? -1 : 1);
  return [...pods].sort(order);
}

function isAssigned({ spec }: Pod): boolean {
  return (spec.nodeName ?? '') !== '';
}

function phaseOf({ status }: Pod): number {
  return PHASES[status?.phase ?? ''] ?? 0;
}

function costOf({ metadata }: Pod): number {
  const cost = Number(metadata.annotations?.[DELETION_COST] ?? '0');
  return Number.isInteger(cost) ? cost : 0;
}

function restartsOf({ status }: Pod): number {
  return Math.max(0, ...(status?.containerStatuses ?? []).map(({ restartCount = 0 }) => restartCount));
}

function creationOf({ metadata }: Pod): number | undefined {
  return metadata.creationTimestamp === undefined ? undefined : Date.parse(metadata.creationTimestamp);
}

/** The younger first; ages of the same magnitude are the same, so that not always the youngest goes. */
function byAge(a: number | undefined, b: number | undefined, now: number): number {
  if (a === undefined || b === undefined) return 0;
  return magnitude(now - a) - magnitude(now - b);
}

function magnitude(ms: number): number {
  return ms > 0 ? Math.floor(Math.log2(ms * 1e6)) : -1;
}
