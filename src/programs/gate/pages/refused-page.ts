import { html, linkTarget } from './html';
import type { Page } from './page';

/** Why somebody doesn't get in. */
export interface Refusal {
  /** What people call the environment. */
  readonly environment: string;
  /** CamelCase, from a closed set; for who is asked for help. */
  readonly reason: string;
  /** Why, and what to do, in sentences. */
  readonly message: string;
  /** Who is signed in; absent where nobody is. */
  readonly user?: string;
  /** Page on which to sign out; absent where that says nothing, as for basic authentication. */
  readonly signOutUrl?: string;
}

/** Says to somebody who has proved who they are, or can't, why they don't get in. */
export function refusedPage({ environment, reason, message, user, signOutUrl }: Refusal): Page {
  return {
    title: `You can’t open ${environment}`,
    content: html`<p>${message}</p>
<footer>
${user === undefined ? undefined : html`<p>You are signed in as <strong>${user}</strong>.</p>`}
${signOutUrl === undefined ? undefined : html`<p><a class="action" href="${linkTarget(signOutUrl)}">Sign out</a></p>`}
<p>Reason: ${reason}</p>
</footer>`,
  };
}
