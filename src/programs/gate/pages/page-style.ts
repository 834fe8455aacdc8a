/** How the gate's pages look. */
import { hash } from 'node:crypto';

/** The one style sheet: readable in light and dark, at any width, without anything fetched. */
export const PAGE_STYLE = `:root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--soft:#57606a;--line:#8c959f;--link:#0550ae}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--paper:#0d1117;--soft:#9ea7b1;--line:#6e7681;--link:#79b8ff}}
body{margin:0;font:1rem/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
main{max-width:36rem;margin:0 auto;padding:3rem 1.25rem;overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 1rem}
p,ul{margin:0 0 1rem}
ul{list-style:none;padding:0}
li{margin:0 0 .75rem}
a{color:var(--link)}
footer{margin-top:2rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--soft)}
.action{display:inline-block;font:inherit;padding:.5rem 1rem;border:1px solid var(--line);border-radius:.375rem;color:var(--link);background:none;text-decoration:none;cursor:pointer}
.action:hover,.action:focus-visible{border-color:var(--link);outline:2px solid var(--link)}`;

/** The style sheet as a content security policy names it. */
export const PAGE_STYLE_SOURCE = `'sha256-${hash('sha256', PAGE_STYLE, 'base64')}'`;
