/** The reviews of `authentication.k8s.io`: who bears a token, and who asks. */
import type { JsonObject } from '../../api/json';
import { badRequest } from '../status-error';
import type { UserInfo } from './authenticator';
import { objectAt, stringAt, stringsAt } from './json-members';
import { type TokenAuthenticator, TokenRefused } from './token-authenticator';
import { withAuthenticatedGroup } from './union-authenticator';

/**
 * A `TokenReview` with its status.
 * @throws StatusError 400 where it has no token.
 */
export async function answerTokenReview(
  review: JsonObject,
  { tokens, apiAudiences }: { readonly tokens: TokenAuthenticator; readonly apiAudiences: readonly string[] },
): Promise<JsonObject> {
  const spec = objectAt(review, 'spec');
  const token = stringAt(spec, 'token');
  if (token === '') throw badRequest('token is required for TokenReview in authentication');
  const asked = stringsAt(spec, 'audiences');
  return { ...review, status: await tokenStatus(token, asked.length === 0 ? apiAudiences : asked, tokens) };
}

async function tokenStatus(
  token: string,
  audiences: readonly string[],
  tokens: TokenAuthenticator,
): Promise<JsonObject> {
  try {
    const bearer = await tokens.authenticateToken(token, audiences);
    if (bearer === undefined) return { user: {} };
    return { authenticated: true, user: userJson(withAuthenticatedGroup(bearer.user)), audiences: bearer.audiences };
  } catch (error) {
    if (error instanceof TokenRefused) return { user: {}, error: error.message };
    throw error;
  }
}

/** A `SelfSubjectReview` with its status; of what was sent only the version is kept. */
export function answerSelfSubjectReview(
  review: JsonObject,
  { user, now }: { readonly user: UserInfo; readonly now: Date },
): JsonObject {
  return {
    kind: 'SelfSubjectReview',
    apiVersion: stringAt(review, 'apiVersion'),
    metadata: { creationTimestamp: now.toISOString().replace(/\.\d{3}Z$/, 'Z') },
    status: { userInfo: userJson(user) },
  };
}

/** A user as the API writes it: empty members are left out. */
export function userJson({ username, uid = '', groups, extra = {} }: UserInfo): JsonObject {
  return {
    ...(username === '' ? {} : { username }),
    ...(uid === '' ? {} : { uid }),
    ...(groups.length === 0 ? {} : { groups }),
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  };
}
