/** Tokens of signing out: one proves that our own page asks for it, the other tells the gate that an environment did it. */
import type { GateSpec } from '../../../access/gate';
import type { Session } from './session';
import type { SignInContext } from './sign-in-context';

/** Whose sign-out, and where. */
export interface SignOutPlace {
  readonly gate: GateSpec;
  /** The gate's address, or the UID of an EnvironmentAccess. */
  readonly audience: string;
  readonly session: Session;
}

/** So long a page may stand open before its button is pressed. */
const CONFIRMATION_MS = 12 * 60 * 60_000;
const SIGNED_OUT_MS = 60_000;

/** A token for the address of the sign-out form: whoever hasn't seen the page can't have it. */
export async function signOutConfirmation(
  { clock, tokens }: SignInContext,
  { gate, audience, session }: SignOutPlace,
): Promise<string> {
  const scope = { kind: 'SignOut', issuer: gate.url, audience } as const;
  return tokens.seal(scope, { sid: session.id }, clock.now() + CONFIRMATION_MS);
}

/** True where the token was made for this session's sign-out here. */
export async function confirmsSignOut(
  { tokens }: SignInContext,
  { gate, audience, session }: SignOutPlace,
  confirmation: string,
): Promise<boolean> {
  const opened = await tokens.open({ kind: 'SignOut', issuer: gate.url, audience }, confirmation);
  return opened.isValid && opened.claims['sid'] === session.id;
}

/** A token that tells the gate which session has just ended, and at whose. */
export async function signedOutToken(
  { clock, tokens }: SignInContext,
  gate: GateSpec,
  { id, identity }: Session,
): Promise<string> {
  const scope = { kind: 'SignedOut', issuer: gate.url, audience: gate.url } as const;
  return tokens.seal(scope, { sid: id, provider: identity.provider }, clock.now() + SIGNED_OUT_MS);
}

/** What such a token says, or undefined. */
export async function readSignedOutToken(
  { tokens }: SignInContext,
  gate: GateSpec,
  token: string,
): Promise<{ readonly sessionId: string; readonly provider: string } | undefined> {
  const opened = await tokens.open({ kind: 'SignedOut', issuer: gate.url, audience: gate.url }, token);
  if (!opened.isValid) return undefined;
  const { sid, provider } = opened.claims;
  return typeof sid === 'string' && typeof provider === 'string' ? { sessionId: sid, provider } : undefined;
}
