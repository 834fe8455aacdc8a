/**
 * Sign-in at the gate's own address. An environment's request, sealed in the address, is answered by a hand-over: at once for
 * whoever has a session here, else after a way to a provider and back. Browsers are only ever sent to addresses of
 * EnvironmentAccesses, of providers, or of the gate.
 */
import type { EnvironmentAccess } from '../../../access/environment-access';
import type { GateSpec, ProviderSpec } from '../../../access/gate';
import { hasCode } from '../../../errors';
import { identityOfClaims, wantedClaims } from '../oidc/identity-of-claims';
import { type FlowPlace, newSessionId } from '../oidc/provider-flow';
import { issuersOf, offeredProviders, ownClientOf, settingsOf } from '../oidc/providers';
import { type OwnAnswer, pageAnswer, redirectAnswer } from '../pages/page';
import { chooseProviderPage, providerDownPage } from '../pages/provider-pages';
import { accountTooLargePage, signInFailedPage } from '../pages/sign-in-pages';
import type { Header } from '../request';
import { type Cookie, cookieName } from './cookies';
import { ownPathAt, urlAt } from './environment-address';
import { gateCookieScope, gateSessionCookie, readGateSession } from './gate-session';
import { claimsOfHandOver, claimsOfRequest, type EnvironmentRequest, HAND_OVER_MS, requestOfClaims } from './hand-over';
import type { Session } from './session';
import type { SignInContext } from './sign-in-context';

/** A request for a sign-in and its environment, as it is now. */
interface Destination {
  readonly request: EnvironmentRequest;
  readonly access: EnvironmentAccess;
}

/** What a browser brings: the query and its cookies. */
export interface Visit {
  readonly query: URLSearchParams;
  readonly cookies: readonly Cookie[];
}

const STALE = 'This sign-in is too old, or its environment is gone. Open your environment again.';

export class GateSignIn {
  readonly #context: SignInContext;

  constructor(context: SignInContext) {
    this.#context = context;
  }

  /** `/sign-in`: to the environment that asks, to the provider, or to a choice of providers. */
  async begin(gate: GateSpec, { query, cookies }: Visit): Promise<OwnAnswer> {
    const token = query.get('request');
    const destination = token === null ? undefined : await this.#destinationOf(gate, token);
    if (token !== null && destination === undefined) return failed(gate, 400, STALE);
    const spec = destination?.access.spec;
    const found = await readGateSession(this.#context, gate, cookies);
    if (found.isFound && issuersOf(gate, spec).has(found.session.identity.provider)) {
      const session = { ...found.session, seenAtMs: this.#context.clock.now() };
      return this.#arrive(gate, session, destination, []);
    }
    const offered = offeredProviders(gate, spec);
    const named = query.get('provider');
    const [first, second] = named === null ? offered : offered.filter(({ name }) => name === named);
    if (first === undefined)
      return failed(gate, 503, 'There is no provider to sign in at. An administrator can name one in the Gate.');
    if (second !== undefined) return chooseProvider(gate, offered, token);
    return this.#send(gate, first, destination, { query, cookies });
  }

  /** `/callback`: takes a provider's answer. */
  async finish(gate: GateSpec, { query, cookies }: Visit): Promise<OwnAnswer> {
    const { clock, flows, log, providers } = this.#context;
    const place = placeOf(gate);
    const flow = await flows.end(place, query, cookies);
    if (flow === undefined)
      return failed(
        gate,
        400,
        'This browser didn’t begin this sign-in, or it took too long. Open your environment again.',
      );
    const forgotten = flows.forget(place, query);
    const carried = requestOfClaims(flow.carried);
    const destination = carried === undefined ? undefined : this.#find(carried);
    if (carried !== undefined && destination === undefined) return failed(gate, 400, STALE, [forgotten]);
    const provider = offeredProviders(gate, destination?.access.spec).find(({ name }) => name === flow.provider);
    if (provider === undefined) return failed(gate, 400, STALE, [forgotten]);
    const callbackUrl = new URL(`${place.redirectUri}?${query.toString()}`);
    const answered = { callbackUrl, flow, wanted: wantedClaims(provider) };
    const redemption = await providers.redeem(settingsOf(gate, provider), answered);
    if (redemption.outcome !== 'SignedIn') {
      const { outcome, reason } = redemption;
      log.warn('sign-in refused', { provider: provider.name, outcome, reason });
      if (outcome === 'Unavailable') return down(gate, provider, [forgotten]);
      return failed(gate, 400, `The provider’s answer wasn’t accepted: ${reason}.`, [forgotten]);
    }
    const foreignPrefixes = gate.providers.flatMap((other) =>
      other.name === provider.name ? [] : (other.prefix ?? []),
    );
    const named = identityOfClaims(provider.name, redemption.claims, { ...provider, foreignPrefixes });
    if (!named.isFound) return failed(gate, 403, named.problem, [forgotten]);
    const now = clock.now();
    const session: Session = {
      id: newSessionId(),
      identity: named.identity,
      issuerUrl: provider.issuerUrl,
      startedAtMs: now,
      seenAtMs: now,
    };
    const keys = { user: session.identity.user, provider: provider.name, session: session.id };
    log.info('signed in', { ...keys, ...(carried === undefined ? {} : { environment: carried.environment }) });
    return this.#arrive(gate, session, destination, [forgotten]);
  }

  /** Sends a browser to a provider. */
  async #send(
    gate: GateSpec,
    provider: ProviderSpec,
    destination: Destination | undefined,
    { cookies, query }: Visit,
  ): Promise<OwnAnswer> {
    const party = await this.#context.providers.find(settingsOf(gate, provider));
    if (party === undefined) return down(gate, provider, [], signInUrl(gate, query.get('request'), provider.name));
    const carried = destination === undefined ? {} : claimsOfRequest(destination.request);
    const start = { party, provider: provider.name, scopes: provider.scopes, carried };
    const { location, headers } = await this.#context.flows.begin(placeOf(gate), start, cookies);
    return redirectAnswer(location, headers);
  }

  /** Sends whoever is signed in on: to the environment that asked, or to the gate's own page. */
  async #arrive(
    gate: GateSpec,
    session: Session,
    destination: Destination | undefined,
    headers: readonly Header[],
  ): Promise<OwnAnswer> {
    try {
      return await this.#handOver(gate, session, destination, headers);
    } catch (error) {
      if (!hasCode(error, 'TokenTooLarge')) throw error;
      return pageAnswer(403, accountTooLargePage(), headers);
    }
  }

