/** An environment's own client at a provider: code flow at the environment's own address, without the gate's. */
import type { EnvironmentAccess } from '../../../access/environment-access';
import type { GateSpec } from '../../../access/gate';
import { within } from '../keys/within';
import { identityOfClaims, wantedClaims } from '../oidc/identity-of-claims';
import { type FlowPlace, newSessionId } from '../oidc/provider-flow';
import { type ClientSettings, OWN_CLIENT, ownClientOf } from '../oidc/providers';
import type { RelyingParty } from '../oidc/relying-party';
import { type OwnAnswer, pageAnswer, redirectAnswer } from '../pages/page';
import { providerDownPage } from '../pages/provider-pages';
import { signInFailedPage } from '../pages/sign-in-pages';
import type { GateRequest, Header } from '../request';
import { cookiesOf } from './cookies';
import { basePathOf, cookieScopeOf, environmentCookieName, queryOf, rootPathOf, urlAt } from './environment-address';
import type { Session } from './session';
import type { SignInContext } from './sign-in-context';

/** A session and where its browser goes, or the page that says why there is none. */
export type OwnClientEnd =
  | { readonly session: Session; readonly returnPath: string; readonly headers: readonly Header[] }
  | { readonly answer: OwnAnswer };

/** What is asked for, and which claims count: what a Gate's provider has by default. */
const SCOPES = ['openid', 'profile', 'email'];
/** Asked for where groups decide. */
const GROUPS_SCOPE = 'groups';
/** The sidecar waits for the gate, and the gate for the provider: no longer than this for each of two steps. */
const PATIENCE_MS = 2000;
const CLAIM_NAMES = { userClaim: 'preferred_username', groupsClaim: 'groups', keepClaims: [], fallsBack: true };

export class OwnClient {
  readonly #context: SignInContext;

  constructor(context: SignInContext) {
    this.#context = context;
  }

  /** True for the path of the client's redirect URI. */
  isCallback({ spec }: EnvironmentAccess, path: string): boolean {
    return path === callbackPathOf(spec);
  }

  /** Sends a browser to the provider. Throws what sealing throws. */
  async send(request: GateRequest, access: EnvironmentAccess, gate: GateSpec, returnPath: string): Promise<OwnAnswer> {
    const settings = settingsOf(access);
    const party = settings === undefined ? undefined : await this.#find(settings);
    if (party === undefined) return down(access);
    const start = { party, provider: OWN_CLIENT, scopes: scopesOf(access), carried: { back: returnPath } };
    const cookies = cookiesOf(request.headers['cookie']);
    const { location, headers } = await this.#context.flows.begin(placeOf(access, gate), start, cookies);
    return redirectAnswer(location, headers);
  }

  /** Takes the provider's answer. */
  async finish(request: GateRequest, access: EnvironmentAccess, gate: GateSpec): Promise<OwnClientEnd> {
    const { clock, flows, log, providers } = this.#context;
    const settings = settingsOf(access);
    const query = queryOf(request.path);
    const place = placeOf(access, gate);
    const flow = await flows.end(place, query, cookiesOf(request.headers['cookie']));
    const forgotten = flows.forget(place, query);
    if (settings === undefined || flow === undefined)
      return failed(access, 'This browser didn’t begin this sign-in, or it took too long.', []);
    const callbackUrl = new URL(`${place.redirectUri}?${query.toString()}`);
    const redeemed = providers.redeem(settings, { callbackUrl, flow, wanted: wantedClaims(CLAIM_NAMES) });
    const redemption = await within(clock, 2 * PATIENCE_MS, redeemed, { outcome: 'Unavailable', reason: 'timeout' });
    if (redemption.outcome !== 'SignedIn') {
      log.warn('sign-in refused', {
        issuer: settings.issuerUrl,
        outcome: redemption.outcome,
        reason: redemption.reason,
      });
      if (redemption.outcome === 'Unavailable') return { answer: down(access, [forgotten]) };
      return failed(access, `The provider’s answer wasn’t accepted: ${redemption.reason}.`, [forgotten]);
    }
    const named = identityOfClaims(OWN_CLIENT, redemption.claims, CLAIM_NAMES);
    if (!named.isFound) return failed(access, named.problem, [forgotten]);
    const { back } = flow.carried;
    const now = clock.now();
    const { identity } = named;
    const session = {
      id: newSessionId(),
      identity,
      issuerUrl: settings.issuerUrl,
      startedAtMs: now,
      seenAtMs: now,
    };
    log.info('signed in', { user: identity.user, issuer: settings.issuerUrl, session: session.id });
    return { session, returnPath: typeof back === 'string' ? back : '/', headers: [forgotten] };
  }

  #find(settings: ClientSettings): Promise<RelyingParty | undefined> {
    return within(this.#context.clock, PATIENCE_MS, this.#context.providers.find(settings), undefined);
  }
}

/** Where a browser signs out at the provider of the environment's own client; undefined where it can't. */
export async function endSessionUrlOf(context: SignInContext, access: EnvironmentAccess): Promise<string | undefined> {
  const settings = settingsOf(access);
  const party = settings === undefined ? undefined : await context.providers.find(settings);
  return party?.endSessionUrl();
}

function settingsOf({ metadata, spec }: EnvironmentAccess): ClientSettings | undefined {
  const client = ownClientOf(spec);
  if (client === undefined) return undefined;
  const { issuerUrl, clientId, clientSecret } = client;
  return { issuerUrl, clientId, clientSecret: { namespace: metadata.namespace ?? '', ...clientSecret } };
}

/** Path of the redirect URI: below the environment's path, whether or not it is written with it. */
function callbackPathOf(spec: EnvironmentAccess['spec']): string | undefined {
  const path = ownClientOf(spec)?.callbackPath;
  const base = basePathOf(spec.address);
  return path === undefined || path.startsWith(`${base}/`) ? path : `${base}${path}`;
}

function placeOf(access: EnvironmentAccess, gate: GateSpec): FlowPlace {
  const { metadata, spec } = access;
  return {
    issuer: gate.url,
    audience: metadata.uid ?? '',
    cookieScope: cookieScopeOf(spec),
    cookiePrefix: `${environmentCookieName('flow', access)}-`,
    redirectUri: urlAt(spec.address, callbackPathOf(spec) ?? rootPathOf(spec.address)),
  };
}

function down({ spec }: EnvironmentAccess, headers: readonly Header[] = []): OwnAnswer {
  const provider = providerNameOf(ownClientOf(spec)?.issuerUrl ?? '');
  const retryUrl = urlAt(spec.address, rootPathOf(spec.address));
  return pageAnswer(503, providerDownPage({ provider, retryUrl }), headers);
}

function failed({ spec }: EnvironmentAccess, message: string, headers: readonly Header[]): OwnClientEnd {
  const retryUrl = urlAt(spec.address, rootPathOf(spec.address));
  return { answer: pageAnswer(400, signInFailedPage({ message, retryUrl }), headers) };
}

function providerNameOf(issuerUrl: string): string {
  return URL.canParse(issuerUrl) ? new URL(issuerUrl).host : 'The provider';
}

function scopesOf({ spec }: EnvironmentAccess): readonly string[] {
  const areGroupsAsked = spec.authorize.some(({ grants = [] }) => grants.some(({ group }) => group !== undefined));
  return areGroupsAsked ? [...SCOPES, GROUPS_SCOPE] : SCOPES;
}
