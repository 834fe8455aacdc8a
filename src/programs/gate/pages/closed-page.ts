import { html } from './html';
import type { Page } from './page';

/** Why nobody gets in. */
export interface Closure {
  /** What people call the environment. */
  readonly environment: string;
  /** CamelCase, from a closed set; for who is asked for help. */
  readonly reason: string;
  /** Why, and what to do, in sentences. */
  readonly message: string;
}

/** Says that nobody gets in, whoever they are. */
export function closedPage({ environment, reason, message }: Closure): Page {
  return {
    title: `${environment} is closed`,
    content: html`<p>${message}</p>
<footer>
<p>Reason: ${reason}</p>
</footer>`,
  };
}
