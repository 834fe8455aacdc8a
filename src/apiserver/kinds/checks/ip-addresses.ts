/**
 * IP addresses and CIDR blocks, with the words in which the API refuses or warns of them.
 *
 * Fields that are older than the strict rules still take what the strict ones refuse: zeros before a number, IPv4 addresses
 * written as IPv6. They are "sloppy" here.
 * @see k8s.io/apimachinery/pkg/util/validation/ip.go, v0.34
 */
import { type FieldError, invalidField } from '../../field-error';

/** An address of 4 or 16 bytes; an IPv4 address written as IPv6 has 4. */
export interface IpAddress {
  readonly bytes: readonly number[];
  /** False where the text has zeros before a number. */
  readonly isPlain: boolean;
  readonly isMapped: boolean;
}

/** A block of addresses: the address as written, and how many bits of it count. */
export interface IpBlock {
  readonly address: IpAddress;
  readonly prefixLength: number;
  readonly isPlain: boolean;
}

const IP_RULE = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
const CIDR_RULE = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';
const HEX_GROUP = /^[0-9a-fA-F]{1,4}$/;
const DECIMAL = /^[0-9]+$/;

/** The address that a text stands for, sloppy or not; undefined for what is none. */
export function findIpAddress(text: string): IpAddress | undefined {
  return text.includes(':') ? findIpv6(text) : findIpv4(text);
}

function findIpv4(text: string): IpAddress | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  const bytes: number[] = [];
  let isPlain = true;
  for (const part of parts) {
    if (!DECIMAL.test(part) || Number(part) > 255) return undefined;
    if (part.length > 1 && part.startsWith('0')) isPlain = false;
    bytes.push(Number(part));
  }
  return { bytes, isPlain, isMapped: false };
}

function findIpv6(text: string): IpAddress | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = findGroups(halves[0] ?? '', halves.length === 1);
  const tail = halves.length === 2 ? findGroups(halves[1] ?? '', true) : { bytes: [], isPlain: true };
  if (head === undefined || tail === undefined) return undefined;
  const missing = 16 - head.bytes.length - tail.bytes.length;
  if (halves.length === 1 ? missing !== 0 : missing < 2) return undefined;
  const bytes = [...head.bytes, ...new Array<number>(missing).fill(0), ...tail.bytes];
  const isPlain = head.isPlain && tail.isPlain;
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  return { bytes: isMapped ? bytes.slice(12) : bytes, isPlain, isMapped };
}

function findGroups(text: string, mayEndInIpv4: boolean): { bytes: number[]; isPlain: boolean } | undefined {
  const bytes: number[] = [];
  let isPlain = true;
  const groups = text === '' ? [] : text.split(':');
  for (const [index, group] of groups.entries()) {
    if (mayEndInIpv4 && index === groups.length - 1 && group.includes('.')) {
      const ending = findIpv4(group);
      if (ending === undefined) return undefined;
      bytes.push(...ending.bytes);
      isPlain = ending.isPlain;
    } else {
      if (!HEX_GROUP.test(group)) return undefined;
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 255);
    }
  }
  return { bytes, isPlain };
}

/** The block that a text stands for, sloppy or not. */
export function findIpBlock(text: string): IpBlock | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return undefined;
  const address = findIpAddress(text.slice(0, slash));
  const length = text.slice(slash + 1);
  if (address === undefined || !DECIMAL.test(length)) return undefined;
  const bits = Number(length);
  const maximum = text.includes(':') ? 128 : 32;
  if (bits > maximum) return undefined;
  const prefixLength = address.isMapped ? Math.max(bits - 96, 0) : bits;
  const isPlain = address.isPlain && (length.length === 1 || !length.startsWith('0'));
  return { address, prefixLength, isPlain };
}

/** The canonical text of an address. */
export function ipText({ bytes }: IpAddress): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups: number[] = [];
  for (let index = 0; index < 16; index += 2) groups.push(((bytes[index] ?? 0) << 8) | (bytes[index + 1] ?? 0));
  const { start, length } = longestZeros(groups);
  const shown = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  return length < 2 ? shown(groups) : `${shown(groups.slice(0, start))}::${shown(groups.slice(start + length))}`;
}

function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let best = { start: -1, length: 0 };
  for (let start = 0; start < groups.length; start += 1) {
    let end = start;
    while (end < groups.length && groups[end] === 0) end += 1;
    if (end - start > best.length) best = { start, length: end - start };
  }
  return best;
}

