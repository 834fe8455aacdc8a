/** Accounts between the port's words and Keycloak's. Pure. */
import type { IdentityUser, WantedUser } from '../../ports/identity-provider';

/** The fields of Keycloak's UserRepresentation that are used here. */
export interface UserFields {
  readonly id?: string;
  readonly username?: string;
  readonly email?: string;
  readonly emailVerified?: boolean;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly enabled?: boolean;
}

/** Fields to be written; those that aren't there stay as they are. */
export type UserChanges = Omit<UserFields, 'id' | 'username'>;

/** An account as Keycloak tells of it. */
export function userOf(fields: UserFields): IdentityUser {
  const { id = '', username = '', email = '', firstName = '', lastName = '' } = fields;
  const isEnabled = fields.enabled === true;
  return { id, name: username, email, firstName, lastName, isEnabled, isEmailVerified: fields.emailVerified === true };
}

/** A new account, whose address nobody has verified. */
export function newUserOf({ name, ...rest }: WantedUser): UserFields {
  return { username: name, ...fieldsOf(rest), emailVerified: false };
}

/** What has to change, or undefined. Addresses that differ in case only are the same: Keycloak keeps them in lower case. */
export function changesOf(found: IdentityUser, wanted: WantedUser): UserChanges | undefined {
  const isSameEmail = found.email.toLowerCase() === wanted.email.toLowerCase();
  const isSame =
    isSameEmail &&
    found.firstName === wanted.firstName &&
    found.lastName === wanted.lastName &&
    found.isEnabled === wanted.isEnabled;
  if (isSame) return undefined;
  // Else whoever had the old address would count as the owner of the new one.
  return { ...fieldsOf(wanted), ...(isSameEmail ? {} : { emailVerified: false }) };
}

function fieldsOf({ email, firstName, lastName, isEnabled }: Omit<WantedUser, 'name'>): UserChanges {
  return { email, firstName, lastName, enabled: isEnabled };
}
