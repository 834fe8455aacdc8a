/** Pages of signing in and out: who you are, sign out, signed out, and a sign-in that came to nothing. */
import { html, linkTarget } from './html';
import type { Page } from './page';

/** Says who is signed in, and offers to sign out. `signOutUrl` takes a POST. */
export function signedInPage({ user, signOutUrl }: { readonly user: string; readonly signOutUrl: string }): Page {
  return {
    title: 'You are signed in',
    content: html`<p>You are signed in as <strong>${user}</strong>.</p>
${signOutForm(signOutUrl)}
<p>Signing out ends all your environments’ windows in this browser; the environments go on.</p>`,
  };
}

/** Asks whether to sign out. `signOutUrl` takes a POST. */
export function signOutPage({ user, signOutUrl }: { readonly user: string; readonly signOutUrl: string }): Page {
  return { ...signedInPage({ user, signOutUrl }), title: 'Sign out?' };
}

/** Says that nobody is signed in. */
export function notSignedInPage(signInUrl: string): Page {
  return {
    title: 'You aren’t signed in',
    content: html`<p><a class="action" href="${linkTarget(signInUrl)}">Sign in</a></p>`,
  };
}

/** Where a browser may go after it signed out. */
export interface SignedOutLinks {
  /** Signing out at the provider too; absent where it offers no such thing. */
  readonly providerSignOutUrl?: string;
  readonly signInUrl: string;
}

/** Says that the session is over, everywhere. */
export function signedOutPage({ providerSignOutUrl, signInUrl }: SignedOutLinks): Page {
  return {
    title: 'You are signed out',
    content: html`${
      providerSignOutUrl === undefined
        ? html`<p>The provider may still know you: close the browser if others use it.</p>`
        : html`<p>The provider may still know you. <a href="${linkTarget(providerSignOutUrl)}">Sign out there too</a>.</p>`
    }
<p><a class="action" href="${linkTarget(signInUrl)}">Sign in again</a></p>`,
  };
}

/** Says that a sign-in came to nothing, why, and how to begin anew. */
export function signInFailedPage({
  message,
  retryUrl,
}: {
  readonly message: string;
  readonly retryUrl?: string;
}): Page {
  return {
    title: 'The sign-in came to nothing',
    content: html`<p>${message}</p>
${retryUrl === undefined ? undefined : html`<p><a class="action" href="${linkTarget(retryUrl)}">Begin again</a></p>`}`,
  };
}

function signOutForm(signOutUrl: string) {
  return html`<form method="post" action="${linkTarget(signOutUrl)}"><button class="action">Sign out</button></form>`;
}

/** Says that a session would be larger than browsers keep. */
export function accountTooLargePage(): Page {
  return {
    title: 'Your account doesn’t fit into a session',
    content: html`<p>The provider says more of it than a browser keeps. An administrator can let it say less: fewer groups, or fewer further claims.</p>`,
  };
}

/** Says that the gate can't tell now who somebody is. */
export function unavailablePage(): Page {
  return {
    title: 'Nobody can be signed in now',
    content: html`<p>The sign-in isn’t ready. Try again in a while; if it stays so, tell whoever runs the cluster.</p>`,
  };
}

/** Says that a sign-out wasn't noted, so that the session goes on. */
export function signOutFailedPage(retryUrl: string): Page {
  return {
    title: 'You are still signed in',
    content: html`<p>The sign-out couldn’t be noted, so your session goes on.</p>
<p><a class="action" href="${linkTarget(retryUrl)}">Try again</a></p>`,
  };
}
