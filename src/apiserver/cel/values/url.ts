/**
 * URLs as Go's `net/url` reads and writes them.
 * @see https://pkg.go.dev/net/url
 */
import { InvalidAddressError, isIpv4, parseAddress } from './ip-address';
import { quoted } from './quoting';

export interface Url {
  readonly scheme: string;
  readonly opaque: string;
  /** As written; undefined where there is none. */
  readonly userInfo: string | undefined;
  /** With the port. */
  readonly host: string;
  readonly hasHost: boolean;
  readonly escapedPath: string;
  readonly query: string;
  readonly hasQuery: boolean;
  /** Undefined where there is none. */
  readonly fragment: string | undefined;
}

/** Why a text is no URL; the message is Go's. */
export class InvalidUrlError extends Error {
  override readonly name = 'InvalidUrlError';
}

// Everything below a space, and DEL.
const CONTROL = new RegExp('[\\u0000-\\u001f\\u007f]');
const USER_INFO = /^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/;
const HOST_CHARACTER = /[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"]/;
const OPTIONAL_PORT = /^(?::[0-9]*)?$/;
const PATH_PLAIN = /^[A-Za-z0-9\-_.~$&+,/:;=@!'()*[\]%]*$/;

function refuse(message: string): never {
  throw new InvalidUrlError(message);
}

/** Throws where an escape is none; in hosts only some are allowed. */
function checkEscapes(text: string, isHost: boolean): void {
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '%') {
      const escape = text.slice(at, at + 3);
      if (!/^%[0-9a-fA-F]{2}$/.test(escape)) refuse(`invalid URL escape ${quoted(escape)}`);
      if (isHost && Number.parseInt(escape.charAt(1), 16) < 8 && escape !== '%25')
        refuse(`invalid URL escape ${quoted(escape)}`);
      at += 2;
    } else if (isHost && character < '\u0080' && !HOST_CHARACTER.test(character)) {
      refuse(`invalid character ${quoted(character)} in host name`);
    }
  }
}

/** The text with its escapes read as UTF-8. */
function unescaped(text: string, isQuery = false): string {
  const plain = isQuery ? text.replaceAll('+', ' ') : text;
  if (!plain.includes('%')) return plain;
  const bytes: Buffer[] = [];
  for (const part of plain.split(/(%[0-9a-fA-F]{2})/)) {
    bytes.push(part.startsWith('%') ? Buffer.from(part.slice(1), 'hex') : Buffer.from(part));
  }
  return Buffer.concat(bytes).toString();
}

function splitScheme(text: string): readonly [string, string] {
  const match = /^([A-Za-z][A-Za-z0-9+.-]*)?:/.exec(text);
  if (match === null) return ['', text];
  const scheme = match[1];
  if (scheme === undefined) return refuse('missing protocol scheme');
  return [scheme.toLowerCase(), text.slice(match[0].length)];
}

function checkPort(port: string): void {
  if (!OPTIONAL_PORT.test(port)) refuse(`invalid port ${quoted(port)} after host`);
}

function parseHost(scheme: string, host: string): string {
  const open = host.lastIndexOf('[');
  if (open > 0) refuse('invalid IP-literal');
  if (open === 0) return parseLiteralHost(host);
  const colon = scheme === 'http' || scheme === 'https' ? host.indexOf(':') : host.lastIndexOf(':');
  if (colon !== -1) checkPort(host.slice(colon));
  checkEscapes(host, true);
  return unescaped(host);
}

function parseLiteralHost(host: string): string {
  const close = host.lastIndexOf(']');
  if (close < 0) refuse("missing ']' in host");
  const port = host.slice(close + 1);
  checkPort(port);
  const name = host.slice(1, close);
  const zone = name.indexOf('%25');
  checkEscapes(zone === -1 ? name : name.slice(0, zone), true);
  const literal = unescaped(name);
  try {
    if (isIpv4(parseAddress(literal))) refuse('invalid IP-literal');
  } catch (error) {
    if (error instanceof InvalidAddressError) refuse(`invalid host: ${error.message}`);
    throw error;
  }
  return `[${literal}]${port}`;
}