/** The first address of a block. */
export function networkOf({ address, prefixLength }: IpBlock): IpAddress {
  const bytes = address.bytes.map((byte, index) => {
    const kept = Math.min(Math.max(prefixLength - index * 8, 0), 8);
    return byte & (255 << (8 - kept)) & 255;
  });
  return { ...address, bytes };
}

/** The canonical text of a block: its first address and the prefix. */
export function ipBlockText(block: IpBlock): string {
  return `${ipText(networkOf(block))}/${String(block.prefixLength)}`;
}

/** True where the block holds the address. */
export function containsAddress(block: IpBlock, address: IpAddress): boolean {
  if (block.address.bytes.length !== address.bytes.length) return false;
  return ipText(networkOf(block)) === ipText(networkOf({ ...block, address }));
}

/** Problems of an address in a field with the strict rules. */
export function strictIpErrors(field: string, text: string): FieldError[] {
  const address = findIpAddress(text);
  if (address === undefined) return [invalidField(field, text, IP_RULE)];
  const errors: FieldError[] = [];
  if (!address.isPlain) errors.push(invalidField(field, text, 'must not have leading 0s'));
  if (address.isMapped) errors.push(invalidField(field, text, 'must not be an IPv4-mapped IPv6 address'));
  if (errors.length === 0 && text !== ipText(address)) {
    errors.push(invalidField(field, text, `must be in canonical form (${JSON.stringify(ipText(address))})`));
  }
  return errors;
}

export function sloppyIpErrors(field: string, text: string): FieldError[] {
  return findIpAddress(text) === undefined ? [invalidField(field, text, IP_RULE)] : [];
}

/** Problems of a block in a field with the strict rules. */
export function strictCidrErrors(field: string, text: string): FieldError[] {
  const block = findIpBlock(text);
  if (block === undefined) return [invalidField(field, text, CIDR_RULE)];
  if (!block.isPlain) return [invalidField(field, text, 'must not have leading 0s in IP or prefix length')];
  if (block.address.isMapped) return [invalidField(field, text, 'must not have an IPv4-mapped IPv6 address')];
  if (ipText(block.address) !== ipText(networkOf(block))) {
    return [invalidField(field, text, 'must not have bits set beyond the prefix length')];
  }
  if (text === ipBlockText(block)) return [];
  return [invalidField(field, text, `must be in canonical form (${JSON.stringify(ipBlockText(block))})`)];
}

export function sloppyCidrErrors(field: string, text: string): FieldError[] {
  return findIpBlock(text) === undefined ? [invalidField(field, text, CIDR_RULE)] : [];
}

/** What a client is told of an address that a later release will refuse. */
export function ipWarnings(field: string, text: string): string[] {
  const address = findIpAddress(text);
  if (address === undefined) return [];
  const canonical = JSON.stringify(ipText(address));
  if (!address.isPlain || address.isMapped) {
    return [
      `${field}: non-standard IP address ${JSON.stringify(text)} will be considered invalid in a future Kubernetes release: use ${canonical}`,
    ];
  }
  if (address.bytes.length === 4 || ipText(address) === text) return [];
  return [`${field}: IPv6 address ${JSON.stringify(text)} should be in RFC 5952 canonical format (${canonical})`];
}

/** What a client is told of a block that a later release will refuse. */
export function cidrWarnings(field: string, text: string): string[] {
  const block = findIpBlock(text);
  if (block === undefined) return [];
  const canonical = JSON.stringify(ipBlockText(block));
  const shown = JSON.stringify(text);
  const warnings: string[] = [];
  const isAmbiguous = ipText(block.address) !== ipText(networkOf(block));
  if (isAmbiguous) {
    const single = JSON.stringify(`${ipText(block.address)}/${block.address.bytes.length === 4 ? '32' : '128'}`);
    warnings.push(`${field}: CIDR value ${shown} is ambiguous in this context (should be ${canonical} or ${single}?)`);
  }
  if (!block.isPlain || block.address.isMapped) {
    warnings.push(
      `${field}: non-standard CIDR value ${shown} will be considered invalid in a future Kubernetes release: use ${canonical}`,
    );
  } else if (block.address.bytes.length === 16 && !isAmbiguous && ipBlockText(block) !== text) {
    warnings.push(`${field}: IPv6 CIDR value ${shown} should be in RFC 5952 canonical format (${canonical})`);
  }
  return warnings;
}
