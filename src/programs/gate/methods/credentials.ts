/** What the header `authorization` holds. */
import type { GateRequest } from '../request';

export interface NameAndPassword {
  readonly name: string;
  readonly password: string;
}

/** Longer than anybody types; what is longer is no attempt worth a digest. */
const LONGEST = 1024;

/** Name and password of the Basic scheme; undefined where there are none. @see RFC 7617 */
export function findNameAndPassword({ headers }: Pick<GateRequest, 'headers'>): NameAndPassword | undefined {
  const encoded = findOfScheme(headers['authorization'], 'basic');
  if (encoded === undefined || !/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 1 ? undefined : { name: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** The token of the Bearer scheme; undefined where there is none. @see RFC 6750 */
export function findBearerToken({ headers }: Pick<GateRequest, 'headers'>): string | undefined {
  const token = findOfScheme(headers['authorization'], 'bearer');
  return token === undefined || !/^\S+$/.test(token) ? undefined : token;
}

function findOfScheme(header: string | undefined, scheme: string): string | undefined {
  if (header === undefined || header.length > LONGEST) return undefined;
  const space = header.indexOf(' ');
  return header.slice(0, Math.max(space, 0)).toLowerCase() === scheme ? header.slice(space + 1).trim() : undefined;
}
