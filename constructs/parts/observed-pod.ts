/**
 * A pod as status needs it: typed views on what the kubelet and the scheduler report, tolerant of what isn't there yet.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/api/json';
import { SIMULATED_LABEL, WORKLOAD_LABEL } from '../../src/api/well-known';
import type { ObservedObject } from '../../src/plan/plan';

export interface ObservedPod {
  readonly name: string;
  readonly workload: string;
  /** RFC 3339. */
  readonly createdAt: string | undefined;
  readonly isLeaving: boolean;
  readonly isSimulated: boolean;
  readonly conditions: readonly PodCondition[];
  /** In the order of the pod's init containers. */
  readonly init: readonly ContainerState[];
  readonly containers: readonly ContainerState[];
}

export interface PodCondition {
  readonly type: string;
  readonly isTrue: boolean;
  readonly reason: string;
  readonly message: string;
  /** RFC 3339. */
  readonly since: string | undefined;
}

export interface ContainerState {
  readonly name: string;
  readonly image: string;
  readonly isReady: boolean;
  readonly restarts: number;
  /** Why it waits, while it does. */
  readonly waiting?: { readonly reason: string; readonly message: string };
  /** RFC 3339, while it runs. */
  readonly runningSince?: string;
  /** How it ended, now or the time before. */
  readonly ended?: { readonly exitCode: number; readonly reason: string };
}

/** A pod's views; pods of earlier revisions of a tree have a workload name too, maybe one that the model no longer has. */
export function observedPod(object: ObservedObject): ObservedPod {
  const { name, labels, annotations, creationTimestamp, deletionTimestamp } = object.metadata;
  const status = objectOf(object.status);
  return {
    name,
    workload: labels?.[WORKLOAD_LABEL] ?? '',
    createdAt: creationTimestamp,
    isLeaving: deletionTimestamp !== undefined,
    isSimulated: annotations?.[SIMULATED_LABEL] !== undefined,
    conditions: objectsOf(status['conditions']).map(conditionOf),
    init: objectsOf(status['initContainerStatuses']).map(containerState),
    containers: objectsOf(status['containerStatuses']).map(containerState),
  };
}

/** The condition of a type that is true; undefined where it is false, unknown or absent. */
export function trueCondition(pod: ObservedPod, type: string): PodCondition | undefined {
  return pod.conditions.find((condition) => condition.type === type && condition.isTrue);
}

/** True where the pod answers its probes and isn't on its way out. */
export function isReadyPod(pod: ObservedPod): boolean {
  return !pod.isLeaving && trueCondition(pod, 'Ready') !== undefined;
}

function conditionOf(condition: JsonObject): PodCondition {
  return {
    type: textOf(condition['type']),
    isTrue: condition['status'] === 'True',
    reason: textOf(condition['reason']),
    message: textOf(condition['message']),
    since: textOf(condition['lastTransitionTime']) || undefined,
  };
}

function containerState(status: JsonObject): ContainerState {
  const state = objectOf(status['state']);
  const waiting = state['waiting'];
  const runningSince = textOf(objectOf(state['running'])['startedAt']);
  const ended = [state['terminated'], objectOf(status['lastState'])['terminated']].find(isJsonObject);
  return {
    name: textOf(status['name']),
    image: textOf(status['image']),
    isReady: status['ready'] === true,
    restarts: numberOf(status['restartCount']),
    ...(isJsonObject(waiting)
      ? { waiting: { reason: textOf(waiting['reason']), message: textOf(waiting['message']) } }
      : {}),
    ...(runningSince === '' ? {} : { runningSince }),
    ...(ended === undefined
      ? {}
      : { ended: { exitCode: numberOf(ended['exitCode']), reason: textOf(ended['reason']) } }),
  };
}

function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

function objectsOf(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter((item: JsonValue) => isJsonObject(item)) : [];
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function numberOf(value: JsonValue | undefined): number {
  return typeof value === 'number' ? value : 0;
}
