/**
 * Sign-in as environments meet it. A request brings the environment's own session, or its browser is sent away with a cookie
 * that binds it, and comes back with a hand-over that becomes the session.
 */
import type { EnvironmentAccess } from '../../../access/environment-access';
import type { GateSpec } from '../../../access/gate';
import { hasCode } from '../../../errors';
import { errorKeys } from '../../error-keys';
import type { TokenScope } from '../keys/token-scope';
import { issuersOf, ownClientOf } from '../oidc/providers';
import { type OwnAnswer, pageAnswer, redirectAnswer, textAnswer } from '../pages/page';
import { accountTooLargePage, signInFailedPage, unavailablePage } from '../pages/sign-in-pages';
import type { Answer, GateRequest, Header } from '../request';
import type { SessionState, SignedOutReason, SignIn } from '../sign-in';
import { isPageLoad } from './browser-request';
import { clearCookie, cookiesOf, isGateCookie, setCookie, valuesOf } from './cookies';
import {
  cookieScopeOf,
  environmentCookieName,
  ownPageOf,
  pathWithoutQuery,
  queryOf,
  returnPathAt,
  rootPathOf,
  urlAt,
} from './environment-address';
import { EnvironmentSignOut } from './environment-sign-out';
import {
  bindingOf,
  claimsOfRequest,
  handOverOfClaims,
  isBindingSecret,
  isBoundTo,
  newBindingSecret,
  REQUEST_MS,
} from './hand-over';
import { OwnClient } from './own-client';
import { readSession, type SessionAnswer } from './read-session';
import { claimsOfSession, endOfSession, type Session, secondsLeftOf } from './session';
import type { SignInContext } from './sign-in-context';

export class EnvironmentSignIn implements SignIn {
  readonly #context: SignInContext;
  readonly #signOut: EnvironmentSignOut;
  readonly #ownClient: OwnClient;

  constructor(context: SignInContext) {
    this.#context = context;
    this.#signOut = new EnvironmentSignOut(context);
    this.#ownClient = new OwnClient(context);
  }

  async sessionOf(request: GateRequest, access: EnvironmentAccess): Promise<SessionState> {
    const gate = this.#context.gate();
    if (gate === undefined) return { state: 'SignedOut', why: 'Unavailable' };
    const cookies = cookiesOf(request.headers['cookie']);
    const answer = await this.#read(request, access, gate);
    if (!answer.isFound) return { state: 'SignedOut', why: answer.why };
    const { session, isDue } = answer;
    return {
      state: 'SignedIn',
      identity: session.identity,
      sessionId: session.id,
      secondsLeft: secondsLeftOf(session, gate.sessions, this.#context.clock.now()),
      renewed: isDue ? await this.#renewed(session, access, gate) : [],
      cookieNames: [...new Set(cookies.map(({ name }) => name).filter(isGateCookie))],
    };
  }

  ownAnswer(request: GateRequest, access: EnvironmentAccess): Promise<Answer> | undefined {
    const { path } = request;
    const page = ownPageOf(access.spec.address, path);
    const isOwnCallback = this.#ownClient.isCallback(access, pathWithoutQuery(path));
    if (page === undefined && !isOwnCallback) return undefined;
    return this.#ownPage(isOwnCallback ? 'own-callback' : (page ?? ''), request, access);
  }

  async ask(request: GateRequest, access: EnvironmentAccess, why: SignedOutReason): Promise<Answer> {
    const gate = this.#context.gate();
    const isPage = isPageLoad(request);
    if (gate === undefined || why === 'Unavailable') return unavailable(isPage);
    const returnPath = returnPathAt(access.spec.address, request.path);
    if (!isPage) {
      const realm = `${access.metadata.namespace ?? ''}/${access.metadata.name}`;
      return textAnswer(401, 'Nobody is signed in. Open the environment in a browser to sign in.', [
        { name: 'www-authenticate', value: `OpenIdConnect realm="${realm}"` },
      ]);
    }
    try {
      if (ownClientOf(access.spec) !== undefined) return await this.#ownClient.send(request, access, gate, returnPath);
      return await this.#sendToGate(request, access, gate, returnPath);
    } catch (error) {
      this.#context.log.warn('sign-in not begun', errorKeys(error));
      return unavailable(true);
    }
  }

  async #sendToGate(
    request: GateRequest,
    access: EnvironmentAccess,
    gate: GateSpec,
    returnPath: string,
  ): Promise<OwnAnswer> {
    const { clock, tokens } = this.#context;
    const { name, namespace = '', uid = '' } = access.metadata;
    const cookie = environmentCookieName('sign-in', access);
    // Windows that are opened at once share the cookie: a new value would leave the others without theirs.
    const sent = valuesOf(cookiesOf(request.headers['cookie']), cookie).find(isBindingSecret);
    const secret = sent ?? newBindingSecret();
    const claims = claimsOfRequest({
      environment: `${namespace}/${name}`,
      uid,
      binding: bindingOf(secret),
      returnPath,
    });
    const scope: TokenScope = { kind: 'EnvironmentRequest', issuer: gate.url, audience: gate.url };
    const token = await tokens.seal(scope, claims, clock.now() + REQUEST_MS);
    return redirectAnswer(`${gate.url}/sign-in?request=${token}`, [
      setCookie(cookie, secret, { ...cookieScopeOf(access.spec), maxAgeSeconds: REQUEST_MS / 1000 }),
    ]);
  }

