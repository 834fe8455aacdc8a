/**
 * Accounts of people, and their roles, at an identity provider.
 *
 * Whatever is asked for may be asked for again with the same outcome, the mail apart. Every method throws `AdrasteiaError`: one
 * code says that the provider doesn't answer, so that the same may be asked later; the other that it refuses, and what to do
 * about it. Nothing else leaks.
 */

/** An account as it is wanted. */
export interface WantedUser {
  /** The name to sign in by. Providers may keep it in lower case. */
  readonly name: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  /** Whether its owner may sign in. */
  readonly isEnabled: boolean;
}

/** An account as it is; what the provider doesn't know is empty. */
export interface IdentityUser extends WantedUser {
  /** What never changes at the provider; a user who is deleted and made again has another one. */
  readonly id: string;
  /** Whether its owner has shown that the address is theirs. */
  readonly isEmailVerified: boolean;
}

/** What somebody can be asked to do before they may sign in. */
export type RequiredAction = 'UpdatePassword' | 'VerifyEmail';

/** A mail that leads its reader through these actions. */
export interface ActionsMail {
  readonly actions: readonly RequiredAction[];
  /** How long its link works. */
  readonly lifespanSeconds: number;
}

/** A role that accounts can be given. */
export interface IdentityRole {
  readonly name: string;
  readonly description: string;
}

/** All roles that somebody should have, of those whose names begin alike; others are left alone. */
export interface WantedRoles {
  /** Not empty; every name in `roles` begins so. */
  readonly prefix: string;
  readonly roles: readonly string[];
}

export interface IdentityProvider {
  /** The account of exactly this name, or undefined where there is none. */
  findUser(name: string): Promise<IdentityUser | undefined>;

  /**
   * Makes the account, or changes what differs, and gives it. A changed address counts as unverified. A new account has no
   * password: its owner needs the mail.
   */
  ensureUser(wanted: WantedUser): Promise<IdentityUser>;

  /** Lets nobody sign in by the account any more, and ends their sessions there; one that isn't there is no error. */
  disableUser(name: string): Promise<void>;

  /**
   * Sends the mail, once for each call: who mustn't send it twice remembers that it was asked for. Where the provider refuses,
   * none was sent; where it didn't answer, the mail may be under way.
   */
  mailActions(user: IdentityUser, mail: ActionsMail): Promise<void>;

  /** Makes roles that are missing, and brings descriptions up to date. */
  ensureRoles(roles: readonly IdentityRole[]): Promise<void>;

  /** Deletes roles, and takes them from everybody; those that aren't there are no error. */
  removeRoles(names: readonly string[]): Promise<void>;

  /**
   * Gives the account the roles that it lacks, and takes those with the prefix that aren't wanted. Roles that don't exist are
   * refused, after all others were seen to. Roles by way of groups aren't looked at.
   */
  setUserRoles(user: IdentityUser, wanted: WantedRoles): Promise<void>;
}
