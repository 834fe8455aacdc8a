/**
 * The stages of a start, with times from the objects themselves: they don't depend on when the controller looked.
 */
import { STAGES, type Stage, type StageName } from '../../src/model/report';
import type { ObservedObject } from '../../src/plan/plan';
import { type ObservedPod, trueCondition } from './observed-pod';

/**
 * Stages that every pod has reached, in order, each with the time at which the last pod reached it; empty while there is no
 * pod. Claims don't record when they are bound: the later of their creation and the pod's stands for it, and the stage is
 * left out where nothing is claimed.
 */
export function startStages(pods: readonly ObservedPod[], claims: readonly ObservedObject[]): readonly Stage[] {
  if (pods.length === 0) return [];
  const stages: Stage[] = [];
  for (const name of STAGES) {
    if (name === 'VolumesBound' && claims.length === 0) continue;
    const times = pods.map((pod) => timeOf(name, pod, claims));
    // Stages are reached in order; where one isn't, a later one would be left over from before a restart.
    if (times.some((time) => time === undefined)) break;
    stages.push({ name, at: latest(times) });
  }
  return stages;
}

function timeOf(stage: StageName, pod: ObservedPod, claims: readonly ObservedObject[]): string | undefined {
  switch (stage) {
    case 'Admitted':
      return pod.createdAt;
    case 'VolumesBound': {
      const isBound = claims.every((claim) => (claim.status as { phase?: unknown } | undefined)?.phase === 'Bound');
      return isBound ? latest([pod.createdAt, ...claims.map((claim) => claim.metadata.creationTimestamp)]) : undefined;
    }
    case 'Scheduled':
      return trueCondition(pod, 'PodScheduled')?.since;
    case 'Initialized':
      return trueCondition(pod, 'Initialized')?.since;
    case 'Started': {
      const times = pod.containers.map(({ runningSince }) => runningSince);
      return times.length === 0 || times.includes(undefined) ? undefined : latest(times);
    }
    case 'Ready':
      return trueCondition(pod, 'Ready')?.since;
  }
}

/** RFC 3339 in UTC sorts as text. */
function latest(times: readonly (string | undefined)[]): string {
  return times.filter((time) => time !== undefined).reduce((a, b) => (a > b ? a : b), '');
}
