/** Which cookies of a request reach the app. */
import type { EnvironmentAccessSpec } from '../../../access/environment-access';
import { isGateCookie } from '../sessions/cookies';

/**
 * The `Cookie` header that the app is given, undefined where nothing of it is left. The gate's own are no app's business, those
 * of a neighbour on the same host included. Cookies that may stay keep their order and
 * spelling. Pairs without a name are left out: servers don't agree on what they are.
 */
export function appCookies(
  header: string,
  rules: EnvironmentAccessSpec['cookies'],
  ownNames: readonly string[],
): string | undefined {
  const kept = header.split(';').flatMap((pair) => {
    const text = pair.trim();
    // A proxy may have joined two headers by a comma: what stands behind one may be a cookie of its own.
    const [name = '', ...further] = text.split(',').map(nameOf);
    const isBlocked = further.some((other) => isKeptBack(other, rules, ownNames));
    return name !== '' && !isBlocked && mayPass(name, rules, ownNames) ? [text] : [];
  });
  return kept.length === 0 ? undefined : kept.join('; ');
}

function nameOf(pair: string): string {
  return pair.slice(0, Math.max(pair.indexOf('='), 0)).trim();
}

function mayPass(name: string, rules: EnvironmentAccessSpec['cookies'], ownNames: readonly string[]): boolean {
  if (isKeptBack(name, rules, ownNames)) return false;
  return rules?.allow === undefined || rules.allow.includes(name);
}

function isKeptBack(name: string, rules: EnvironmentAccessSpec['cookies'], ownNames: readonly string[]): boolean {
  return isGateCookie(name) || ownNames.includes(name) || rules?.block?.includes(name) === true;
}
