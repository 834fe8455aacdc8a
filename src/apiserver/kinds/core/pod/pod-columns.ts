/** The columns of `kubectl get pods`. */
import type { JsonObject } from '../../../../api/json';
import type { KubeObject } from '../../../../api/object';
import type { Column } from '../../../resources/resource';
import { flagAt, listAt, numberAt, objectAt, textAt } from '../../json-members';
import { isSidecar } from '../../pod-template/containers-of-pod';
import { timeSince } from '../../table-cells';
import { columnsOf } from '../column-definitions';
import { specOf, statusOf } from '../strategy-parts';

/** What a row says, as far as containers decide it. */
interface PodSummary {
  readonly ready: number;
  readonly total: number;
  readonly reason: string;
  readonly restarts: number;
  /** When a container was last restarted; empty where none was. */
  readonly restartedAt: string;
}

export const POD_COLUMNS: readonly Column[] = columnsOf('pods', {
  Ready: (pod) => {
    const { ready, total } = summaryOf(pod);
    return `${String(ready)}/${String(total)}`;
  },
  Status: (pod) => summaryOf(pod).reason,
  Restarts: (pod, now) => {
    const { restarts, restartedAt } = summaryOf(pod);
    const isTimed = restarts !== 0 && restartedAt !== '';
    return isTimed ? `${String(restarts)} (${timeSince(restartedAt, now)} ago)` : String(restarts);
  },
  IP: (pod) => shown(textAt(listAt(statusOf(pod), 'podIPs')[0], 'ip')),
  Node: (pod) => shown(textAt(specOf(pod), 'nodeName')),
  'Nominated Node': (pod) => shown(textAt(statusOf(pod), 'nominatedNodeName')),
  'Readiness Gates': readinessGates,
});

function shown(value: string): string {
  return value === '' ? '<none>' : value;
}

function summaryOf(pod: KubeObject): PodSummary {
  const spec = specOf(pod);
  const status = statusOf(pod);
  const initContainers = listAt(spec, 'initContainers');
  const initial = summarizeInitContainers(status, initContainers);
  const started =
    initial.reason === undefined || isInitialized(status)
      ? summarizeContainers(status, { ...initial, reason: initial.reason ?? baseReason(status) })
      : { ...initial, restarts: initial.allRestarts, restartedAt: initial.lastRestart, reason: initial.reason };
  return {
    ready: started.ready,
    total: listAt(spec, 'containers').length + initContainers.filter(isSidecar).length,
    reason: deletionReason(pod, status) ?? started.reason,
    restarts: started.restarts,
    restartedAt: started.restartedAt,
  };
}

function baseReason(status: JsonObject): string {
  const isGated = listAt(status, 'conditions').some(
    (condition) => textAt(condition, 'type') === 'PodScheduled' && textAt(condition, 'reason') === 'SchedulingGated',
  );
  if (isGated) return 'SchedulingGated';
  const reason = textAt(status, 'reason');
  return reason === '' ? textAt(status, 'phase') : reason;
}

function isInitialized(status: JsonObject): boolean {
  const condition = listAt(status, 'conditions').find((each) => textAt(each, 'type') === 'Initialized');
  return textAt(condition, 'status') === 'True';
}

function deletionReason(pod: KubeObject, status: JsonObject): string | undefined {
  if (pod.metadata.deletionTimestamp === undefined) return undefined;
  if (textAt(status, 'reason') === 'NodeLost') return 'Unknown';
  const phase = textAt(status, 'phase');
  return phase === 'Failed' || phase === 'Succeeded' ? undefined : 'Terminating';
}

interface InitSummary {
  readonly ready: number;
  /** Those of sidecars alone. */
  readonly restarts: number;
  readonly restartedAt: string;
  readonly allRestarts: number;
  readonly lastRestart: string;
  /** Undefined where nothing holds the pod back. */
  readonly reason: string | undefined;
}