/** `isRequest`: it must be absolute, or a path. */
function parse(text: string, isRequest: boolean): Url {
  const empty: Url = {
    scheme: '',
    opaque: '',
    userInfo: undefined,
    host: '',
    hasHost: false,
    escapedPath: '',
    query: '',
    hasQuery: false,
    fragment: undefined,
  };
  if (CONTROL.test(text)) refuse('net/url: invalid control character in URL');
  if (text === '' && isRequest) refuse('empty url');
  if (text === '*') return { ...empty, escapedPath: '*' };
  const [scheme, withQuery] = splitScheme(text);
  const mark = withQuery.indexOf('?');
  const query = mark === -1 ? '' : withQuery.slice(mark + 1);
  let rest = mark === -1 ? withQuery : withQuery.slice(0, mark);
  // A mark without a query after it is kept only where it is the end of the text.
  const base: Url = { ...empty, scheme, query, hasQuery: mark !== -1 };
  if (!rest.startsWith('/')) {
    if (scheme !== '') return { ...base, opaque: rest };
    if (isRequest) refuse('invalid URI for request');
    if (rest.split('/', 1)[0]?.includes(':') === true) refuse('first path segment in URL cannot contain colon');
  }
  let authority: string | undefined;
  if (rest.startsWith('//') && (scheme !== '' || (!isRequest && !rest.startsWith('///')))) {
    const slash = rest.indexOf('/', 2);
    authority = slash === -1 ? rest.slice(2) : rest.slice(2, slash);
    rest = slash === -1 ? '' : rest.slice(slash);
  }
  const at = authority?.lastIndexOf('@') ?? -1;
  const host = authority === undefined ? '' : parseHost(scheme, authority.slice(at + 1));
  const userInfo = at === -1 ? undefined : authority?.slice(0, at);
  if (userInfo !== undefined) {
    if (!USER_INFO.test(userInfo)) refuse('net/url: invalid userinfo');
    checkEscapes(userInfo, false);
  }
  checkEscapes(rest, false);
  return { ...base, userInfo, host, hasHost: authority !== undefined, escapedPath: escapedPath(rest) };
}

/** The path as written, unless something in it must be escaped. */
function escapedPath(path: string): string {
  if (PATH_PLAIN.test(path)) return path;
  return Array.from(Buffer.from(unescaped(path)), (byte) => {
    const character = String.fromCharCode(byte);
    const isPlain = byte < 0x80 && /[A-Za-z0-9\-_.~$&+,/:;=@]/.test(character);
    return isPlain ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}

function parseOrExplain(text: string, isRequest: boolean): Url {
  try {
    return parse(text, isRequest);
  } catch (error) {
    if (error instanceof InvalidUrlError) refuse(`parse ${quoted(text)}: ${error.message}`);
    throw error;
  }
}

/** Throws `InvalidUrlError` where a text is neither an absolute URL nor a path. */
export function checkRequestUri(text: string): void {
  parseOrExplain(text, true);
}

/** Throws `InvalidUrlError`. */
export function parseUrl(text: string): Url {
  const hash = text.indexOf('#');
  const url = parseOrExplain(hash === -1 ? text : text.slice(0, hash), false);
  if (hash === -1 || hash === text.length - 1) return url;
  const fragment = text.slice(hash + 1);
  try {
    checkEscapes(fragment, false);
  } catch (error) {
    if (error instanceof InvalidUrlError) refuse(`parse ${quoted(text)}: ${error.message}`);
    throw error;
  }
  return { ...url, fragment };
}

export function urlText(url: Url): string {
  const scheme = url.scheme === '' ? '' : `${url.scheme}:`;
  const user = url.userInfo === undefined ? '' : `${url.userInfo}@`;
  const isShown = url.hasHost && (url.host !== '' || url.escapedPath !== '' || url.userInfo !== undefined);
  const authority = isShown ? `//${user}${url.host}` : '';
  const query = url.hasQuery ? `?${url.query}` : '';
  const fragment = url.fragment === undefined ? '' : `#${url.fragment}`;
  return `${scheme}${url.opaque === '' ? authority + url.escapedPath : url.opaque}${query}${fragment}`;
}

/** The host without its port and brackets, and the port. */
export function hostAndPort({ host }: Url): readonly [string, string] {
  const colon = host.lastIndexOf(':');
  const hasPort = colon !== -1 && OPTIONAL_PORT.test(host.slice(colon));
  const name = hasPort ? host.slice(0, colon) : host;
  const isLiteral = name.startsWith('[') && name.endsWith(']');
  return [isLiteral ? name.slice(1, -1) : name, hasPort ? host.slice(colon + 1) : ''];
}

/** The parameters of the query by name, each with its values in order. */
export function queryOf({ query }: Url): ReadonlyMap<string, readonly string[]> {
  const parameters = new Map<string, string[]>();
  for (const part of query.split('&')) {
    if (part === '' || part.includes(';') || /%(?![0-9a-fA-F]{2})/.test(part)) continue;
    const equals = part.indexOf('=');
    const name = unescaped(equals === -1 ? part : part.slice(0, equals), true);
    const value = equals === -1 ? '' : unescaped(part.slice(equals + 1), true);
    const values = parameters.get(name);
    if (values === undefined) parameters.set(name, [value]);
    else values.push(value);
  }
  return parameters;
}
