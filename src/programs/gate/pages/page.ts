/** The frame of the gate's pages, and the answers that carry them: never cached, never framed, nothing fetched or run. */
import type { Answer, Header } from '../request';
import { Html, html } from './html';
import { PAGE_STYLE, PAGE_STYLE_SOURCE } from './page-style';

/** Our own text; between style tags nothing is escaped. */
const STYLE = new Html(PAGE_STYLE);

/** One page: plain HTML, made by a pure function. */
export interface Page {
  /** What happened, in a few words; the heading and the window's title. */
  readonly title: string;
  readonly content: Html;
}

/** What the gate answers itself. */
export type OwnAnswer = Extract<Answer, { outcome: 'Answered' }>;

/** Headers of everything that the gate answers itself. */
export const OWN_HEADERS: readonly Header[] = [
  { name: 'cache-control', value: 'no-store' },
  { name: 'referrer-policy', value: 'no-referrer' },
  { name: 'x-content-type-options', value: 'nosniff' },
  {
    name: 'content-security-policy',
    value: `default-src 'none'; style-src ${PAGE_STYLE_SOURCE}; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
  },
];

/** The whole document of a page. */
export function documentOf({ title, content }: Page): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`.text;
}

/** A page as an answer; further headers are added to those that every page has. */
export function pageAnswer(status: number, page: Page, headers: readonly Header[] = []): OwnAnswer {
  return {
    outcome: 'Answered',
    status,
    headers: [{ name: 'content-type', value: 'text/html; charset=utf-8' }, ...OWN_HEADERS, ...headers],
    body: documentOf(page),
  };
}

/** One line of text as an answer, for what isn't a page load. */
export function textAnswer(status: number, message: string, headers: readonly Header[] = []): OwnAnswer {
  return {
    outcome: 'Answered',
    status,
    headers: [{ name: 'content-type', value: 'text/plain; charset=utf-8' }, ...OWN_HEADERS, ...headers],
    body: `${message}\n`,
  };
}

/** Sends a browser elsewhere, by GET. The address is one that the gate made: whole, with its origin. */
export function redirectAnswer(location: string, headers: readonly Header[] = []): OwnAnswer {
  return {
    outcome: 'Answered',
    status: 303,
    headers: [{ name: 'location', value: location }, ...OWN_HEADERS, ...headers],
    body: '',
  };
}
