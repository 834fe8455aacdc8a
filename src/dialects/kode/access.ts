/**
 * Who gets into a Kode, as its proxy configuration says: basic sign-in with the Kode's own user and password, sign-in at a
 * provider, and whatever filters the configuration brings along. What can't be carried out lets nobody in.
 */
import type { RawEnvoy } from '../../access/access-rules';
import { checkRawEnvoy } from '../../access/envoy/raw-envoy';
import type { JsonObject } from '../../api/json';
import { describeProblems } from '../../api/problem';
import { closedRules } from '../../model/access-model';
import type { AccessRules } from '../../model/environment-model';
import { authSecretName, type Credentials } from './credentials';
import type { ProxyConfigSpec } from './envoy-proxy-config';
import type { KodeObject } from './kode';
import { type OAuth2SignIn, oauth2SignIn, type SignInPlace } from './oauth2-sign-in';
import type { ProxyRequest } from './references';

/** Everybody who has given the password: it is the Kode's own. */
const WITH_PASSWORD = [{ grants: [{ anyone: 'SignedIn', level: 'Own' }] }] as const;

/** Everybody whom the provider knows, as Envoy's OAuth2 filter has it. */
const AT_PROVIDER = [{ grants: [{ anyone: 'SignedIn', level: 'Use' }] }] as const;

/** Envoy's values where a cluster says nothing, as kode-operator filled them in. */
const CLUSTER_DEFAULTS = { connect_timeout: '0.25s', type: 'STRICT_DNS', lb_policy: 'ROUND_ROBIN' };

export interface RulesProps {
  readonly kode: KodeObject;
  readonly proxy: ProxyRequest;
  readonly credentials: Credentials;
  readonly place: SignInPlace;
}

/** The rules of a Kode whose template asks for a proxy. */
export function rulesOf({ kode, proxy, credentials, place }: RulesProps): AccessRules {
  const { askedBy, config } = proxy;
  if (config === undefined)
    return closedRules('PolicyNotFound', `${askedBy}: create it, or correct the template's reference`);
  const { spec } = config;
  const envoy = rawEnvoy(spec);
  const problems = envoy === undefined ? [] : checkRawEnvoy(envoy, 'spec');
  if (problems.length > 0) return closedRules('PolicyInvalid', `${askedBy}: ${describeProblems(problems)}`);
  const method = spec.authConfig?.authType ?? spec.authType;
  const signIn = envoy === undefined ? undefined : oauth2SignIn(envoy, place);
  if (signIn !== undefined) return providerRules(askedBy, method, signIn);
  const raw = envoy === undefined ? {} : { envoy };
  if (method === undefined) return { authenticate: { method: 'None' }, authorize: [], ...raw };
  if (method === 'jwt')
    return closedRules(
      'PolicyInvalid',
      `${askedBy}: spec.authConfig.authType jwt never had an effect: remove it, and give a jwt_authn filter in spec.httpFilters`,
    );
  if (credentials.password === undefined)
    return closedRules(
      'PolicyInvalid',
      `${askedBy} asks for a password, and the Kode has none: give spec.password or spec.existingSecret`,
    );
  const { existingSecret } = kode.spec;
  const name = existingSecret === undefined || existingSecret === '' ? authSecretName(kode) : existingSecret;
  return { authenticate: { method: 'Basic', basic: { secret: { name } } }, authorize: WITH_PASSWORD, ...raw };
}

function providerRules(askedBy: string, method: string | undefined, signIn: OAuth2SignIn): AccessRules {
  if (method !== undefined)
    return closedRules(
      'PolicyInvalid',
      `${askedBy}: authType and the OAuth2 filter both sign people in: remove one of them`,
    );
  if (signIn.outcome === 'Refused')
    return closedRules('PolicyInvalid', `${askedBy}: ${describeProblems(signIn.problems)}`);
  const { client, envoy } = signIn;
  const isLeft = envoy.httpFilters.length + envoy.clusters.length > 0;
  return {
    authenticate: { method: 'OIDC', oidc: { providers: [], client } },
    authorize: AT_PROVIDER,
    ...(isLeft ? { envoy } : {}),
  };
}

/** The filters and clusters in Envoy's words; undefined where there are none. */
function rawEnvoy({ httpFilters = [], clusters = [] }: ProxyConfigSpec): RawEnvoy | undefined {
  if (httpFilters.length === 0 && clusters.length === 0) return undefined;
  return {
    httpFilters: httpFilters as unknown as readonly JsonObject[],
    clusters: clusters.map((cluster) => ({ ...CLUSTER_DEFAULTS, ...cluster })),
  };
}
