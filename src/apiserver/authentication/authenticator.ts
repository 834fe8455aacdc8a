/** Who sends a request. */
import type { IncomingMessage } from 'node:http';

/** @see https://kubernetes.io/docs/reference/access-authn-authz/authentication/ */
export interface UserInfo {
  readonly username: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

export const ANONYMOUS: UserInfo = { username: 'system:anonymous', groups: ['system:unauthenticated'] };

/** One way to tell who asks. */
export interface Authenticator {
  /**
   * The user, with the group `system:authenticated`; undefined where the request carries nothing of this kind.
   * Throws `StatusError` 401 where it carries something that doesn't hold.
   */
  authenticate(request: IncomingMessage): Promise<UserInfo | undefined>;
}