  async #handOver(
    gate: GateSpec,
    session: Session,
    destination: Destination | undefined,
    headers: readonly Header[],
  ): Promise<OwnAnswer> {
    const { clock, tokens } = this.#context;
    const all = [await gateSessionCookie(this.#context, gate, session), ...headers];
    if (destination === undefined) return redirectAnswer(`${gate.url}/`, all);
    const { access, request } = destination;
    const { binding, returnPath, uid } = request;
    const token = await tokens.seal(
      { kind: 'HandOver', issuer: gate.url, audience: uid },
      claimsOfHandOver({ session, binding, returnPath }),
      clock.now() + HAND_OVER_MS,
    );
    const { address } = access.spec;
    return redirectAnswer(`${urlAt(address, ownPathAt(address, '/callback'))}?token=${token}`, all);
  }

  async #destinationOf(gate: GateSpec, token: string): Promise<Destination | undefined> {
    const scope = { kind: 'EnvironmentRequest', issuer: gate.url, audience: gate.url } as const;
    const opened = await this.#context.tokens.open(scope, token);
    const request = opened.isValid ? requestOfClaims(opened.claims) : undefined;
    return request === undefined ? undefined : this.#find(request);
  }

  /** The environment that a request is for, where it is still the same one and leaves its sign-in to the gate. */
  #find(request: EnvironmentRequest): Destination | undefined {
    const access = this.#context.environments.find(request.environment);
    if (access?.metadata.uid !== request.uid || access.spec.authenticate.method !== 'OIDC') return undefined;
    return ownClientOf(access.spec) === undefined ? { request, access } : undefined;
  }
}

function placeOf(gate: GateSpec): FlowPlace {
  const cookieScope = gateCookieScope(gate);
  return {
    issuer: gate.url,
    audience: gate.url,
    cookieScope,
    cookiePrefix: cookieName('flow-', cookieScope),
    redirectUri: `${gate.url}/callback`,
  };
}

function signInUrl(gate: GateSpec, request: string | null, provider: string): string {
  const query = new URLSearchParams({ ...(request === null ? {} : { request }), provider });
  return `${gate.url}/sign-in?${query.toString()}`;
}

function chooseProvider(gate: GateSpec, offered: readonly ProviderSpec[], request: string | null): OwnAnswer {
  const choices = offered.map(({ name, displayName }) => ({
    name: displayName ?? name,
    url: signInUrl(gate, request, name),
  }));
  return pageAnswer(200, chooseProviderPage(choices));
}

function down(
  gate: GateSpec,
  { name, displayName }: ProviderSpec,
  headers: readonly Header[],
  retryUrl = `${gate.url}/sign-in`,
): OwnAnswer {
  return pageAnswer(503, providerDownPage({ provider: displayName ?? name, retryUrl }), headers);
}

function failed(gate: GateSpec, status: number, message: string, headers: readonly Header[] = []): OwnAnswer {
  return pageAnswer(status, signInFailedPage({ message, retryUrl: `${gate.url}/` }), headers);
}
