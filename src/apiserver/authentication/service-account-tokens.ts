/**
 * Tokens of service accounts: JSON Web Tokens that the server signed itself.
 *
 * A signature is checked once for each token; that the account and what the token is bound to still exist, each time.
 * @see k8s.io/kubernetes/pkg/serviceaccount, v1.34
 */
import { createHash } from 'node:crypto';
import { isJsonObject, type JsonObject } from '../../api/json';
import type { ObjectReader } from '../resources/object-reader';
import { boundTokenIdentity } from './bound-token';
import { listAt, stringAt } from './json-members';
import { LEGACY_ISSUER, legacyTokenIdentity } from './legacy-token';
import { quotedList } from './quoted-text';
import type { ServiceAccountKeys } from './service-account-keys';
import { serviceAccountUser } from './service-account-user';
import { type TokenAuthenticator, TokenRefused } from './token-authenticator';

export interface ServiceAccountTokensOptions {
  readonly keys: ServiceAccountKeys;
  /** The first one signs; tokens of the others are believed too. */
  readonly issuers: readonly string[];
  readonly apiAudiences: readonly string[];
  readonly reader: ObjectReader;
  readonly now: () => Date;
}

/** How many signatures are remembered. */
const REMEMBERED_MAX = 4096;

/** Knows the tokens of service accounts, those from `TokenRequest` and those kept in secrets. */
export function serviceAccountTokens(options: ServiceAccountTokensOptions): TokenAuthenticator {
  const { keys, issuers, apiAudiences, reader, now } = options;
  const believed = new Set<string>();

  async function checkSignature(token: string): Promise<void> {
    const digest = createHash('sha256').update(token).digest('base64');
    if (believed.has(digest)) return;
    const candidates = keys.candidates(stringAt(findPart(token, 0), 'kid'));
    if (candidates.length === 0) throw new TokenRefused('invalid signature, no keys found');
    if (!(await keys.isSigned(token, candidates))) {
      throw new TokenRefused('go-jose/go-jose: error in cryptographic primitive');
    }
    if (believed.size >= REMEMBERED_MAX) believed.clear();
    believed.add(digest);
  }

  return {
    async authenticateToken(token, audiences) {
      const claims = findPart(token, 1);
      const issuer = stringAt(claims, 'iss');
      const isLegacy = issuer === LEGACY_ISSUER;
      if (claims === undefined || !(isLegacy || issuers.includes(issuer))) return undefined;
      if (findPart(token, 0) === undefined) return undefined;
      await checkSignature(token);
      const tokenAudiences = audiencesOf(claims, apiAudiences);
      const matched = tokenAudiences.filter((audience) => audiences.includes(audience));
      if (matched.length === 0) {
        const told = `token audiences ${quotedList(tokenAudiences)} is invalid for the target audiences ${quotedList(audiences)}`;
        throw new TokenRefused(told);
      }
      const identity = isLegacy
        ? legacyTokenIdentity(token, claims, reader)
        : boundTokenIdentity(claims, reader, now());
      return { user: serviceAccountUser(identity), audiences: matched };
    },
  };
}

/** The audiences that a token names: a string or a list; a token without any is good for the API's own. */
function audiencesOf(claims: JsonObject, apiAudiences: readonly string[]): readonly string[] {
  const named = typeof claims['aud'] === 'string' ? [claims['aud']] : listAt(claims, 'aud').map(String);
  return named.length === 0 ? apiAudiences : named;
}

/** The header (0) or the claims (1) of a token; undefined where it isn't a token. */
function findPart(token: string, index: 0 | 1): JsonObject | undefined {
  const parts = token.split('.');
  if (parts.length !== 3) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(parts[index] ?? '', 'base64url').toString('utf8'));
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
