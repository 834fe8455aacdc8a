/**
 * A pod's status as it follows from the states of its containers: phase, conditions, address and container statuses.
 *
 * One function makes all of it, so that no step can leave its parts in disagreement.
 */
import { NODE_ADDRESS } from './node-object';
import {
  type Container,
  type ContainerState,
  type ContainerStatus,
  findCondition,
  type Pod,
  type PodCondition,
  withConditions,
} from './pod';

/** By container name. */
type States = Readonly<Record<string, ContainerState>>;

/** Where the containers of a pod stand. */
export interface ContainerStates {
  readonly init: States;
  readonly main: States;
  /** Names of the containers that are ready. */
  readonly ready: ReadonlySet<string>;
}

/** What a status says beside the states of the containers. */
export interface StatusFacts {
  /** The address that the pod has or will have. */
  readonly address: string;
  /** RFC 3339. */
  readonly now: string;
}

/** A pod's status in as far as the node writes it. */
export interface PodStatus {
  readonly phase: string;
  readonly startTime: string;
  readonly hostIP: string;
  readonly hostIPs: readonly { readonly ip: string }[];
  readonly podIP?: string;
  readonly podIPs?: readonly { readonly ip: string }[];
  readonly conditions: readonly PodCondition[];
  readonly initContainerStatuses?: readonly ContainerStatus[];
  readonly containerStatuses: readonly ContainerStatus[];
}

/** True for an init container after which the next may start. */
export function isThrough(container: Container, state: ContainerState | undefined): boolean {
  const isSidecar = container.restartPolicy === 'Always' && state?.running !== undefined;
  return isSidecar || state?.terminated?.exitCode === 0;
}

/** The states that a pod's status says; containers of which it says nothing wait. */
export function statesOf({ spec, status }: Pod): ContainerStates {
  const mainWaits = (spec.initContainers ?? []).length > 0 ? 'PodInitializing' : 'ContainerCreating';
  return {
    init: statesIn(spec.initContainers ?? [], status?.initContainerStatuses, 'PodInitializing'),
    main: statesIn(spec.containers, status?.containerStatuses, mainWaits),
    ready: new Set((status?.containerStatuses ?? []).filter(({ ready }) => ready).map(({ name }) => name)),
  };
}

function statesIn(containers: readonly Container[], statuses: readonly ContainerStatus[] = [], reason: string): States {
  return Object.fromEntries(
    containers.map(({ name }) => {
      const state = statuses.find((status) => status.name === name)?.state;
      const isKnown = state?.waiting ?? state?.running ?? state?.terminated;
      return [name, state === undefined || isKnown === undefined ? { waiting: { reason } } : state];
    }),
  );
}

/** The status of a pod whose containers stand so. The pod gets its address with the first step after it was taken in. */
export function statusFrom(pod: Pod, states: ContainerStates, { address, now }: StatusFacts): PodStatus {
  const podIP = pod.spec.hostNetwork === true ? NODE_ADDRESS : (pod.status?.podIP ?? address);
  const hasAddress = pod.status?.startTime !== undefined;
  const init = pod.spec.initContainers ?? [];
  return {
    phase: phaseOf(pod, states),
    startTime: pod.status?.startTime ?? now,
    hostIP: NODE_ADDRESS,
    hostIPs: [{ ip: NODE_ADDRESS }],
    ...(hasAddress ? { podIP, podIPs: [{ ip: podIP }] } : {}),
    conditions: withConditions(pod, conditionsOf(pod, states, hasAddress), now),
    ...(init.length === 0
      ? {}
      : {
          initContainerStatuses: init.map((container) => {
            const state = states.init[container.name] ?? {};
            return containerStatus(pod, container, { state, ready: isThrough(container, state) });
          }),
        }),
    containerStatuses: pod.spec.containers.map((container) => {
      const ready = states.ready.has(container.name);
      return containerStatus(pod, container, { state: states.main[container.name] ?? {}, ready });
    }),
  };
}

function phaseOf(pod: Pod, states: ContainerStates): 'Pending' | 'Running' | 'Succeeded' {
  const main = Object.values(states.main);
  if (main.every(({ terminated }) => terminated !== undefined)) return 'Succeeded';
  if (incompleteInit(pod, states).length > 0 || main.some(({ waiting }) => waiting !== undefined)) return 'Pending';
  return 'Running';
}

function incompleteInit(pod: Pod, states: ContainerStates): readonly string[] {
  const init = pod.spec.initContainers ?? [];
  return init.filter((container) => !isThrough(container, states.init[container.name])).map(({ name }) => name);
}

/** With the reasons and texts of a kubelet. */
function conditionsOf(pod: Pod, states: ContainerStates, hasAddress: boolean): readonly PodCondition[] {
  const isOver = phaseOf(pod, states) === 'Succeeded';
  const incomplete = incompleteInit(pod, states);
  const unready = pod.spec.containers.map(({ name }) => name).filter((name) => !states.ready.has(name));
  const containersReady = ((): Omit<PodCondition, 'type'> => {
    if (isOver) return { status: 'False', reason: 'PodCompleted' };
    if (unready.length === 0) return { status: 'True' };
    const message = `containers with unready status: [${unready.join(' ')}]`;
    return { status: 'False', reason: 'ContainersNotReady', message };
  })();
  const closedGate = pod.spec.readinessGates?.find(
    ({ conditionType }) => findCondition(pod, conditionType)?.status !== 'True',
  );
  return [
    { type: 'PodReadyToStartContainers', status: hasAddress && !isOver ? 'True' : 'False' },
    incomplete.length === 0
      ? { type: 'Initialized', status: 'True', ...(isOver ? { reason: 'PodCompleted' } : {}) }
      : {
          type: 'Initialized',
          status: 'False',
          reason: 'ContainersNotInitialized',
          message: `containers with incomplete status: [${incomplete.join(' ')}]`,
        },
    containersReady.status === 'True' && closedGate !== undefined
      ? {
          type: 'Ready',
          status: 'False',
          reason: 'ReadinessGatesNotReady',
          message: `corresponding condition of pod readiness gate "${closedGate.conditionType}" is not "True"`,
        }
      : { type: 'Ready', ...containersReady },
    { type: 'ContainersReady', ...containersReady },
    { type: 'PodScheduled', status: 'True' },
  ];
}

function containerStatus(
  pod: Pod,
  { name, image }: Container,
  { state, ready }: { readonly state: ContainerState; readonly ready: boolean },
): ContainerStatus {
  const isStarted = state.waiting === undefined;
  return {
    name,
    image,
    imageID: isStarted ? `simulated://${image}` : '',
    ...(isStarted ? { containerID: `simulated://${pod.metadata.uid ?? ''}/${name}` } : {}),
    ready,
    started: state.running !== undefined,
    restartCount: 0,
    state,
  };
}
