/**
 * What a tenant or a workspace has at an identity provider, whatever API asks for it.
 */
import type { AccountRequest, MailedAction, ProviderAddress, RolesRequest } from '../plan/identity-request';

export interface IdentityModel {
  readonly provider: ProviderAddress;
  /** A tenant's. */
  readonly account?: AccountModel;
  /** A workspace's. */
  readonly roles?: RolesRequest['roles'];
}

interface AccountModel {
  readonly user: AccountRequest['user'];
  /** Names of the roles that it has; of others, those with the prefix are taken from it. */
  readonly roles: readonly string[];
  readonly rolePrefix: string;
  /** The mail to a new address; absent: none. */
  readonly mail?: { readonly actions: readonly MailedAction[]; readonly lifespanSeconds: number };
}

/** What an object may have at a provider, by its name alone: its deletion takes that back. */
export interface IdentityTraces {
  readonly account?: { readonly user: string; readonly rolePrefix: string };
  readonly roles?: readonly string[];
}

/** What is seen of it. */
export interface IdentityReport {
  /** True: the provider has been told everything. */
  readonly isSynced: boolean;
  /** Absent until there is one, and while the provider doesn't answer: what was seen before still holds then. */
  readonly account?: { readonly id: string; readonly isEmailVerified: boolean };
}
