/** Accounts in a realm. */
import type { ActionsMail, IdentityUser, RequiredAction, WantedUser } from '../../ports/identity-provider';
import type { AdminSession } from './admin-session';
import { refused, statusOf } from './problem';
import { changesOf, newUserOf, type UserFields, userOf } from './user-fields';

/** The actions as Keycloak calls them. */
const ACTIONS: Readonly<Record<RequiredAction, string>> = {
  UpdatePassword: 'UPDATE_PASSWORD',
  VerifyEmail: 'VERIFY_EMAIL',
};

export class Users {
  constructor(private readonly session: AdminSession) {}

  async find(name: string): Promise<IdentityUser | undefined> {
    const username = keptName(name);
    const found = await this.session.list<UserFields>(`find user "${name}"`, (client) =>
      client.users.find({ username, exact: true }),
    );
    // Older servers take the name for a part of one.
    const fields = found.find((user) => user.username === username);
    return fields === undefined ? undefined : userOf(fields);
  }

  async ensure(wanted: WantedUser): Promise<IdentityUser> {
    const found = await this.find(wanted.name);
    return found === undefined ? this.#create(wanted) : this.#update(found, wanted);
  }

  async disable(name: string): Promise<void> {
    const found = await this.find(name);
    if (found === undefined) return;
    const { id } = found;
    if (found.isEnabled)
      await this.session.call(`disable user "${name}"`, (client) => client.users.update({ id }, { enabled: false }));
    // Also for who is disabled already: the last try may have got no further.
    await this.session.call(`end sessions of user "${name}"`, (client) => client.users.logout({ id }));
  }

  async mailActions({ id, name }: IdentityUser, { actions, lifespanSeconds }: ActionsMail): Promise<void> {
    const mail = { id, lifespan: lifespanSeconds, actions: actions.map((action) => ACTIONS[action]) };
    const doing = `send mail to user "${name}"`;
    try {
      await this.session.call(doing, (client) => client.users.executeActionsEmail(mail));
    } catch (error) {
      // By this status it says that its mail server didn’t take it. Proxies in front of it have others.
      if (statusOf(error) !== 500) throw error;
      throw refused(
        this.session.attempt(doing),
        'its mail server didn’t take it: check the realm’s e-mail settings',
        error,
      );
    }
  }

  async #create(wanted: WantedUser): Promise<IdentityUser> {
    const doing = `create user "${wanted.name}"`;
    if (wanted.name === '') throw refused(this.session.attempt(doing), 'it has no name');
    try {
      const { id } = await this.session.call(doing, (client) => client.users.create(newUserOf(wanted)));
      return { ...wanted, id, isEmailVerified: false };
    } catch (error) {
      // Somebody made it in between, or the address is another user's.
      const found = statusOf(error) === 409 ? await this.find(wanted.name) : undefined;
      if (found === undefined) throw error;
      return this.#update(found, wanted);
    }
  }

  async #update(found: IdentityUser, wanted: WantedUser): Promise<IdentityUser> {
    const changes = changesOf(found, wanted);
    if (changes === undefined) return found;
    const { id } = found;
    await this.session.call(`change user "${wanted.name}"`, (client) => client.users.update({ id }, changes));
    return { ...wanted, id, isEmailVerified: found.isEmailVerified && changes.emailVerified !== false };
  }
}

/** Keycloak keeps names in lower case. */
function keptName(name: string): string {
  return name.toLowerCase();
}
