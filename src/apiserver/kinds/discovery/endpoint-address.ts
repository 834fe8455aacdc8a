/** Addresses at which a service is reached: none that means the machine itself, a neighbour or everybody. */
import { type FieldError, invalidField } from '../../field-error';
import { domainNameErrors } from '../checks/domain-names';
import { findIpAddress, sloppyIpErrors, strictIpErrors } from '../checks/ip-addresses';

/** Problems of the address at an index of the list at `path`. */
export function endpointAddressErrors(address: string, type: string, path: string, index: number): FieldError[] {
  const at = `${path}[${String(index)}]`;
  if (type === 'FQDN') return domainNameErrors(address, at);
  if (type !== 'IPv4' && type !== 'IPv6') return [];
  const errors = type === 'IPv4' ? sloppyIpErrors(at, address) : strictIpErrors(at, address);
  if (errors.length > 0) return errors;
  const isIpv6 = findIpAddress(address)?.bytes.length === 16;
  if (isIpv6 !== (type === 'IPv6')) {
    errors.push(invalidField(path, address, `must be an ${type} address`));
  }
  return [...errors, ...reachabilityErrors(address, at)];
}

function reachabilityErrors(text: string, path: string): FieldError[] {
  const bytes = findIpAddress(text)?.bytes ?? [];
  const [first = 0, second = 0, third = 0] = bytes;
  const isV4 = bytes.length === 4;
  const refuse = (isRefused: boolean, why: string): FieldError[] => (isRefused ? [invalidField(path, text, why)] : []);
  const sum = bytes.slice(0, -1).reduce((total, byte) => total + byte, 0);
  const last = bytes.at(-1) ?? 0;
  return [
    ...refuse(sum + last === 0, `may not be unspecified (${text})`),
    ...refuse(
      isV4 ? first === 127 : sum === 0 && last === 1,
      'may not be in the loopback range (127.0.0.0/8, ::1/128)',
    ),
    ...refuse(
      isV4 ? first === 169 && second === 254 : first === 0xfe && (second & 0xc0) === 0x80,
      'may not be in the link-local range (169.254.0.0/16, fe80::/10)',
    ),
    ...refuse(
      isV4 ? first === 224 && second === 0 && third === 0 : first === 0xff && (second & 0x0f) === 0x02,
      'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)',
    ),
  ];
}
