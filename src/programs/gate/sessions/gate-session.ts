/** The session at the gate's own address: whoever has one gets into environments without a page. */
import type { GateSpec } from '../../../access/gate';
import type { TokenScope } from '../keys/token-scope';
import { issuersOf } from '../oidc/providers';
import type { Header } from '../request';
import { type Cookie, type CookieScope, clearCookie, cookieName, setCookie, valuesOf } from './cookies';
import { readSession, type SessionAnswer } from './read-session';
import { claimsOfSession, endOfSession, type Session } from './session';
import type { SignInContext } from './sign-in-context';

/** Where the gate's own cookies are kept. */
export function gateCookieScope({ url }: GateSpec): CookieScope {
  return { isSecure: url.startsWith('https:'), path: '/' };
}

/** The session of a browser at the gate, or why it has none. */
export function readGateSession(
  context: SignInContext,
  gate: GateSpec,
  cookies: readonly Cookie[],
): Promise<SessionAnswer> {
  return readSession(context, {
    scope: scopeOf(gate),
    values: valuesOf(cookies, nameOf(gate)),
    issuers: issuersOf(gate),
    limits: gate.sessions,
  });
}

/** The cookie that holds a session. Throws what sealing throws. */
export async function gateSessionCookie({ tokens }: SignInContext, gate: GateSpec, session: Session): Promise<Header> {
  const token = await tokens.seal(scopeOf(gate), claimsOfSession(session), endOfSession(session, gate.sessions));
  return setCookie(nameOf(gate), token, gateCookieScope(gate));
}

/** Takes the session's cookie back. */
export function clearGateSession(gate: GateSpec): Header {
  return clearCookie(nameOf(gate), gateCookieScope(gate));
}

function nameOf(gate: GateSpec): string {
  return cookieName('gate', gateCookieScope(gate));
}

function scopeOf({ url }: GateSpec): TokenScope {
  return { kind: 'GateSession', issuer: url, audience: url };
}
