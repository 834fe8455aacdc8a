/** What a Deployment notes on its ReplicaSets: their revisions, and how many pods it wanted when it scaled them. Pure. */
import type { KubeObject } from '../../../api/object';
import type { ReplicaSet } from '../replica-set/replica-set';
import { type Deployment, desiredReplicas, maxSurge, ROLLBACK_ANNOTATION } from './deployment';

export const REVISION_ANNOTATION = 'deployment.kubernetes.io/revision';
const HISTORY_ANNOTATION = 'deployment.kubernetes.io/revision-history';
const DESIRED_ANNOTATION = 'deployment.kubernetes.io/desired-replicas';
const MAX_ANNOTATION = 'deployment.kubernetes.io/max-replicas';
const HISTORY_MAX_LENGTH = 2000;

type Annotations = Readonly<Record<string, string>>;

/** Annotations that are about a Deployment or a ReplicaSet itself, and aren't handed on. */
const OWN: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION_ANNOTATION,
  HISTORY_ANNOTATION,
  DESIRED_ANNOTATION,
  MAX_ANNOTATION,
  ROLLBACK_ANNOTATION,
]);

/** The number of an object's revision; 0 where it has none. */
export function revisionOf({ metadata }: KubeObject): number {
  const text = metadata.annotations?.[REVISION_ANNOTATION] ?? '';
  return /^\d+$/.test(text) ? Number(text) : 0;
}

/** The annotations of the ReplicaSet that is the Deployment's revision, with those that it hands on. */
export function revisedAnnotations(deployment: Deployment, set: KubeObject, revision: number): Annotations {
  const before = set.metadata.annotations ?? {};
  const next = { ...before, ...handedOn(deployment) };
  const last = before[REVISION_ANNOTATION];
  if (last !== undefined && last !== '' && !/^-?\d+$/.test(last)) return next;
  if (Number(last ?? '0') >= revision) return next;
  next[REVISION_ANNOTATION] = String(revision);
  if (last !== undefined) next[HISTORY_ANNOTATION] = historyWith(before[HISTORY_ANNOTATION], last);
  return next;
}

/** The annotations by which a ReplicaSet says how many pods were wanted, and allowed, when it was scaled. */
export function replicasAnnotations(deployment: Deployment): Annotations {
  const desired = desiredReplicas(deployment);
  return { [DESIRED_ANNOTATION]: String(desired), [MAX_ANNOTATION]: String(desired + maxSurge(deployment)) };
}

/** How many pods were wanted when the ReplicaSet was scaled; undefined where it doesn't say. */
export function desiredBefore(set: ReplicaSet): number | undefined {
  return countOf(set, DESIRED_ANNOTATION);
}

/** How many pods were allowed when the ReplicaSet was scaled; undefined where it doesn't say. */
export function maxBefore(set: ReplicaSet): number | undefined {
  return countOf(set, MAX_ANNOTATION);
}

/** The Deployment's annotations once it is rolled back to a ReplicaSet. */
export function rolledBackAnnotations(deployment: Deployment, set: ReplicaSet): Annotations {
  const own = Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => OWN.has(key));
  return { ...Object.fromEntries(own), ...handedOn(set) };
}

function handedOn({ metadata }: KubeObject): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata.annotations ?? {}).filter(([key]) => !OWN.has(key)));
}

function countOf({ metadata }: ReplicaSet, annotation: string): number | undefined {
  const text = metadata.annotations?.[annotation] ?? '';
  return /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}

/** Past revisions, the oldest of which are forgotten when the list gets long. */
function historyWith(history: string | undefined, revision: string): string {
  const revisions = [...(history ?? '').split(',').filter((text) => text !== ''), revision];
  while (revisions.length > 1 && revisions.join(',').length > HISTORY_MAX_LENGTH) revisions.shift();
  return revisions.join(',');
}
