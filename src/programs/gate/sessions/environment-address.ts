/** Where an environment is, as browsers see it, and which paths below it are the gate's. */
import type { EnvironmentAccess, EnvironmentAccessSpec } from '../../../access/environment-access';
import { textDigest } from '../../../api/json';
import { type CookieScope, cookieName } from './cookies';

type Address = EnvironmentAccessSpec['address'];

/** Paths below an environment's address that begin so are the gate's. */
const OWN_PREFIX = '/.adrasteia';

/** The environment's path prefix, without a slash at its end: empty for the root. */
export function basePathOf({ path }: Address): string {
  return path.replace(/\/+$/, '');
}

/** The environment's root: its prefix, or `/`. */
export function rootPathOf(address: Address): string {
  const base = basePathOf(address);
  return base === '' ? '/' : base;
}

/** The whole address of a path at the environment's host. */
export function urlAt({ scheme, host }: Address, path: string): string {
  return `${scheme}://${host}${path}`;
}

/** The path of one of the gate's own pages at an environment; `page` begins with a slash. */
export function ownPathAt(address: Address, page: string): string {
  return `${basePathOf(address)}${OWN_PREFIX}${page}`;
}

/** The page of the gate's that a path asks for, such as `/callback`; undefined for all paths that aren't the gate's. */
export function ownPageOf(address: Address, path: string): string | undefined {
  const own = `${basePathOf(address)}${OWN_PREFIX}`;
  const plain = pathWithoutQuery(path);
  if (plain === own) return '/';
  return plain.startsWith(`${own}/`) ? plain.slice(own.length) : undefined;
}

/** The path up to its query. */
export function pathWithoutQuery(path: string): string {
  return path.split(/[?#]/, 1)[0] ?? '';
}

/** The query of a path. */
export function queryOf(path: string): URLSearchParams {
  const mark = path.indexOf('?');
  return new URLSearchParams(mark < 0 ? '' : path.slice(mark + 1));
}

/** Where the environment's cookies are kept. */
export function cookieScopeOf({ address }: EnvironmentAccessSpec): CookieScope {
  return { isSecure: address.scheme === 'https', path: rootPathOf(address) };
}

/**
 * The name of one of the gate's cookies at an environment. Environments that share a host by paths have names of their own:
 * a browser sends the cookies of `/team` to `/team/thesis` too.
 */
export function environmentCookieName(name: string, { metadata, spec }: EnvironmentAccess): string {
  const scope = cookieScopeOf(spec);
  return cookieName(scope.path === '/' ? name : `${name}-${textDigest(metadata.uid ?? '').slice(0, 8)}`, scope);
}

/** Longer paths aren't come back to: they would make tokens and addresses too long. */
const LONGEST_RETURN_PATH = 1500;

/**
 * The path to come back to after a sign-in: the one that was asked for where it is a path of this environment and not one of
 * the gate's own, else the environment's root. What it gives is only ever put behind the environment's origin.
 */
export function returnPathAt(address: Address, asked: string): string {
  const root = rootPathOf(address);
  const base = basePathOf(address);
  const isPlain = /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(asked) && asked.length <= LONGEST_RETURN_PATH;
  if (!isPlain || ownPageOf(address, asked) !== undefined) return root;
  const plain = pathWithoutQuery(asked);
  const hasDots = /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i.test(plain);
  const isBelow = base === '' || plain === base || plain.startsWith(`${base}/`);
  return isBelow && !hasDots ? asked : root;
}
