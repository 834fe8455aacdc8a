/** Cookies of the gate: how they are called, read, set and taken back. @see RFC 6265bis */
import type { Header } from '../request';

/** Where a cookie is kept. */
export interface CookieScope {
  /** Whether browsers reach the place by https. */
  readonly isSecure: boolean;
  /** `/`, or a path prefix without a slash at its end. */
  readonly path: string;
}

/** A cookie that a browser sent. */
export interface Cookie {
  readonly name: string;
  readonly value: string;
}

const COMMON_NAME = 'adrasteia-';

/**
 * The whole name of one of the gate's cookies. Under https the prefix binds it: `__Host-` to this very host, so that no
 * neighbour under the same domain can plant one; `__Secure-` only to https, where a path prefix tells environments apart.
 */
export function cookieName(name: string, { isSecure, path }: CookieScope): string {
  const prefix = isSecure ? (path === '/' ? '__Host-' : '__Secure-') : '';
  return `${prefix}${COMMON_NAME}${name}`;
}

/** True for the name of any cookie of the gate's, whichever environment or scheme it belongs to. */
export function isGateCookie(name: string): boolean {
  return /^(?:__Host-|__Secure-)?adrasteia-/i.test(name);
}

/** The cookies of a `Cookie` header, in its order; one name may come several times. */
export function cookiesOf(header: string | undefined): readonly Cookie[] {
  return (header ?? '').split(';').flatMap((pair) => {
    const equals = pair.indexOf('=');
    if (equals < 0) return [];
    const name = pair.slice(0, equals).trim();
    return name === '' ? [] : [{ name, value: pair.slice(equals + 1).trim() }];
  });
}

/** Most values of one name that are looked at: a neighbour may have planted some, and each costs a look. */
const MOST_VALUES = 4;

/** The values that a browser sent for one cookie: the first few. */
export function valuesOf(cookies: readonly Cookie[], name: string): readonly string[] {
  return cookies
    .filter((cookie) => cookie.name === name)
    .slice(0, MOST_VALUES)
    .map(({ value }) => value);
}

/** Sets a cookie of the gate's; without `maxAgeSeconds` it lives as long as the browser. */
export function setCookie(
  name: string,
  value: string,
  { isSecure, path, maxAgeSeconds }: CookieScope & { readonly maxAgeSeconds?: number },
): Header {
  const age = maxAgeSeconds === undefined ? '' : `; Max-Age=${maxAgeSeconds}`;
  const attributes = `; Path=${path}${age}; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
  return { name: 'set-cookie', value: `${name}=${value}${attributes}` };
}

/** Takes a cookie back. */
export function clearCookie(name: string, scope: CookieScope): Header {
  return setCookie(name, '', { ...scope, maxAgeSeconds: 0 });
}
