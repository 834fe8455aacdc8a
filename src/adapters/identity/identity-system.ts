/**
 * The external system `identity`: what plans ask of an identity provider, done through the identity port.
 *
 * Credentials are read from their Secret, by name, for each request: a changed one counts at once. There is one connection
 * for each configuration, so that all its users share a token.
 */
import { digest, isJsonObject, type JsonValue } from '../../api/json';
import type { ResourceType } from '../../api/resource-type';
import { AdrasteiaError, hasCode } from '../../errors';
import type {
  AccountRequest,
  AccountState,
  IdentityRelease,
  IdentityRequest,
  MailRequest,
  ProviderAddress,
} from '../../plan/identity-request';
import type { Cluster } from '../../ports/cluster';
import type { ExternalSystem, NotDone } from '../../ports/external-system';
import type { IdentityProvider, IdentityUser } from '../../ports/identity-provider';

const SECRET: ResourceType = { group: '', version: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true };

/** How long what was seen of a provider holds: people change little there, and each look costs a request or two. */
const REFRESH_MS = 3_600_000;

/** The same of an account whose owner is expected to verify the address. */
const UNVERIFIED_REFRESH_MS = 300_000;

/** As whom the controller comes. */
export interface IdentityCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface IdentitySystemOptions {
  readonly cluster: Pick<Cluster, 'get'>;
  /** The controller's own, where the Secrets with credentials are. */
  readonly namespace: string;
  /** Makes a connection; nothing is asked before it is used. */
  readonly connect: (provider: ProviderAddress, credentials: IdentityCredentials) => IdentityProvider;
}

export class IdentitySystem implements ExternalSystem {
  /** By configuration. */
  readonly #connections = new Map<string, { readonly credentials: string; readonly provider: IdentityProvider }>();
  /** Secrets that are being read, by name: those who ask at a time share the answer. */
  readonly #readings = new Map<string, Promise<IdentityCredentials>>();

  constructor(private readonly options: IdentitySystemOptions) {}

  refreshMs(state?: JsonValue): number {
    return isJsonObject(state) && state['isEmailVerified'] === false ? UNVERIFIED_REFRESH_MS : REFRESH_MS;
  }

  async ensure(_key: string, spec: JsonValue): Promise<JsonValue> {
    // The only source of requests are our own planners.
    const request = spec as unknown as IdentityRequest;
    const identity = await this.#connected(request.provider);
    switch (request.what) {
      case 'Account':
        return { ...(await ensureAccount(identity, request.user)) };
      case 'AccountRoles':
        await identity.setUserRoles(await identity.ensureUser(request.user), {
          prefix: request.prefix,
          roles: request.roles,
        });
        return null;
      case 'Roles':
        await identity.ensureRoles(request.roles);
        return null;
    }
  }

  async release(_key: string, spec?: JsonValue): Promise<void> {
    if (spec === undefined) return;
    const release = spec as unknown as IdentityRelease;
    const identity = await this.#connected(release.provider);
    if (release.what === 'Roles') return identity.removeRoles(release.roles);
    await identity.disableUser(release.user);
    const user = await identity.findUser(release.user);
    if (user !== undefined) await identity.setUserRoles(user, { prefix: release.prefix, roles: [] });
  }

  async perform(_key: string, action: JsonValue): Promise<NotDone | undefined> {
    const { provider, user: name, email, actions, lifespanSeconds } = action as unknown as MailRequest;
    let identity: IdentityProvider;
    let user: IdentityUser | undefined;
    try {
      identity = await this.#connected(provider);
      user = await identity.findUser(name);
    } catch (error) {
      return notDone(error);
    }
    if (user === undefined) return { notDone: `cannot send mail to user "${name}": there is no such account` };
    if (user.email.toLowerCase() !== email.toLowerCase())
      return { notDone: `cannot send mail to user "${name}": the account has another address` };
    // Its owner has shown it already, or whoever made the account vouches for it.
    if (user.isEmailVerified) return undefined;
    try {
      await identity.mailActions(user, { actions, lifespanSeconds });
    } catch (error) {
      // Without an answer it may be under way.
      if (hasCode(error, 'IdentityProviderRefused')) return notDone(error);
      throw error;
    }
    return undefined;
  }

  async #connected(address: ProviderAddress): Promise<IdentityProvider> {
    const credentials = await this.#credentials(address.credentials);
    const key = digest(address);
    const known = this.#connections.get(key);
    const mark = digest(credentials);
    if (known?.credentials === mark) return known.provider;
    const provider = this.options.connect(address, credentials);
    this.#connections.set(key, { credentials: mark, provider });
    return provider;
  }

  #credentials(name: string): Promise<IdentityCredentials> {
    const reading =
      this.#readings.get(name) ??
      this.#read(name).finally(() => {
        this.#readings.delete(name);
      });
    this.#readings.set(name, reading);
    return reading;
  }

  async #read(name: string): Promise<IdentityCredentials> {
    const { cluster, namespace } = this.options;
    const secret = await cluster.get(SECRET, { namespace, name });
    const data = isJsonObject(secret?.['data']) ? secret['data'] : {};
    return { clientId: valueOf('clientId'), clientSecret: valueOf('clientSecret') };

    function valueOf(key: keyof IdentityCredentials): string {
      const value = data[key];
      const text = typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8').trim() : '';
      if (text !== '') return text;
      const what = secret === undefined ? 'is not there' : `has no key ${key}`;
      throw new AdrasteiaError(
        'IdentityCredentialsMissing',
        `Secret ${namespace}/${name} ${what}: create it with the keys clientId and clientSecret`,
      );
    }
  }
}

/** Who may not sign in has no session either. */
async function ensureAccount(identity: IdentityProvider, wanted: AccountRequest['user']): Promise<AccountState> {
  const { id, isEmailVerified } = await identity.ensureUser(wanted);
  if (!wanted.isEnabled) await identity.disableUser(wanted.name);
  return { id, isEmailVerified };
}

function notDone(error: unknown): NotDone {
  return { notDone: error instanceof Error ? error.message : String(error) };
}
