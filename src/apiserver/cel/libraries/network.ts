/**
 * URLs, IP addresses and ranges of them.
 * @see k8s.io/apiserver/pkg/cel/library/urls.go, ip.go, cidr.go, v0.34
 */
import { declare, global, type Library, member } from '../typing/declaration';
import { aString, taking } from '../typing/taking';
import { ArrayValue, EntryMap } from '../values/collection';
import {
  addressText,
  InvalidAddressError,
  type IpAddress,
  type IpPrefix,
  isGlobalUnicast,
  isIpv4,
  isLinkLocalMulticast,
  isLinkLocalUnicast,
  isLoopback,
  isMapped,
  isSameAddress,
  isUnspecified,
  masked,
  parseAddress,
  parsePrefix,
  prefixContains,
  prefixCovers,
  prefixText,
} from '../values/ip-address';
import { quoted } from '../values/quoting';
import { checkRequestUri, hostAndPort, InvalidUrlError, parseUrl, queryOf, type Url, urlText } from '../values/url';
import { CelError, NO_SUCH_OVERLOAD, OpaqueValue, type Result, type Value } from '../values/value';

class UrlValue extends OpaqueValue {
  override readonly typeName = 'kubernetes.URL';

  constructor(readonly url: Url) {
    super();
  }

  override equals(other: Value): boolean | CelError {
    return other instanceof UrlValue ? urlText(this.url) === urlText(other.url) : NO_SUCH_OVERLOAD;
  }
}

class IpValue extends OpaqueValue {
  override readonly typeName = 'net.IP';

  constructor(readonly address: IpAddress) {
    super();
  }

  override get size(): number {
    return this.address.bytes.length;
  }

  override equals(other: Value): boolean | CelError {
    return other instanceof IpValue ? isSameAddress(this.address, other.address) : NO_SUCH_OVERLOAD;
  }
}

class CidrValue extends OpaqueValue {
  override readonly typeName = 'net.CIDR';

  constructor(readonly prefix: IpPrefix) {
    super();
  }

  override get size(): number {
    return Math.ceil(this.prefix.bits / 8);
  }

  override equals(other: Value): boolean | CelError {
    if (!(other instanceof CidrValue)) return NO_SUCH_OVERLOAD;
    return this.prefix.bits === other.prefix.bits && isSameAddress(this.prefix.address, other.prefix.address);
  }
}

const aUrl = (value: Value): value is UrlValue => value instanceof UrlValue;
const anIp = (value: Value): value is IpValue => value instanceof IpValue;
const aCidr = (value: Value): value is CidrValue => value instanceof CidrValue;

function toUrl(text: string): UrlValue | CelError {
  try {
    checkRequestUri(text);
    return new UrlValue(parseUrl(text));
  } catch (error) {
    if (error instanceof InvalidUrlError)
      return new CelError(`URL parse error during conversion from string: ${error.message}`);
    throw error;
  }
}

function isUrl(text: string): boolean {
  try {
    checkRequestUri(text);
    return true;
  } catch (error) {
    if (error instanceof InvalidUrlError) return false;
    throw error;
  }
}

function queryValue(url: Url): Result {
  const map = new EntryMap();
  for (const [name, values] of queryOf(url)) map.set(name, new ArrayValue(values));
  return map;
}

function toIp(text: string): IpValue | CelError {
  try {
    const address = parseAddress(text);
    if (address.zone !== '') return new CelError(`IP address ${quoted(text)} with zone value is not allowed`);
    if (isMapped(address)) return new CelError(`IPv4-mapped IPv6 address ${quoted(text)} is not allowed`);
    return new IpValue(address);
  } catch (error) {
    if (!(error instanceof InvalidAddressError)) throw error;
    return new CelError(`IP Address ${quoted(text)} parse error during conversion from string: ${error.message}`);
  }
}

function toCidr(text: string): CidrValue | CelError {
  const problem = 'network address parse error during conversion from string';
  try {
    const prefix = parsePrefix(text);
    if (!isMapped(prefix.address)) return new CidrValue(prefix);
    return new CelError(`${problem}: IPv4-mapped IPv6 address ${quoted(text)} is not allowed`);
  } catch (error) {
    if (!(error instanceof InvalidAddressError)) throw error;
    return new CelError(`${problem}: ${problem}: ${error.message}`);
  }
}

function isCanonical(text: string): Result {
  const ip = toIp(text);
  return ip instanceof CelError ? ip : addressText(ip.address) === text;
}