function summarizeInitContainers(status: JsonObject, containers: readonly JsonObject[]): InitSummary {
  const sidecars = new Set(containers.filter(isSidecar).map((container) => textAt(container, 'name')));
  let summary: InitSummary = {
    ready: 0,
    restarts: 0,
    restartedAt: '',
    allRestarts: 0,
    lastRestart: '',
    reason: undefined,
  };
  for (const [index, container] of listAt(status, 'initContainerStatuses').entries()) {
    const restarts = numberAt(container, 'restartCount');
    const restartedAt = lastEnd(container);
    const isSidecarStatus = sidecars.has(textAt(container, 'name'));
    summary = {
      ...summary,
      allRestarts: summary.allRestarts + restarts,
      lastRestart: later(summary.lastRestart, restartedAt),
      restarts: summary.restarts + (isSidecarStatus ? restarts : 0),
      restartedAt: isSidecarStatus ? later(summary.restartedAt, restartedAt) : summary.restartedAt,
    };
    const ended = objectAt(objectAt(container, 'state'), 'terminated');
    if (ended !== undefined && numberAt(ended, 'exitCode') === 0) continue;
    if (isSidecarStatus && flagAt(container, 'started')) {
      if (flagAt(container, 'ready')) summary = { ...summary, ready: summary.ready + 1 };
      continue;
    }
    return { ...summary, reason: initReason(container, { index, count: containers.length }) };
  }
  return summary;
}

function initReason(
  container: JsonObject,
  { index, count }: { readonly index: number; readonly count: number },
): string {
  const state = objectAt(container, 'state');
  const ended = objectAt(state, 'terminated');
  if (ended !== undefined) return `Init:${endReason(ended)}`;
  const waiting = textAt(objectAt(state, 'waiting'), 'reason');
  if (waiting !== '' && waiting !== 'PodInitializing') return `Init:${waiting}`;
  return `Init:${String(index)}/${String(count)}`;
}

function endReason(ended: JsonObject): string {
  const reason = textAt(ended, 'reason');
  if (reason !== '') return reason;
  const signal = numberAt(ended, 'signal');
  return signal === 0 ? `ExitCode:${String(numberAt(ended, 'exitCode'))}` : `Signal:${String(signal)}`;
}

interface StartedSummary {
  readonly ready: number;
  readonly restarts: number;
  readonly restartedAt: string;
  readonly reason: string;
}

function summarizeContainers(status: JsonObject, before: StartedSummary): StartedSummary {
  let { ready, restarts, restartedAt, reason } = before;
  let isAnyRunning = false;
  for (const container of listAt(status, 'containerStatuses').toReversed()) {
    restarts += numberAt(container, 'restartCount');
    restartedAt = later(restartedAt, lastEnd(container));
    const state = objectAt(container, 'state');
    const waiting = textAt(objectAt(state, 'waiting'), 'reason');
    const ended = objectAt(state, 'terminated');
    if (waiting !== '') reason = waiting;
    else if (ended !== undefined) reason = endReason(ended);
    else if (flagAt(container, 'ready') && state?.['running'] !== undefined) {
      isAnyRunning = true;
      ready += 1;
    }
  }
  if (reason === 'Completed' && isAnyRunning) reason = isReady(status) ? 'Running' : 'NotReady';
  return { ready, restarts, restartedAt, reason };
}

function isReady(status: JsonObject): boolean {
  return listAt(status, 'conditions').some(
    (condition) => textAt(condition, 'type') === 'Ready' && textAt(condition, 'status') === 'True',
  );
}

function lastEnd(container: JsonObject): string {
  return textAt(objectAt(objectAt(container, 'lastState'), 'terminated'), 'finishedAt');
}

/** Times in UTC with seconds compare as texts. */
function later(a: string, b: string): string {
  return b > a ? b : a;
}

function readinessGates(pod: KubeObject): string {
  const gates = listAt(specOf(pod), 'readinessGates');
  if (gates.length === 0) return '<none>';
  const conditions = listAt(statusOf(pod), 'conditions');
  const open = gates.filter((gate) => {
    const condition = conditions.find((each) => textAt(each, 'type') === textAt(gate, 'conditionType'));
    return textAt(condition, 'status') === 'True';
  });
  return `${String(open.length)}/${String(gates.length)}`;
}
