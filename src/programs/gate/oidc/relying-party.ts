/**
 * The gate as a client of one OpenID Connect provider: code flow with PKCE, state and nonce. The only file that knows the
 * library for it.
 *
 * Of an ID token all is checked: signature (also where TLS would do), issuer, audience, time, nonce. Only asymmetric
 * algorithms count, and of those only what the provider's metadata lists.
 * @see OpenID Connect Core 1.0, RFC 7636, RFC 9207, OpenID Connect RP-Initiated Logout 1.0
 */
import * as oidc from 'openid-client';
import { isJsonObject, type JsonObject } from '../../../api/json';
import { boundedFetch } from './bounded-fetch';

/** How the gate is known at a provider. */
export interface ProviderClient {
  readonly issuerUrl: string;
  readonly clientId: string;
  /** Absent: a public client. */
  readonly clientSecret?: string;
}

/** What binds a provider's answer to the browser that was sent there. */
export interface FlowSecrets {
  readonly state: string;
  readonly nonce: string;
  /** PKCE. */
  readonly verifier: string;
}

/** What came of a provider's answer. */
export type Redemption =
  | { readonly outcome: 'SignedIn'; readonly claims: JsonObject }
  /** The provider, or a check of what it said, says no. `reason` is safe to show. */
  | { readonly outcome: 'Refused'; readonly reason: string }
  | { readonly outcome: 'Unavailable'; readonly reason: string };

/** New secrets for one way to a provider and back. */
export function newFlowSecrets(): FlowSecrets {
  return { state: oidc.randomState(), nonce: oidc.randomNonce(), verifier: oidc.randomPKCECodeVerifier() };
}

/** What a challenge at the token endpoint means: the provider knows no such client, or its secret is another one. */
const INVALID_CLIENT = 'invalid_client';
/** The reasons where the provider doesn't accept the client. Keycloak says the second of a wrong secret. */
export const CLIENT_REFUSED: ReadonlySet<string> = new Set([INVALID_CLIENT, 'unauthorized_client']);

const TIMEOUT_SECONDS = 10;

export class RelyingParty {
  readonly #configuration: oidc.Configuration;

  private constructor(configuration: oidc.Configuration) {
    this.#configuration = configuration;
  }

  /** Reads the provider's discovery document. Throws whatever keeps it from being read, or from being this issuer's. */
  static async discover({ issuerUrl, clientId, clientSecret }: ProviderClient): Promise<RelyingParty> {
    const isInsecure = issuerUrl.startsWith('http:');
    const configuration = await oidc.discovery(new URL(issuerUrl), clientId, {}, authenticationBy(clientSecret), {
      timeout: TIMEOUT_SECONDS,
      [oidc.customFetch]: boundedFetch,
      execute: [
        oidc.enableNonRepudiationChecks,
        // eslint-disable-next-line @typescript-eslint/no-deprecated -- deprecated as a warning; who names an http issuer means it.
        ...(isInsecure ? [oidc.allowInsecureRequests] : []),
      ],
    });
    if (isInsecure) refuseOtherOrigins(issuerUrl, configuration.serverMetadata());
    return new RelyingParty(configuration);
  }

