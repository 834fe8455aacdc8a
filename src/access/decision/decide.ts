/**
 * Whether somebody gets into an environment, from what its EnvironmentAccess says: pure, so that the gate, which acts by it, and
 * whoever explains it say the same.
 *
 * External authorisers are asked afterwards by the gate, and only about what is allowed here: all steps must agree, so that
 * the order changes no answer, and nobody else learns of requests that are refused in any case.
 */
import { type Grant, LEVELS, type Level } from '../access-rules';
import type { EnvironmentAccessSpec } from '../environment-access';
import type { Identity } from '../identity';
import { grantFits } from './grant-fits';
import type { RequestFacts } from './request-facts';

/** Why a request is refused by its EnvironmentAccess; a closed set. */
export const DECISION_REASONS = [
  'Closed',
  'CrossOrigin',
  'NotSignedIn',
  'NoSteps',
  'NotGranted',
  'ViewNotSupported',
  'ViewOnly',
] as const;
export type DecisionReason = (typeof DECISION_REASONS)[number];

export type Decision =
  | { readonly isAllowed: true; readonly level: Level }
  | { readonly isAllowed: false; readonly reason: DecisionReason };

/** Level of those that no grant has to name: method None without grants, or an external authoriser alone. */
const LEVEL_WITHOUT_GRANTS: Level = 'Use';

/** What can be said before anybody is asked to sign in: the reason why nobody could send this, or undefined. */
export function refusalOfAnybody(spec: EnvironmentAccessSpec, facts: RequestFacts): DecisionReason | undefined {
  if (spec.closed !== undefined) return 'Closed';
  if (facts.initiator === 'OtherOrigin') return 'CrossOrigin';
  return undefined;
}

/** Decides on a request of somebody; `identity` is undefined for method None and for who isn't signed in. */
export function decide(spec: EnvironmentAccessSpec, identity: Identity | undefined, facts: RequestFacts): Decision {
  const refusal = refusalOfAnybody(spec, facts);
  if (refusal !== undefined) return refused(refusal);
  const asksNobody = spec.authenticate.method === 'None';
  if (!asksNobody && identity === undefined) return refused('NotSignedIn');
  if (!asksNobody && spec.authorize.length === 0) return refused('NoSteps');
  const level = grantedLevel(spec, asksNobody ? undefined : identity);
  if (level === undefined) return refused('NotGranted');
  if (level !== 'View') return { isAllowed: true, level };
  if (spec.app.view !== 'SafeMethods') return refused('ViewNotSupported');
  return facts.isLook ? { isAllowed: true, level } : refused('ViewOnly');
}

/** The lowest of the levels that the steps with grants give, undefined where one of them gives none. */
function grantedLevel({ authorize }: EnvironmentAccessSpec, identity: Identity | undefined): Level | undefined {
  let lowest: Level | undefined;
  for (const { grants, external } of authorize) {
    if (grants === undefined) {
      // A step that asks nobody agrees with nobody.
      if (external === undefined) return undefined;
      continue;
    }
    const level = identity === undefined ? undefined : highestFitting(grants, identity);
    if (level === undefined) return undefined;
    if (lowest === undefined || isAbove(lowest, level)) lowest = level;
  }
  return lowest ?? LEVEL_WITHOUT_GRANTS;
}

function highestFitting(grants: readonly Grant[], identity: Identity): Level | undefined {
  let highest: Level | undefined;
  for (const grant of grants) {
    if (highest !== undefined && !isAbove(grant.level, highest)) continue;
    if (grantFits(grant, identity)) highest = grant.level;
  }
  return highest;
}

/** True where one level lets people do more than another. */
export function isAbove(one: Level, other: Level): boolean {
  return LEVELS.indexOf(one) > LEVELS.indexOf(other);
}

function refused(reason: DecisionReason): Decision {
  return { isAllowed: false, reason };
}
