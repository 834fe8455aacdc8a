/**
 * How a sign-in gets from the gate to an environment, and a request for one the other way: two sealed tokens in addresses.
 *
 * Both are bound to a cookie that the environment set when it sent the browser away: a link that somebody else made signs
 * nobody in, and neither does a token that was seen on its way.
 */
import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { JsonObject } from '../../../api/json';
import { claimsOfSession, type Session, sessionOfClaims } from './session';

/** An environment asks the gate for a sign-in. */
export interface EnvironmentRequest {
  /** `namespace/name` of the EnvironmentAccess. */
  readonly environment: string;
  readonly uid: string;
  /** Digest of the cookie's value. */
  readonly binding: string;
  /** Where the browser is sent at the end: a path of the environment. */
  readonly returnPath: string;
}

/** The gate answers: a session for the environment. */
export interface HandOver {
  readonly session: Session;
  readonly binding: string;
  readonly returnPath: string;
}

/** So long somebody may take to sign in. */
export const REQUEST_MS = 10 * 60_000;
/** So long a browser may take from the gate to the environment. */
export const HAND_OVER_MS = 60_000;

/** The request as claims of a token. */
export function claimsOfRequest({ environment, uid, binding, returnPath }: EnvironmentRequest): JsonObject {
  return { environment, uid, binding, back: returnPath };
}

/** The request that claims say, or undefined. */
export function requestOfClaims({ environment, uid, binding, back }: JsonObject): EnvironmentRequest | undefined {
  if (typeof environment !== 'string' || typeof uid !== 'string') return undefined;
  if (typeof binding !== 'string' || typeof back !== 'string') return undefined;
  return { environment, uid, binding, returnPath: back };
}

/** The hand-over as claims of a token. */
export function claimsOfHandOver({ session, binding, returnPath }: HandOver): JsonObject {
  return { ...claimsOfSession(session), binding, back: returnPath };
}

/** The hand-over that claims say, or undefined. */
export function handOverOfClaims(claims: JsonObject): HandOver | undefined {
  const { binding, back } = claims;
  const session = sessionOfClaims(claims);
  if (session === undefined || typeof binding !== 'string' || typeof back !== 'string') return undefined;
  return { session, binding, returnPath: back };
}

/** A value for the cookie that binds a browser. */
export function newBindingSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** Whether a value is one that `newBindingSecret` could have made. */
export function isBindingSecret(value: string): boolean {
  return /^[\w-]{43}$/.test(value);
}

/** What tokens hold of a cookie's value. */
export function bindingOf(secret: string): string {
  return hash('sha256', secret, 'base64url');
}

/** Whether one of these cookie values is the one that a token is bound to. */
export function isBoundTo(binding: string, secrets: readonly string[]): boolean {
  const wanted = Buffer.from(binding);
  return secrets.some((secret) => {
    const given = Buffer.from(bindingOf(secret));
    return isBindingSecret(secret) && given.length === wanted.length && timingSafeEqual(given, wanted);
  });
}
