/**
 * Envoy's OAuth2 filter, carried out by the gate.
 *
 * As it is written it could not work: kode-operator's API mounts no file with the client secret and has no TLS for the
 * provider's cluster. So the gate signs people in instead, by a client of the Kode's own, where the filter asks for nothing that
 * the gate doesn't do; whatever else it asks for is refused by its field. The issuer, which the filter doesn't name, is one that
 * an administrator named in the Gate: the gate asks no address that whoever writes a configuration thought up.
 * @see https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/oauth2_filter
 */
import type { RawEnvoy } from '../../access/access-rules';
import type { EnvironmentAccessSpec } from '../../access/environment-access';
import { clustersNamed, member } from '../../access/envoy/raw-reading';
import { TYPE_PREFIX } from '../../access/envoy/typed-config';
import { isJsonObject, type JsonObject, type JsonValue } from '../../api/json';
import type { Problem } from '../../api/problem';

type OidcClient = NonNullable<NonNullable<EnvironmentAccessSpec['authenticate']['oidc']>['client']>;

/** Where people sign in, and where they come back to. */
export interface SignInPlace {
  /** Issuers at which environments may have clients of their own. */
  readonly issuers: readonly string[];
  /** Host name of the Kode; absent: it isn't reached from outside. */
  readonly host?: string;
}

/** What becomes of the filter. */
export type OAuth2SignIn =
  /** `envoy` is what is left without it. */
  | { readonly outcome: 'SignIn'; readonly client: OidcClient; readonly envoy: RawEnvoy }
  | { readonly outcome: 'Refused'; readonly problems: readonly Problem[] };

const OAUTH2 = `${TYPE_PREFIX}envoy.extensions.filters.http.oauth2.v3.OAuth2`;

/** Key of the client secret in the Secret that `token_secret.name` names, as Envoy Gateway has it. */
const CLIENT_SECRET_KEY = 'client-secret';

/** What the gate asks a provider for. */
const SCOPES: readonly string[] = ['openid', 'profile', 'email'];

const UNDERSTOOD: ReadonlySet<string> = new Set([
  'authorization_endpoint',
  'token_endpoint',
  'redirect_uri',
  'redirect_path_matcher',
  'auth_scopes',
  'credentials',
]);

/** How Envoy keeps its own session: the gate has one of its own, no longer than what the Gate allows. */
const OWN_SESSION: ReadonlySet<string> = new Set([
  'auth_type',
  'code_verifier_token_expires_in',
  'cookie_configs',
  'csrf_token_expires_in',
  'default_expires_in',
  'default_refresh_token_expires_in',
  'disable_access_token_set_cookie',
  'disable_id_token_set_cookie',
  'disable_refresh_token_set_cookie',
  'disable_token_encryption',
  'end_session_endpoint',
  'preserve_authorization_header',
  'retry_policy',
  'signout_path',
  'stat_prefix',
  'use_refresh_token',
]);

/** The sign-in that the OAuth2 filter of a configuration asks for; undefined where there is none. Paths begin with `spec`. */
export function oauth2SignIn(raw: RawEnvoy, place: SignInPlace): OAuth2SignIn | undefined {
  const [first, second] = raw.httpFilters
    .map((filter, index) => ({ filter, path: `spec.httpFilters[${index}]` }))
    .filter(({ filter }) => typeOf(filter) === OAUTH2);
  if (first === undefined) return undefined;
  if (second !== undefined) {
    return refused([{ path: second.path, message: 'is a second OAuth2 filter: people sign in once, so keep one' }]);
  }
  const config = objectIn(objectIn(first.filter, 'typed_config'), 'config');
  const { client, problems } = clientOf(config, `${first.path}.typed_config.config`, place);
  return problems.length > 0
    ? refused(problems)
    : { outcome: 'SignIn', client, envoy: withoutFilter(raw, first.filter) };
}

function refused(problems: readonly Problem[]): OAuth2SignIn {
  return { outcome: 'Refused', problems };
}

interface ReadClient {
  readonly client: OidcClient;
  readonly problems: readonly Problem[];
}

