/** Tokens that were agreed on beforehand, as in `--token-auth-file`. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { UserInfo } from './authenticator';
import type { TokenAuthenticator } from './token-authenticator';

/**
 * Knows the tokens given. They are good for the API's own audiences.
 *
 * What is kept and compared are digests: neither the time that a look-up takes nor a dump of memory tells a token.
 */
export function staticTokens(
  users: ReadonlyMap<string, UserInfo>,
  apiAudiences: readonly string[],
): TokenAuthenticator {
  const known = new Map<string, { readonly digest: Buffer; readonly user: UserInfo }>();
  for (const [token, user] of users) {
    const digest = digestOf(token);
    if (token !== '') known.set(digest.toString('hex'), { digest, user });
  }
  return {
    async authenticateToken(token, audiences) {
      const digest = digestOf(token);
      const entry = known.get(digest.toString('hex'));
      if (entry === undefined || !timingSafeEqual(entry.digest, digest)) return undefined;
      const matched = apiAudiences.filter((audience) => audiences.includes(audience));
      return matched.length === 0 ? undefined : { user: entry.user, audiences: matched };
    },
  };
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
