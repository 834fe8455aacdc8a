/** Checks of `clusterIP`, `clusterIPs` and their families. */
import type { JsonObject } from '../../../../api/json';
import { duplicateField, type FieldError, invalidField, notSupportedField, requiredField } from '../../../field-error';
import { findIpAddress, sloppyIpErrors } from '../../checks/ip-addresses';
import { optionalTextAt, textAt, textsAt } from '../../json-members';
import { isHeadless, isSameTexts } from './service-shape';

const FAMILIES = ['IPv4', 'IPv6'];
const POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];
const IPS = 'spec.clusterIPs';

/** What is wrong with the addresses of a service. Those of the old one are not checked again. */
export function clusterIpErrors(spec: JsonObject, old: JsonObject | undefined): FieldError[] {
  if (textAt(spec, 'type') === 'ExternalName') return [];
  const errors: FieldError[] = [];
  const ips = textsAt(spec, 'clusterIPs');
  addFirstErrors(errors, { ip: textAt(spec, 'clusterIP'), ips });
  addFamilyErrors(errors, spec);
  const before = errors.length;
  const isNone = ips[0] === 'None';
  if (isNone && ips.length > 1) errors.push(invalidField(IPS, ips, "'None' must be the first and only value"));
  const known = textsAt(old, 'clusterIPs');
  for (const [index, ip] of ips.entries()) {
    if ((index === 0 && isNone) || known.includes(ip)) continue;
    errors.push(...sloppyIpErrors(`${IPS}[${String(index)}]`, ip));
  }
  const hasInvalid = errors.length > before;
  if (ips.length > 2) errors.push(invalidField(IPS, ips, 'may only hold up to 2 values'));
  if (hasInvalid) return errors;
  const families = ips.map((ip) => (findIpAddress(ip)?.bytes.length === 16 ? 'IPv6' : 'IPv4'));
  if (ips.length > 1 && new Set(families).size < 2) {
    errors.push(invalidField(IPS, ips, 'may specify no more than one IP for each IP family'));
  }
  if (!isHeadless(spec)) addMismatchErrors(errors, { ips, families, said: textsAt(spec, 'ipFamilies') });
  return errors;
}

function addFirstErrors(
  errors: FieldError[],
  { ip, ips }: { readonly ip: string; readonly ips: readonly string[] },
): void {
  if (ip === '') {
    if (ips.length > 0) errors.push(invalidField(IPS, ips, 'must be empty when `clusterIP` is not specified'));
  } else if (ips.length === 0) errors.push(requiredField(IPS));
  else if (ips[0] !== ip) errors.push(invalidField(IPS, ips, 'first value must match `clusterIP`'));
}

function addFamilyErrors(errors: FieldError[], spec: JsonObject): void {
  const seen = new Set<string>();
  for (const [index, family] of textsAt(spec, 'ipFamilies').entries()) {
    const at = `spec.ipFamilies[${String(index)}]`;
    if (!FAMILIES.includes(family)) errors.push(notSupportedField(at, family, FAMILIES));
    if (seen.has(family)) errors.push(duplicateField(at, family));
    seen.add(family);
  }
  const policy = optionalTextAt(spec, 'ipFamilyPolicy');
  if (policy !== undefined && !POLICIES.includes(policy)) {
    errors.push(notSupportedField('spec.ipFamilyPolicy', policy, POLICIES));
  }
}

interface SaidFamilies {
  readonly ips: readonly string[];
  readonly families: readonly string[];
  readonly said: readonly string[];
}

function addMismatchErrors(errors: FieldError[], { ips, families, said }: SaidFamilies): void {
  for (const [index, ip] of ips.entries()) {
    const family = said[index];
    if (family === undefined || family === families[index]) continue;
    const detail = `expected an ${family} value as indicated by \`ipFamilies[${String(index)}]\``;
    errors.push(invalidField(`${IPS}[${String(index)}]`, ip, detail));
  }
}

/** Errors for changes of addresses: the first stays, the second may come and go. */
export function clusterIpUpdateErrors(spec: JsonObject, old: JsonObject): FieldError[] {
  const isAlias = textAt(spec, 'type') === 'ExternalName' || textAt(old, 'type') === 'ExternalName';
  if (isAlias || (isHeadless(spec) && isHeadless(old))) return [];
  const ips = textsAt(spec, 'clusterIPs');
  const before = textsAt(old, 'clusterIPs');
  const changed = (index: number) => invalidField(`${IPS}[${String(index)}]`, ips, 'may not change once set');
  if (before.length === ips.length) return ips.flatMap((ip, index) => (ip === before[index] ? [] : [changed(index)]));
  const errors: FieldError[] = [];
  if (ips.length === 0) errors.push(invalidField(`${IPS}[0]`, ips, 'primary clusterIP can not be unset'));
  else if (before.length > 0 && ips[0] !== before[0]) errors.push(changed(0));
  if (ips.length === 1 && before.length > 1) addPolicyError(errors, spec, 'clusterIP');
  return errors;
}

/** Errors for changes of families, as of addresses. */
export function ipFamilyUpdateErrors(spec: JsonObject, old: JsonObject): FieldError[] {
  const isAlias = textAt(spec, 'type') === 'ExternalName' || textAt(old, 'type') === 'ExternalName';
  if (isAlias || isHeadless(spec) || isHeadless(old)) return [];
  const families = textsAt(spec, 'ipFamilies');
  const before = textsAt(old, 'ipFamilies');
  const ips = textsAt(spec, 'clusterIPs');
  const path = 'spec.ipFamilies[0]';
  if (families.length === before.length) {
    if (isSameTexts(families, before)) return [];
    const count = families.filter((family, index) => family !== before[index]).length;
    return Array.from({ length: count }, () => invalidField(path, families, 'may not change once set'));
  }
  const errors: FieldError[] = [];
  const isReduced = families.length < before.length;
  if (isReduced && ips.length === 0) {
    errors.push(invalidField(path, families, 'primary ipFamily can not be unset'));
  }
  if (families.length > 0 && before.length > 0 && families[0] !== before[0]) {
    // The server shows the addresses here.
    errors.push(invalidField(path, ips, 'may not change once set'));
  }
  if (isReduced && families.length === 1) addPolicyError(errors, spec, 'ipFamily');
  return errors;
}

function addPolicyError(errors: FieldError[], spec: JsonObject, what: string): void {
  const policy = optionalTextAt(spec, 'ipFamilyPolicy');
  if (policy === 'SingleStack') return;
  const detail = `must be set to 'SingleStack' when releasing the secondary ${what}`;
  errors.push(invalidField('spec.ipFamilyPolicy', policy, detail));
}
