/** Several ways to tell who asks, as one. */
import { isStatusError, type StatusError, unauthorized } from '../status-error';
import { ANONYMOUS, type Authenticator, type UserInfo } from './authenticator';

const AUTHENTICATED = 'system:authenticated';
const UNAUTHENTICATED = 'system:unauthenticated';

/**
 * The first way that knows the user. A credential that doesn't hold is no end while another one does; where none does, it
 * is refused. A request without any credential is anonymous, unless that is off: then it is refused too.
 */
export function authenticatorOf(
  ways: readonly Authenticator[],
  options: { readonly anonymous: boolean } = { anonymous: true },
): Authenticator {
  return {
    async authenticate(request) {
      let refusal: StatusError | undefined;
      for (const way of ways) {
        try {
          const user = await way.authenticate(request);
          if (user !== undefined) return user;
        } catch (error) {
          if (!isStatusError(error, 'Unauthorized')) throw error;
          refusal ??= error;
        }
      }
      if (refusal !== undefined || !options.anonymous) throw refusal ?? unauthorized();
      return ANONYMOUS;
    },
  };
}

/** The user as a member of `system:authenticated`. */
export function withAuthenticatedGroup(user: UserInfo): UserInfo {
  const { groups } = user;
  if (user.username === ANONYMOUS.username || groups.includes(AUTHENTICATED) || groups.includes(UNAUTHENTICATED)) {
    return user;
  }
  return { ...user, groups: [...groups, AUTHENTICATED] };
}
