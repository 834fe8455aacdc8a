/**
 * The way to a provider and back. What its answer is checked against travels in a cookie, sealed, so that any replica can
 * take the answer, and only from the browser that was sent. Several windows may be on their way at once.
 */
import { hash, randomBytes } from 'node:crypto';
import { isJsonObject, type JsonObject } from '../../../api/json';
import type { Clock } from '../../../ports/clock';
import type { SealedTokens } from '../keys/sealed-tokens';
import type { Header } from '../request';
import { type Cookie, type CookieScope, clearCookie, setCookie, valuesOf } from '../sessions/cookies';
import { type FlowSecrets, newFlowSecrets, type RelyingParty } from './relying-party';

/** Where a way begins and ends. */
export interface FlowPlace {
  /** The gate's address. */
  readonly issuer: string;
  /** Whose flow it is: the gate's address, or the UID of an EnvironmentAccess. */
  readonly audience: string;
  readonly cookieScope: CookieScope;
  /** Names of the cookies begin so. */
  readonly cookiePrefix: string;
  readonly redirectUri: string;
}

/** Which provider, and what is to be remembered meanwhile. */
export interface FlowStart {
  readonly party: RelyingParty;
  readonly provider: string;
  readonly scopes: readonly string[];
  readonly carried: JsonObject;
}

/** A way that came to its end. */
export interface Flow extends FlowSecrets {
  readonly provider: string;
  readonly carried: JsonObject;
}

/** So long somebody may take at the provider. */
const FLOW_SECONDS = 600;
/** With more windows than this on their way, those before are given up: browsers and proxies limit what cookies hold. */
const MOST_FLOWS = 3;

export class ProviderFlows {
  readonly #tokens: SealedTokens;
  readonly #clock: Clock;

  constructor(tokens: SealedTokens, clock: Clock) {
    this.#tokens = tokens;
    this.#clock = clock;
  }

  /** Where the browser is to be sent, and the cookies that it takes along. Throws what sealing throws. */
  async begin(
    place: FlowPlace,
    { party, provider, scopes, carried }: FlowStart,
    cookies: readonly Cookie[],
  ): Promise<{ readonly location: string; readonly headers: readonly Header[] }> {
    const secrets = newFlowSecrets();
    const location = await party.authorizationUrl(secrets, { redirectUri: place.redirectUri, scopes });
    const claims = { ...secrets, provider, carried };
    const token = await this.#tokens.seal(scopeOf(place), claims, this.#clock.now() + FLOW_SECONDS * 1000);
    const before = [...new Set(cookies.map(({ name }) => name))].filter((name) => name.startsWith(place.cookiePrefix));
    const givenUp = before.length < MOST_FLOWS ? [] : before;
    const cookie = setCookie(cookieNameOf(place, secrets.state), token, {
      ...place.cookieScope,
      maxAgeSeconds: FLOW_SECONDS,
    });
    return { location, headers: [...givenUp.map((name) => clearCookie(name, place.cookieScope)), cookie] };
  }

  /** The way that a provider's answer ends, or undefined where this browser wasn't sent on it, or took too long. */
  async end(place: FlowPlace, query: URLSearchParams, cookies: readonly Cookie[]): Promise<Flow | undefined> {
    const state = query.get('state') ?? '';
    for (const value of valuesOf(cookies, cookieNameOf(place, state))) {
      const opened = await this.#tokens.open(scopeOf(place), value);
      const flow = opened.isValid ? flowOf(opened.claims) : undefined;
      if (flow?.state === state) return flow;
    }
    return undefined;
  }

  /** Takes back the cookie of a way that has ended: an answer counts once. */
  forget(place: FlowPlace, query: URLSearchParams): Header {
    return clearCookie(cookieNameOf(place, query.get('state') ?? ''), place.cookieScope);
  }
}

/** Names a new sign-in. */
export function newSessionId(): string {
  return randomBytes(16).toString('base64url');
}

function scopeOf({ issuer, audience }: FlowPlace) {
  return { kind: 'ProviderFlow', issuer, audience } as const;
}

function cookieNameOf({ cookiePrefix }: FlowPlace, state: string): string {
  return `${cookiePrefix}${hash('sha256', state, 'hex').slice(0, 12)}`;
}

function flowOf({ state, nonce, verifier, provider, carried }: JsonObject): Flow | undefined {
  if (typeof state !== 'string' || typeof nonce !== 'string' || typeof verifier !== 'string') return undefined;
  if (typeof provider !== 'string' || !isJsonObject(carried)) return undefined;
  return { state, nonce, verifier, provider, carried };
}
