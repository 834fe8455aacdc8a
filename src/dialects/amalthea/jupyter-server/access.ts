/**
 * Who gets into a server, in the words of the gate.
 *
 * Without `auth.oidc` the gate asks nobody: Jupyter asks for its token itself. With it people sign in at the provider by a
 * client of the server's own, and each of `authorizedEmails`, `authorizedGroups` and `userId` that is given must agree, as
 * oauth2-proxy and the authorisation plugin did it. Where none is given nobody gets in: that is what oauth2-proxy makes of an
 * empty file of addresses, and the plugin of an empty user id. Whatever is missing closes the server.
 */
import type { Grant } from '../../../access/access-rules';
import type { AuthorizeStep, EnvironmentAccessSpec } from '../../../access/environment-access';
import type { Problem } from '../../../api/problem';
import { describeProblems } from '../../../api/problem';
import type { AccessRules } from '../../../model/environment-model';
import { CLIENT_SECRET_KEY } from './credentials';
import type { JupyterServerSpec } from './jupyter-server';
import { pathBelow, serverAddress } from './server-address';

/** Longest list of grants that an EnvironmentAccess takes. */
const GRANTS_MAX = 512;

type Authenticate = EnvironmentAccessSpec['authenticate'];
type OidcClient = NonNullable<NonNullable<Authenticate['oidc']>['client']>;
type OidcSpec = NonNullable<NonNullable<JupyterServerSpec['auth']>['oidc']>;

/**
 * What the gate decides by. `authSecret` is the name of the Secret that holds the values that the spec gives.
 * `closed` is there where the sign-in that is asked for can't be described.
 */
export function jupyterServerAccess(spec: JupyterServerSpec, authSecret: string): AccessRules {
  const cookies = cookiesOf(spec);
  const withCookies = cookies === undefined ? {} : { cookies };
  const { oidc } = spec.auth ?? {};
  if (oidc?.enabled !== true) return { authenticate: { method: 'None' }, authorize: [], ...withCookies };
  const problems = oidcProblems(oidc);
  if (problems.length > 0) return { ...nobody(describeProblems(problems)), ...withCookies };
  const authorize = stepsOf(oidc);
  if (authorize.length === 0) {
    const message =
      'spec.auth.oidc names nobody who gets in: give authorizedEmails, authorizedGroups or userId; the server stays closed';
    return { ...nobody(message), ...withCookies };
  }
  return {
    authenticate: { method: 'OIDC', oidc: { providers: [], client: clientOf(spec, oidc, authSecret) } },
    authorize,
    ...withCookies,
  };
}

/** True where a sign-in is asked for before the server. */
export function asksForSignIn({ auth }: JupyterServerSpec): boolean {
  return auth?.oidc?.enabled === true;
}

/** Closed, with a method that asks for proof: nothing of it lets anybody in, should `closed` be taken away alone. */
function nobody(message: string): AccessRules {
  return {
    closed: { reason: 'PolicyInvalid', message },
    authenticate: { method: 'OIDC', oidc: { providers: [] } },
    authorize: [],
  };
}

function oidcProblems(oidc: OidcSpec): readonly Problem[] {
  const { clientSecret } = oidc;
  const needed = [
    ['issuerUrl', oidc.issuerUrl],
    ['clientId', oidc.clientId],
    ...(clientSecret?.secretKeyRef === undefined
      ? [['clientSecret.value', clientSecret?.value] as const]
      : [
          ['clientSecret.secretKeyRef.name', clientSecret.secretKeyRef.name] as const,
          ['clientSecret.secretKeyRef.key', clientSecret.secretKeyRef.key] as const,
        ]),
  ] as const;
  const missing = needed
    .filter(([, value]) => (value ?? '') === '')
    .map(([field]) => ({
      path: `spec.auth.oidc.${field}`,
      message: 'is missing, and oidc is enabled: give it; the server stays closed',
    }));
  const tooLong = (['authorizedEmails', 'authorizedGroups'] as const)
    .filter((field) => named(oidc[field]).length > GRANTS_MAX)
    .map((field) => ({
      path: `spec.auth.oidc.${field}`,
      message: `has more than ${GRANTS_MAX} entries: use a group; the server stays closed`,
    }));
  return [...missing, ...tooLong];
}

function clientOf(spec: JupyterServerSpec, oidc: OidcSpec, authSecret: string): OidcClient {
  const { issuerUrl = '', clientId = '', clientSecret } = oidc;
  const { name = '', key = '' } = clientSecret?.secretKeyRef ?? { name: authSecret, key: CLIENT_SECRET_KEY };
  return {
    issuerUrl,
    clientId,
    clientSecret: { name, key },
    callbackPath: pathBelow(serverAddress(spec)?.path ?? '/', 'oauth2/callback'),
  };
}

function stepsOf({ authorizedEmails, authorizedGroups, userId }: OidcSpec): readonly AuthorizeStep[] {
  const user = (userId ?? '').trim();
  const lists: readonly (readonly Grant[])[] = [
    // oauth2-proxy compares addresses without regard to case.
    named(authorizedEmails?.map((email) => email.toLowerCase())).map((email) => ({ email, level: 'Use' })),
    named(authorizedGroups).map((group) => ({ group, level: 'Use' })),
    user === '' ? [] : [{ claim: { name: 'sub', value: user }, level: 'Use' }],
  ];
  return lists.filter((grants) => grants.length > 0).map((grants) => ({ grants }));
}

/** Entries that name somebody, each once. */
function named(entries: readonly string[] = []): readonly string[] {
  return [...new Set(entries.map((entry) => entry.trim()).filter((entry) => entry !== ''))];
}

/** A block list, as soon as there is one, makes the allow list count for nothing. */
function cookiesOf({ auth }: JupyterServerSpec): AccessRules['cookies'] {
  const { cookieAllowlist, cookieBlocklist } = auth ?? {};
  if (cookieBlocklist !== undefined) return { block: named(cookieBlocklist) };
  return cookieAllowlist === undefined ? undefined : { allow: named(cookieAllowlist) };
}
