/**
 * What is seen of an environment, in the status of a JupyterServer, as its clients read it.
 *
 * Members without a value are left out, never null: status is written as a merge patch, which can't say null.
 */
import type { ConditionReport } from '../../../api/condition';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../api/json';
import type { ObjectReference } from '../../../api/object';
import type { EnvironmentReport } from '../../../model/report';
import type { Observed, ObservedObject } from '../../../plan/plan';
import type { JupyterServerObject } from './jupyter-server';
import { PROXY_CONTAINERS } from './jupyter-server-layout';
import { fullServerUrl, serverAddress } from './server-address';

/** What clients know a server to be. */
type ServerState = 'running' | 'starting' | 'stopping' | 'failed' | 'hibernated';

/** Restarts after which a container counts as failed, as the operator had them by default. */
const RESTARTS_MAX = { init: 1, regular: 3 } as const;

/** What keeps a pod from its node and passes by itself: a volume that is being made. */
const ORDINARY_WAITS: ReadonlySet<string> = new Set(['ClaimPending']);

/** Condition by which the time of a failure is known: the runtime stamps it, and a repeat changes nothing. */
const FAILED = 'Failed';

const QUOTA_MESSAGE = 'The resource quota has been exceeded.';

/**
 * The status of a server, conditions apart. `observed` are the server's objects; without them the members that mirror
 * objects are empty.
 */
export function jupyterServerStatus(
  server: JupyterServerObject,
  report: EnvironmentReport,
  _notes: JsonObject,
  observed?: Observed,
): JsonObject {
  const state = serverState(server, report);
  const pod = observed?.descendants(POD).find(({ metadata }) => metadata.name === `${server.metadata.name}-0`);
  const children = observed === undefined ? [] : childrenOf(server, observed);
  return {
    state,
    ...createFn(server, children),
    children: Object.fromEntries(children.map(([key, child]) => [key, mirrored(child)])),
    mainPod: pod === undefined ? {} : mirrored(pod),
    ...(pod === undefined ? {} : { containerStates: containerStates(pod) }),
    ...timeOf('startingSince', state === 'starting' ? startingSince(server, report) : undefined),
    ...timeOf('failedSince', state === 'failed' ? failedSince(server) : undefined),
    ...(report.blockedBy?.reason === 'QuotaExceeded' ? { events: { statefulset: { message: QUOTA_MESSAGE } } } : {}),
  };
}

/** What a server is, in one word. */
function serverState(server: JupyterServerObject, report: EnvironmentReport): ServerState {
  const { phase, blockedBy, conditions } = report;
  if (phase === 'Deleting') return 'stopping';
  if (server.spec?.jupyterServer?.hibernated === true) return 'hibernated';
  switch (phase) {
    case 'Ready':
      return stateOfReachable(conditions.find(({ type }) => type === 'Reachable'));
    case 'Failed':
      return 'failed';
    case 'Pending':
      // A pod without a node that nothing brings it was always called failed.
      return blockedBy === undefined || ORDINARY_WAITS.has(blockedBy.reason) ? 'starting' : 'failed';
    case 'Starting':
    case 'Stopping':
    case 'Stopped':
      return 'starting';
  }
}

/** What runs counts as running only once it can be opened: clients send people there then. */
function stateOfReachable(reachable: ConditionReport | undefined): ServerState {
  if (reachable?.status !== 'False') return 'running';
  return reachable.reason === 'NotReady' ? 'starting' : 'failed';
}

/**
 * The conditions of a server: the report's, then Failed, then SpecHonoured where something that was asked for has no effect.
 */
export function jupyterServerConditions(
  server: JupyterServerObject,
  report: EnvironmentReport,
  notes: JsonObject,
): readonly ConditionReport[] {
  const withoutEffect = Array.isArray(notes['withoutEffect']) ? (notes['withoutEffect'] as readonly string[]) : [];
  const failed: ConditionReport =
    serverState(server, report) === 'failed'
      ? {
          type: FAILED,
          status: 'True',
          reason: 'Blocked',
          message: 'Something is in the way that does not pass by itself; the condition Ready says what.',
        }
      : { type: FAILED, status: 'False', reason: 'NotFailed', message: 'Nothing is in the way.' };
  return [
    ...report.conditions,
    failed,
    ...(withoutEffect.length === 0
      ? []
      : [
          {
            type: 'SpecHonoured',
            status: 'False',
            reason: 'NotSupported',
            message: `These fields have no effect here: ${withoutEffect.join(', ')}.`,
          } as const,
        ]),
  ];
}