function containsIp(cidr: CidrValue, ip: IpValue | CelError): Result {
  // The real server says no more of a text that is no address.
  return ip instanceof CelError ? NO_SUCH_OVERLOAD : prefixContains(cidr.prefix, ip.address);
}

function containsCidr(cidr: CidrValue, other: CidrValue | CelError): Result {
  return other instanceof CelError ? other : prefixCovers(cidr.prefix, other.prefix);
}

function urlPart(name: string, id: string, part: (url: Url) => string) {
  return declare(
    name,
    member(
      `${id}(kubernetes.URL) string`,
      taking([aUrl], ({ url }) => part(url)),
    ),
  );
}

function ipTest(name: string, id: string, test: (address: IpAddress) => boolean) {
  return declare(
    name,
    member(
      `${id}(net.IP) bool`,
      taking([anIp], ({ address }) => test(address)),
    ),
  );
}

export const NETWORK: Library = [
  declare('url', global('string_to_url(string) kubernetes.URL', taking([aString], toUrl))),
  declare('isURL', global('is_url_string(string) bool', taking([aString], isUrl))),
  urlPart('getScheme', 'url_get_scheme', ({ scheme }) => scheme),
  urlPart('getHost', 'url_get_host', ({ host }) => host),
  urlPart('getHostname', 'url_get_hostname', (url) => hostAndPort(url)[0]),
  urlPart('getPort', 'url_get_port', (url) => hostAndPort(url)[1]),
  urlPart('getEscapedPath', 'url_get_escaped_path', ({ escapedPath }) => escapedPath),
  declare(
    'getQuery',
    member(
      'url_get_query(kubernetes.URL) map(string, list(string))',
      taking([aUrl], ({ url }) => queryValue(url)),
    ),
  ),

  declare(
    'ip',
    global('string_to_ip(string) net.IP', taking([aString], toIp)),
    member(
      'cidr_ip(net.CIDR) net.IP',
      taking([aCidr], ({ prefix }) => new IpValue(prefix.address)),
    ),
  ),
  declare('ip.isCanonical', global('ip_is_canonical(string) bool', taking([aString], isCanonical))),
  declare(
    'isIP',
    global(
      'is_ip(string) bool',
      taking([aString], (text) => !(toIp(text) instanceof CelError)),
    ),
  ),
  declare(
    'family',
    member(
      'ip_family(net.IP) int',
      taking([anIp], ({ address }) => (isIpv4(address) ? 4 : 6)),
    ),
  ),
  ipTest('isUnspecified', 'ip_is_unspecified', isUnspecified),
  ipTest('isLoopback', 'ip_is_loopback', isLoopback),
  ipTest('isLinkLocalMulticast', 'ip_is_link_local_multicast', isLinkLocalMulticast),
  ipTest('isLinkLocalUnicast', 'ip_is_link_local_unicast', isLinkLocalUnicast),
  ipTest('isGlobalUnicast', 'ip_is_global_unicast', isGlobalUnicast),
  declare(
    'string',
    global(
      'ip_to_string(net.IP) string',
      taking([anIp], ({ address }) => addressText(address)),
    ),
    global(
      'cidr_to_string(net.CIDR) string',
      taking([aCidr], ({ prefix }) => prefixText(prefix)),
    ),
  ),

  declare('cidr', global('string_to_cidr(string) net.CIDR', taking([aString], toCidr))),
  declare(
    'isCIDR',
    global(
      'is_cidr(string) bool',
      taking([aString], (text) => !(toCidr(text) instanceof CelError)),
    ),
  ),
  declare(
    'containsIP',
    member(
      'cidr_contains_ip_string(net.CIDR, string) bool',
      taking([aCidr, aString], (cidr, text) => containsIp(cidr, toIp(text))),
    ),
    member('cidr_contains_ip_ip(net.CIDR, net.IP) bool', taking([aCidr, anIp], containsIp)),
  ),
  declare(
    'containsCIDR',
    member(
      'cidr_contains_cidr_string(net.CIDR, string) bool',
      taking([aCidr, aString], (cidr, text) => containsCidr(cidr, toCidr(text))),
    ),
    member('cidr_contains_cidr(net.CIDR, net.CIDR) bool', taking([aCidr, aCidr], containsCidr)),
  ),
  declare(
    'masked',
    member(
      'cidr_masked(net.CIDR) net.CIDR',
      taking([aCidr], ({ prefix }) => new CidrValue(masked(prefix))),
    ),
  ),
  declare(
    'prefixLength',
    member(
      'cidr_prefix_length(net.CIDR) int',
      taking([aCidr], ({ prefix }) => prefix.bits),
    ),
  ),
];
