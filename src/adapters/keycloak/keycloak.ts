/** Keycloak as the identity provider: accounts in a realm, and the roles of one of its clients. */
import type { Clock } from '../../ports/clock';
import type {
  ActionsMail,
  IdentityProvider,
  IdentityRole,
  IdentityUser,
  WantedRoles,
  WantedUser,
} from '../../ports/identity-provider';
import { AdminSession, type KeycloakSettings } from './admin-session';
import { Roles } from './roles';
import { Users } from './users';

/** An `IdentityProvider` over Keycloak 26 and its like. Nothing is asked, and no library loaded, before the first call. */
export class Keycloak implements IdentityProvider {
  readonly #users: Users;
  readonly #roles: Roles;

  constructor(settings: KeycloakSettings, clock: Clock) {
    const session = new AdminSession(settings, clock);
    this.#users = new Users(session);
    this.#roles = new Roles(session, settings.rolesClientId);
  }

  findUser(name: string): Promise<IdentityUser | undefined> {
    return this.#users.find(name);
  }

  ensureUser(wanted: WantedUser): Promise<IdentityUser> {
    return this.#users.ensure(wanted);
  }

  disableUser(name: string): Promise<void> {
    return this.#users.disable(name);
  }

  mailActions(user: IdentityUser, mail: ActionsMail): Promise<void> {
    return this.#users.mailActions(user, mail);
  }

  ensureRoles(roles: readonly IdentityRole[]): Promise<void> {
    return this.#roles.ensure(roles);
  }

  removeRoles(names: readonly string[]): Promise<void> {
    return this.#roles.remove(names);
  }

  setUserRoles(user: IdentityUser, wanted: WantedRoles): Promise<void> {
    return this.#roles.setFor(user, wanted);
  }
}