/** The client, of which nothing may be used where there are problems. */
function clientOf(config: JsonObject, at: string, place: SignInPlace): ReadClient {
  const problems: Problem[] = [];
  const found = (field: string, message: string): void => {
    problems.push({ path: `${at}.${field}`, message });
  };
  const textIn = (object: JsonObject, name: string, field: string): string => {
    const value = member(object, name);
    if (typeof value === 'string' && value !== '') return value;
    found(field, 'is needed');
    return '';
  };
  for (const [field, value] of Object.entries(config)) {
    const message = fieldProblem(snake(field), value);
    if (message !== undefined) found(field, message);
  }
  const credentials = objectIn(config, 'credentials');
  const clientId = textIn(credentials, 'client_id', 'credentials.client_id');
  const secret = textIn(objectIn(credentials, 'token_secret'), 'name', 'credentials.token_secret.name');
  const authorization = textIn(config, 'authorization_endpoint', 'authorization_endpoint');
  const token = textIn(objectIn(config, 'token_endpoint'), 'uri', 'token_endpoint.uri');
  const redirectUri = textIn(config, 'redirect_uri', 'redirect_uri');
  const matched = objectIn(objectIn(config, 'redirect_path_matcher'), 'path');
  const callbackPath = textIn(matched, 'exact', 'redirect_path_matcher.path.exact');
  const issuerUrl = issuerOf([authorization, token], place.issuers);
  if (problems.length === 0) {
    if (!SECRET_NAME.test(secret))
      found(
        'credentials.token_secret.name',
        `must be the name of a Secret, with the client secret in ${CLIENT_SECRET_KEY}`,
      );
    const redirection = redirectProblem(redirectUri, callbackPath, place.host);
    if (redirection !== undefined) found('redirect_uri', redirection);
    if (issuerUrl === undefined)
      found(
        'authorization_endpoint',
        'the gate signs people in for environments at issuers that Gate default names, and this and token_endpoint.uri lie below none of them: an administrator adds their issuer to its spec.clientIssuers',
      );
  }
  return {
    problems,
    client: {
      issuerUrl: issuerUrl ?? '',
      clientId,
      clientSecret: { name: secret, key: CLIENT_SECRET_KEY },
      callbackPath,
    },
  };
}

const SECRET_NAME = /^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/;

function fieldProblem(field: string, value: JsonValue | undefined): string | undefined {
  if (field === 'auth_scopes') {
    const isKnown =
      Array.isArray(value) && value.every((scope: JsonValue) => typeof scope === 'string' && SCOPES.includes(scope));
    return isKnown ? undefined : `the gate asks for ${SCOPES.join(', ')} alone: take the others out`;
  }
  if (field === 'forward_bearer_token')
    return value === true ? 'the app is given no token of the provider: take it out' : undefined;
  if (UNDERSTOOD.has(field) || OWN_SESSION.has(field)) return undefined;
  return 'can’t be carried out by the gate, which signs people in here: take it out';
}

const REDIRECT_URI = /^(?:https?|%REQ\((?:x-forwarded-proto|:scheme)\)%):\/\/([^/?#]+)(\/[^?#]*)$/i;

/** What is wrong with the address that people come back to: it is to be the Kode's own, and the one that is matched. */
function redirectProblem(redirectUri: string, callbackPath: string, host: string | undefined): string | undefined {
  const [, authority = '', path = ''] = REDIRECT_URI.exec(redirectUri) ?? [];
  const isOwn = authority.toLowerCase() === '%req(:authority)%' || host === undefined || authority === host;
  return isOwn && path === callbackPath && path !== '/'
    ? undefined
    : `must lead to the Kode itself, by the path of redirect_path_matcher: https://%REQ(:authority)%${callbackPath}`;
}

/** The longest of the issuers below which all of these lie. */
function issuerOf(urls: readonly string[], issuers: readonly string[]): string | undefined {
  const fitting = issuers.filter((issuer) => urls.every((url) => url.startsWith(`${issuer.replace(/\/+$/, '')}/`)));
  return fitting.sort((a, b) => b.length - a.length)[0];
}

/** The configuration without a filter, and without clusters that it alone named. */
function withoutFilter(raw: RawEnvoy, filter: JsonObject): RawEnvoy {
  const httpFilters = raw.httpFilters.filter((other) => other !== filter);
  const named = (filters: readonly JsonObject[]): ReadonlySet<unknown> =>
    new Set(filters.flatMap((one) => clustersNamed(one, '')).map(({ name }) => name));
  const [its, others] = [named([filter]), named(httpFilters)];
  return { httpFilters, clusters: raw.clusters.filter(({ name }) => !its.has(name) || others.has(name)) };
}

function typeOf(filter: JsonObject): JsonValue | undefined {
  return objectIn(filter, 'typed_config')['@type'];
}

function objectIn(object: JsonObject, field: string): JsonObject {
  const value = member(object, field);
  return isJsonObject(value) ? value : {};
}

function snake(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
