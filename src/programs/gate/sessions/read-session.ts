import type { TokenRefusal } from '../keys/sealed-tokens';
import type { TokenScope } from '../keys/token-scope';
import type { SignedOutReason } from '../sign-in';
import { type Session, type SessionLimits, sessionOfClaims, stageOfSession } from './session';
import type { SignInContext } from './sign-in-context';

/** Which session is looked for. */
export interface SessionQuestion {
  readonly scope: TokenScope;
  /** What the browser sent for the session's cookie. */
  readonly values: readonly string[];
  /** Whose word counts: issuers by the provider's name. */
  readonly issuers: ReadonlyMap<string, string>;
  readonly limits: SessionLimits;
}

/** The session, or why there is none. */
export type SessionAnswer =
  | { readonly isFound: true; readonly session: Session; readonly isDue: boolean }
  | { readonly isFound: false; readonly why: SignedOutReason };

/** From the least to the most telling, where a browser sent several. */
const TELLING: readonly SignedOutReason[] = [
  'NoSession',
  'Invalid',
  'OtherEnvironment',
  'Expired',
  'OtherProvider',
  'LoggedOut',
  'Unavailable',
];

/**
 * The session that a browser has: the first of the values that is sealed for this place, lives, is vouched for by somebody who
 * counts, and wasn't signed out. One that is due is found only where the list of sign-outs is sure to be up to date.
 */
export async function readSession(context: SignInContext, question: SessionQuestion): Promise<SessionAnswer> {
  let why: SignedOutReason = 'NoSession';
  for (const value of question.values) {
    const answer = await readValue(context, question, value);
    if (answer.isFound) return answer;
    if (TELLING.indexOf(answer.why) > TELLING.indexOf(why)) why = answer.why;
  }
  return { isFound: false, why };
}

async function readValue(
  { clock, signOuts, tokens }: SignInContext,
  { scope, issuers, limits }: SessionQuestion,
  value: string,
): Promise<SessionAnswer> {
  const opened = await tokens.open(scope, value);
  if (!opened.isValid) return refused(REASONS[opened.why]);
  const session = sessionOfClaims(opened.claims);
  if (session === undefined) return refused('Invalid');
  const stage = stageOfSession(session, limits, clock.now());
  if (stage === 'Over') return refused('Expired');
  if (issuers.get(session.identity.provider) !== session.issuerUrl) return refused('OtherProvider');
  const isDue = stage === 'Due';
  const isListKnown = isDue ? await signOuts.isCurrent() : signOuts.isReady;
  if (!isListKnown) return refused('Unavailable');
  return signOuts.has(session.id) ? refused('LoggedOut') : { isFound: true, session, isDue };
}

const REASONS: Readonly<Record<TokenRefusal, SignedOutReason>> = {
  Expired: 'Expired',
  OtherAudience: 'OtherEnvironment',
  Invalid: 'Invalid',
  NotReady: 'Unavailable',
};

function refused(why: SignedOutReason): SessionAnswer {
  return { isFound: false, why };
}
