/** What a request's headers say of the browser that sent it. */
import type { GateRequest } from '../request';

type Headers = GateRequest['headers'];

/** True where a browser loads a page, so that it can be sent elsewhere and shown something. */
export function isPageLoad({ method, headers }: Pick<GateRequest, 'method' | 'headers'>): boolean {
  if (method !== 'GET' || headers['upgrade'] !== undefined) return false;
  const mode = headers['sec-fetch-mode'];
  if (mode !== undefined) return mode === 'navigate';
  // Over plain http browsers don't say so; scripts rarely ask for HTML.
  return headers['x-requested-with'] === undefined && (headers['accept'] ?? '').includes('text/html');
}

/**
 * False where the browser says that a form was sent from anywhere but the place itself. What it doesn't say is no proof: a page
 * that is never referred to sends the origin `null`, and over plain http there is nothing else; so forms carry a token too.
 */
export function maySendForms(headers: Headers, ownOrigin: string): boolean {
  const { origin, 'sec-fetch-site': site } = headers;
  const isOwnOrigin = origin === undefined || origin === 'null' || origin === ownOrigin;
  return isOwnOrigin && (site === undefined || site === 'same-origin');
}
