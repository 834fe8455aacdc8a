/** Roles of one client, and who has them. */
import type KeycloakAdminClient from '@keycloak/keycloak-admin-client';
import type { IdentityRole, IdentityUser, WantedRoles } from '../../ports/identity-provider';
import type { AdminSession } from './admin-session';
import { refused, statusOf } from './problem';

/** A role as Keycloak has it. */
interface Role {
  readonly id?: string;
  readonly name?: string;
  readonly description?: string;
}

/** What giving and taking a role needs of it. */
interface RoleReference {
  readonly id: string;
  readonly name: string;
}

/** A request about the client's roles; `id` is the client's own. */
type Use<T> = (client: KeycloakAdminClient, id: string) => Promise<T>;

export class Roles {
  /** The client's own id. */
  #id: string | undefined;

  constructor(
    private readonly session: AdminSession,
    private readonly clientId: string,
  ) {}

  async ensure(roles: readonly IdentityRole[]): Promise<void> {
    for (const role of roles) await this.#ensureOne(role);
  }

  async remove(names: readonly string[]): Promise<void> {
    for (const roleName of names) {
      const doing = `delete role "${roleName}"`;
      this.#demandName(roleName, doing);
      await orAbsent(this.#call(doing, (client, id) => client.clients.delRole({ id, roleName })));
    }
  }

  async setFor(user: IdentityUser, { prefix, roles }: WantedRoles): Promise<void> {
    const doing = `set roles of user "${user.name}"`;
    if (prefix === '') throw refused(this.session.attempt(doing), 'without a prefix all roles would be taken');
    const strange = roles.filter((name) => !name.startsWith(prefix));
    if (strange.length > 0)
      throw refused(this.session.attempt(doing), `${quoted(strange)}: the names must begin with "${prefix}"`);
    const held = (await this.#heldBy(user, doing)).filter(({ name }) => name.startsWith(prefix));
    const extra = held.filter(({ name }) => !roles.includes(name));
    if (extra.length > 0)
      await this.#call(doing, (client, clientUniqueId) =>
        client.users.delClientRoleMappings({ id: user.id, clientUniqueId, roles: extra }),
      );
    const lacked = [...new Set(roles)].filter((wanted) => !held.some(({ name }) => name === wanted));
    const found = await Promise.all(lacked.map((name) => this.#find(name)));
    const missing = found.flatMap((role) => role ?? []);
    if (missing.length > 0)
      await this.#call(doing, (client, clientUniqueId) =>
        client.users.addClientRoleMappings({ id: user.id, clientUniqueId, roles: missing }),
      );
    const absent = lacked.filter((_, index) => found[index] === undefined);
    if (absent.length > 0)
      throw refused(
        this.session.attempt(doing),
        `client "${this.clientId}" has no role ${quoted(absent)}: they have to be made first`,
      );
  }

  async #ensureOne({ name, description }: IdentityRole): Promise<void> {
    const found = await this.#find(name);
    if (found === undefined) {
      const doing = `create role "${name}"`;
      await orThere(this.#call(doing, (client, id) => client.clients.createRole({ id, name, description })));
    } else if (found.description !== description) {
      await this.#call(`describe role "${name}"`, (client, id) =>
        client.clients.updateRole({ id, roleName: name }, { name, description }),
      );
    }
  }

  async #find(roleName: string): Promise<(RoleReference & Role) | undefined> {
    const doing = `find role "${roleName}"`;
    this.#demandName(roleName, doing);
    const role: Role | null | undefined = await orAbsent(
      this.#call(doing, (client, id) => client.clients.findRole({ id, roleName }, { catchNotFound: false })),
    );
    return role?.id === undefined ? undefined : { ...role, id: role.id, name: roleName };
  }

  /** The client's roles that an account was given itself. */
  async #heldBy({ id, name }: IdentityUser, doing: string): Promise<readonly RoleReference[]> {
    const held = await orAbsent(
      this.#call(doing, (client, clientUniqueId) => client.users.listClientRoleMappings({ id, clientUniqueId })),
    );
    if (!Array.isArray(held)) throw refused(this.session.attempt(doing), `there is no user "${name}" any more`);
    return (held as readonly Role[]).flatMap((role) =>
      role.id === undefined || role.name === undefined ? [] : [{ id: role.id, name: role.name }],
    );
  }

  /** Does something with the client, by its own id; whether that is still right is looked up where something wasn't found. */
  async #call<T>(doing: string, use: Use<T>): Promise<T> {
    const known = this.#id;
    const id = known ?? (await this.#lookUp());
    try {
      return await this.session.call(doing, (client) => use(client, id));
    } catch (error) {
      if (known === undefined || statusOf(error) !== 404) throw error;
      const now = await this.#lookUp();
      if (now === known) throw error;
      return this.session.call(doing, (client) => use(client, now));
    }
  }

  async #lookUp(): Promise<string> {
    this.#id = undefined;
    const doing = `find client "${this.clientId}"`;
    const found = await this.session.list(doing, (client) => client.clients.find({ clientId: this.clientId }));
    const id = found.find(({ clientId }) => clientId === this.clientId)?.id;
    if (id === undefined) throw refused(this.session.attempt(doing), 'there is none: create it, or name another one');
    this.#id = id;
    return id;
  }

  /** Some names would be taken for another place on the way: `..` for the client itself. */
  #demandName(name: string, doing: string): void {
    if (name === '' || name === '.' || name === '..' || name.includes('/'))
      throw refused(this.session.attempt(doing), 'a role can’t be called so');
  }
}

/** What a request gives, or undefined where what it is about isn't there. */
async function orAbsent<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/** Waits for a request to make something that somebody else may have made in between. */
async function orThere(request: Promise<unknown>): Promise<void> {
  try {
    await request;
  } catch (error) {
    if (statusOf(error) !== 409) throw error;
  }
}

function quoted(names: readonly string[]): string {
  return [...names]
    .sort()
    .map((name) => `"${name}"`)
    .join(', ');
}
