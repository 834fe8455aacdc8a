/**
 * What a kubelet does for a pod that is assigned to its node, one step at a time: takes it in, runs its init containers in
 * order, then its containers, calls them ready, completes those of jobs, and removes the pod when it is deleted.
 *
 * The next step follows from the pod's status alone, so that a node that starts again goes on where it was.
 * @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/
 */
import { canonicalJson } from '../../api/json';
import { SIMULATED_LABEL } from '../../api/well-known';
import { pullFailure } from './image-reference';
import type { Delays } from './options';
import type { Container, ContainerState, Pod, PodCondition } from './pod';
import { type ContainerStates, isThrough, type StatusFacts, statesOf, statusFrom } from './pod-status';
import { POD } from './resource-types';
import type { Step } from './step';

/** What a node knows when it looks at one of its pods. */
export interface LifeFacts extends StatusFacts {
  readonly nodeName: string;
  readonly brokenImages: ReadonlySet<string>;
}

/** The next step of a pod of this node; undefined where it has come as far as it goes, or is another node's. */
export function podLifeStep(pod: Pod, facts: LifeFacts): Step | undefined {
  if (pod.spec.nodeName !== facts.nodeName) return undefined;
  if (pod.metadata.deletionTimestamp !== undefined) return removeStep(pod);
  if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') return undefined;
  if (pod.metadata.annotations?.[SIMULATED_LABEL] !== 'true') return annotateStep(pod);
  const stage = nextStage(pod, facts);
  if (stage === undefined) return undefined;
  const status = statusFrom(pod, stage.states, facts);
  return { name: stage.name, after: stage.after, action: { verb: 'PatchStatus', type: POD, object: pod, status } };
}

/** With zero grace the node has let go already, and finalizers hold the object. */
function removeStep(pod: Pod): Step | undefined {
  if (pod.metadata.deletionGracePeriodSeconds === 0) return undefined;
  return { name: 'Remove', after: 'stop', action: { verb: 'Delete', type: POD, object: pod } };
}

/** For a pod that came with its node's name, past the scheduler. */
function annotateStep(pod: Pod): Step {
  const patch = { metadata: { annotations: { [SIMULATED_LABEL]: 'true' } } };
  return { name: 'Annotate', after: 'schedule', action: { verb: 'Patch', type: POD, object: pod, patch } };
}

/** Where the containers stand after a stage. */
interface Stage {
  readonly name: string;
  readonly after: keyof Delays;
  readonly states: ContainerStates;
}

function nextStage(pod: Pod, facts: LifeFacts): Stage | undefined {
  const states = statesOf(pod);
  if (pod.status?.startTime === undefined) return { name: 'Accept', after: 'accept', states };
  const blocking = (pod.spec.initContainers ?? []).find(
    (container) => !isThrough(container, states.init[container.name]),
  );
  const stage = blocking === undefined ? containersStage(pod, states, facts) : initStage(blocking, states, facts);
  if (stage !== undefined) return stage;
  // What follows from the containers may have changed by itself: a readiness gate opened, for instance.
  const conditions = statusFrom(pod, states, facts).conditions;
  return saysTheSame(conditions, pod.status.conditions) ? undefined : { name: 'Refresh', after: 'accept', states };
}

/** The first init container that isn't through starts, or is done; undefined while its image can't be pulled. */
function initStage(container: Container, states: ContainerStates, facts: LifeFacts): Stage | undefined {
  const { name } = container;
  const before = states.init[name] ?? {};
  const isRunning = before.running !== undefined;
  const after = isRunning ? completed(before, facts.now) : attempted(container, before, facts);
  if (after === before) return undefined;
  return {
    name: `${isRunning ? 'Finish' : 'Start'} ${name}`,
    after: 'init',
    states: { ...states, init: { ...states.init, [name]: after } },
  };
}

/** The containers run, are ready, and of a job are done. */
function containersStage(pod: Pod, states: ContainerStates, facts: LifeFacts): Stage | undefined {
  const attempts = pod.spec.containers.map((container) => {
    const before = states.main[container.name] ?? {};
    return {
      name: container.name,
      before,
      after: before.waiting === undefined ? before : attempted(container, before, facts),
    };
  });
  if (attempts.some(({ before, after }) => before !== after)) {
    const main = Object.fromEntries(attempts.map(({ name, after }) => [name, after]));
    return { name: 'Run', after: 'run', states: { ...states, main } };
  }
  const running = attempts.filter(({ after }) => after.running !== undefined).map(({ name }) => name);
  if (!running.every((name) => states.ready.has(name))) {
    return { name: 'BecomeReady', after: 'ready', states: { ...states, ready: new Set(running) } };
  }
  if (running.length < attempts.length || !isOfJob(pod)) return undefined;
  return { name: 'Complete', after: 'complete', states: allCompleted(states, facts.now) };
}

/** A container that is to start: running where its image can be pulled. The very state before where nothing changes. */
function attempted(container: Container, before: ContainerState, facts: LifeFacts): ContainerState {
  const failure = pullFailure(container.image, facts.brokenImages);
  if (failure === undefined) return { running: { startedAt: facts.now } };
  const isSaid = before.waiting?.reason === 'ImagePullBackOff' && before.waiting.message === failure;
  return isSaid ? before : { waiting: { reason: 'ImagePullBackOff', message: failure } };
}

function completed({ running }: ContainerState, now: string): ContainerState {
  return {
    terminated: { exitCode: 0, reason: 'Completed', startedAt: running?.startedAt ?? now, finishedAt: now },
  };
}

function allCompleted(states: ContainerStates, now: string): ContainerStates {
  const complete = (of: ContainerStates['main']): ContainerStates['main'] =>
    Object.fromEntries(
      Object.entries(of).map(([name, state]) => [name, state.running === undefined ? state : completed(state, now)]),
    );
  return { init: complete(states.init), main: complete(states.main), ready: new Set() };
}

/** Only a job's pods end by themselves; any other was started to stay. */
function isOfJob({ metadata, spec }: Pod): boolean {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  return spec.restartPolicy !== 'Always' && owner?.kind === 'Job' && owner.apiVersion.startsWith('batch/');
}

/** Times aside, which the server rounds. */
function saysTheSame(a: readonly PodCondition[], b: readonly PodCondition[] = []): boolean {
  const said = (conditions: readonly PodCondition[]): string =>
    canonicalJson(conditions.map(({ type, status, reason, message }) => ({ type, status, reason, message })));
  return said(a) === said(b);
}
