/** Signing out at the gate's own address, and going on to the provider. */
import type { GateSpec } from '../../../access/gate';
import { settingsOf } from '../oidc/providers';
import { type OwnAnswer, pageAnswer } from '../pages/page';
import {
  notSignedInPage,
  signedInPage,
  signedOutPage,
  signInFailedPage,
  signOutFailedPage,
} from '../pages/sign-in-pages';
import type { GateRequest, Header } from '../request';
import { maySendForms } from './browser-request';
import { endSession } from './end-session';
import { clearGateSession, readGateSession } from './gate-session';
import type { Visit } from './gate-sign-in';
import type { SignInContext } from './sign-in-context';
import { confirmsSignOut, readSignedOutToken, signOutConfirmation } from './sign-out-tokens';

export class GateSignOut {
  readonly #context: SignInContext;

  constructor(context: SignInContext) {
    this.#context = context;
  }

  /** `/`, and `/sign-out` by GET: who is signed in, and a button to end it. */
  async show(gate: GateSpec, { cookies }: Visit): Promise<OwnAnswer> {
    const found = await readGateSession(this.#context, gate, cookies);
    if (!found.isFound) return pageAnswer(200, notSignedInPage(`${gate.url}/sign-in`));
    const { session } = found;
    const confirmation = await signOutConfirmation(this.#context, { gate, audience: gate.url, session });
    return pageAnswer(
      200,
      signedInPage({ user: session.identity.user, signOutUrl: `/sign-out?confirm=${confirmation}` }),
    );
  }

  /** `/sign-out` by POST: the end of the session, everywhere. */
  async end(gate: GateSpec, { cookies, query }: Visit, headers: GateRequest['headers']): Promise<OwnAnswer> {
    const found = await readGateSession(this.#context, gate, cookies);
    if (!found.isFound) return signedOut(gate, undefined, [clearGateSession(gate)]);
    const { session } = found;
    const place = { gate, audience: gate.url, session };
    const isOurs =
      maySendForms(headers, gate.url) && (await confirmsSignOut(this.#context, place, query.get('confirm') ?? ''));
    if (!isOurs) {
      const message = 'Another page asked to sign you out.';
      return pageAnswer(403, signInFailedPage({ message, retryUrl: `${gate.url}/sign-out` }));
    }
    if (!(await endSession(this.#context, gate, session)))
      return pageAnswer(503, signOutFailedPage(`${gate.url}/sign-out`));
    return signedOut(gate, await this.#endSessionUrl(gate, session.identity.provider), [clearGateSession(gate)]);
  }

  /** `/signed-out`: what is left to do after an environment ended the session. */
  async afterEnvironment(gate: GateSpec, { cookies, query }: Visit): Promise<OwnAnswer> {
    const ended = await readSignedOutToken(this.#context, gate, query.get('token') ?? '');
    if (ended === undefined) return signedOut(gate, undefined, []);
    // Whoever has signed in anew meanwhile stays signed in.
    const found = await readGateSession(this.#context, gate, cookies);
    const cleared = found.isFound && found.session.id !== ended.sessionId ? [] : [clearGateSession(gate)];
    return signedOut(gate, await this.#endSessionUrl(gate, ended.provider), cleared);
  }

  async #endSessionUrl(gate: GateSpec, name: string): Promise<string | undefined> {
    const provider = gate.providers.find((candidate) => candidate.name === name);
    if (provider === undefined) return undefined;
    return (await this.#context.providers.find(settingsOf(gate, provider)))?.endSessionUrl();
  }
}

/** The page says it, and goes on to the provider by itself where it can: a redirect would break the page's own policy on forms. */
function signedOut(gate: GateSpec, providerSignOutUrl: string | undefined, headers: readonly Header[]): OwnAnswer {
  const signInUrl = `${gate.url}/sign-in`;
  if (providerSignOutUrl === undefined) return pageAnswer(200, signedOutPage({ signInUrl }), headers);
  const refresh = { name: 'refresh', value: `0; url=${providerSignOutUrl}` };
  return pageAnswer(200, signedOutPage({ providerSignOutUrl, signInUrl }), [...headers, refresh]);
}
