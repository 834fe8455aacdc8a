/**
 * URIs and mail addresses as Go reads them.
 * @see https://pkg.go.dev/net/url#ParseRequestURI https://pkg.go.dev/net/mail#ParseAddress
 */
import { isAddressV6 } from './address-formats';

/** An absolute URI or an absolute path. */
export function isRequestUri(text: string): boolean {
  if (text === '' || hasControl(text)) return false;
  if (text === '*') return true;
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(text);
  if (text.startsWith(':')) return false;
  const rest = scheme === null ? text : text.slice(scheme[0].length);
  const [path = ''] = rest.split('?');
  // What has a scheme may be opaque, `mailto:someone@example.com`; all else is a path.
  if (!path.startsWith('/')) return scheme !== null;
  if (scheme === null || !path.startsWith('//')) return isEscaped(path);
  const slash = path.indexOf('/', 2);
  const authority = slash < 0 ? path.slice(2) : path.slice(2, slash);
  return isAuthority(authority) && (slash < 0 || isEscaped(path.slice(slash)));
}

function hasControl(text: string): boolean {
  return /[\u0000-\u001f\u007f]/.test(text);
}

function isEscaped(text: string): boolean {
  return !/%(?![0-9A-Fa-f]{2})/.test(text);
}

function isAuthority(authority: string): boolean {
  const at = authority.lastIndexOf('@');
  const user = authority.slice(0, Math.max(at, 0));
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(user) || !isEscaped(user)) return false;
  const host = authority.slice(at + 1);
  if (host.startsWith('[')) {
    const end = host.lastIndexOf(']');
    const [address = ''] = host.slice(1, end).split('%25');
    return end > 0 && /^(?::\d*)?$/.test(host.slice(end + 1)) && isAddressV6(address);
  }
  const colon = host.lastIndexOf(':');
  if (colon >= 0 && !/^:\d*$/.test(host.slice(colon))) return false;
  const name = colon < 0 ? host : host.slice(0, colon);
  // In host names only bytes that aren't ASCII may be escaped.
  return !/[\s"<>\\^`{|}#/?@]/.test(name) && !/%(?![89A-Fa-f][0-9A-Fa-f])/.test(name);
}

const ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~\\u0080-\\uffff-]+";
const DOT_ATOM = `${ATOM}(?:\\.${ATOM})*`;
const QUOTED = '"(?:[^"\\\\\\r\\n]|\\\\.)*"';
const ADDRESS = new RegExp(`^(?:${DOT_ATOM}|${QUOTED})@(?:${DOT_ATOM}|\\[[^\\]\\[\\\\]*\\])$`);
const MAIL_MAX = 1024;

/** `someone@example.com`, or `Some One <someone@example.com>`. */
export function isEmail(text: string): boolean {
  if (text.length > MAIL_MAX) return false;
  const trimmed = text.replace(/\([^()]*\)\s*$/, '').trim();
  if (ADDRESS.test(trimmed)) return true;
  const open = trimmed.lastIndexOf('<');
  if (open < 0 || !trimmed.endsWith('>')) return false;
  const phrase = trimmed.slice(0, open).trim();
  const isPhrase = phrase === '' || new RegExp(`^(?:${QUOTED}|[^"<>@,;:\\\\()\\[\\]]+)$`).test(phrase);
  return isPhrase && ADDRESS.test(trimmed.slice(open + 1, -1));
}
