/**
 * How a step of the translation ends early: with the hold that the whole translation then is.
 */
import { describeObject } from '../../api/object';
import type { HoldReason, Translation } from '../../model/front-end';
import type { KodeObject } from './kode';

export type Hold = Extract<Translation, { outcome: 'hold' }>;

/** A hold that names the Kode: `Kode team-a/thesis: spec.templateRef: …`. */
export function hold(kode: KodeObject, reason: HoldReason, message: string): Hold {
  return { outcome: 'hold', reason, message: `${describeObject(kode)}: ${message}` };
}

/** True for a step that ended early. */
export function isHold(step: object | undefined): step is Hold {
  return step !== undefined && 'outcome' in step && step.outcome === 'hold';
}
