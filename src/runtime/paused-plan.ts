/**
 * The plan of an object that is paused: nothing is changed but what says who gets in, since whoever may annotate an object mustn't
 * thereby keep somebody in.
 */
import type { KubeObject } from '../api/object';
import { PAUSED_ANNOTATION } from '../api/well-known';
import type { Planner } from '../plan/kind';
import type { Lookup } from '../plan/lookup';
import type { Hold } from '../plan/plan';
import { withCondition } from './status-writer';

const REASON = 'PausedByAnnotation';

export function isPaused({ metadata: { annotations } }: KubeObject): boolean {
  return annotations?.[PAUSED_ANNOTATION] === 'true';
}

/** Its status stays, with the condition `Paused` beside what it says. */
export function pausedPlan(planner: Pick<Planner, 'whilePaused'>, object: KubeObject, lookup: Lookup): Hold {
  const updates = planner.whilePaused?.(object, lookup) ?? [];
  const what = planner.whilePaused === undefined ? 'Nothing' : 'Nothing but who gets in';
  const message = `${what} is changed while the annotation ${PAUSED_ANNOTATION} is "true"`;
  return {
    outcome: 'hold',
    reason: REASON,
    message,
    ...(updates.length === 0 ? {} : { updates }),
    status: ({ previous }) =>
      withCondition({ status: previous }, { type: 'Paused', status: 'True', reason: REASON, message }),
  };
}