function createFn(server: JupyterServerObject, children: readonly Child[]): JsonObject {
  const address = serverAddress(server.spec ?? {});
  const created = children.flatMap(([key, { metadata }]) => (metadata.uid === undefined ? [] : [[key, metadata.uid]]));
  const members = {
    ...(created.length === 0 ? {} : { createdResources: Object.fromEntries(created) as JsonObject }),
    // Clients lead people there while the server starts, so it is said before anything answers.
    ...(address === undefined ? {} : { fullServerURL: fullServerUrl(address) }),
  };
  return Object.keys(members).length === 0 ? {} : { create_fn: members };
}

/** A child under the key that clients know it by. */
type Child = readonly [string, ObservedObject];

const POD = { group: '', version: 'v1', kind: 'Pod', plural: 'pods', namespaced: true } as const;

const CHILD_TYPES: readonly (readonly [string, Pick<ObjectReference, 'apiVersion' | 'kind'>])[] = [
  ['service', { apiVersion: 'v1', kind: 'Service' }],
  ['ingress', { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' }],
  ['statefulset', { apiVersion: 'apps/v1', kind: 'StatefulSet' }],
  ['configmap', { apiVersion: 'v1', kind: 'ConfigMap' }],
  ['secret', { apiVersion: 'v1', kind: 'Secret' }],
  ['pvc', { apiVersion: 'v1', kind: 'PersistentVolumeClaim' }],
];

function childrenOf({ metadata }: JupyterServerObject, observed: Observed): readonly Child[] {
  const { name, namespace = 'default' } = metadata;
  return CHILD_TYPES.flatMap(([key, type]) => {
    const child = observed.child({ ...type, namespace, name });
    return child === undefined ? [] : [[key, child] as const];
  });
}

function mirrored({ apiVersion, kind, metadata, status }: ObservedObject): JsonObject {
  return {
    apiVersion,
    kind,
    name: metadata.name,
    ...(metadata.uid === undefined ? {} : { uid: metadata.uid }),
    ...(isJsonObject(status) ? { status: withoutNulls(status) } : {}),
  };
}

function containerStates({ status }: ObservedObject): JsonObject {
  const pod = isJsonObject(status) ? status : {};
  const init = objectsOf(pod['initContainerStatuses']);
  const states = (containers: readonly JsonObject[], restartsMax: number): JsonObject =>
    Object.fromEntries(
      containers.map((container) => [textOf(container['name']) ?? '', containerState(container, restartsMax)]),
    );
  // To the kubelet the proxy is an init container that runs on; to clients it was always one beside Jupyter.
  return {
    init: states(
      init.filter((container) => !isProxy(container)),
      RESTARTS_MAX.init,
    ),
    regular: states([...objectsOf(pod['containerStatuses']), ...init.filter(isProxy)], RESTARTS_MAX.regular),
  };
}

function isProxy({ name }: JsonObject): boolean {
  return name === PROXY_CONTAINERS.signIn || name === PROXY_CONTAINERS.passThrough;
}

function containerState(container: JsonObject, restartsMax: number): string {
  const state = isJsonObject(container['state']) ? container['state'] : {};
  const ended = state['terminated'];
  const isReady = container['ready'] === true;
  const isRunning = isJsonObject(state['running']);
  if (isReady && (isRunning || (isJsonObject(ended) && ended['exitCode'] === 0))) return 'ready';
  if (Number(container['restartCount'] ?? 0) > restartsMax) return 'failed';
  return isRunning ? 'executing' : 'waiting';
}

/** Since when it starts: since its pod was made, or the server itself where there is no pod yet and never was. */
function startingSince(server: JupyterServerObject, { stages }: EnvironmentReport): string | undefined {
  const previous = previousOf(server);
  const known = previous['state'] === 'starting' ? textOf(previous['startingSince']) : undefined;
  return stages[0]?.at ?? known ?? (previous['state'] === undefined ? server.metadata.creationTimestamp : undefined);
}

/** The time is that of the condition, so it comes with the next look and then stays as long as the failure does. */
function failedSince(server: JupyterServerObject): string | undefined {
  const failed = objectsOf(previousOf(server)['conditions']).find(({ type }) => type === FAILED);
  return failed?.['status'] === 'True' ? textOf(failed['lastTransitionTime']) : undefined;
}

function timeOf(member: string, at: string | undefined): JsonObject {
  return at === undefined ? {} : { [member]: at };
}

function previousOf({ status }: JupyterServerObject): JsonObject {
  return isJsonObject(status) ? status : {};
}

/** A value without members that are null, at every depth. */
function withoutNulls(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => withoutNulls(item));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]) =>
      member === undefined || member === null ? [] : [[key, withoutNulls(member)]],
    ),
  );
}

function objectsOf(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter((item: JsonValue) => isJsonObject(item)) : [];
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
