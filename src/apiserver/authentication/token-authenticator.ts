/** Tells users by what they bear: tokens, each good for some audiences. */
import type { UserInfo } from './authenticator';

/** Who bears a token, and for which of the audiences asked it is good. */
export interface TokenBearer {
  readonly user: UserInfo;
  readonly audiences: readonly string[];
}

/** A token that claims to be of this kind but doesn't hold; the message is told in token reviews. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
}

export interface TokenAuthenticator {
  /**
   * The bearer of a token, for the audiences given; undefined where the token is of another kind.
   * @throws TokenRefused where it is of this kind and doesn't hold.
   */
  authenticateToken(token: string, audiences: readonly string[]): Promise<TokenBearer | undefined>;
}

/** Told of a token that nobody knows. */
const INVALID_BEARER_TOKEN = 'invalid bearer token';

/** The first of several kinds that knows the token. The refusals of all are told together. */
export function tokenAuthenticatorOf(kinds: readonly TokenAuthenticator[]): TokenAuthenticator {
  return {
    async authenticateToken(token, audiences) {
      const reasons: string[] = [INVALID_BEARER_TOKEN];
      for (const kind of kinds) {
        try {
          const bearer = await kind.authenticateToken(token, audiences);
          if (bearer !== undefined) return bearer;
        } catch (error) {
          if (!(error instanceof TokenRefused)) throw error;
          if (!reasons.includes(error.message)) reasons.push(error.message);
        }
      }
      throw new TokenRefused(reasons.length === 1 ? INVALID_BEARER_TOKEN : `[${reasons.join(', ')}]`);
    },
  };
}
