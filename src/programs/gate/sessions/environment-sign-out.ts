/** The page of each environment on which people sign out, and the sign-out itself. */
import type { EnvironmentAccess } from '../../../access/environment-access';
import type { GateSpec } from '../../../access/gate';
import { ownClientOf } from '../oidc/providers';
import { type OwnAnswer, pageAnswer, redirectAnswer, textAnswer } from '../pages/page';
import { signedOutPage, signInFailedPage, signOutFailedPage, signOutPage } from '../pages/sign-in-pages';
import type { GateRequest } from '../request';
import { maySendForms } from './browser-request';
import { clearCookie } from './cookies';
import { endSession } from './end-session';
import { cookieScopeOf, environmentCookieName, ownPathAt, queryOf, rootPathOf, urlAt } from './environment-address';
import { endSessionUrlOf } from './own-client';
import type { SessionAnswer } from './read-session';
import type { SignInContext } from './sign-in-context';
import { confirmsSignOut, signedOutToken, signOutConfirmation } from './sign-out-tokens';

export class EnvironmentSignOut {
  readonly #context: SignInContext;

  constructor(context: SignInContext) {
    this.#context = context;
  }

  /** The page for GET; for POST the end of the session, everywhere. */
  async answer(
    request: GateRequest,
    access: EnvironmentAccess,
    gate: GateSpec,
    found: SessionAnswer,
  ): Promise<OwnAnswer> {
    const { address } = access.spec;
    const scope = cookieScopeOf(access.spec);
    const signInUrl = urlAt(address, rootPathOf(address));
    const cleared = clearCookie(environmentCookieName('session', access), scope);
    if (!found.isFound) {
      // Nobody is signed in here, and may well be at the gate: it knows, and asks.
      return ownClientOf(access.spec) === undefined
        ? redirectAnswer(`${gate.url}/sign-out`, [cleared])
        : pageAnswer(200, signedOutPage({ signInUrl }), [cleared]);
    }
    const { session } = found;
    const audience = access.metadata.uid ?? '';
    if (request.method === 'GET') {
      const confirmation = await signOutConfirmation(this.#context, { gate, audience, session });
      const signOutUrl = `${ownPathAt(address, '/sign-out')}?confirm=${confirmation}`;
      return pageAnswer(200, signOutPage({ user: session.identity.user, signOutUrl }));
    }
    if (request.method !== 'POST') return textAnswer(405, 'Sign out by POST.', [{ name: 'allow', value: 'GET, POST' }]);
    const confirmation = queryOf(request.path).get('confirm') ?? '';
    const isOurs =
      maySendForms(request.headers, urlAt(address, '')) &&
      (await confirmsSignOut(this.#context, { gate, audience, session }, confirmation));
    if (!isOurs) {
      const retryUrl = urlAt(address, ownPathAt(address, '/sign-out'));
      return pageAnswer(403, signInFailedPage({ message: 'Another page asked to sign you out.', retryUrl }));
    }
    if (!(await endSession(this.#context, gate, session)))
      return pageAnswer(503, signOutFailedPage(urlAt(address, ownPathAt(address, '/sign-out'))));
    const providerSignOutUrl =
      ownClientOf(access.spec) === undefined
        ? `${gate.url}/signed-out?token=${await signedOutToken(this.#context, gate, session)}`
        : await endSessionUrlOf(this.#context, access);
    const refresh =
      providerSignOutUrl === undefined ? [] : [{ name: 'refresh', value: `0; url=${providerSignOutUrl}` }];
    const links = { signInUrl, ...(providerSignOutUrl === undefined ? {} : { providerSignOutUrl }) };
    return pageAnswer(200, signedOutPage(links), [cleared, ...refresh]);
  }
}
