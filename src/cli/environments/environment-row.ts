/**
 * One environment in a list, whatever its kind: what `adra get` and `adra up` show, and the items of their JSON.
 */
import { isJsonObject, type JsonObject } from '../../api/json';
import type { KubeObject } from '../../api/object';
import type { Stage } from '../../model/report';
import { findCondition } from './condition';

/** Words of the column STATUS. */
export type StatusWord =
  | 'Ready'
  | 'Ready (simulated)'
  | 'Unreachable'
  | 'Pending'
  | 'Starting'
  | 'Stopping'
  | 'Stopped'
  | 'Failed'
  | 'Deleting';

export interface EnvironmentRow {
  readonly kind: string;
  readonly apiVersion: string;
  readonly namespace: string;
  readonly name: string;
  /** True where the app runs, or a simulated node says so, and it can be reached. */
  readonly ready: boolean;
  readonly status: StatusWord;
  /** CamelCase; why the status is as it is. `NotObserved` where no controller has looked yet. */
  readonly reason: string;
  readonly message: string;
  /** Where a browser opens it; empty while it isn't reachable from outside. */
  readonly url: string;
  /** Stages of its start that are behind it; empty for kinds whose status has none. */
  readonly stages: readonly Stage[];
}

/** The row of an object. */
export function environmentRow(object: KubeObject): EnvironmentRow {
  const { apiVersion, kind, metadata } = object;
  const status = isJsonObject(object.status) ? object.status : {};
  const { word, reason, message } = findingOf(object, status);
  return {
    kind,
    apiVersion,
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    ready: word === 'Ready' || word === 'Ready (simulated)',
    status: word,
    reason,
    message,
    url: text(status['url']) ?? text(status['kodeUrl']) ?? '',
    stages: stagesOf(status),
  };
}

interface Finding {
  readonly word: StatusWord;
  readonly reason: string;
  readonly message: string;
}

const NOT_OBSERVED: Finding = { word: 'Pending', reason: 'NotObserved', message: 'No controller has looked at it yet' };

function findingOf(object: KubeObject, status: JsonObject): Finding {
  const ready = findCondition(object, 'Ready');
  if (object.metadata.deletionTimestamp !== undefined) {
    return {
      word: 'Deleting',
      reason: 'Deleting',
      message: ready?.reason === 'Deleting' ? ready.message : 'It is being deleted',
    };
  }
  if (ready === undefined) return NOT_OBSERVED;
  const reachable = findCondition(object, 'Reachable');
  if (reachable?.status === 'False' && reachable.reason === 'AccessLayerMissing' && ready.reason !== 'Stopped') {
    return { word: 'Unreachable', reason: reachable.reason, message: reachable.message };
  }
  const { reason, message } = ready;
  if (ready.status === 'True') return { word: reason === 'Simulated' ? 'Ready (simulated)' : 'Ready', reason, message };
  return { word: unreadyWord(reason, text(status['phase'])), reason, message };
}

const WORDS: ReadonlySet<string> = new Set<StatusWord>([
  'Pending',
  'Starting',
  'Stopping',
  'Stopped',
  'Failed',
  'Deleting',
]);

/** The reason where it is such a word, as it is of every kind; else the phase, where the kind's phases are these words. */
function unreadyWord(reason: string, phase: string | undefined): StatusWord {
  const word = WORDS.has(reason) ? reason : phase !== undefined && WORDS.has(phase) ? phase : 'Pending';
  return word as StatusWord;
}

function stagesOf(status: JsonObject): readonly Stage[] {
  const { stages } = status;
  if (!Array.isArray(stages)) return [];
  return stages
    .filter(isJsonObject)
    .filter(
      (stage) => text(stage['name']) !== undefined && text(stage['at']) !== undefined,
    ) as unknown as readonly Stage[];
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
