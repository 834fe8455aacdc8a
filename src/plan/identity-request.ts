/**
 * What plans ask of the external system `identity`: accounts of people at an identity provider, and the roles that they have
 * there. Plain data, agreed between the planners of tenancy and the adapter.
 */

/** Name of the external system. */
export const IDENTITY = 'identity';

/** Where accounts are, and as whom the controller comes. */
export interface ProviderAddress {
  /** The server's address, with its path if it has one. */
  readonly url: string;
  readonly realm: string;
  /** The client whose roles people are given. */
  readonly client: string;
  /** Name of a Secret in the controller's own namespace, with the keys `clientId` and `clientSecret`. */
  readonly credentials: string;
}

/** An account that is to be there. Ensured, its state is an `AccountState`. */
export interface AccountRequest {
  readonly what: 'Account';
  readonly provider: ProviderAddress;
  readonly user: {
    readonly name: string;
    readonly email: string;
    readonly firstName: string;
    readonly lastName: string;
    /** Whether its owner may sign in. */
    readonly isEnabled: boolean;
  };
}

/** All roles that an account is to have, of those whose names begin with `prefix`. One that has gone since it was made is made anew. */
export interface AccountRolesRequest {
  readonly what: 'AccountRoles';
  readonly provider: ProviderAddress;
  readonly user: AccountRequest['user'];
  readonly prefix: string;
  readonly roles: readonly string[];
}

/** Roles that are to be there. */
export interface RolesRequest {
  readonly what: 'Roles';
  readonly provider: ProviderAddress;
  readonly roles: readonly { readonly name: string; readonly description: string }[];
}

export type IdentityRequest = AccountRequest | AccountRolesRequest | RolesRequest;

/** What is taken back: an account is disabled and loses the roles with the prefix; roles are deleted. */
export type IdentityRelease =
  | { readonly what: 'Account'; readonly provider: ProviderAddress; readonly user: string; readonly prefix: string }
  | { readonly what: 'Roles'; readonly provider: ProviderAddress; readonly roles: readonly string[] };

/** What somebody is asked to do, by a mail, before they may sign in. */
export type MailedAction = 'VerifyEmail' | 'UpdatePassword';

/** A one-shot: the mail to the owner of an account whose address isn't verified; one who has shown theirs gets none. */
export interface MailRequest {
  readonly provider: ProviderAddress;
  readonly user: string;
  readonly email: string;
  readonly actions: readonly MailedAction[];
  /** How long its link works. */
  readonly lifespanSeconds: number;
}

/** An account as it was seen last. */
export interface AccountState {
  /** What never changes at the provider; an account that is made anew has another one. */
  readonly id: string;
  readonly isEmailVerified: boolean;
}
