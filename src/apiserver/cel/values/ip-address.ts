/**
 * IP addresses and ranges of them, as Go's `net/netip` reads and writes them.
 * @see https://pkg.go.dev/net/netip
 */
import { quoted } from './quoting';

export interface IpAddress {
  /** 4 or 16 bytes. */
  readonly bytes: readonly number[];
  readonly zone: string;
}

export interface IpPrefix {
  readonly address: IpAddress;
  readonly bits: number;
}

/** Why a text is no address; the message is Go's. */
export class InvalidAddressError extends Error {
  override readonly name = 'InvalidAddressError';
}

function refuse(text: string, problem: string, at = ''): never {
  const where = at === '' ? '' : ` (at ${quoted(at)})`;
  throw new InvalidAddressError(`ParseAddr(${quoted(text)}): ${problem}${where}`);
}

/** Throws `InvalidAddressError`. */
export function parseAddress(text: string): IpAddress {
  const sign = /[.:%]/.exec(text)?.[0];
  if (sign === '.') return { bytes: parseIpv4(text, 0, text.length), zone: '' };
  if (sign === ':') return parseIpv6(text);
  return refuse(text, sign === '%' ? 'missing IPv6 address' : 'unable to parse IP');
}

function parseIpv4(text: string, start: number, end: number): readonly number[] {
  const part = text.slice(start, end);
  const fields: number[] = [];
  let value = 0;
  let digits = 0;
  for (let at = 0; at < part.length; at += 1) {
    const character = part.charAt(at);
    if (/\d/.test(character)) {
      if (digits === 1 && value === 0) refuse(text, 'IPv4 field has octet with leading zero');
      value = value * 10 + Number(character);
      digits += 1;
      if (value > 255) refuse(text, 'IPv4 field has value >255');
    } else if (character === '.') {
      const isEmpty = at === 0 || at === part.length - 1 || part.charAt(at - 1) === '.';
      if (isEmpty) refuse(text, 'IPv4 field must have at least one digit', part.slice(at));
      if (fields.length === 3) refuse(text, 'IPv4 address too long');
      fields.push(value);
      value = 0;
      digits = 0;
    } else refuse(text, 'unexpected character', part.slice(at));
  }
  if (fields.length < 3) refuse(text, 'IPv4 address too short');
  return [...fields, value];
}

function parseIpv6(text: string): IpAddress {
  const percent = text.indexOf('%');
  const zone = percent === -1 ? '' : text.slice(percent + 1);
  if (percent !== -1 && zone === '') refuse(text, 'zone must be a non-empty string');
  let rest = percent === -1 ? text : text.slice(0, percent);
  const bytes: number[] = [];
  let ellipsis = -1;
  if (rest.startsWith('::')) {
    ellipsis = 0;
    rest = rest.slice(2);
    if (rest === '') return { bytes: Array.from({ length: 16 }, () => 0), zone };
  }
  while (bytes.length < 16) {
    const group = /^[0-9a-fA-F]*/.exec(rest)?.[0] ?? '';
    if (group.length > 4) refuse(text, 'each group must have 4 or less digits', rest);
    if (group === '') refuse(text, 'each colon-separated field must have at least one digit', rest);
    if (rest.charAt(group.length) === '.') {
      if (ellipsis < 0 && bytes.length !== 12) {
        refuse(text, 'embedded IPv4 address must replace the final 2 fields of the address', rest);
      }
      if (bytes.length > 12) {
        refuse(text, 'too many hex fields to fit an embedded IPv4 at the end of the address', rest);
      }
      const end = percent === -1 ? text.length : percent;
      bytes.push(...parseIpv4(text, end - rest.length, end));
      rest = '';
      break;
    }
    const value = Number.parseInt(group, 16);
    bytes.push(value >> 8, value & 0xff);
    rest = rest.slice(group.length);
    if (rest === '') break;
    if (!rest.startsWith(':')) refuse(text, 'unexpected character, want colon', rest);
    if (rest.length === 1) refuse(text, 'colon must be followed by more characters', rest);
    rest = rest.slice(1);
    if (rest.startsWith(':')) {
      if (ellipsis >= 0) refuse(text, 'multiple :: in address', rest);
      ellipsis = bytes.length;
      rest = rest.slice(1);
      if (rest === '') break;
    }
  }
  if (rest !== '') refuse(text, 'trailing garbage after address', rest);
  return { bytes: expanded(text, bytes, ellipsis), zone };
}

function expanded(text: string, bytes: readonly number[], ellipsis: number): readonly number[] {
  if (bytes.length === 16) {
    return ellipsis < 0 ? bytes : refuse(text, 'the :: must expand to at least one field of zeros');
  }
  if (ellipsis < 0) return refuse(text, 'address string too short');
  const zeros = Array.from({ length: 16 - bytes.length }, () => 0);
  return [...bytes.slice(0, ellipsis), ...zeros, ...bytes.slice(ellipsis)];
}