  async #ownPage(page: string, request: GateRequest, access: EnvironmentAccess): Promise<Answer> {
    const gate = this.#context.gate();
    if (access.spec.authenticate.method !== 'OIDC') return textAnswer(404, 'There is nothing here.');
    if (gate === undefined) return unavailable(isPageLoad(request));
    try {
      if (page === 'own-callback') return await this.#finishOwn(request, access, gate);
      if (page === '/callback' && request.method === 'GET') return await this.#takeHandOver(request, access, gate);
      if (page === '/sign-out')
        return await this.#signOut.answer(request, access, gate, await this.#read(request, access, gate));
      return textAnswer(404, 'There is nothing here.');
    } catch (error) {
      this.#context.log.warn('sign-in not finished', errorKeys(error));
      if (hasCode(error, 'TokenTooLarge')) return pageAnswer(403, accountTooLargePage());
      return unavailable(true);
    }
  }

  async #takeHandOver(request: GateRequest, access: EnvironmentAccess, gate: GateSpec): Promise<OwnAnswer> {
    const { spec } = access;
    const retryUrl = urlAt(spec.address, rootPathOf(spec.address));
    const token = queryOf(request.path).get('token') ?? '';
    const opened = await this.#context.tokens.open(scopeOf('HandOver', access, gate), token);
    const handOver = opened.isValid ? handOverOfClaims(opened.claims) : undefined;
    if (handOver === undefined) return failed('This way in has been used, is too old, or isn’t for here.', retryUrl);
    const { binding, returnPath, session } = handOver;
    const target = urlAt(spec.address, returnPathAt(spec.address, returnPath));
    const cookie = environmentCookieName('sign-in', access);
    if (!isBoundTo(binding, valuesOf(cookiesOf(request.headers['cookie']), cookie))) {
      // Another window was quicker: whoever is signed in here already goes on as who they are.
      const { isFound } = await this.#read(request, access, gate);
      return isFound ? redirectAnswer(target) : failed('This browser didn’t begin this sign-in.', retryUrl);
    }
    const headers = [await this.#sessionCookie(session, access, gate), clearCookie(cookie, cookieScopeOf(spec))];
    return redirectAnswer(target, headers);
  }

  async #finishOwn(request: GateRequest, access: EnvironmentAccess, gate: GateSpec): Promise<OwnAnswer> {
    const { spec } = access;
    const end = await this.#ownClient.finish(request, access, gate);
    if ('answer' in end) return end.answer;
    const target = urlAt(spec.address, returnPathAt(spec.address, end.returnPath));
    return redirectAnswer(target, [await this.#sessionCookie(end.session, access, gate), ...end.headers]);
  }

  #read(request: GateRequest, access: EnvironmentAccess, gate: GateSpec): Promise<SessionAnswer> {
    const cookies = cookiesOf(request.headers['cookie']);
    return readSession(this.#context, {
      scope: scopeOf('EnvironmentSession', access, gate),
      values: valuesOf(cookies, environmentCookieName('session', access)),
      issuers: issuersOf(gate, access.spec),
      limits: gate.sessions,
    });
  }

  /** The session as seen now. One that can't be sealed stays as it is: it was found to be good. */
  async #renewed(session: Session, access: EnvironmentAccess, gate: GateSpec): Promise<readonly Header[]> {
    try {
      return [await this.#sessionCookie({ ...session, seenAtMs: this.#context.clock.now() }, access, gate)];
    } catch (error) {
      this.#context.log.warn('session not renewed', errorKeys(error));
      return [];
    }
  }

  async #sessionCookie(session: Session, access: EnvironmentAccess, gate: GateSpec): Promise<Header> {
    const token = await this.#context.tokens.seal(
      scopeOf('EnvironmentSession', access, gate),
      claimsOfSession(session),
      endOfSession(session, gate.sessions),
    );
    return setCookie(environmentCookieName('session', access), token, cookieScopeOf(access.spec));
  }
}

function scopeOf(kind: TokenScope['kind'], { metadata }: EnvironmentAccess, { url }: GateSpec): TokenScope {
  return { kind, issuer: url, audience: metadata.uid ?? '' };
}

function failed(message: string, retryUrl: string): OwnAnswer {
  return pageAnswer(400, signInFailedPage({ message, retryUrl }));
}

function unavailable(isPage: boolean): OwnAnswer {
  const retry: readonly Header[] = [{ name: 'retry-after', value: '5' }];
  if (isPage) return pageAnswer(503, unavailablePage(), retry);
  return textAnswer(503, 'Nobody can be signed in now. Try again in a while.', retry);
}
