/**
 * Keycloak's admin API by way of its own client library, which is loaded with the first request: as a service account, with a
 * time limit on each request. The only file that loads the library.
 */
import type KeycloakAdminClient from '@keycloak/keycloak-admin-client';
import type { Clock } from '../../ports/clock';
import { type Attempt, problemOf, refused, statusOf } from './problem';
import { type ObtainedToken, ServiceAccountToken } from './service-account-token';
import { Silence } from './silence';

/** Where Keycloak is, and who comes to it. */
export interface KeycloakSettings {
  /** The server's address, with its path if it has one: `https://sso.example.org`. */
  readonly url: string;
  readonly realm: string;
  /** A client with a service account that has the roles manage-users, manage-clients and query-clients of realm-management. */
  readonly clientId: string;
  readonly clientSecret: string;
  /** The client whose roles people are given. */
  readonly rolesClientId: string;
  /** How long one request may take, in milliseconds. Default 10,000. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;

export class AdminSession {
  readonly #settings: KeycloakSettings;
  readonly #token: ServiceAccountToken;
  readonly #silence: Silence;
  #client: Promise<KeycloakAdminClient> | undefined;

  constructor(settings: KeycloakSettings, clock: Clock) {
    this.#settings = settings;
    this.#silence = new Silence(clock);
    this.#token = new ServiceAccountToken(clock, () => this.#signIn());
  }

  /** What `use` gives. `doing` says for messages what couldn't be done. Throws one of the two problems, whatever went wrong. */
  async call<T>(doing: string, use: (client: KeycloakAdminClient) => Promise<T>): Promise<T> {
    this.#silence.respect(this.attempt(doing));
    try {
      const answer = await this.#called(use);
      this.#silence.end();
      return answer;
    } catch (error) {
      if (statusOf(error) === undefined) this.#silence.begin(error);
      else this.#silence.end();
      throw problemOf(this.attempt(doing), error);
    }
  }

  /** With a token, and with another one where that is refused. */
  async #called<T>(use: (client: KeycloakAdminClient) => Promise<T>): Promise<T> {
    const client = await this.#connected();
    const token = await this.#token.get();
    try {
      return await use(client);
    } catch (error) {
      if (statusOf(error) !== 401) throw error;
    }
    // A token may be refused before its time: after its keys or its client were changed. Nothing was done.
    this.#token.forget(token);
    return use(client);
  }

  /** The same for a list. Refuses what is none: an address can lead to something that isn't Keycloak, and answers. */
  async list<T>(doing: string, use: (client: KeycloakAdminClient) => Promise<readonly T[]>): Promise<readonly T[]> {
    const items: unknown = await this.call(doing, use);
    if (Array.isArray(items)) return items as readonly T[];
    throw refused(this.attempt(doing), 'the answer is no list: is this the address of a Keycloak?');
  }

  /** What a message says of a try. */
  attempt(doing: string): Attempt {
    const { url, realm, clientId } = this.#settings;
    return { doing, url, realm, clientId };
  }

  #connected(): Promise<KeycloakAdminClient> {
    this.#client ??= this.#connect();
    return this.#client;
  }

  async #connect(): Promise<KeycloakAdminClient> {
    const { default: AdminClient } = await import('@keycloak/keycloak-admin-client');
    const { url, realm, timeoutMs = TIMEOUT_MS } = this.#settings;
    const client = new AdminClient({
      baseUrl: url,
      realmName: realm,
      // Of each request.
      timeout: timeoutMs,
      // A redirect is an answer: the token isn’t carried elsewhere.
      requestOptions: { redirect: 'manual' },
    });
    client.registerTokenProvider({ getAccessToken: () => this.#token.get() });
    return client;
  }

  async #signIn(): Promise<ObtainedToken> {
    // By itself, since the client's own sign-in writes to the console that a service account has no refresh token.
    const { getToken } = await import('@keycloak/keycloak-admin-client/lib/utils/auth.js');
    const { url, realm, clientId, clientSecret, timeoutMs = TIMEOUT_MS } = this.#settings;
    try {
      const { accessToken, expiresIn } = await getToken({
        baseUrl: url,
        realmName: realm,
        credentials: { grantType: 'client_credentials', clientId, clientSecret },
        requestOptions: { redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) },
      });
      return { token: accessToken, lifeSeconds: lifeSecondsOf(expiresIn) };
    } catch (error) {
      throw problemOf(this.attempt(`sign in as client "${clientId}"`), error);
    }
  }
}

/** How long a token is good; a minute where the answer doesn't say it. */
function lifeSecondsOf(told: unknown): number {
  const seconds = Number(told);
  return seconds > 0 ? seconds : 60;
}