  /** Where a browser is sent to sign in. Throws where the provider's metadata names no such place, or one that isn't of the web. */
  async authorizationUrl(
    { state, nonce, verifier }: FlowSecrets,
    { redirectUri, scopes }: { readonly redirectUri: string; readonly scopes: readonly string[] },
  ): Promise<string> {
    return oidc.buildAuthorizationUrl(this.#configuration, {
      redirect_uri: redirectUri,
      scope: [...new Set(['openid', ...scopes])].join(' '),
      state,
      nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    }).href;
  }

  /**
   * What the provider says of who came back: the claims of the ID token, and those of the user info endpoint where a claim
   * in `wanted` isn't among them. `callbackUrl` is the redirect URI with the query that the browser brought.
   */
  async redeem(callbackUrl: URL, flow: FlowSecrets, wanted: readonly string[]): Promise<Redemption> {
    let tokens: oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers;
    try {
      tokens = await oidc.authorizationCodeGrant(this.#configuration, callbackUrl, {
        pkceCodeVerifier: flow.verifier,
        expectedState: flow.state,
        expectedNonce: flow.nonce,
        idTokenExpected: true,
      });
    } catch (error) {
      return redemptionOf(error, INVALID_CLIENT);
    }
    const claims = jsonOf(tokens.claims());
    const isWhole = wanted.every((name) => claims[name] !== undefined);
    if (isWhole || this.#configuration.serverMetadata().userinfo_endpoint === undefined)
      return { outcome: 'SignedIn', claims };
    const { sub } = claims;
    const subject = typeof sub === 'string' ? sub : '';
    try {
      const more = await oidc.fetchUserInfo(this.#configuration, tokens.access_token, subject);
      // What is signed counts.
      return { outcome: 'SignedIn', claims: { ...jsonOf(more), ...claims } };
    } catch (error) {
      return redemptionOf(error, 'invalid_token');
    }
  }

  /** Where a browser signs out at the provider; undefined where it offers no such place. */
  endSessionUrl(): string | undefined {
    if (this.#configuration.serverMetadata().end_session_endpoint === undefined) return undefined;
    return oidc.buildEndSessionUrl(this.#configuration).href;
  }
}

/**
 * Over plain http a provider may only name endpoints at its own origin: whoever may name a provider could otherwise make the gate
 * send requests of its making to anything that the gate reaches.
 */
function refuseOtherOrigins(issuerUrl: string, metadata: oidc.ServerMetadata): void {
  const { origin } = new URL(issuerUrl);
  const { token_endpoint: token, userinfo_endpoint: userInfo, jwks_uri: keys } = metadata;
  for (const endpoint of [token, userInfo, keys]) {
    if (endpoint !== undefined && new URL(endpoint).origin !== origin)
      throw new TypeError(`the provider at ${origin} names an endpoint elsewhere: ${new URL(endpoint).origin}`);
  }
}

/** The way to prove being the client: what providers must support unless their metadata says otherwise. */
function authenticationBy(clientSecret: string | undefined): oidc.ClientAuth {
  if (clientSecret === undefined) return oidc.None();
  const [basic, post] = [oidc.ClientSecretBasic(clientSecret), oidc.ClientSecretPost(clientSecret)];
  return (server, client, body, headers) => {
    const supported = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    (supported.includes('client_secret_basic') ? basic : post)(server, client, body, headers);
  };
}

function jsonOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** `unauthorized`: what a challenge says that gives no reason of its own, as none needs to. */
function redemptionOf(error: unknown, unauthorized: string): Redemption {
  if (error instanceof oidc.WWWAuthenticateChallengeError) return { outcome: 'Refused', reason: unauthorized };
  if (error instanceof oidc.AuthorizationResponseError) return { outcome: 'Refused', reason: wordOf(error.error) };
  if (error instanceof oidc.ResponseBodyError)
    return { outcome: error.status < 500 ? 'Refused' : 'Unavailable', reason: wordOf(error.error) };
  const code = error instanceof oidc.ClientError ? error.code : undefined;
  return { outcome: code === undefined || DOWN.has(code) ? 'Unavailable' : 'Refused', reason: code ?? 'unreachable' };
}

/** What the library says of a provider that doesn't answer, or not as a provider does. */
const DOWN: ReadonlySet<string> = new Set([
  'OAUTH_TIMEOUT',
  'OAUTH_ABORT',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
  'OAUTH_PARSE_ERROR',
]);

/** An error code of OAuth; what isn't one isn't shown, since anybody may have put it into an address. */
function wordOf(error: string): string {
  return /^[a-z_]{1,64}$/.test(error) ? error : 'error';
}
