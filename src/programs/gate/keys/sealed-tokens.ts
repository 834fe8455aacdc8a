/**
 * Tokens that only the gate can make and read: JSON Web Tokens, encrypted by A256GCM under a key of the ring.
 *
 * Each kind of token has a key of its own, derived from that of the ring, so that a token of one kind is never mistaken for
 * one of another; its kind, issuer and audience are checked all the same. Nobody can look inside, or change a bit of it.
 * @see RFC 7516, RFC 7519, RFC 5869
 */
import { hkdfSync } from 'node:crypto';
import { decodeProtectedHeader, EncryptJWT, errors, jwtDecrypt } from 'jose';
import type { JsonObject } from '../../../api/json';
import { AdrasteiaError } from '../../../errors';
import type { Clock } from '../../../ports/clock';
import { type GateKey, KEY_BYTES } from './gate-key';
import { OpenedTokens, type RememberedToken } from './opened-tokens';
import type { TokenKind, TokenScope } from './token-scope';

/** Why a token isn't believed. NotReady: the gate has no key yet. */
export type TokenRefusal = 'Expired' | 'OtherAudience' | 'Invalid' | 'NotReady';

/** A token that was opened, or why it wasn't. */
export type OpenedToken =
  | { readonly isValid: true; readonly claims: JsonObject }
  | { readonly isValid: false; readonly why: TokenRefusal };

/** Clocks of replicas may differ by this much. */
export const CLOCK_SKEW_SECONDS = 15;

/** Tokens in cookies are no longer: browsers drop cookies above 4096 bytes. */
export const LONGEST_IN_COOKIE = 3800;
/** Tokens in addresses are no longer: proxies refuse lines above 8 KiB. */
const LONGEST_IN_ADDRESS = 6500;

const IN_ADDRESSES: ReadonlySet<TokenKind> = new Set(['EnvironmentRequest', 'HandOver']);

/** The keys, as far as tokens need them. */
export interface TokenKeys {
  sealing(): GateKey | undefined;
  find(id: string): Promise<GateKey | undefined>;
}

export class SealedTokens {
  readonly #keys: TokenKeys;
  readonly #clock: Clock;
  readonly #opened = new OpenedTokens();
  readonly #derived = new Map<string, { readonly from: Uint8Array; readonly key: Uint8Array }>();

  constructor(keys: TokenKeys, clock: Clock) {
    this.#keys = keys;
    this.#clock = clock;
  }

  /**
   * A token that holds these claims until then (milliseconds since the epoch).
   * Throws `TokenTooLarge` where it would be longer than a browser keeps, and `GateNotReady` while the gate has no key.
   */
  async seal({ kind, issuer, audience }: TokenScope, claims: JsonObject, expiresAtMs: number): Promise<string> {
    const key = this.#keys.sealing();
    if (key === undefined) throw new AdrasteiaError('GateNotReady', 'gate: has no key yet, so nobody can sign in');
    const now = Math.floor(this.#clock.now() / 1000);
    const token = await new EncryptJWT(claims)
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: key.id, typ: kind })
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt(now)
      .setNotBefore(now)
      .setExpirationTime(Math.floor(expiresAtMs / 1000))
      .encrypt(this.#keyFor(kind, key));
    if (token.length > longestOf(kind)) {
      throw new AdrasteiaError(
        'TokenTooLarge',
        `gate: a token of ${token.length} characters is longer than browsers keep (${longestOf(kind)}): the provider says too much of this account`,
      );
    }
    return token;
  }

  /** What a token holds, where it is of this kind, by this issuer, for this audience, and its time is now. */
  async open(scope: TokenScope, token: string): Promise<OpenedToken> {
    const { kind, issuer, audience } = scope;
    if (token.length > longestOf(kind)) return { isValid: false, why: 'Invalid' };
    if (this.#keys.sealing() === undefined) return { isValid: false, why: 'NotReady' };
    const remembered = this.#opened.find(scope, token);
    if (remembered !== undefined && (await this.#stillHolds(remembered)))
      return { isValid: true, claims: remembered.claims };
    const key = await this.#keyNamedBy(token);
    if (key === undefined) return { isValid: false, why: 'Invalid' };
    try {
      const { payload } = await jwtDecrypt(token, this.#keyFor(kind, key), {
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
        typ: kind,
        issuer,
        audience,
        currentDate: new Date(this.#clock.now()),
        clockTolerance: CLOCK_SKEW_SECONDS,
        requiredClaims: ['iat', 'nbf', 'exp'],
      });
      const claims = payload as JsonObject;
      if (kind === 'EnvironmentSession')
        this.#opened.remember(scope, token, { claims, keyId: key.id, secret: key.secret });
      return { isValid: true, claims };
    } catch (error) {
      this.#opened.forget(scope, token);
      return { isValid: false, why: refusalOf(error) };
    }
  }

  /** A token that was opened before: its key may be gone since, and its time over. */
  async #stillHolds({ claims: { nbf, exp }, keyId, secret }: RememberedToken): Promise<boolean> {
    const now = Math.floor(this.#clock.now() / 1000);
    const isTimely =
      typeof nbf === 'number' &&
      typeof exp === 'number' &&
      nbf <= now + CLOCK_SKEW_SECONDS &&
      exp > now - CLOCK_SKEW_SECONDS;
    return isTimely && (await this.#keys.find(keyId))?.secret === secret;
  }

  async #keyNamedBy(token: string): Promise<GateKey | undefined> {
    try {
      const { kid } = decodeProtectedHeader(token);
      return typeof kid === 'string' && kid.length <= 64 ? await this.#keys.find(kid) : undefined;
    } catch {
      return undefined;
    }
  }

  #keyFor(kind: TokenKind, { id, secret }: GateKey): Uint8Array {
    const name = `${kind}/${id}`;
    const known = this.#derived.get(name);
    if (known?.from === secret) return known.key;
    const key = new Uint8Array(hkdfSync('sha256', secret, '', `adrasteia gate ${kind}`, KEY_BYTES));
    this.#derived.set(name, { from: secret, key });
    return key;
  }
}

function longestOf(kind: TokenKind): number {
  return IN_ADDRESSES.has(kind) ? LONGEST_IN_ADDRESS : LONGEST_IN_COOKIE;
}

function refusalOf(error: unknown): TokenRefusal {
  if (error instanceof errors.JWTExpired) return 'Expired';
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud') return 'OtherAudience';
  return 'Invalid';
}