/** Throws `InvalidAddressError`. */
export function parsePrefix(text: string): IpPrefix {
  const refusePrefix = (problem: string): never => {
    throw new InvalidAddressError(`netip.ParsePrefix(${quoted(text)}): ${problem}`);
  };
  const slash = text.lastIndexOf('/');
  if (slash === -1) return refusePrefix("no '/'");
  let address: IpAddress;
  try {
    address = parseAddress(text.slice(0, slash));
  } catch (error) {
    return refusePrefix(error instanceof Error ? error.message : '');
  }
  if (address.zone !== '') return refusePrefix('IPv6 zones cannot be present in a prefix');
  const bits = text.slice(slash + 1);
  if (!/^(?:\d|[1-9]\d+)$/.test(bits)) return refusePrefix(`bad bits after slash: ${quoted(bits)}`);
  if (Number(bits) > address.bytes.length * 8) return refusePrefix('prefix length out of range');
  return { address, bits: Number(bits) };
}

export function isIpv4(address: IpAddress): boolean {
  return address.bytes.length === 4;
}

/** True for an IPv4 address written as one of IPv6. */
export function isMapped({ bytes }: IpAddress): boolean {
  return (
    bytes.length === 16 && bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255
  );
}

/** The canonical text. */
export function addressText({ bytes }: IpAddress): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, index) => ((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0));
  let [start, end] = [-1, -1];
  for (let first = 0; first < 8; first += 1) {
    let next = first;
    while (next < 8 && groups[next] === 0) next += 1;
    if (next - first >= 2 && next - first > end - start) [start, end] = [first, next];
  }
  const text = (some: readonly number[]): string => some.map((group) => group.toString(16)).join(':');
  return start === -1 ? text(groups) : `${text(groups.slice(0, start))}::${text(groups.slice(end))}`;
}

export function prefixText({ address, bits }: IpPrefix): string {
  return `${addressText(address)}/${String(bits)}`;
}

export function isSameAddress(a: IpAddress, b: IpAddress): boolean {
  return a.bytes.length === b.bytes.length && a.bytes.every((byte, index) => byte === b.bytes[index]);
}

function isZero({ bytes }: IpAddress): boolean {
  return bytes.every((byte) => byte === 0);
}

export function isUnspecified(address: IpAddress): boolean {
  return isZero(address);
}

export function isLoopback({ bytes }: IpAddress): boolean {
  if (bytes.length === 4) return bytes[0] === 127;
  return bytes.every((byte, index) => byte === (index === 15 ? 1 : 0));
}

export function isLinkLocalMulticast({ bytes }: IpAddress): boolean {
  if (bytes.length === 4) return bytes[0] === 224 && bytes[1] === 0 && bytes[2] === 0;
  return bytes[0] === 0xff && ((bytes[1] ?? 0) & 0x0f) === 2;
}

export function isLinkLocalUnicast({ bytes }: IpAddress): boolean {
  if (bytes.length === 4) return bytes[0] === 169 && bytes[1] === 254;
  return bytes[0] === 0xfe && ((bytes[1] ?? 0) & 0xc0) === 0x80;
}

function isMulticast({ bytes }: IpAddress): boolean {
  return bytes.length === 4 ? ((bytes[0] ?? 0) & 0xf0) === 0xe0 : bytes[0] === 0xff;
}

export function isGlobalUnicast(address: IpAddress): boolean {
  const isBroadcast = isIpv4(address) && address.bytes.every((byte) => byte === 255);
  return !(
    isBroadcast ||
    isZero(address) ||
    isLoopback(address) ||
    isMulticast(address) ||
    isLinkLocalUnicast(address)
  );
}

function isSameStart(a: readonly number[], b: readonly number[], bits: number): boolean {
  const whole = Math.floor(bits / 8);
  for (let index = 0; index < whole; index += 1) if (a[index] !== b[index]) return false;
  const mask = 0xff & (0xff << (8 - (bits % 8)));
  return bits % 8 === 0 || ((a[whole] ?? 0) & mask) === ((b[whole] ?? 0) & mask);
}

export function prefixContains({ address, bits }: IpPrefix, other: IpAddress): boolean {
  return address.bytes.length === other.bytes.length && isSameStart(address.bytes, other.bytes, bits);
}

/** True where all of `other` is in a prefix. */
export function prefixCovers(prefix: IpPrefix, other: IpPrefix): boolean {
  return prefix.bits <= other.bits && prefixContains(prefix, other.address);
}

/** The prefix with all bits behind it zero. */
export function masked({ address, bits }: IpPrefix): IpPrefix {
  const bytes = address.bytes.map((byte, index) => {
    const kept = Math.min(8, Math.max(0, bits - index * 8));
    return byte & (0xff & (0xff << (8 - kept)));
  });
  return { address: { bytes, zone: '' }, bits };
}
