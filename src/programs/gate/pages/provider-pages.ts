/** Pages around the provider: choosing one, and one that doesn't answer. */
import { html, linkTarget } from './html';
import type { Page } from './page';

/** A provider, and where a browser goes that chooses it. */
export interface ProviderChoice {
  readonly name: string;
  readonly url: string;
}

/** Asks where to sign in. */
export function chooseProviderPage(choices: readonly ProviderChoice[]): Page {
  return {
    title: 'Where do you want to sign in?',
    content: html`<ul>
${choices.map(({ name, url }) => html`<li><a class="action" href="${linkTarget(url)}">${name}</a></li>\n`)}</ul>`,
  };
}

/** Says that a provider doesn't answer, so that nobody can sign in there now. */
export function providerDownPage({
  provider,
  retryUrl,
}: {
  readonly provider: string;
  readonly retryUrl?: string;
}): Page {
  return {
    title: `${provider} doesn’t answer`,
    content: html`<p>You can’t sign in until it does. Try again in a while; if it stays so, tell whoever runs the cluster.</p>
${retryUrl === undefined ? undefined : html`<p><a class="action" href="${linkTarget(retryUrl)}">Try again</a></p>`}`,
  };
}
