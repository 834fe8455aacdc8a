/**
 * Addresses of networks as Go reads them.
 * @see https://pkg.go.dev/net#ParseIP
 */
import { isIPv6 } from 'node:net';

/** Four numbers; unlike elsewhere, they may begin with zeros. */
function isDotted(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^0*\d{1,3}$/.test(part) && Number(part) <= 255);
}

/** An address with dots: IPv4, or IPv6 that ends so. */
export function isAddressV4(text: string): boolean {
  return isDotted(text) || (text.includes('.') && isSloppyV6(text));
}

/** An address with colons. */
export function isAddressV6(text: string): boolean {
  return text.includes(':') && isIPv6(text) && !text.includes('%');
}

function isSloppyV6(text: string): boolean {
  const colon = text.lastIndexOf(':');
  if (!text.includes('.')) return isAddressV6(text);
  const tail = text.slice(colon + 1);
  return colon >= 0 && isDotted(tail) && isAddressV6(`${text.slice(0, colon + 1)}0.0.0.0`);
}

/** An address, a slash and the length of a prefix. */
export function isCidr(text: string): boolean {
  const [address = '', length, ...more] = text.split('/');
  if (length === undefined || more.length > 0 || !/^\d{1,3}$/.test(length)) return false;
  if (isDotted(address)) return Number(length) <= 32;
  return isSloppyV6(address) && Number(length) <= 128;
}

/** 6, 8 or 20 bytes: pairs of digits between colons or dashes, or fours between dots. */
export function isMac(text: string): boolean {
  const pairs = /^[0-9a-fA-F]{2}(?:(:|-)[0-9a-fA-F]{2}(?:\1[0-9a-fA-F]{2})*)$/.test(text);
  if (pairs) return [6, 8, 20].includes((text.length + 1) / 3);
  return /^[0-9a-fA-F]{4}(?:\.[0-9a-fA-F]{4})+$/.test(text) && [3, 4, 10].includes((text.length + 1) / 5);
}
