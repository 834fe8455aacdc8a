/** The headers by which an app is told who somebody is: set by the gate, and never from outside. */
import type { Level } from '../../../access/access-rules';
import type { Identity } from '../../../access/identity';
import type { Header } from '../request';

/** Name of the header with the level. */
export const LEVEL_HEADER = 'x-adrasteia-level';

/** Beginnings of names that are the gate's own. */
const OWN_PREFIXES = ['x-auth-request-', 'x-adrasteia-'];

/** What apps behind other sign-in proxies believe; forged as easily. */
const BELIEVED = new Set([
  'remote-user',
  'remote-groups',
  'remote-email',
  'remote-name',
  'x-remote-user',
  'x-remote-group',
  'x-remote-groups',
  'x-forwarded-user',
  'x-forwarded-email',
  'x-forwarded-groups',
  'x-forwarded-preferred-username',
  'x-forwarded-access-token',
  'x-webauth-user',
  'x-authenticated-user',
  'x-auth-user',
  'x-user',
]);

/**
 * True for a header that tells an app who somebody is. Underscores and dots count as hyphens, since CGI and its heirs don't
 * tell them apart.
 */
export function isIdentityHeader(name: string): boolean {
  const plain = name.toLowerCase().replace(/[_.]/g, '-');
  return BELIEVED.has(plain) || OWN_PREFIXES.some((prefix) => plain.startsWith(prefix));
}

/** What the app is told of who sends a request; undefined where a header can't say it as it is. */
export function identityHeaders(identity: Identity | undefined, level: Level): readonly Header[] | undefined {
  const ofLevel = { name: LEVEL_HEADER, value: level };
  if (identity === undefined) return [ofLevel];
  const { user, email, groups } = identity;
  if (!isSayable(user) || (email !== undefined && !isSayable(email))) return undefined;
  // A list can't hold a comma: such a group would be two others.
  const sayable = groups.filter((group) => isSayable(group) && !group.includes(','));
  return [
    { name: 'x-auth-request-user', value: user },
    ...(email === undefined ? [] : [{ name: 'x-auth-request-email', value: email }]),
    ...(sayable.length === 0 ? [] : [{ name: 'x-auth-request-groups', value: sayable.join(',') }]),
    ofLevel,
  ];
}

/** Spaces at the ends are lost on the way, which would make somebody of another name; control characters end a header. */
function isSayable(value: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  return value !== '' && value.trim() === value && !/[\u0000-\u001f\u007f]/.test(value);
}
