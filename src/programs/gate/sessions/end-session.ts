import type { GateSpec } from '../../../access/gate';
import { errorKeys } from '../../error-keys';
import type { Session } from './session';
import type { SignInContext } from './sign-in-context';

/** Ends a session everywhere; false where that couldn't be noted, so that it goes on. */
export async function endSession(
  { log, signOuts, onSignedOut }: SignInContext,
  gate: GateSpec,
  session: Session,
): Promise<boolean> {
  const keys = { user: session.identity.user, session: session.id };
  try {
    await signOuts.add(session.id, session.startedAtMs + gate.sessions.maxSeconds * 1000);
    log.info('signed out', keys);
    await onSignedOut(session.identity);
    return true;
  } catch (error) {
    log.error('sign-out not noted', { ...keys, ...errorKeys(error) });
    return false;
  }
}
