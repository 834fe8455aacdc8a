/** A realm of a running Keycloak, as an administrator sets one up: clients with their roles, groups, people. */
import { randomBytes } from 'node:crypto';
import type KeycloakAdminClient from '@keycloak/keycloak-admin-client';
import type { RunningKeycloak } from './running-keycloak';

/** A client, with a secret. */
export interface RealmClient {
  readonly clientId: string;
  readonly secret: string;
  /** Where people who sign in come back to. Default: nobody signs in by it. */
  readonly redirectUris?: readonly string[];
  /** Roles of its own, which its tokens list in the claim `roles`, as they list groups in `groups`. Default none. */
  readonly roles?: readonly string[];
  /** Roles of `realm-management` that its service account has. Default: it has no service account. */
  readonly managementRoles?: readonly string[];
  /** Whether it may ask for tokens by name and password. Default false. */
  readonly takesPasswords?: boolean;
}

/** Somebody with an account and a password. */
export interface RealmPerson {
  readonly name: string;
  /** Paths, such as `/staff`. Default none. */
  readonly groups?: readonly string[];
  /** Roles by client. Default none. */
  readonly roles?: Readonly<Record<string, readonly string[]>>;
}

export interface RealmSettings {
  readonly name: string;
  readonly clients: readonly RealmClient[];
  readonly people?: readonly RealmPerson[];
  /** Port on 127.0.0.1 of the server that its mail goes to. Default: it sends none. */
  readonly mailPort?: number;
}

export class Realm {
  readonly #passwords: ReadonlyMap<string, string>;

  private constructor(
    private readonly keycloak: RunningKeycloak,
    private readonly settings: RealmSettings,
  ) {
    this.#passwords = new Map((settings.people ?? []).map(({ name }) => [name, randomBytes(12).toString('hex')]));
  }

  static async make(keycloak: RunningKeycloak, settings: RealmSettings): Promise<Realm> {
    const { name, clients, people = [], mailPort } = settings;
    const master = await keycloak.admin();
    await master.realms.create({
      realm: name,
      enabled: true,
      sslRequired: 'none',
      ...(mailPort === undefined
        ? {}
        : { smtpServer: { host: '127.0.0.1', port: String(mailPort), from: 'keycloak@example.org' } }),
    });
    const realm = new Realm(keycloak, settings);
    const admin = await realm.admin();
    for (const client of clients) await makeClient(admin, client);
    for (const path of new Set(people.flatMap(({ groups = [] }) => groups)))
      await admin.groups.create({ name: path.slice(1) });
    for (const person of people) await realm.#makePerson(await realm.admin(), person);
    return realm;
  }

  get issuerUrl(): string {
    return `${this.keycloak.url}/realms/${this.settings.name}`;
  }

  /** A client of the administrator for this realm, signed in anew. */
  admin(): Promise<KeycloakAdminClient> {
    return this.keycloak.admin(this.settings.name);
  }

  /** Somebody's password. */
  passwordOf(name: string): string {
    const password = this.#passwords.get(name);
    if (password === undefined) throw new Error(`nobody in the realm is called ${name}`);
    return password;
  }

  /** How many sessions somebody has. */
  async sessionsOf(name: string): Promise<number> {
    const admin = await this.admin();
    const [user] = await admin.users.find({ username: name, exact: true });
    return (await admin.users.listSessions({ id: user?.id ?? '' })).length;
  }

  async #makePerson(admin: KeycloakAdminClient, { name, groups = [], roles = {} }: RealmPerson): Promise<void> {
    const { id } = await admin.users.create({
      username: name,
      enabled: true,
      email: `${name}@example.org`,
      emailVerified: true,
      // Who lacks one of these is asked for it on the way in.
      firstName: name,
      lastName: 'Example',
      groups: [...groups],
      credentials: [{ type: 'password', value: this.passwordOf(name), temporary: false }],
    });
    for (const [clientId, names] of Object.entries(roles)) await giveRoles(admin, id, clientId, names);
  }
}

async function makeClient(admin: KeycloakAdminClient, client: RealmClient): Promise<void> {
  const { clientId, secret, redirectUris = [], roles = [], managementRoles, takesPasswords = false } = client;
  const { id } = await admin.clients.create({
    clientId,
    secret,
    publicClient: false,
    standardFlowEnabled: redirectUris.length > 0,
    directAccessGrantsEnabled: takesPasswords,
    serviceAccountsEnabled: managementRoles !== undefined,
    redirectUris: [...redirectUris],
    protocolMappers: [
      mapper('groups', 'oidc-group-membership-mapper', { 'full.path': 'true' }),
      mapper('roles', 'oidc-usermodel-client-role-mapper', {
        'usermodel.clientRoleMapping.clientId': clientId,
        multivalued: 'true',
        'jsonType.label': 'String',
      }),
    ],
  });
  for (const name of roles) await admin.clients.createRole({ id, name });
  if (managementRoles === undefined) return;
  const account = await admin.clients.getServiceAccountUser({ id });
  await giveRoles(admin, account.id ?? '', 'realm-management', managementRoles);
}

function mapper(claim: string, protocolMapper: string, config: Readonly<Record<string, string>>) {
  const tokens = { 'id.token.claim': 'true', 'access.token.claim': 'true', 'userinfo.token.claim': 'true' };
  return {
    name: claim,
    protocol: 'openid-connect',
    protocolMapper,
    config: { ...config, ...tokens, 'claim.name': claim },
  };
}

async function giveRoles(
  admin: KeycloakAdminClient,
  userId: string,
  clientId: string,
  names: readonly string[],
): Promise<void> {
  const [client] = await admin.clients.find({ clientId });
  const clientUniqueId = client?.id ?? '';
  const roles = (await admin.clients.listRoles({ id: clientUniqueId })).flatMap(({ id, name }) =>
    id !== undefined && name !== undefined && names.includes(name) ? [{ id, name }] : [],
  );
  if (roles.length < names.length) throw new Error(`client ${clientId} lacks one of the roles ${names.join(', ')}`);
  await admin.users.addClientRoleMappings({ id: userId, clientUniqueId, roles });
}
